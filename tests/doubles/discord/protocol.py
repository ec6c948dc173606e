"""Owns what is said on one connection of the gateway, and the codes with which Discord hangs up on nonsense.

https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway
"""

import json
import secrets
from collections import deque
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import discord
from aiohttp import WSMessage, WSMsgType
from simcord.backend import serializers
from simcord.backend.models import Guild
from simcord.intents import PRIVILEGED_INTENTS

from tests.doubles.discord.access import Access
from tests.doubles.discord.connection import Connection
from tests.doubles.discord.members import chunks_of
from tests.doubles.discord.routes import MESSAGE_CONTENT_FLAG
from tests.doubles.discord.sessions import Session
from tests.doubles.discord.world import World

STARTS_A_DAY = 1000
MOST_FRAMES, FRAMES_SECONDS = 120, 60.0
_ENDS_SESSION = (1000, 1001)
_ALL_INTENTS = discord.Intents.all().value


class Op(IntEnum):
    """What a frame is."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Closed(Exception):
    """The gateway hangs up with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


@dataclass(frozen=True, slots=True)
class Identified:
    """Somebody identified, `at` seconds since the epoch."""

    at: float
    intents: int
    shard: tuple[int, int]


class Doorman:
    """Decides who gets a session.

    `acknowledges` switched off withholds the answer to heartbeats. `seconds_between_identifies` is 5 at Discord;
    whoever comes earlier gets op 9. With no `starts_left` the token is no longer good. `shards` is among how many
    connections a bot is told to share its guilds.
    """

    def __init__(self, world: World, access: Access, *, heartbeat_ms: int) -> None:
        self.identified: list[Identified] = []
        self.resumed = 0
        self.sessions: dict[str, Session] = {}
        self.heartbeats = 0
        self.acknowledges = True
        self.shards = 1
        self.seconds_between_identifies = 0.0
        self.starts_left = STARTS_A_DAY
        self.url = ""
        self.heartbeat_ms = heartbeat_ms
        self.world = world
        self._access = access

    def told(self) -> dict[str, Any]:
        """What a bot must know before it knocks."""
        return {"url": self.url, "shards": self.shards, "session_start_limit": self.start_limit()}

    def start_limit(self) -> dict[str, int]:
        """How often a bot may still identify today."""
        return {"total": STARTS_A_DAY, "remaining": self.starts_left, "reset_after": 86_400_000, "max_concurrency": 1}

    def identify(self, connection: Connection, told: dict[str, Any]) -> Session | None:
        """A new session, with READY and the guilds on their way; None for op 9. Raises Closed."""
        self._check(told)
        now, shard = self.world.time.seconds(), _shard(told)
        if self.identified and now - self.identified[-1].at < self.seconds_between_identifies:
            connection.send(Op.INVALID_SESSION, data=False)
            return None
        self.identified.append(Identified(now, told["intents"], shard))
        self.starts_left -= 1
        session = Session(secrets.token_hex(8), self.world, intents=told["intents"], shard=shard)
        self.sessions[session.id] = session
        session.wire = connection
        self._welcome(session)
        return session

    def resume(self, connection: Connection, told: dict[str, Any]) -> Session | None:
        """The session goes on, with what was missed; None for op 9. Raises Closed."""
        if told.get("token") != self._access.token:
            raise Closed(4004, "Authentication failed.")
        session = self.sessions.get(str(told.get("session_id")))
        if session is None:
            connection.send(Op.INVALID_SESSION, data=False)
            return None
        if not 0 <= told["seq"] <= session.sequence:
            raise Closed(4007, "Invalid seq.")
        self.resumed += 1
        session.replay(connection, after=told["seq"])
        self.world.changes.tell()
        return session

    def beat(self, connection: Connection) -> None:
        """Somebody is alive."""
        self.heartbeats += 1
        self.world.changes.tell()
        if self.acknowledges:
            connection.send(Op.HEARTBEAT_ACK)

    def leave(self, connection: Connection, session: Session | None) -> None:
        """A connection has ended; its session goes on, unless it was the client who said so."""
        if session is None or session.wire is not connection:
            return
        session.wire = None
        if connection.said_goodbye and connection.socket.close_code in _ENDS_SESSION:
            self.sessions.pop(session.id, None)

    def _check(self, told: dict[str, Any]) -> None:
        if told.get("token") != self._access.token or self.starts_left <= 0:
            raise Closed(4004, "Authentication failed.")
        intents = told.get("intents")
        if not isinstance(intents, int) or intents & ~_ALL_INTENTS:
            raise Closed(4013, "Invalid intent(s).")
        wanted = discord.Intents._from_value(intents)
        if any(getattr(wanted, name) and name not in self._access.privileged for name in PRIVILEGED_INTENTS):
            raise Closed(4014, "Disallowed intent(s).")

    def _welcome(self, session: Session) -> None:
        world = self.world
        guilds = [guild for guild in world.guilds.values() if (guild.id >> 22) % session.shards == session.shard]
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": dict(serializers.user_payload(world.bot_user)),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "resume_gateway_url": self.url,
                "shard": [session.shard, session.shards],
                "application": {
                    "id": str(world.application_id),
                    "flags": MESSAGE_CONTENT_FLAG if self._access.reads_content else 0,
                },
            },
        )
        for guild in guilds:
            session.hear("GUILD_CREATE", _guild(world, guild))
        world.changes.tell()


