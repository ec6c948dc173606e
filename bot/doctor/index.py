"""Owns the check of the index of documents: there, of a version that will do, and filled."""

import asyncio
from pathlib import Path

from bot.doctor.findings import Code, Finding, Report
from bot.doctor.patient import DocumentIndex, Patient
from bot.doctor.versions import OLDEST_QDRANT, Version
from bot.egress import place_of
from bot.errors import AssistantError, IndexLocked, IndexUnavailable
from bot.retrieval.paths import walk

SERVER_SECONDS = 2.0
"""A server that takes longer would keep every question waiting."""


async def check_index(patient: Patient, report: Report) -> None:
    """Look at the index that the settings name; without a folder of documents and a server there is none to look at."""
    settings = patient.settings
    if settings.qdrant_url is None and not await asyncio.to_thread(settings.knowledge_dir.is_dir):
        return
    try:
        async with asyncio.timeout(SERVER_SECONDS if settings.qdrant_url else None), patient.open_index() as index:
            await _examine(index, settings.knowledge_dir, report)
    except IndexLocked:
        report(Finding.of(Code.INDEX_IN_USE))
    except AssistantError as error:
        report(_trouble(error, patient))


def silent_index(patient: Patient) -> Finding:
    """The index took too long."""
    where = place_of(patient.settings.qdrant_url or "") or str(patient.settings.state_dir / "index" / "store")
    return _trouble(IndexUnavailable(where=where, reason="timeout"), patient)


async def _examine(index: DocumentIndex, folder: Path, report: Report) -> None:
    version = await index.version()
    if version is not None and (finding := _unfit(index.where, version)):
        report(finding)
    documents = await index.documents() or 0
    if not documents and await asyncio.to_thread(_holds_documents, folder):
        report(Finding.of(Code.INDEX_EMPTY))
    else:
        report(Finding.of(Code.INDEX, where=index.where, version=version or "none", documents=documents))


def _unfit(where: str, written: str) -> Finding | None:
    version, needed = Version.read(written), f"{OLDEST_QDRANT.major}.{OLDEST_QDRANT.minor}"
    if version is None:
        return Finding.of(Code.INDEX_VERSION_UNKNOWN, where=where, version=written or "none", needed=needed)
    return Finding.of(Code.INDEX_OLD, where=where, version=written, needed=needed) if version < OLDEST_QDRANT else None


def _holds_documents(folder: Path) -> bool:
    try:
        return bool(walk(folder).found)
    except OSError:
        return False


def _trouble(error: AssistantError, patient: Patient) -> Finding:
    """What the index failed with, and whether it is `own` or `configured`: the remedies differ."""
    server = "configured" if patient.settings.qdrant_url else "own"
    code = Code.INDEX_UNAVAILABLE if isinstance(error, IndexUnavailable) else Code.INDEX_TROUBLE
    return Finding(code, {**error.data(), "server": server}, error)
