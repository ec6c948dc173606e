"""`python -m tests.chaos.program worker|gateway REDIS PREFIX SERVICE`: one process of the service, made to be killed.

Everything is the product's but the engine, which repeats the question, and the chat service.
"""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from bot.assistant import Assistant, ReplyStream
from bot.backends.redis import RedisHistory, RedisLatencyLog, RedisModelPins
from bot.backends.redis_connection import RedisConnection, open_redis
from bot.backends.redis_inbox import RedisInbox
from bot.inbox import Bounds
from bot.messages import Author, ConversationKey, Incoming
from bot.models.selection import ModelSelection
from bot.ports import CompletionDelta, CompletionEnd, CompletionRequest
from bot.service.worker import Pace, Worker
from tests.doubles.board import Board, BoardOutbound
from tests.doubles.scripted_engine import ScriptedEngine

BOUNDS = Bounds(waiting=100_000, waiting_of_one=100_000, lease_seconds=1.0)
PACE = Pace(slots=8, renew_seconds=0.2, retry_seconds=0.05, attempts=50)
AGE = timedelta(hours=1)


class Echo(ScriptedEngine):
    """Says the question again, in three pieces."""

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        self.scripts = [["You asked: ", request.messages[-1].content.split("\n")[-1], "."]]
        async with aclosing(super().complete(request)) as items:
            async for item in items:
                yield item


@dataclass
class RemoteBoard(Board):
    """The chat service over HTTP."""

    client: httpx.AsyncClient | None = None

    async def post(self, channel: str, text: str, *, nonce: str) -> str:
        return str(await self.call("/post", {"channel": channel, "text": text, "nonce": nonce}))

    async def edit(self, id_: str, text: str) -> None:
        await self.call("/edit", {"id": id_, "text": text})

    async def step(self, name: str, id_: str) -> None:
        """Tell where we are; perhaps that was it."""
        await self.call("/step", {"step": name, "id": id_, "pid": os.getpid()})

    async def call(self, path: str, told: object = None) -> Any:  # noqa: ANN401  # whatever stands in the JSON
        assert self.client is not None
        response = await (self.client.get(path) if told is None else self.client.post(path, json=told))
        response.raise_for_status()
        return response.json()


@dataclass
class Watched:
    """The assistant; the chat service is told when it is asked."""

    assistant: Assistant
    board: RemoteBoard

    async def answer(self, incoming: Incoming) -> ReplyStream:
        await self.board.step("claimed", incoming.id)
        async with aclosing(self.assistant.answer(incoming)) as events:
            async for event in events:
                yield event

    async def stop(self, conversation: ConversationKey) -> bool:
        return await self.assistant.stop(conversation)


async def main(kind: str, redis: str, prefix: str, service: str) -> None:
    async with open_redis(redis) as connection, httpx.AsyncClient(base_url=service, timeout=30) as client:
        board = RemoteBoard(client=client)
        await (work if kind == "worker" else receive)(connection, prefix, board)


async def work(connection: RedisConnection, prefix: str, board: RemoteBoard) -> None:
    """Answer for ever."""
    history = RedisHistory(connection, prefix=prefix, max_turns=10_000, max_age=AGE)
    pins = RedisModelPins(connection, prefix=prefix)
    latency = RedisLatencyLog(connection, prefix=prefix, max_samples=100, max_age=AGE)
    engine = Echo()
    selection = ModelSelection(engine, pins, default=None)
    assistant = Assistant(engine=engine, history=history, selection=selection, latency=latency)

    async def step(name: str, incoming: Incoming) -> None:
        await board.step(name, incoming.id)

    inbox = RedisInbox(connection, prefix=prefix, bounds=BOUNDS)
    await Worker(inbox, Watched(assistant, board), {"board": BoardOutbound(board, before=step)}, pace=PACE).run()


async def receive(connection: RedisConnection, prefix: str, board: RemoteBoard) -> None:
    """Take in what is asked until there is nothing left."""
    inbox = RedisInbox(connection, prefix=prefix, bounds=BOUNDS)
    while (asked := await board.call("/next")) is not None:
        channel, number = asked
        id_ = f"{channel}-{number}"
        place = ConversationKey("board", "team", channel)
        await board.step("received", id_)
        await inbox.accept(Incoming(id_, place, Author(channel, channel), f"question {number}", received_at=1.0))
        await board.step("accepted", id_)
        await board.call("/acknowledge", asked)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
