"""Patients in good health, each part of which a test can make ill."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from bot.doctor import Code, DocumentIndex, Finding, HistoryServer, Patient, examine
from bot.errors import AssistantError
from bot.ports import LoadedModel, ModelInfo
from bot.retrieval.reports import SearchModels
from bot.settings import Settings
from bot.stats.gpus import Gpu
from bot.stats.hardware import Hardware
from tests.doubles.scripted_engine import ScriptedEngine

Service = TypeVar("Service")
GB = 1_000_000_000
CARD = Gpu("Owl RTX", utilisation=0, vram_used=2 * GB, vram_total=24 * GB)
OWL = ModelInfo(name="owl:1b", size_bytes=GB, context_tokens=32_768, loaded=False)


@dataclass
class ExaminedEngine(ScriptedEngine):
    """An engine that tells its version, what it holds in memory, and which models it would ask elsewhere."""

    engine: str = "ollama"
    url: str = "http://127.0.0.1:11434"
    offers: list[ModelInfo] = field(default_factory=lambda: [OWL])
    told_version: str | AssistantError | None = "0.17.1"
    held: list[LoadedModel] = field(default_factory=list)
    remote: list[str] = field(default_factory=list)

    async def version(self) -> str | None:
        if isinstance(self.told_version, AssistantError):
            raise self.told_version
        return self.told_version

    async def loaded(self) -> Sequence[LoadedModel]:
        return self.held

    async def remote_models(self) -> Sequence[str]:
        return self.remote


@dataclass
class ExaminedServer:
    """A history server in perfect health; an error in the place of an answer is raised."""

    where: str = "embedded"
    pinged: AssistantError | None = None
    told_version: str | AssistantError = "Valkey 9.1.2"
    keeps: bool | AssistantError | None = True

    async def ping(self) -> None:
        if self.pinged:
            raise self.pinged

    async def version(self) -> str:
        if isinstance(self.told_version, AssistantError):
            raise self.told_version
        return self.told_version

    async def persists(self) -> bool | None:
        if isinstance(self.keeps, AssistantError):
            raise self.keeps
        return self.keeps


@dataclass
class ExaminedIndex:
    """An index of documents in perfect health; an error in the place of an answer is raised."""

    where: str = "embedded"
    told_version: str | AssistantError | None = None
    holds: int | AssistantError | None = 1

    async def version(self) -> str | None:
        if isinstance(self.told_version, AssistantError):
            raise self.told_version
        return self.told_version

    async def documents(self) -> int | None:
        if isinstance(self.holds, AssistantError):
            raise self.holds
        return self.holds


def settings_in(folder: Path, **chosen: object) -> Settings:
    """Settings whose folders are in `folder`."""
    return Settings.model_validate(
        {"state_dir": folder / "state", "cache_dir": folder / "cache", "knowledge_dir": folder / "knowledge", **chosen}
    )


def healthy(folder: Path, **chosen: object) -> Patient:
    """A patient without any complaint."""
    patient = Patient(
        settings=settings_in(folder, **chosen),
        open_engine=lambda: opened(ExaminedEngine()),
        open_history=lambda: opened(ExaminedServer()),
        open_index=lambda: opened(ExaminedIndex()),
        search_models=lambda: SearchModels(here=("e5", "minilm")),
        hardware=hardware(),
        resolve=knows({}),
        free_memory=lambda: 8 * GB,
        platforms=frozenset({"slack"}),
    )
    for place in ("state", "cache"):
        (folder / place).mkdir(exist_ok=True, mode=0o700)
    (folder / "knowledge").mkdir(exist_ok=True)
    (folder / "knowledge" / "a.md").write_text("Owls hunt at night.", encoding="utf-8")
    return patient


def with_engine(patient: Patient, engine: ExaminedEngine) -> Patient:
    return replace(patient, open_engine=lambda: opened(engine))


def with_history(patient: Patient, server: HistoryServer) -> Patient:
    return replace(patient, open_history=lambda: opened(server))


def with_index(patient: Patient, index: DocumentIndex) -> Patient:
    return replace(patient, open_index=lambda: opened(index))


def hardware(*gpus: Gpu) -> Callable[[], Awaitable[Hardware]]:
    """A machine with these graphics cards."""

    async def read() -> Hardware:
        return Hardware(cpu=None, memory=None, gpus=gpus, disk=None)

    return read


def knows(names: Mapping[str, Sequence[str]]) -> Callable[[str], Awaitable[Sequence[str]]]:
    """A resolver that knows these names and no other."""

    async def resolve(host: str) -> Sequence[str]:
        if host not in names:
            raise OSError(f"unknown: {host}")
        return names[host]

    return resolve


@asynccontextmanager
async def opened(service: Service) -> AsyncIterator[Service]:
    yield service


@asynccontextmanager
async def refused(error: Exception) -> AsyncIterator[Any]:
    """A service, whichever it is, that can't be opened."""
    yield _raise(error)


def _raise(error: Exception) -> object:
    raise error


@asynccontextmanager
async def stuck() -> AsyncIterator[Any]:
    """A service that never opens."""
    await asyncio.Event().wait()
    yield


async def examined(patient: Patient) -> dict[Code, Finding]:
    """What was found, by code; the last one where a code was found twice."""
    return {finding.code: finding for finding in await examine(patient)}
