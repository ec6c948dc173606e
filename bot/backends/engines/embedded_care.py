"""Owns the care of the embedded engine's model files: their fetching as an engine's, and what they tell."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from bot.models.catalogue import CatalogueModel
from bot.models.fetching import ANOTHER_PROGRAM, Fetcher, FetchProgress
from bot.models.shelf import ShelvedModel
from bot.ports import ModelDetails, ModelFile, PullPhase, PullProgress


async def fetched(fetcher: Fetcher, model: CatalogueModel) -> AsyncGenerator[PullProgress, None]:
    """Fetch `model` and tell it as engines tell a pull; the last step is `DONE`, also when it was here already."""
    async with aclosing(fetcher.fetch(model)) as steps:
        async for step in steps:
            yield PullProgress(step.source, step.done_bytes, step.total_bytes, _phase(step))
    yield PullProgress("done", model.size_bytes, model.size_bytes, PullPhase.DONE)


def _phase(step: FetchProgress) -> PullPhase:
    if step.source == ANOTHER_PROGRAM:
        return PullPhase.WAITING
    return PullPhase.FETCHING if step.done_bytes < step.total_bytes else PullPhase.CHECKING


def details_of(model: ShelvedModel, *, loaded: bool) -> ModelDetails:
    """All that is known of a file on the shelf. Reads the disk: call it from a thread."""
    return ModelDetails(
        info=model.info(loaded=loaded),
        digest=model.sha256,
        modified_at=model.path.stat().st_mtime,
        format="gguf",
        has_template=model.has_template,
        files=(ModelFile(model.path.name, model.size_bytes),),
    )
