"""Owns what people see of a message: its text and every version of it, buttons, files, and whom it would call."""

from typing import Any

from tests.doubles.slack.records import File, Message, Version
from tests.doubles.slack.shown import Button, Menu, buttons_of, live_mentions, menus_of
from tests.doubles.slack.world import World, shown


class Post:
    """A message. It stays readable after it was deleted."""

    def __init__(self, world: World, message: Message) -> None:
        self.world = world
        self.message = message

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Post) and other.message is self.message

    def __hash__(self) -> int:
        return hash((self.message.channel, self.message.ts))

    def __repr__(self) -> str:
        return f"Post({self.ts}, {self.author}: {self.text!r})"

    @property
    def ts(self) -> str:
        """What it is called by, in its channel."""
        return self.message.ts

    @property
    def channel(self) -> str:
        """The channel's id."""
        return self.message.channel

    @property
    def thread(self) -> str:
        """The root of its thread: its own ts where it is the root."""
        return self.message.root

    @property
    def is_reply(self) -> bool:
        """It stands in a thread, below its root."""
        return self.message.root != self.message.ts

    @property
    def author_id(self) -> str:
        """Who wrote it."""
        return self.message.user

    @property
    def author(self) -> str:
        """The name of who wrote it."""
        return self.world.users[self.author_id].name

    @property
    def text(self) -> str:
        """What can be read now, of its text and its blocks."""
        return shown(self.message)

    @property
    def versions(self) -> list[Version]:
        """Everything that it ever said, first to last."""
        return self.message.versions

    @property
    def edits(self) -> int:
        """How often it was changed."""
        return len(self.versions) - 1

    @property
    def is_edited(self) -> bool:
        """Whether Slack says that it was."""
        return self.message.edited is not None

    @property
    def is_deleted(self) -> bool:
        """Nobody sees it any more."""
        return self.message.is_deleted

    @property
    def is_streaming(self) -> bool:
        """It is being written still."""
        return self.world.is_streaming(self.message)

    @property
    def was_streamed(self) -> bool:
        """It is, or was, written by a stream."""
        return self.message.stream is not None

    @property
    def only_for(self) -> str:
        """The id of the one person who sees it; empty where everybody does."""
        return self.message.only_for

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Its blocks, as on the wire."""
        return self.message.blocks

    @property
    def buttons(self) -> list[Button]:
        """Its buttons, in the order of reading; a pair for feedback is two."""
        return buttons_of(self.blocks)

    @property
    def menus(self) -> list[Menu]:
        """Its menus."""
        return menus_of(self.blocks)

    @property
    def files(self) -> list[File]:
        """Its files."""
        return self.message.files

    @property
    def metadata(self) -> dict[str, Any] | None:
        """What the app noted on it."""
        return self.message.metadata

    @property
    def reactions(self) -> dict[str, list[str]]:
        """Who reacted, by the emoji's name."""
        return self.message.reactions

    @property
    def pings(self) -> list[str]:
        """Everybody whom it would call, as it is written."""
        return live_mentions(self.message.text, self.blocks)

    @property
    def unfurls(self) -> bool:
        """Whether Slack was allowed to fetch its links."""
        return self.message.unfurls

    @property
    def was_cut(self) -> bool:
        """Whether Slack threw away what was too long."""
        return self.message.was_cut
