"""Owns the messages in which a card stands in Discord while it changes: posted, changed in place, and posted elsewhere.

A card for everybody is a message of the channel, which can be changed as long as it is there. Where Sova can't write
into the channel, and for a card that only the caller sees, there is the token of the interaction, which Discord takes
for 15 minutes; how the work ends after that is told as a direct message.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import discord
from discord.http import HTTPClient, MultipartParameters, Route

from adapters.discord.controls.card_messages import CardMessage, card_messages
from adapters.discord.controls.responding import EXPIRED, QUIET, Interaction
from adapters.discord.faults import HIDDEN, UNKNOWN_MESSAGE, translated
from bot.chat.showing.live import Rhythm
from bot.commands.cards import Card
from bot.wording import Wording

logger = logging.getLogger(__name__)

RHYTHM = Rhythm(every=2.0)
"""A channel takes five changes in five seconds, and answers in it need most of them."""


class Way(Protocol):
    """Where messages are posted and changed: the beginning of Discord's addresses for both."""

    @property
    def is_ephemeral(self) -> bool:
        """Whether the caller alone sees what is posted."""
        ...

    def route(self, method: str, message: str = "") -> Route:
        """The address of the messages there, or of one of them."""
        ...


@dataclass(frozen=True, slots=True)
class ByToken:
    """By the token of an interaction; `is_ephemeral` says that the caller alone sees what is posted."""

    application: int
    token: str = field(repr=False)
    is_ephemeral: bool = True

    def route(self, method: str, message: str = "") -> Route:
        """As Discord knows an application's answers to an interaction."""
        below = f"/messages/{message}" if message else ""
        path = f"/webhooks/{{webhook_id}}/{{webhook_token}}{below}"
        return Route(method, path, webhook_id=self.application, webhook_token=self.token)


@dataclass(frozen=True, slots=True)
class InChannel:
    """As messages of a channel, a thread or direct messages."""

    channel: int
    is_ephemeral: bool = False

    def route(self, method: str, message: str = "") -> Route:
        """As Discord knows messages."""
        below = f"/{message}" if message else ""
        return Route(method, f"/channels/{{channel_id}}/messages{below}", channel_id=self.channel)


@dataclass(slots=True)
class _Shown:
    """A message that stands there, and how it looks; None while Sova hasn't said anything in it."""

    id: str
    looks: tuple[Any, ...] | None = None


class CardScreen:
    """One card that changes, in answer to an `interaction`.

    With `deferred`, the message by which Discord shows that Sova thinks, it is for the caller alone, else for all.
    """

    def __init__(self, interaction: Interaction, *, say: Wording, deferred: str | None) -> None:
        self._interaction = interaction
        self._say = say
        self._way: Way = InChannel(interaction.channel_id or 0) if deferred is None else self._by_token(is_private=True)
        self._messages = [] if deferred is None else [_Shown(deferred)]
        self._posts = 0
        self._is_seen = False
        self._is_over = False

    @property
    def rhythm(self) -> Rhythm:
        """How often it is changed."""
        return RHYTHM

    def wait(self) -> float:
        """In how many seconds it may be changed; discord.py waits by itself where Discord asks for it."""
        return 0.0

    async def show(self, card: Card, *, last: bool) -> None:
        """Let the card stand there; its picture comes with the `last` one.

        Raises `PlatformUnreachable`, and what Discord says of the first or the last card that it doesn't take.
        """
        if self._is_over and not last:
            return
        messages = card_messages(card, self._say)
        try:
            with translated():
                await self._show_somewhere(messages if last else _plain(messages), last=last)
        except discord.HTTPException as error:
            if last or not self._is_seen:
                raise
            logger.info("a card isn't shown as it is now: %s %s", error.status, error.code)
        self._is_seen = True

    async def _show_somewhere(self, messages: Sequence[CardMessage], *, last: bool) -> None:
        """Again after each refusal that can be got round."""
        while True:
            try:
                await self._show(messages)
            except discord.HTTPException as error:
                if not await self._got_round(error, last=last):
                    raise
            else:
                return

    async def _show(self, messages: Sequence[CardMessage]) -> None:
        for index, message in enumerate(messages):
            await self._put(index, message)
        while len(self._messages) > len(messages):
            await self._http.request(self._way.route("DELETE", self._messages[-1].id))
            self._messages.pop()

    async def _put(self, index: int, message: CardMessage) -> None:
        """With the picture if Discord takes it there."""
        try:
            await self._put_whole(index, message)
        except discord.HTTPException as error:
            if message.picture is None or error.code in EXPIRED | {UNKNOWN_MESSAGE}:
                raise
            logger.warning("a card is shown without its picture: %s %s", error.status, error.code)
            await self._put_whole(index, message.without_picture())

    async def _put_whole(self, index: int, message: CardMessage) -> None:
        looks = message.looks()
        if index == len(self._messages):
            self._messages.append(_Shown(await self._posted(message)))
        elif self._messages[index].looks != looks:
            with message.parameters() as parameters:
                there = self._way.route("PATCH", self._messages[index].id)
                await self._http.request(there, **_body(parameters))
        self._messages[index].looks = looks

    async def _posted(self, message: CardMessage) -> str:
        """The id of a new message. discord.py asks again after some failures; a channel posts it once all the same."""
        nonce = f"{self._interaction.id}-{self._posts}" if isinstance(self._way, InChannel) else None
        self._posts += 1
        with message.parameters(is_ephemeral=self._way.is_ephemeral, nonce=nonce) as parameters:
            posted = await self._http.request(self._way.route("POST"), **_body(parameters))
        return str(posted["id"])

    async def _got_round(self, error: discord.HTTPException, *, last: bool) -> bool:
        """Whether it is worth another try after this refusal."""
        if error.code == UNKNOWN_MESSAGE and self._messages and last:
            self._messages = []  # somebody took it away, and still wants to know how it ended
            return True
        if isinstance(self._way, InChannel):
            return error.code in HIDDEN and self._goes_on_by_token()
        if error.code not in EXPIRED | HIDDEN:
            return False
        self._is_over = True
        return last and await self._goes_on_directly()

    def _goes_on_by_token(self) -> bool:
        """Whether that is still to be tried: the channel doesn't take it, or not any more."""
        if self._is_over:
            return False
        self._way, self._messages = self._by_token(is_private=False), []
        return True

    async def _goes_on_directly(self) -> bool:
        """In the person's direct messages, below a word about why."""
        client = self._interaction.client
        channel = await client.create_dm(discord.Object(self._interaction.user.id))
        await channel.send(self._say("live-elsewhere"), **QUIET)
        self._way, self._messages = InChannel(channel.id), []
        return True

    def _by_token(self, *, is_private: bool) -> ByToken:
        return ByToken(self._interaction.application_id, self._interaction.token, is_ephemeral=is_private)

    @property
    def _http(self) -> HTTPClient:
        http: HTTPClient = self._interaction.client.http
        return http


def _plain(messages: Sequence[CardMessage]) -> Sequence[CardMessage]:
    return [message.without_picture() for message in messages]


def _body(parameters: MultipartParameters) -> Mapping[str, Any]:
    """What discord.py's requests take of it."""
    if parameters.files:
        return {"form": parameters.multipart, "files": parameters.files}
    return {"json": parameters.payload}
