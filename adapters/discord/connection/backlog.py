"""Owns what Discord still knows of what was written: which channels can be read, and their messages behind a mark."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import discord

from adapters.discord.faults import translated
from adapters.discord.hearing.reading import HeardHere, heard_of, place_name

logger = logging.getLogger(__name__)

MOST_MESSAGES = 1_000
"""Of one channel, the newest; what is behind so many is no conversation that waits for an answer."""
_DIRECT = place_name(0, is_direct=True).removesuffix("0")
"""What the names of direct messages begin with."""

_Readable = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


@dataclass(frozen=True, slots=True)
class DiscordBacklog:
    """What a connected `client` may read. `me` is the bot's id."""

    client: discord.Client
    me: int

    def channels(self, known: Collection[str]) -> Mapping[str, int | None]:
        """Every channel and thread that Sova may read, and the direct messages in which she heard something.

        Discord lists no direct messages, so of those only asking tells.
        """
        listed = {place_name(one.id, is_direct=False): one.last_message_id or 0 for one in self._readable()}
        return {**listed, **{name: None for name in known if name.startswith(_DIRECT)}}

    async def since(self, channel: str, mark: int) -> Sequence[HeardHere]:
        """What was written there; raises `PlatformUnreachable`."""
        place = self._place(channel)
        if place is None:
            return []
        history = place.history(after=discord.Object(mark), limit=MOST_MESSAGES, oldest_first=False)
        try:
            with translated():
                newest = [heard_of(message, self.me) async for message in history]
        except discord.HTTPException as error:
            logger.warning("what was missed in a channel can't be read: Discord says %s %s", error.status, error.code)
            return []
        return newest[::-1]

    def _place(self, channel: str) -> discord.abc.Messageable | None:
        """None where the channel is gone."""
        if channel.startswith(_DIRECT):
            return self.client.get_partial_messageable(int(channel.removeprefix(_DIRECT)))
        found = self.client.get_channel(int(channel))
        return found if isinstance(found, discord.abc.Messageable) else None

    def _readable(self) -> list[_Readable]:
        channels: list[_Readable] = []
        for guild in self.client.guilds:
            channels += [*guild.text_channels, *guild.voice_channels, *guild.stage_channels, *guild.threads]
        return [one for one in channels if one.permissions_for(one.guild.me).read_message_history]
