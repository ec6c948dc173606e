"""Owns the questions of an evaluation: read strictly from a file, so that no figure rests on a misread row."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from bot.errors import BadQuestions
from bot.messages import Language, Notice

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """A question, and `gold`: the pages of which each is enough to answer it; none when no page does.

    `language` is the one it is typed in, `nodia` whether that is Czech without diacritics. `first` is the question that
    a follow-up comes after, None for a question that stands alone.
    """

    id: str
    language: Language
    question: str
    gold: frozenset[str]
    first: str | None = None
    nodia: bool = False

    @property
    def is_answerable(self) -> bool:
        """Whether some page answers it."""
        return bool(self.gold)

    @property
    def is_followup(self) -> bool:
        """Whether it comes after another question."""
        return self.first is not None


def read_questions(*paths: Path) -> tuple[EvaluationQuestion, ...]:
    """The questions in files of one JSON object a line; `BadQuestions` names the first line that can't be used.

    No two of them have the same id, across all files.
    """
    seen: set[str] = set()
    return tuple(question for path in paths for question in _questions(_lines(path), str(path), seen))


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        reason = Notice("questions-unreadable", {"reason": error.strerror or type(error).__name__})
        raise BadQuestions(str(path), reason) from error
    except UnicodeDecodeError as error:
        raise BadQuestions(str(path), Notice("questions-not-text")) from error
    if not any(line.strip() for line in lines):
        raise BadQuestions(str(path), Notice("questions-none"))
    return lines


class _Row(BaseModel):
    """One line as it is written; other fields are remarks for people."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Text
    lang: Language
    question: Text
    gold: tuple[Text, ...]
    first: Text | None = None
    nodia: bool = False


def _questions(lines: Sequence[str], path: str, seen: set[str]) -> Iterator[EvaluationQuestion]:
    """The questions in the lines of one file; their ids join those already `seen`."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = _row(line, path=path, number=number)
        if row.id in seen:
            raise BadQuestions(path, Notice("questions-repeated", {"id": row.id}), line=number)
        seen.add(row.id)
        yield EvaluationQuestion(row.id, row.lang, row.question, frozenset(row.gold), row.first, row.nodia)


def _row(line: str, *, path: str, number: int) -> _Row:
    try:
        return _Row.model_validate(json.loads(line))
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadQuestions(path, Notice("questions-not-json"), line=number) from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"])) or "row"
        wrong = Notice("questions-field", {"field": field, "reason": first["msg"]})
        raise BadQuestions(path, wrong, line=number) from error