async def talk(connection: Connection, door: Doorman) -> None:
    """Greet, listen, and hang up where Discord would."""
    connection.send(Op.HELLO, {"heartbeat_interval": door.heartbeat_ms})
    conversation = _Conversation(connection, door)
    try:
        await conversation.listen()
    except Closed as closed:
        await connection.socket.close(code=closed.code, message=closed.reason.encode())
    finally:
        door.leave(connection, conversation.session)


class _Conversation:
    """One client's frames, one after the other."""

    def __init__(self, connection: Connection, door: Doorman) -> None:
        self.session: Session | None = None
        self._connection = connection
        self._door = door
        self._frames: deque[float] = deque()

    async def listen(self) -> None:
        """Until it ends; raises Closed."""
        while True:
            message = await self._next()
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                self._connection.said_goodbye = message.type is WSMsgType.CLOSE
                return
            self._count()
            self._take(_read(message.data))

    async def _next(self) -> WSMessage:
        """Whoever misses two heartbeats is taken for dead."""
        try:
            return await self._connection.socket.receive(timeout=2 * self._door.heartbeat_ms / 1000)
        except TimeoutError as error:
            raise Closed(4009, "Session timed out.") from error

    def _count(self) -> None:
        now = self._door.world.time.seconds()
        self._frames.append(now)
        while self._frames[0] < now - FRAMES_SECONDS:
            self._frames.popleft()
        if len(self._frames) > MOST_FRAMES:
            raise Closed(4008, "Rate limited.")

    def _take(self, frame: dict[str, Any]) -> None:
        told = frame.get("d")
        match frame.get("op"):
            case Op.HEARTBEAT:
                self._door.beat(self._connection)
            case Op.IDENTIFY if self.session is None:
                self.session = self._door.identify(self._connection, told or {})
            case Op.RESUME if self.session is None:
                self.session = self._door.resume(self._connection, told or {})
            case Op.IDENTIFY | Op.RESUME:
                raise Closed(4005, "Already authenticated.")
            case Op.PRESENCE | Op.VOICE_STATE | Op.REQUEST_MEMBERS if self.session is None:
                raise Closed(4003, "Not authenticated.")
            case Op.REQUEST_MEMBERS if self.session is not None:
                self._send_members(self.session, told or {})
            case Op.PRESENCE | Op.VOICE_STATE:
                return
            case _:
                raise Closed(4001, "Unknown opcode.")

    def _send_members(self, session: Session, told: dict[str, Any]) -> None:
        for chunk in chunks_of(self._door.world, told):
            session.dispatch("GUILD_MEMBERS_CHUNK", chunk)


def _guild(world: World, guild: Guild) -> dict[str, Any]:
    """A guild as a bot first hears of it: of threads only those that are active, which simcord doesn't mind."""
    told = dict(serializers.guild_create_payload(world, guild))
    return told | {"threads": [dict(serializers.thread_payload(world, one)) for one in world.active_threads(guild.id)]}


def _read(data: str | bytes) -> dict[str, Any]:
    try:
        frame = json.loads(data)
    except ValueError as error:
        raise Closed(4002, "Error while decoding payload.") from error
    if not isinstance(frame, dict):
        raise Closed(4002, "Error while decoding payload.")
    return frame


def _shard(told: dict[str, Any]) -> tuple[int, int]:
    shard, shards = told.get("shard") or (0, 1)
    if not 0 <= shard < shards:
        raise Closed(4010, "Invalid shard.")
    return shard, shards
