"""`python -m tests.doubles.board_program serve|worker …`: the real `sova` command, with the platform `board` besides.

`BOARD_URL` is where its chat service is. The service is told of each step of a question, and may kill us there; with
`BOARD_STEPS` only of these, with blanks between them.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.cli import main
from bot.composition import admittance
from bot.composition.house import House
from bot.composition.platforms import KINDS, PlatformKind
from bot.messages import Author, ConversationKey, Incoming
from bot.service.platforms import Receive
from bot.settings import Settings
from tests.doubles.board import Board, BoardOutbound
from tests.doubles.board_service import Question

NAME = "board"


class RemoteBoard(Board):
    """The chat service over HTTP."""

    def __init__(self, client: aiohttp.ClientSession, *, steps: frozenset[str] | None) -> None:
        super().__init__()
        self._client = client
        self._steps = steps

    async def post(self, channel: str, text: str, *, nonce: str) -> str:
        return str(await self.call("/post", {"channel": channel, "text": text, "nonce": nonce}))

    async def edit(self, id_: str, text: str) -> None:
        await self.call("/edit", {"id": id_, "text": text})

    async def step(self, name: str, id_: str) -> None:
        """Tell where we are; perhaps that was it."""
        if self._steps is None or name in self._steps:
            await self.call("/step", {"step": name, "id": id_, "pid": os.getpid()})

    async def step_of(self, name: str, incoming: Incoming) -> None:
        await self.step(name, incoming.id)

    async def call(self, path: str, told: object = None) -> Any:  # noqa: ANN401  # whatever stands in the JSON
        async with self._client.request("GET" if told is None else "POST", path, json=told) as response:
            return await response.json()


@dataclass
class RemoteBoardPlatform(BoardOutbound):
    """The whole adapter, in one process or in several."""

    board: RemoteBoard
    name: str = NAME

    async def run(self, receive: Receive) -> None:
        """Take in what is asked, one after the other, for ever."""
        await self.board.call("/connected", {})
        while True:
            asked = await self.board.call("/next")
            question = Question(**asked)
            await self.board.step("received", question.id)
            await receive(incoming_of(question))
            await self.board.step("accepted", question.id)
            await self.board.call("/acknowledge", asked)


def incoming_of(question: Question) -> Incoming:
    place = ConversationKey(NAME, "team", question.channel)
    return Incoming(question.id, place, Author(question.person, question.person), question.text, received_at=1.0)


@asynccontextmanager
async def opened(_: Settings, __: House | None = None) -> AsyncIterator[RemoteBoardPlatform]:
    url, steps = os.environ["BOARD_URL"], os.environ.get("BOARD_STEPS")  # noqa: TID251  # the double's own
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(url, timeout=timeout, raise_for_status=True) as client:
        board = RemoteBoard(client, steps=None if steps is None else frozenset(steps.split()))
        yield RemoteBoardPlatform(board, before=board.step_of)


def run() -> None:
    """The command, with its words from the command line."""
    admittance.PLATFORMS |= {NAME}
    KINDS.append(PlatformKind(NAME, is_configured=lambda _: True, connect=opened, show=opened))
    sys.exit(main())


if __name__ == "__main__":
    run()
