"""Owns one WebSocket of Socket Mode: what comes over it is taken in beside each other, and acknowledged once it is.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import aiohttp

from adapters.slack.faults import NAME
from bot.errors import PlatformUnreachable

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10.0
"""How often it is looked whether the line is alive; half as long may the answer take."""
HELLO_SECONDS = 10.0
RETIRED_SECONDS = 30.0
"""For so long a connection that was replaced may still bring something, until Slack closes it."""
FINISH_SECONDS = 3.0
"""For so long what it brought is still dealt with after its end."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What Slack brings: `payload` is as in HTTP mode, `headers` what it would say of an earlier try there."""

    id: str
    payload: dict[str, Any]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """The envelope was dealt with; `answer` goes back with the acknowledgement."""

    answer: dict[str, Any] | None = None


Take = Callable[[Envelope], Awaitable[Taken | None]]
"""Deals with an envelope; None where it couldn't, and Slack shall bring it again."""


class Ending(StrEnum):
    """Why a socket comes to its end: Slack's own words for it, or none."""

    WARNING = "warning"
    REFRESH = "refresh_requested"
    DISABLED = "link_disabled"
    TOO_MANY = "too_many_websockets"
    LOST = "lost"


_WHY = {
    Ending.DISABLED: "Socket Mode is switched off in the app's settings",
    Ending.TOO_MANY: "too many connections are open with this app token",
}


class Socket:
    """A connection that is there. `ending` is known as soon as Slack says so, before it really ends.

    `connections` is how many the app had when this one was made, itself included.
    """

    def __init__(self, line: aiohttp.ClientWebSocketResponse, take: Take, *, connections: int) -> None:
        self.connections = connections
        self.ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._line = line
        self._take = take
        self._lifetime = asyncio.timeout(None)
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        """Take in what comes, until the connection ends, or `RETIRED_SECONDS` after that was announced.

        What is under way then is finished, though it can't be acknowledged any more.
        """
        try:
            async with self._lifetime:
                async for frame in self._line:
                    if frame.type is aiohttp.WSMsgType.TEXT:
                        self._hear(frame.data)
        except TimeoutError:
            logger.info("Slack doesn't close a connection that was replaced; now we do")
        finally:
            self._ends(Ending.LOST)
            await self._close()

    async def _close(self) -> None:
        try:
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=FINISH_SECONDS)
        finally:
            for task in self._tasks:
                task.cancel()
            await self._line.close()

    def _hear(self, text: str) -> None:
        told = _read(text)
        if told.get("type") == "disconnect":
            self._ends(_ending(told))
            self._lifetime.reschedule(asyncio.get_running_loop().time() + RETIRED_SECONDS)
        elif "envelope_id" in told:
            task = asyncio.create_task(self._deal_with(_envelope(told)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deal_with(self, envelope: Envelope) -> None:
        try:
            taken = await self._take(envelope)
        except Exception:
            logger.exception("what Slack brought was dropped by a fault of ours; Slack brings it again")
            return
        if taken is None:
            return
        told = {"envelope_id": envelope.id} | ({"payload": taken.answer} if taken.answer else {})
        try:
            await self._line.send_str(json.dumps(told))
        except ConnectionError:
            logger.info("a connection ended before its last envelopes were acknowledged; Slack brings them again")

    def _ends(self, ending: Ending) -> None:
        if not self.ending.done():
            self.ending.set_result(ending)


async def greeted(line: aiohttp.ClientWebSocketResponse, take: Take) -> Socket:
    """The connection, once Slack has said hello.

    Raises `TimeoutError`, and `PlatformUnreachable` where it says that it won't have us, or nothing.
    """
    frame = await line.receive(timeout=HELLO_SECONDS)
    told = _read(frame.data) if frame.type is aiohttp.WSMsgType.TEXT else {}
    if told.get("type") != "hello":
        raise lost(_ending(told) if told else Ending.LOST)
    return Socket(line, take, connections=int(told.get("num_connections", 1)))


def lost(ending: Ending) -> PlatformUnreachable:
    """What is wrong when a connection ended like that."""
    return PlatformUnreachable(NAME, _WHY.get(ending, "a connection was lost"))


def _read(text: str) -> dict[str, Any]:
    """A frame; one that can't be read says nothing."""
    try:
        told = json.loads(text)
    except ValueError:
        logger.warning("a frame of Slack's can't be read: characters=%d", len(text))
        return {}
    return told if isinstance(told, dict) else {}


def _ending(told: dict[str, Any]) -> Ending:
    """What Slack says of it; for reasons that are new a new connection is worth a try."""
    reason = told.get("reason", "")
    logger.info("Slack ends a connection: reason=%s", reason)
    return Ending(reason) if reason in set(Ending) else Ending.REFRESH


def _envelope(told: dict[str, Any]) -> Envelope:
    headers = {}
    if told.get("retry_attempt"):
        headers["x-slack-retry-num"] = str(told["retry_attempt"])
        headers["x-slack-retry-reason"] = str(told.get("retry_reason") or "")
    return Envelope(str(told["envelope_id"]), told.get("payload") or {}, headers)
