"""Owns the messages that one answer stands in: posted where the question was asked, changed in place, posted anew.

Their names are remembered as soon as there are any (`posted`), so that whoever goes on after a crash changes them and
posts none beside them.
"""

import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Self

import discord

from adapters.discord.answering.threads import Threads, thread_name
from adapters.discord.faults import (
    CANNOT_REPLY,
    HIDDEN,
    SERVER_FAULT,
    THREAD_ARCHIVED,
    THREAD_LOCKED,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    is_final,
    translated,
)
from adapters.discord.rest import Rest
from bot.chat.showing.delivering import TakenOver, Undeliverable
from bot.chat.showing.pacing import Budgets
from bot.chat.showing.posted import posted_messages, posted_name
from bot.messages import Incoming
from bot.service.platforms import Remember

logger = logging.getLogger(__name__)

QUIET = discord.AllowedMentions.none()
"""Whatever a text says, nobody is pinged by it."""


Buttons = Callable[[tuple[str, ...]], discord.ui.View | None]
"""Makes the buttons below an answer's last message, from the ids of the messages before it."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the answer to a question belongs.

    `parent` is the channel of a thread, where the answer goes when the thread doesn't take it; None elsewhere. `opens`
    says that the thread is the question's own. `replies_to` is the message that is pointed at, None where nobody but
    the answer would stand below it.
    """

    channel: int
    parent: int | None
    opens: bool
    question: int
    replies: bool

    @classmethod
    def of(cls, incoming: Incoming) -> Self:
        """Where the question tells that it belongs. Pure."""
        place, question = incoming.conversation, int(incoming.id)
        if place.thread:
            opens = place.thread == incoming.id
            return cls(int(place.thread), int(place.channel), opens=opens, question=question, replies=not opens)
        return cls(int(place.channel), None, opens=False, question=question, replies=not place.direct)

    def reference(self, channel: int) -> discord.MessageReference | None:
        """What a message in `channel` points at; the question may be gone by then."""
        if not self.replies and channel == self.channel:
            return None
        return discord.MessageReference(message_id=self.question, channel_id=channel, fail_if_not_exists=False)


@dataclass(slots=True)
class Shown:
    """One message: its id, and the text and the buttons that stand there; None where nobody knows."""

    id: int
    content: tuple[str, str] | None = None
    is_gone: bool = False


