"""Owns an answer that only the asker sees: shown by the token of the interaction that it answers.

Discord takes such a token for 15 minutes, from any process. What comes later goes to the person as a direct message.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import discord
from discord.http import Route

from adapters.discord.answering.posted import PrivateName
from adapters.discord.answering.showing import Buttons
from adapters.discord.controls.responding import EXPIRED, QUIET
from adapters.discord.faults import CANNOT_DM, HIDDEN, UNKNOWN_MESSAGE, translated
from adapters.discord.rest import Rest
from bot.chat.controls.private import is_private
from bot.chat.hearing.ask_command import quoted
from bot.chat.showing.delivering import TakenOver, Undeliverable
from bot.chat.showing.posted import posted_messages, posted_name
from bot.messages import Incoming
from bot.service.platforms import Remember
from bot.wording import speak

logger = logging.getLogger(__name__)

View = discord.ui.View

_NOWHERE = HIDDEN | {CANNOT_DM, UNKNOWN_MESSAGE}
"""The person has dismissed the message, or takes none from Sova."""


def is_for_one(incoming: Incoming) -> bool:
    """Whether the answer is shown to the asker alone, by `PrivateShowing`."""
    return is_private(incoming.conversation) or PrivateName.read(incoming.reply) is not None


class PrivateShowing:
    """Brings a list of texts before the asker; the same as `Showing` for everybody.

    There is a message from the beginning: the one by which Discord says that Sova thinks.
    """

    channel: int | None = None
    """None that others could see: nobody is shown that Sova types."""
    is_posted = True

    def __init__(self, incoming: Incoming, *, rest: Rest, posted: str | None, remember: Remember | None = None) -> None:
        self._incoming = incoming
        self._rest = rest
        self._remember = remember
        self._way = _way(posted or incoming.reply or "")
        self._shown: dict[str, tuple[str, str]] = {}

    def wait(self, *, last: bool = False) -> float:
        """In how many seconds the next change may be made: a token's changes are nobody else's."""
        del last
        return 0.0

    async def show(self, texts: Sequence[str], *, last: bool, view_of: Buttons) -> None:
        """As `Showing.show`."""
        del last
        client = await self._rest.client()
        with translated():
            try:
                await self._show(client, texts, view_of)
            except discord.HTTPException as error:
                if error.code in _NOWHERE:
                    raise Undeliverable(error.code) from error
                if error.code not in EXPIRED or isinstance(self._way, _Openly):
                    raise
                logger.info("a private answer takes longer than Discord lets it: %s", error.code)
                await self._move_to_direct_messages(client)
                await self._show(client, texts, view_of)

    async def _show(self, client: discord.Client, texts: Sequence[str], view_of: Buttons) -> None:
        earlier: tuple[str, ...] = ()
        for index, text in enumerate(texts):
            view = view_of(earlier) if index == len(texts) - 1 else None
            earlier = (*earlier, await self._put(client, index, text, view))

    async def _put(self, client: discord.Client, index: int, text: str, view: View | None) -> str:
        """Let `text` stand in the message at `index`, and give its id."""
        wanted = (text, str(view.to_components()) if view else "")
        if index == len(self._way.messages):
            message = await self._way.post(client, text, view)
            await self._keep((*self._way.messages, message))
        else:
            message = self._way.messages[index]
            if self._shown.get(message) != wanted:
                await self._way.edit(client, message, text, view)
        self._shown[message] = wanted
        return message

    async def _keep(self, messages: tuple[str, ...]) -> None:
        """Have the names of the messages remembered."""
        self._way = replace(self._way, messages=messages)
        if self._remember and not await self._remember(str(self._way)):
            raise TakenOver

    async def _move_to_direct_messages(self, client: discord.Client) -> None:
        """From here on the answer stands there, below a word about why."""
        heading = f"{speak(self._incoming.language)('private-expired')}\n{quoted(self._incoming.text)}"
        try:
            channel = await client.create_dm(discord.Object(int(self._incoming.author.id)))
            await channel.send(heading, **QUIET)
        except discord.Forbidden as error:
            raise Undeliverable(CANNOT_DM) from error
        self._way = _Openly(str(channel.id), ())


@dataclass(frozen=True, slots=True)
class _ByToken:
    """Messages that the asker alone sees, wherever that is."""

    application: int
    token: str
    messages: tuple[str, ...]

    def __str__(self) -> str:
        return str(PrivateName(self.application, self.token, self.messages))

    async def post(self, client: discord.Client, text: str, view: View | None) -> str:
        sent = await self._webhook(client).send(
            text, view=view or discord.utils.MISSING, ephemeral=True, wait=True, **QUIET
        )
        return str(sent.id)

    async def edit(self, client: discord.Client, message: str, text: str, view: View | None) -> None:
        """By a request of our own: in discord.py changing such a message can't switch its previews of links off."""
        route = Route(
            "PATCH",
            "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
            webhook_id=self.application,
            webhook_token=self.token,
            message_id=message,
        )
        changed = {
            "content": text,
            "components": view.to_components() if view else [],
            "allowed_mentions": QUIET["allowed_mentions"].to_dict(),
            "flags": discord.MessageFlags(suppress_embeds=True).value,
        }
        await client.http.request(route, json=changed)

    def _webhook(self, client: discord.Client) -> discord.Webhook:
        """discord.py's way to an interaction that another process received."""
        webhook = discord.Webhook.partial(self.application, self.token, client=client)
        webhook.type = discord.WebhookType.application
        return webhook


@dataclass(frozen=True, slots=True)
class _Openly:
    """Direct messages, which nobody else sees either."""

    channel: str
    messages: tuple[str, ...]

    def __str__(self) -> str:
        return posted_name(self.channel, self.messages)

    async def post(self, client: discord.Client, text: str, view: View | None) -> str:
        sent = await self._there(client).send(text, view=view or discord.utils.MISSING, **QUIET)
        return str(sent.id)

    async def edit(self, client: discord.Client, message: str, text: str, view: View | None) -> None:
        there = self._there(client).get_partial_message(int(message))
        await there.edit(content=text, view=view, allowed_mentions=QUIET["allowed_mentions"])

    def _there(self, client: discord.Client) -> discord.PartialMessageable:
        return client.get_partial_messageable(int(self.channel))


def _way(name: str) -> _ByToken | _Openly:
    if private := PrivateName.read(name):
        return _ByToken(private.application, private.token, private.messages)
    return _Openly(*posted_messages(name))
