"""Owns one session of the gateway: what a bot asked for, and everything it was sent, so that it can be sent again."""

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

import discord
from simcord.backend.access import channel_accessible
from simcord.gateway import FakeGateway

from tests.doubles.discord.world import World

KEPT = 10_000


class Wire(Protocol):
    """Where a session's frames go."""

    def send(self, op: int, data: object = None, *, event: str | None = None, sequence: int | None = None) -> None:
        """One frame."""


class _Parsers:
    """Looks to simcord like discord.py's parsers, one for each event; what they are given goes out as it is."""

    def __init__(self, dispatch: Callable[[str, object], None]) -> None:
        self._dispatch = dispatch

    def __getitem__(self, event: str) -> Callable[[object], None]:
        return partial(self._dispatch, event)


class _State:
    """Looks to simcord like discord.py's state."""

    def __init__(self, intents: discord.Intents, parsers: _Parsers) -> None:
        self.intents, self.parsers = intents, parsers


class Session:
    """`wire` is None while nobody is connected; what happens meanwhile waits for the RESUME."""

    def __init__(self, id_: str, world: World, *, intents: int, shard: tuple[int, int]) -> None:
        self.id = id_
        self.sequence = 0
        self.shard, self.shards = shard
        self.wire: Wire | None = None
        self._world = world
        self._sent: deque[tuple[int, str, object]] = deque(maxlen=KEPT)
        self._shaping = FakeGateway(world, _State(_intents(intents), _Parsers(self.dispatch)))

    def hear(self, event: str, payload: Mapping[str, Any]) -> None:
        """Something happened in the world; what this bot may know of it is sent, as far as it may know it."""
        if self._is_mine(event, payload) and self._may_see(event, payload):
            self._shaping.feed(event, payload)

    def dispatch(self, event: str, data: object) -> None:
        """Send an event, or keep it until somebody is there."""
        self.sequence += 1
        self._sent.append((self.sequence, event, data))
        if self.wire is not None:
            self.wire.send(0, data, event=event, sequence=self.sequence)

    def replay(self, wire: Wire, *, after: int) -> None:
        """Send over a new wire what came after a sequence number, and from now on everything."""
        self.wire = wire
        for sequence, event, data in self._sent:
            if sequence > after:
                wire.send(0, data, event=event, sequence=sequence)
        self.dispatch("RESUMED", {"_trace": []})

    def _is_mine(self, event: str, payload: Mapping[str, Any]) -> bool:
        of_guild = event in ("GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE")
        guild = payload.get("guild_id") or (payload.get("id") if of_guild else None)
        return (int(guild) >> 22) % self.shards == self.shard if guild else self.shard == 0

    def _may_see(self, event: str, payload: Mapping[str, Any]) -> bool:
        if not event.startswith(("MESSAGE_", "TYPING_")) or payload.get("guild_id") is None:
            return True
        return channel_accessible(self._world, int(payload["channel_id"]), self._world.bot_user.id)


def _intents(value: int) -> discord.Intents:
    intents = discord.Intents.none()
    intents.value = value
    return intents