class Showing:
    """Brings a list of texts before people, each in a message of its own, by as few changes as that takes."""

    def __init__(
        self,
        incoming: Incoming,
        *,
        rest: Rest,
        threads: Threads,
        budgets: Budgets,
        posted: str | None,
        remember: Remember | None = None,
    ) -> None:
        self._incoming = incoming
        self._target = Target.of(incoming)
        self._rest = rest
        self._threads = threads
        self._budgets = budgets
        self._remember = remember
        channel, messages = posted_messages(posted) if posted else (str(self._target.channel), ())
        self._channel = int(channel)
        self._messages = [Shown(int(id_)) for id_ in messages]
        self._at = 0
        self._taken: set[_Way] = set()

    @property
    def channel(self) -> int:
        """The channel or thread where it is shown."""
        return self._channel

    @property
    def is_posted(self) -> bool:
        """Whether there is a message already."""
        return bool(self._messages)

    def wait(self, *, last: bool = False) -> float:
        """In how many seconds the channel takes the next change."""
        return self._budgets.wait(self._channel, last=last)

    async def show(self, texts: Sequence[str], *, last: bool, view_of: Buttons) -> None:
        """Let these texts stand there, and nothing else; `view_of` makes the buttons below the last one.

        It is given the ids of the messages before that. Raises `Undeliverable`, `TakenOver` and `PlatformUnreachable`.
        """
        client = await self._rest.client()
        try:
            with translated():
                await self._show_somewhere(client, texts, last=last, view_of=view_of)
        except discord.HTTPException as error:
            if is_final(error):
                raise Undeliverable(error.code) from error
            raise

    async def _show_somewhere(
        self, client: discord.Client, texts: Sequence[str], *, last: bool, view_of: Buttons
    ) -> None:
        """Again after each refusal that can be got round; each way round is taken once."""
        while True:
            try:
                await self._show(client, texts, last=last, view_of=view_of)
            except discord.HTTPException as error:
                if not await self._got_round(client, error):
                    raise
            else:
                return

    async def _show(self, client: discord.Client, texts: Sequence[str], *, last: bool, view_of: Buttons) -> None:
        for index, text in enumerate(texts[:-1]):
            await self._put(client, index, text, None, last=last)
        earlier = tuple(str(message.id) for message in self._messages[: len(texts) - 1])
        await self._put(client, len(texts) - 1, texts[-1], view_of(earlier), last=last)
        while len(self._messages) > len(texts):
            await self._remove_last(client)

    async def _put(
        self, client: discord.Client, index: int, text: str, view: discord.ui.View | None, *, last: bool
    ) -> None:
        self._at, wanted = index, (text, _words(view))
        if index == len(self._messages):
            await self._budgets.take(self._channel, last=last)
            message = await self._post(client, text, view)
            self._messages.append(Shown(message.id))
            await self._keep()
            if message.content.strip() == text.strip():
                self._messages[index].content = wanted
            else:  # this nonce had posted it before
                logger.info("the message was there already, from an earlier try or from another Sova with this token")
        if self._messages[index].content != wanted and not self._messages[index].is_gone:
            await self._budgets.take(self._channel, last=last)
            there = client.get_partial_messageable(self._channel)
            await there.get_partial_message(self._messages[index].id).edit(
                content=text, view=view, allowed_mentions=QUIET
            )
            self._messages[index].content = wanted

    async def _post(self, client: discord.Client, text: str, view: discord.ui.View | None) -> discord.Message:
        """A new message. Whoever posts it again within minutes gets the first one, by its nonce."""
        suffix = (f"-{self._at}" if self._at else "") + ("+" if _Way.REPLACE in self._taken else "")  # in all ≤ 25
        reference = None if _Way.PLAIN in self._taken else self._target.reference(self._channel)
        given: dict[str, Any] = {"view": view, "reference": reference}
        return await client.get_partial_messageable(self._channel).send(
            text,
            nonce=self._incoming.id + suffix,
            allowed_mentions=QUIET,
            suppress_embeds=True,
            **{name: value for name, value in given.items() if value is not None},
        )

    async def _got_round(self, client: discord.Client, error: discord.HTTPException) -> bool:
        """Whether it is worth another try after this refusal."""
        if error.code == UNKNOWN_MESSAGE and self._messages:
            return self._does_without(self._at)
        if error.code == CANNOT_REPLY:
            return self._takes(_Way.PLAIN)
        if error.code not in HIDDEN:
            return False
        if error.code in {THREAD_ARCHIVED, THREAD_LOCKED} and self._takes(_Way.WAKE) and await self._woken(client):
            return True
        if error.code == UNKNOWN_CHANNEL and self._target.opens and self._takes(_Way.OPEN) and await self._opened():
            return True
        return self._goes_to_the_channel(error)

    def _takes(self, way: "_Way") -> bool:
        """Whether this way round wasn't taken yet; it is now."""
        is_new = way not in self._taken
        self._taken.add(way)
        return is_new

    def _does_without(self, index: int) -> bool:
        """Somebody deleted the message: the last one is posted anew, once, for the answer goes on; others stay gone."""
        if index < len(self._messages) - 1:
            self._messages[index].is_gone = True
            return True
        self._messages.pop()
        return self._takes(_Way.REPLACE)

    def _goes_to_the_channel(self, error: discord.HTTPException) -> bool:
        """Whether the thread's channel is still to be tried."""
        parent = self._target.parent
        if parent is None or not self._takes(_Way.CHANNEL):
            return False
        logger.info("the thread doesn't take the answer (%s): it goes into the channel", error.code)
        self._channel, self._messages = parent, []
        return True

    async def _opened(self) -> bool:
        name = thread_name(self._incoming)
        return await self._threads.open(self._target.parent or 0, self._target.question, name=name)

    async def _woken(self, client: discord.Client) -> bool:
        """Whether the archived thread could be brought back; one that is locked can't."""
        try:
            await client.http.edit_channel(self._channel, archived=False)
        except discord.HTTPException as error:
            if error.status >= SERVER_FAULT:
                raise
            return False
        return True

    async def _remove_last(self, client: discord.Client) -> None:
        """The answer has become shorter than what was shown of it."""
        message = client.get_partial_messageable(self._channel).get_partial_message(self._messages.pop().id)
        with contextlib.suppress(discord.NotFound):
            await message.delete()
        await self._keep()

    async def _keep(self) -> None:
        """Have the names of the messages remembered."""
        name = posted_name(str(self._channel), [str(message.id) for message in self._messages])
        if self._remember and not await self._remember(name):
            raise TakenOver


class _Way(Enum):
    """What can be done about a refusal."""

    OPEN = auto()
    WAKE = auto()
    CHANNEL = auto()
    REPLACE = auto()
    PLAIN = auto()


def _words(view: discord.ui.View | None) -> str:
    """What tells two views apart: Discord is not asked to change a message into itself."""
    return str(view.to_components()) if view else ""
