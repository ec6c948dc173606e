"""Owns what the service asks of a chat platform's adapter."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

from bot.errors import AssistantError
from bot.messages import Incoming, ReplyEvent

Receive = Callable[[Incoming], Awaitable[int | None]]
"""Takes a question in for good: how many others are answered before it, None when its turn is there or is over.

Only when it returned may the platform be told that the question has arrived. Raises what `Inbox.accept` raises.
"""

Remember = Callable[[str], Awaitable[bool]]
"""Keeps what the platform calls the reply that was just posted; False when somebody else has taken over."""


Told = ReplyEvent | AssistantError
"""What a platform is told of an answer: its events, and last either the `Reply` or the error that ended it."""


class Outbound(Protocol):
    """The half of a platform that shows answers. Any worker may open it: it needs nothing but the question."""

    async def deliver(
        self, incoming: Incoming, told: AsyncIterator[Told], *, posted: str | None, remember: Remember
    ) -> None:
        """Show the answer where the question was asked, while it streams; an error in the person's language.

        `posted` is the reply that an earlier attempt made visible: it is edited, and none is posted beside it. A new
        reply is posted with the question's id as its nonce, where the platform knows such, and its name is given to
        `remember` at once. Raises when the platform can't be reached; the worker then tries again.
        """
        ...


class Platform(Outbound, Protocol):
    """One chat platform, connected."""

    @property
    def name(self) -> str:
        """As in `ConversationKey.platform`."""
        ...

    async def run(self, receive: Receive) -> None:
        """Hand every question to `receive`, until cancelled. Raises an `AssistantError` when it can't go on."""
        ...
