"""Owns what the adapter is given, and what its rooms are given of each other."""

from dataclasses import dataclass, field
from typing import Protocol

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.people import People
from adapters.slack.rest import Identity, Rest
from bot.chat.hearing.catching_up import KEEP_SECONDS
from bot.chat.hearing.merging import Patience
from bot.chat.hearing.places import Places
from bot.inbox import Inbox
from bot.messages import Incoming, Language
from bot.ports import SeenLog
from bot.service.platforms import Outbound, Receive


@dataclass(frozen=True, slots=True)
class Workspace:
    """The workspace that Sova is connected to: `rest` leads there, she is `identity` there, `people` tells names."""

    rest: Rest
    identity: Identity
    people: People


class Commands(Protocol):
    """Knows commands that people write to Sova as words, for in threads Slack lets nobody use others."""

    def is_command(self, text: str) -> bool:
        """Whether the words are a command, and no question. `text` is without the mention."""
        ...

    async def run(self, said: Incoming) -> None:
        """Carry it out, and show what comes of it where it was written. It may come twice, by the same id.

        Slack hears that it has arrived when this returns, and brings it again after three seconds.
        """
        ...


class Controls(Commands, Protocol):
    """What is put into each Bolt app besides hearing: slash commands, buttons, shortcuts, the app's home."""

    async def setup(self, app: AsyncApp, receive: Receive, workspace: Workspace) -> None:
        """Add listeners to the app, which isn't connected yet. They run before Slack gets its answer."""
        ...

    async def close(self) -> None:
        """End what is still being done for whoever pressed or typed."""
        ...


class Answering(Outbound, Protocol):
    """The half that shows answers, and that somebody is at one."""

    async def begin(self, incoming: Incoming) -> None:
        """Show that the question is being handed over, until something else is shown.

        Raises `PlatformUnreachable`, which matters to nobody.
        """
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the adapter is given of a running Sova. What was heard is written down every `keep_seconds`."""

    inbox: Inbox
    places: Places
    seen: SeenLog
    controls: Controls
    language: Language = Language.ENGLISH
    patience: Patience = field(default_factory=Patience)
    keep_seconds: float = KEEP_SECONDS
