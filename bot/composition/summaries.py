"""Owns the wiring of `/summarize`."""

from typing import TYPE_CHECKING

from bot.assistant.limits import Limits
from bot.commands.summarizing.sources import Finding, ReadsFiles, Shelf
from bot.commands.summarizing.summarize import Summarize
from bot.models.selection import ModelSelection
from bot.ports import ChatModel, History
from bot.summaries.summarizing import Summarizer

if TYPE_CHECKING:
    from bot.composition.documents import Documents


def summaries_of(
    engine: ChatModel,
    selection: ModelSelection,
    *,
    history: History,
    files: ReadsFiles,
    documents: "Documents | None",
    limits: Limits,
) -> Summarize:
    """The family of `/summarize`, over everything that can be summed up here."""
    shelf = Shelf(documents.index, documents.scopes) if documents else None
    return Summarize(Summarizer(engine, limits=limits), Finding(history, files, shelf), engine, selection)
