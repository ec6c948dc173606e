"""Owns model names: what a person types, held against what the engine has. Pure."""

import difflib
from collections.abc import Iterable, Sequence

from bot.errors import UnknownModel
from bot.ports import ModelInfo

_NEAR = 0.5
_CLOUD_TAG = "cloud"
_DEFAULT_TAG = ":latest"


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


def same(name: str) -> str:
    """What all spellings of one model's name share: case doesn't matter, nor does the tag that is meant without one."""
    return name.strip().lower().removesuffix(_DEFAULT_TAG)


def is_cloud_name(name: str) -> bool:
    """Whether `name` has the tag of a model that runs in Ollama's cloud: `:cloud` or `:120b-cloud`."""
    tag = name.strip().rpartition(":")[2].lower() if ":" in name else ""
    return tag == _CLOUD_TAG or tag.endswith(f"-{_CLOUD_TAG}")


def nearest(name: str, names: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """The names that look most like `name`, best first: those that it begins, then those spelt alike.

    People leave tags out, so that a name counts as being as near as its part before the colon.
    """
    wanted = name.strip().lower()
    if not wanted:
        return ()
    known = {candidate: _likeness(wanted, candidate.lower()) for candidate in names}
    near = [candidate for candidate, likeness in known.items() if likeness >= _NEAR]
    return tuple(sorted(near, key=lambda candidate: -known[candidate])[:most])


def _likeness(wanted: str, name: str) -> float:
    """From 0 to 1, as `difflib` measures it; 2 where `wanted` begins the name, above all that are only spelt alike."""
    if name.startswith(wanted):
        return 2.0
    forms = (name, name.partition(":")[0])
    return max(difflib.SequenceMatcher(None, wanted, form).ratio() for form in forms)


def _exactly(wanted: str, name: str) -> bool:
    return wanted == name


def _loosely(wanted: str, name: str) -> bool:
    return wanted.lower() == name.lower()


def _with_default_tag(wanted: str, name: str) -> bool:
    return f"{wanted}{_DEFAULT_TAG}".lower() == name.lower()
