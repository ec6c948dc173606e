"""Owns the card of the embedded engine's model files: what there is, what fits, what is here."""

from dataclasses import dataclass

from bot.commands.cards import Card, Table
from bot.models import fit
from bot.models.catalogue import CatalogueModel
from bot.models.shelf import Shelf, ShelvedModel
from bot.wording import Wording

_SIZE_COLUMN, _CONTEXT_COLUMN = 1, 4


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides which model suits: the free memory in bytes, and the contexts that models are run with, in tokens.

    `parallel` is how many of these there are, one for each answer that is given at once.
    """

    free_bytes: int
    context_tokens: int
    parallel: int = 1


def model_files_card(shelf: Shelf, machine: Machine, say: Wording) -> Card:
    """The catalogue and the operator's own file as a table. Reads the disk: call it from a thread."""
    own = [_own_row(model, say) for model in shelf.models() if model.path == shelf.configured]
    listed = [_row(model, shelf, machine, say) for model in shelf.catalogue]
    columns = ("name", "size", "parameters", "quantization", "context", "licence", "memory", "state")
    table = Table(
        columns=tuple(say(f"models-column-{column}") for column in columns),
        rows=tuple(own + listed),
        numeric=frozenset({_SIZE_COLUMN, _CONTEXT_COLUMN}),
    )
    tests_only = [say("models-for-tests", model=model.name) for model in shelf.catalogue if not model.for_people]
    return Card(say("models-title"), text="\n".join([*tests_only, say("models-how-to-fetch")]), tables=(table,))


def _row(model: CatalogueModel, shelf: Shelf, machine: Machine, say: Wording) -> tuple[str, ...]:
    here = shelf.path(model).is_file()
    return (
        model.name,
        say("models-size", gigabytes=model.size_bytes / 1e9),
        model.parameters,
        model.quantization,
        say("models-context", tokens=model.context_tokens),
        model.licence,
        _memory(model, machine, say),
        say("models-state-here" if here else "models-state-missing"),
    )


def _memory(model: CatalogueModel, machine: Machine, say: Wording) -> str:
    context, parallel = machine.context_tokens, machine.parallel
    needed = fit.need_of(model, context_tokens=context, parallel=parallel).total / 1e9
    if fit.fits(model, free_bytes=machine.free_bytes, context_tokens=context, parallel=parallel):
        return say("models-memory-fits", needed=needed)
    return say("models-memory-tight", needed=needed, free=machine.free_bytes / 1e9)


def _own_row(model: ShelvedModel, say: Wording) -> tuple[str, ...]:
    info = model.info(loaded=False)
    return (
        info.name,
        say("models-size", gigabytes=(info.size_bytes or 0) / 1e9),
        info.parameters or "–",
        info.quantization or "–",
        say("models-context", tokens=info.context_tokens) if info.context_tokens else "–",
        "–",
        say("models-memory-unknown"),
        say("models-state-own"),
    )
