"""Owns what the commands share: asking in bounded time, keeping a failure as a value, what is where, and figures."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from bot.access import LOCAL_PLATFORM
from bot.errors import AssistantError, EngineUnreachable, NoWorkspace
from bot.messages import ConversationKey
from bot.places import DIRECT_MESSAGES
from bot.ports import ChatModel
from bot.wording import Wording

Answer = TypeVar("Answer")

ENGINE_SECONDS = 3.0
"""How long a card waits for the engine: a person gets an honest sentence in this time, whatever is broken."""


async def attempt(work: Awaitable[Answer]) -> Answer | AssistantError:
    """What `work` gives, or the error that it raised, so that a card can show the rest."""
    try:
        return await work
    except AssistantError as error:
        return error


async def promptly(engine: ChatModel, work: Awaitable[Answer], *, seconds: float = ENGINE_SECONDS) -> Answer:
    """What `engine` answers to `work` within `seconds`; silence is `EngineUnreachable`."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError as error:
        raise EngineUnreachable(engine=engine.engine, url=engine.url) from error


def has_workspace(conversation: ConversationKey) -> bool:
    """Whether it belongs to a server or workspace, whose channels can have something in common."""
    return conversation.platform != LOCAL_PLATFORM and conversation.workspace != DIRECT_MESSAGES


def demand_workspace(conversation: ConversationKey) -> None:
    """Raise `NoWorkspace` where there is none."""
    if not has_workspace(conversation):
        raise NoWorkspace


def engine_line(engine: ChatModel, version: str | AssistantError | None, say: Wording) -> str:
    """The engine in one line: its name, its version where it tells, and its address."""
    told = "none" if version is None or isinstance(version, AssistantError) else version
    return say("engine-line", engine=engine.engine, version=told, url=engine.url)


def gigabytes(count: int | None, say: Wording) -> str:
    """A number of bytes in GB (10⁹ bytes) with one decimal, a dash when it isn't known."""
    return unknown(say) if count is None else say("amount-gigabytes", value=count / 1e9)


def tokens(count: int | None, say: Wording) -> str:
    """A number of tokens with its thousands set apart, a dash when it isn't known."""
    return unknown(say) if count is None else say("amount-whole", value=count)


def unknown(say: Wording) -> str:
    """What stands where a figure isn't known."""
    return say("amount-unknown")
