"""Owns what the service asks of a chat platform's adapter."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

from bot.errors import AssistantError
from bot.messages import Attachment, Incoming, ReplyEvent

Receive = Callable[[Incoming], Awaitable[None]]
"""Takes a question in. When it returned the platform may be told that the question has arrived: either it is kept for
good, or the person was told why not.

Raises an `AssistantError` only when neither could be done; then the platform isn't told, and may bring it again.
"""

Remember = Callable[[str], Awaitable[bool]]
"""Keeps what the platform calls the message that was just posted; False when somebody else has taken over."""


Told = ReplyEvent | AssistantError
"""What a platform is told of an answer: its events, and last either the `Reply` or the error that ended it."""


class Outbound(Protocol):
    """The half of a platform that shows answers. Any worker may open it: it needs nothing but the question.

    Whatever is posted about a question has the question's id as its nonce, where the platform knows such. Every method
    raises an `AssistantError` when the platform can't be reached; it is then called again.
    """

    async def deliver(
        self, incoming: Incoming, told: AsyncIterator[Told], *, posted: str | None, remember: Remember
    ) -> None:
        """Show the answer where the question was asked, while it streams; an error in the person's language.

        `posted` is the message that is visible already, with an earlier attempt or with the place in the queue: it is
        edited, and none is posted beside it. The name of a new one is given to `remember` at once.

        What the question `replaces` is an earlier answer: that stays as it is until there are words to take its place,
        and from then on it is what is `posted`. Where none come an error is told beside it, and `Withdrawn` needs no
        telling; see `bot.service.sparing`.
        """
        ...

    async def announce(self, incoming: Incoming, ahead: int, *, posted: str | None, remember: Remember) -> None:
        """Show how many questions are answered before this one (`Wording.place`), in what becomes the reply.

        As in `deliver`, `posted` is edited, or the name of a new message is given to `remember`. It may be cancelled
        when it takes long: an answer may be about to begin.
        """
        ...

    async def refuse(self, incoming: Incoming, error: AssistantError) -> None:
        """Tell the person, in their language, why the question is not taken; nothing more will come for it."""
        ...

    async def fetch(self, attachment: Attachment, *, most_bytes: int) -> bytes:
        """The bytes of a file that came with a question, as `bot.ports.Fetch` promises.

        Raises `AttachmentRefused`. `attachment.where` came from outside: it is only ever looked for at the platform.
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
