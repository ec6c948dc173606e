"""A chat service that is as strict as the real ones: a nonce posts once, and only what was posted can be edited."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from bot.errors import AssistantError, AttachmentRefused
from bot.messages import Attachment, ConversationKey, Incoming, Reply, ReplyDelta
from bot.service.platforms import Remember, Told
from bot.service.sparing import place_of, sparing
from bot.wording import speak

Step = Callable[[str, Incoming], Awaitable[None]]
"""Awaited before each step of a delivery, by its name; may raise, wait, or kill.

The steps are `claimed`, `post`, `remember`, `edit` and `done`; of a place `announce` and `announced`; and `refuse`.
"""


@dataclass
class Message:
    """What everybody sees."""

    channel: str
    text: str
    edits: int = 0


@dataclass
class Board:
    """The service's side."""

    messages: dict[str, Message] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _nonces: dict[str, str] = field(default_factory=dict)

    async def post(self, channel: str, text: str, *, nonce: str) -> str:
        """A new message, or the one that this nonce has posted already; gives its id."""
        if nonce not in self._nonces:
            self._nonces[nonce] = id_ = str(len(self.messages) + 1)
            self.messages[id_] = Message(channel, text)
            await self._tell()
        return self._nonces[nonce]

    async def edit(self, id_: str, text: str) -> None:
        """Another text in a message's place."""
        message = self.messages[id_]
        message.text, message.edits = text, message.edits + 1
        await self._tell()

    def forget_nonces(self) -> None:
        """As the real ones do after a few minutes."""
        self._nonces.clear()

    def texts(self, conversation: ConversationKey) -> list[str]:
        """What stands in a channel, in order."""
        return [message.text for message in self.messages.values() if message.channel == str(conversation)]

    async def until(self, happened: Callable[["Board"], bool]) -> None:
        """Wait for it; the caller bounds the time."""
        async with self.changed:
            await self.changed.wait_for(lambda: happened(self))

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()


@dataclass
class BoardOutbound:
    """The adapter's half that shows answers."""

    board: Board
    before: Step | None = None

    async def fetch(self, attachment: Attachment, *, most_bytes: int) -> bytes:
        data = self.board.files.get(attachment.where)
        if data is None:
            raise AttachmentRefused(attachment.name, "gone")
        if len(data) > most_bytes:
            raise AttachmentRefused(attachment.name, "too-large")
        return data

    async def deliver(
        self, incoming: Incoming, told: AsyncIterator[Told], *, posted: str | None, remember: Remember
    ) -> None:
        await self._step("claimed", incoming)
        text, id_ = "", place_of(incoming, posted)
        async for event in sparing(incoming, told, posted=posted, remember=remember, refuse=self.refuse):
            match event:
                case ReplyDelta(text=piece):
                    text += piece
                case Reply(text=whole, notices=notices):
                    text = "\n".join([whole, *map(speak(incoming.language).of_notice, notices)])
                case AssistantError() as error:
                    text = "\n".join(filter(None, [text, speak(incoming.language).of_error(error)]))
            if text:
                id_ = await self._show(incoming, id_, text, remember)
        await self._step("done", incoming)

    async def announce(self, incoming: Incoming, ahead: int, *, posted: str | None, remember: Remember) -> None:
        await self._step("announce", incoming)
        text = speak(incoming.language).place(ahead)
        if posted is not None:
            await self.board.edit(posted, text)
            return
        id_ = await self.board.post(str(incoming.conversation), text, nonce=incoming.id)
        await self._step("announced", incoming)
        await remember(id_)

    async def refuse(self, incoming: Incoming, error: AssistantError) -> None:
        await self._step("refuse", incoming)
        await self.board.post(str(incoming.conversation), speak(incoming.language).of_error(error), nonce=incoming.id)
        await self._step("refused", incoming)

    async def _show(self, incoming: Incoming, id_: str | None, text: str, remember: Remember) -> str:
        if id_ is None:
            await self._step("post", incoming)
            id_ = await self.board.post(str(incoming.conversation), text, nonce=incoming.id)
            await self._step("remember", incoming)
            await remember(id_)
        await self._step("edit", incoming)
        await self.board.edit(id_, text)
        return id_

    async def _step(self, name: str, incoming: Incoming) -> None:
        if self.before:
            await self.before(name, incoming)
