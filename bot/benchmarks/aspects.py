"""Owns the automatic checks of answers: does one have what was expected of it? Pure; no model is asked."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence

from bot.benchmarks.records import Aspect, MeasuredModel, Prompt

_FENCED = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)


def is_met(aspect: Aspect, answer: str) -> bool:
    """Whether `answer` has what `aspect` names."""
    if aspect.any_of:
        return any(_letters(wanted) in _letters(answer) for wanted in aspect.any_of)
    if aspect.none_of:
        return bool(answer.strip()) and not any(_letters(banned) in _letters(answer) for banned in aspect.none_of)
    if aspect.json_has is not None:
        return _has(_json_object(answer), aspect.json_has)
    if aspect.most_words:
        return 0 < len(answer.split()) <= aspect.most_words
    return bool(answer.strip()) and re.search(aspect.pattern, answer) is not None


def share_met(prompt: Prompt, answer: str) -> float | None:
    """The share of the prompt's aspects that `answer` has, from 0 to 1; None where nothing was expected."""
    if not prompt.aspects:
        return None
    return sum(is_met(aspect, answer) for aspect in prompt.aspects) / len(prompt.aspects)


def checked(model: MeasuredModel, prompts: Sequence[Prompt]) -> float | None:
    """The mean share over all prompts that `model` answered; None where none of them expects anything."""
    answers = model.answers()
    shares = [share_met(prompt, answers[prompt.id].text) for prompt in prompts if prompt.id in answers]
    known = [share for share in shares if share is not None]
    return sum(known) / len(known) if known else None


def _letters(text: str) -> str:
    """Small letters without diacritics, spaces alike: small models drop accents, and that isn't what is checked."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).replace("’", "'").split())


def _json_object(answer: str) -> Mapping[str, object]:
    """The JSON object that the answer is, or that stands in its first block of code; empty where there is none."""
    found = _FENCED.search(answer)
    try:
        told = json.loads(found[1] if found else answer)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _has(told: Mapping[str, object], wanted: Mapping[str, str | int | float | bool | None]) -> bool:
    return all(key in told and _same(told[key], value) for key, value in wanted.items())


def _same(told: object, wanted: str | float | bool | None) -> bool:
    """JSON's own equality, with 14 the same as 14.0 and unlike true; texts by their letters."""
    if isinstance(told, str) and isinstance(wanted, str):
        return _letters(told) == _letters(wanted)
    return told == wanted and _is_number(told) == _is_number(wanted)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
