"""Owns missing nothing: up to which message each channel was heard, and what was written there after a gap."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import discord

from adapters.discord.callers import PLATFORM
from adapters.discord.faults import translated
from bot.errors import AssistantError
from bot.ports import SeenLog

logger = logging.getLogger(__name__)

KEEP_SECONDS = 5.0
"""How often what was heard is written down: what a crash loses of it is heard twice, and known to the inbox."""
LONGEST_GAP = timedelta(hours=24)
"""What is older isn't answered any more: whoever asked has moved on."""
FORGOTTEN = timedelta(days=60)
"""A channel where nobody has written for so long is no longer kept in mind."""
MOST_MESSAGES = 200
"""Of one channel; more is no conversation that waits for an answer."""
_DIRECT = "dm:"

Missed = Callable[[Sequence[discord.Message]], Awaitable[None]]
"""Takes what was written in one channel meanwhile, oldest first."""


class CatchingUp:
    """Notes what was heard, and fetches what wasn't. `log` keeps it."""

    def __init__(self, log: SeenLog, *, keep_seconds: float = KEEP_SECONDS) -> None:
        self._log = log
        self._keep_seconds = keep_seconds
        self._marks: dict[str, int] = {}
        self._early: dict[str, int] | None = {}
        self._unkept: dict[str, int] = {}

    def note(self, message: discord.Message) -> None:
        """Everything in the message's channel was heard, up to this."""
        channel = _name(message.channel.id, is_direct=message.guild is None)
        marks = self._marks if self._early is None else self._early
        if message.id > marks.get(channel, 0):
            marks[channel] = self._unkept[channel] = message.id

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Write down what is heard meanwhile."""
        keeper = asyncio.create_task(self._keep_for_ever())
        try:
            yield
        finally:
            keeper.cancel()
            await asyncio.wait({keeper})
            await self._keep()

    async def catch_up(self, client: discord.Client, missed: Missed) -> None:
        """Hand over what was written since; a channel that can't be read is left out, and tried after the next gap.

        Where it isn't known what was heard, for the log is away, it is waited for.
        """
        while not await self._recalled():  # noqa: ASYNC110  # nobody tells when a server is back
            await asyncio.sleep(self._keep_seconds)
        oldest = discord.utils.time_snowflake(discord.utils.utcnow() - LONGEST_GAP)
        unheard = self._unheard(client)
        self._marks |= self._early or {}
        self._early = None
        for channel, mark in unheard:
            try:
                with translated():
                    await _fetch(channel, max(mark, oldest), missed)
            except (AssistantError, discord.HTTPException) as error:
                logger.warning("what was missed in a channel can't be fetched: %s", _told(error))

    def _unheard(self, client: discord.Client) -> list[tuple[discord.abc.Messageable, int]]:
        """The channels where somebody has written since, and the last message that was heard there.

        Where nothing was ever heard, it is the last one that was heard anywhere. Of direct messages only asking tells.
        """
        if not self._marks:
            return []
        newest = max(self._marks.values())
        heard = [(channel, self._marks.get(_name(channel.id), newest)) for channel in _readable(client)]
        unheard = [(channel, mark) for channel, mark in heard if (channel.last_message_id or 0) > mark]
        direct = [(name.removeprefix(_DIRECT), mark) for name, mark in self._marks.items() if name.startswith(_DIRECT)]
        return [*unheard, *((client.get_partial_messageable(int(id_)), mark) for id_, mark in direct)]

    async def _recalled(self) -> bool:
        """Whether it is known what an earlier Sova heard; channels that are long quiet are dropped."""
        if self._early is None:
            return True
        oldest = discord.utils.time_snowflake(discord.utils.utcnow() - FORGOTTEN)
        try:
            marks = await self._log.marks(PLATFORM)
            await self._log.drop(PLATFORM, frozenset(channel for channel, mark in marks.items() if mark < oldest))
        except AssistantError as error:
            logger.warning("what was heard before can't be read yet: %s", error)
            return False
        self._marks = {channel: mark for channel, mark in marks.items() if mark >= oldest}
        return True

    async def _keep_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._keep_seconds)
            await self._keep()

    async def _keep(self) -> None:
        """What is heard before that is known of earlier is kept in mind: written down, it would hide the gap."""
        if self._early is not None:
            return
        marks, self._unkept = self._unkept, {}
        try:
            await self._log.note(PLATFORM, marks)
        except AssistantError as error:
            logger.warning("what was heard can't be written down: %s", error)
            self._unkept = marks | self._unkept


_Readable = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


def _readable(client: discord.Client) -> list[_Readable]:
    """Every channel and thread that Sova may read."""
    channels: list[_Readable] = []
    for guild in client.guilds:
        channels += [*guild.text_channels, *guild.voice_channels, *guild.stage_channels, *guild.threads]
    return [channel for channel in channels if channel.permissions_for(channel.guild.me).read_message_history]


async def _fetch(channel: discord.abc.Messageable, mark: int, missed: Missed) -> None:
    after = discord.Object(mark)
    found = [one async for one in channel.history(after=after, limit=MOST_MESSAGES, oldest_first=True)]
    if found:
        logger.info("fetched what was missed: messages=%d", len(found))
        await missed(found)


def _name(channel: int, *, is_direct: bool = False) -> str:
    return f"{_DIRECT if is_direct else ''}{channel}"


def _told(error: Exception) -> str:
    return f"{error.status} {error.code}" if isinstance(error, discord.HTTPException) else str(error)
