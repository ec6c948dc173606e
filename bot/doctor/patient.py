"""Owns the patient: everything that is examined, handed in, so that the doctor knows no backend."""

import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from bot.egress import Resolve
from bot.models import memory
from bot.ports import ChatModel
from bot.retrieval.reports import SearchModels
from bot.settings import Settings
from bot.stats.hardware import Hardware


class HistoryServer(Protocol):
    """The server that keeps the history, as far as it can be examined."""

    @property
    def where(self) -> str:
        """Its address without credentials; `embedded` for Sova's own."""
        ...

    async def ping(self) -> None:
        """Return when it answers; otherwise an `AssistantError`."""
        ...

    async def version(self) -> str:
        """Its kind and version, such as `Valkey 9.1.2`."""
        ...

    async def persists(self) -> bool | None:
        """Whether every write reaches its disk within a second or so; None when it doesn't tell."""
        ...


class DocumentIndex(Protocol):
    """The index of documents, as far as it can be examined; nothing in it is changed."""

    @property
    def where(self) -> str:
        """Its server's address without credentials; `embedded` for Sova's own."""
        ...

    async def version(self) -> str | None:
        """The server's version, such as `1.16.2`; None for Sova's own."""
        ...

    async def documents(self) -> int | None:
        """How many documents it holds, None where nothing was ever indexed; `IndexLocked` while another has it."""
        ...


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The Python that runs Sova: its version, and the width of its addresses in bits."""

    version: tuple[int, int, int] = field(default_factory=lambda: sys.version_info[:3])
    bits: int = field(default_factory=lambda: sys.maxsize.bit_length() + 1)


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined.

    `open_engine`, `open_history` and `open_index` raise an `AssistantError` where there is none; none need wait for a
    model to be loaded. `search_models` tells which embedding models are here (it blocks). `hardware` reads the machine,
    `free_memory` the bytes of RAM that a model could have (it blocks), `resolve` gives the addresses of a host name and
    raises `OSError` when it has none. `missing_bytes` is the size of the model that would still have to be fetched,
    `platforms` are those that `access.toml` may name; `chats` those that are configured, each asked for what Sova is
    called there. No check takes longer than `seconds`.
    """

    settings: Settings
    open_engine: Callable[[], AbstractAsyncContextManager[ChatModel]]
    open_history: Callable[[], AbstractAsyncContextManager[HistoryServer]]
    open_index: Callable[[], AbstractAsyncContextManager[DocumentIndex]]
    search_models: Callable[[], SearchModels]
    hardware: Callable[[], Awaitable[Hardware]]
    resolve: Resolve
    free_memory: Callable[[], int] = memory.free_bytes
    missing_bytes: int = 0
    platforms: frozenset[str] = frozenset()
    chats: Mapping[str, Callable[[], Awaitable[str]]] = field(default_factory=dict)
    interpreter: Interpreter = field(default_factory=Interpreter)
    seconds: float = 5.0
