"""Owns the check of the documents: their folder, who may read them, and the models that find them by meaning."""

import asyncio
from pathlib import Path

from bot.doctor.findings import Code, Finding, Report
from bot.doctor.patient import Patient
from bot.errors import AssistantError, BadScopes
from bot.retrieval.paths import walk
from bot.retrieval.scopes import ScopesFile


async def check_documents(patient: Patient, report: Report) -> None:
    """Look into the folder as indexing would; without one there is nothing else to look at."""
    folder = patient.settings.knowledge_dir
    if not await asyncio.to_thread(folder.is_dir):
        report(Finding.of(Code.DOCUMENTS_NOWHERE, path=str(folder)))
        return
    report(await asyncio.to_thread(_counted, folder))
    if scopes := await _scopes(folder):
        report(scopes)
    report(await asyncio.to_thread(_search_models, patient))


def _counted(folder: Path) -> Finding:
    try:
        documents = len(walk(folder).found)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Finding.of(Code.DOCUMENTS_UNREADABLE, path=str(folder), reason=reason)
    if not documents:
        return Finding.of(Code.DOCUMENTS_NONE, path=str(folder))
    return Finding.of(Code.DOCUMENTS, path=str(folder), documents=documents)


async def _scopes(folder: Path) -> Finding | None:
    """Nothing where everything is for everyone."""
    try:
        scopes = await ScopesFile(folder).read()
    except BadScopes as error:
        return Finding.of_error(Code.SCOPES_BAD, error)
    return Finding.of(Code.SCOPES, folders=len(scopes.readers)) if scopes.readers else None


def _search_models(patient: Patient) -> Finding:
    try:
        models = patient.search_models()
    except AssistantError as error:
        return Finding.of_error(Code.SEARCH_MODELS_TROUBLE, error)
    if models.missing:
        missing = ", ".join(error.model for error in models.missing)
        return Finding.of(Code.SEARCH_MODELS_MISSING, models=missing, here=len(models.here))
    return Finding.of(Code.SEARCH_MODELS, models=", ".join(models.here))
