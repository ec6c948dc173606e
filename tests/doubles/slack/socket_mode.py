"""Owns Socket Mode: who is connected, which envelope went where, and everything that can go wrong there on demand."""

import asyncio
import contextlib
import itertools
import json
import uuid
from typing import Any

from aiohttp import WSMsgType, web

from tests.doubles.slack.connection import Connection
from tests.doubles.slack.delivery import Deliveries, Delivery
from tests.doubles.slack.world import World

MOST_SOCKETS = 10
TICKET_LIVES_SECONDS = 30.0


class SocketMode:
    """For tests to look at: `connections` that are open, `opened` how many ever were, `envelopes` that were sent."""

    def __init__(self, world: World, deliveries: Deliveries) -> None:
        self.connections: list[Connection] = []
        self.opened = 0
        self.envelopes: list[dict[str, Any]] = []
        self.url = ""
        self._world = world
        self._deliveries = deliveries
        self._sent: dict[str, tuple[Delivery, Connection]] = {}
        self._past: set[str] = set()
        """Envelopes whose connection is gone: acknowledging them comes too late."""
        self._tickets: dict[str, float] = {}
        self._turn = itertools.count()
        self._tears = 0

    def open_url(self) -> str:
        """An address that is good for one connection, soon."""
        ticket = uuid.uuid4().hex
        self._tickets[ticket] = self._world.clock.now() + TICKET_LIVES_SECONDS
        return f"{self.url}?ticket={ticket}&app_id={self._world.app.id}"

    # ------------------------------------------------------------ what happens to it on demand

    def refresh(self, reason: str = "refresh_requested") -> None:
        """`warning` comes some seconds before a connection's end; `refresh_requested` asks for a new one now."""
        for connection in self.connections:
            connection.send(_disconnect(reason))
            connection.is_retiring = reason == "refresh_requested"

    def disable(self) -> None:
        """Somebody switches Socket Mode off."""
        self.refresh("link_disabled")
        self.close()

    def close(self) -> None:
        """Hang up on everybody."""
        for connection in self.connections:
            connection.close()

    def cut(self) -> None:
        """All lines go dead, without a good-bye."""
        for connection in self.connections:
            connection.cut()

    def tear_next(self, times: int = 1) -> None:
        """The lines on which the next envelopes go die in the middle of them."""
        self._tears += times

    def ping(self) -> None:
        """Ask everybody whether they are there; `Connection.pongs` counts."""
        for connection in self.connections:
            connection.ping(b"slack")

    # ------------------------------------------------------------ its life

    def carry(self, delivery: Delivery) -> bool:
        """Send it to one of those who are connected; False where nobody is."""
        connection = self._choice()
        if connection is None:
            return False
        delivery.carried_as = str(uuid.uuid4())
        envelope = _envelope(delivery)
        self._sent[delivery.carried_as] = delivery, connection
        self.envelopes.append(envelope)
        if self._tears:
            self._tears -= 1
            connection.is_lost = True
            connection.tear(envelope)
        else:
            connection.send(envelope)
        return True

    async def settled(self) -> None:
        """Everything that was to be sent is out."""
        await asyncio.gather(*(connection.settled() for connection in self.connections))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, from hello to its end."""
        if self._tickets.pop(request.query.get("ticket", ""), 0.0) < self._world.clock.now():
            return web.Response(status=403, text="invalid ticket")
        socket = web.WebSocketResponse(timeout=1.0, autoping=False)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self.connections.append(connection)
        self.opened += 1
        writing = asyncio.create_task(connection.write())
        try:
            self._greet(connection)
            await self._listen(connection)
        finally:
            self._forget(connection)
            writing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writing
            connection.abandon()
        return socket

    def _choice(self) -> Connection | None:
        """One after the other, those that stay before those that are to end."""
        open_ones = [one for one in self.connections if not (one.is_lost or one.socket.closed)]
        staying = [one for one in open_ones if not one.is_retiring] or open_ones
        return staying[next(self._turn) % len(staying)] if staying else None

    def _greet(self, connection: Connection) -> None:
        if len(self.connections) > MOST_SOCKETS:
            connection.is_lost = True
            connection.send(_disconnect("too_many_websockets"))
            connection.close()
            return
        debug = {"host": "applink-loopback", "build_number": 1, "approximate_connection_time": 18_060}
        about = {"app_id": self._world.app.id}
        told = {"type": "hello", "num_connections": len(self.connections), "debug_info": debug}
        connection.send({**told, "connection_info": about})
        self._world.changes.tell()

    async def _listen(self, connection: Connection) -> None:
        while True:
            frame = await connection.socket.receive()
            match frame.type:
                case WSMsgType.TEXT:
                    self._hear(frame.data)
                case WSMsgType.PING:
                    await connection.socket.pong(frame.data)
                case WSMsgType.PONG:
                    connection.pongs += 1
                    self._world.changes.tell()
                case _:
                    return

    def _hear(self, text: str) -> None:
        try:
            told = json.loads(text)
            delivery, _ = self._sent[told["envelope_id"]]
        except (ValueError, KeyError, TypeError):
            self._world.accuse(f"Socket Mode was told {text[:80]!r}")
            return
        if told["envelope_id"] not in self._past:
            self._deliveries.acknowledge(delivery, told.get("payload"))

    def _forget(self, connection: Connection) -> None:
        """It is closed: what was sent there and not acknowledged fails now."""
        self.connections.remove(connection)
        lost = {id_: delivery for id_, (delivery, where) in self._sent.items() if where is connection}
        for id_, delivery in lost.items():
            self._past.add(id_)
            if delivery.carried_as == id_:
                self._deliveries.fail(delivery, "connection_failed")
        self._world.changes.tell()


def _disconnect(reason: str) -> dict[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-loopback"}}


def _envelope(delivery: Delivery) -> dict[str, Any]:
    told: dict[str, Any] = {
        "envelope_id": delivery.carried_as,
        "type": delivery.kind,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.accepts_answer,
    }
    if delivery.kind != "events_api":
        return told
    return told | {"retry_attempt": delivery.attempt, "retry_reason": delivery.reason}
