"""Owns model names: what a person types, held against what the engine has. Pure."""

import difflib
from collections.abc import Iterable, Sequence

from bot.errors import UnknownModel
from bot.ports import ModelInfo


def resolve(name: str, models: Sequence[ModelInfo], *, engine: str) -> ModelInfo:
    """The model meant by `name`: the exact name, else the same regardless of case or with `:latest` added.

    Raises `UnknownModel` with the nearest names when the engine has none like it.
    """
    wanted = name.strip()
    for same in (_exactly, _loosely, _with_default_tag):
        for model in models:
            if same(wanted, model.name):
                return model
    raise UnknownModel(name=wanted, engine=engine, nearest=nearest(wanted, (model.name for model in models)))


def nearest(name: str, names: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """The names that look most like `name`, best first: those that it begins, then those spelt alike."""
    known = list(names)
    lowered = {candidate.lower(): candidate for candidate in known}
    begun = [candidate for candidate in known if name and candidate.lower().startswith(name.lower())]
    alike = [lowered[match] for match in difflib.get_close_matches(name.lower(), lowered, n=most, cutoff=0.5)]
    return tuple(dict.fromkeys(begun + alike))[:most]


def _exactly(wanted: str, name: str) -> bool:
    return wanted == name


def _loosely(wanted: str, name: str) -> bool:
    return wanted.lower() == name.lower()


def _with_default_tag(wanted: str, name: str) -> bool:
    return f"{wanted}:latest".lower() == name.lower()
