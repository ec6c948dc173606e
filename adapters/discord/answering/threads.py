"""Owns opening the thread that an answer goes into: named after the question, once, whoever asks for it."""

import asyncio
import logging
from functools import partial
from typing import Literal, Self

import discord

from adapters.discord.faults import THREAD_EXISTS, translated
from adapters.discord.rest import Rest
from bot.chat.showing.pacing import Budgets
from bot.messages import Incoming
from bot.output.characters import Bounds as CharacterBounds
from bot.output.characters import CharacterFilter
from bot.wording import speak

logger = logging.getLogger(__name__)

LONGEST_NAME = 80
"""Characters; Discord takes 100, and shows about half of that."""
ARCHIVE_MINUTES: Literal[1440] = 1440
"""After how long without a message Discord archives the thread; whoever writes there wakes it."""


class Threads:
    """Opens threads while it is entered.

    One that is opened from a message has that message's id, so everybody knows it before it is there.
    """

    def __init__(self, rest: Rest, *, budgets: Budgets) -> None:
        self._rest = rest
        self._budgets = budgets
        self._opening: dict[int, asyncio.Task[bool]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        tasks = list(self._opening.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def open(self, channel: int, message: int, *, name: str) -> bool:
        """Open the thread; True as well where it is open already, False where Discord doesn't want one there.

        Raises `PlatformUnreachable`. Who asks while it is being opened waits for that.
        """
        if message not in self._opening:
            task = self._opening[message] = asyncio.create_task(self._open(channel, message, name=name))
            task.add_done_callback(partial(self._opened, message))
        return await asyncio.shield(self._opening[message])

    def _opened(self, message: int, task: asyncio.Task[bool]) -> None:
        self._opening.pop(message)
        if not task.cancelled() and (error := task.exception()):
            logger.info("a thread couldn't be opened now: %s", error)

    async def _open(self, channel: int, message: int, *, name: str) -> bool:
        client = await self._rest.client()
        await self._budgets.take(last=True)
        try:
            with translated():
                await client.http.start_thread_with_message(
                    channel, message, name=name, auto_archive_duration=ARCHIVE_MINUTES
                )
        except discord.HTTPException as error:
            if error.code == THREAD_EXISTS:
                return True
            logger.warning("no thread can be opened: %s %s", error.status, error.code)
            return False
        return True


def thread_name(incoming: Incoming) -> str:
    """The beginning of the question as one visible line; something of ours where nothing of it can be shown. Pure."""
    visible = CharacterFilter(CharacterBounds()).feed(incoming.text[: LONGEST_NAME * 10])
    line = " ".join(visible.split())
    if not any(character.isalnum() for character in line):
        return speak(incoming.language)("discord-thread-name")
    if len(line) <= LONGEST_NAME:
        return line
    cut = line[: LONGEST_NAME - 1]
    whole = cut.rpartition(" ")[0]
    return f"{whole if len(whole) > LONGEST_NAME // 2 else cut}…"
