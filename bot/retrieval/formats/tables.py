"""Owns reading CSV: each row as a line that can be understood without the rows above it. Pure."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from bot.retrieval.formats.decoding import tidy
from bot.retrieval.formats.prose import Parsed
from bot.retrieval.loading import Reason, RefusedFile

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 20
_LONGEST_FIELD = 1_000_000
_MOST_NAMED_COLUMNS = 60


def table(text: str) -> Parsed:
    """`- Name: Alpha; Price: 12.5` for each row under a header, `Alpha | 12.5` where there is none."""
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        rows = [row for row in csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text)) if any(row)]
    except csv.Error:
        raise RefusedFile(Reason.UNREADABLE) from None
    lines = _named(rows[0], rows[1:]) if _is_header(rows) else _bare(rows)
    return Parsed(tidy("\n".join(lines)))


def _delimiter(text: str) -> str:
    """The sign that stands most evenly in the first lines: the one with the highest smallest count."""
    lines = [line for line in text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES] if line.strip()]
    return max(
        _DELIMITERS, key=lambda sign: (min((line.count(sign) for line in lines), default=0), text[:10_000].count(sign))
    )


def _is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names columns: each cell its own, none empty, none a number."""
    if len(rows) < 2:
        return False
    names = [name.strip().lower() for name in rows[0]]
    distinct = len(set(names)) == len(names) and all(names) and 1 < len(names) <= _MOST_NAMED_COLUMNS
    return distinct and not any(_is_number(name) for name in names)


def _is_number(cell: str) -> bool:
    return cell.replace(",", ".").replace(" ", "").lstrip("+-").replace(".", "", 1).isdigit()


def _named(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    labels = [_one_line(name) for name in names]
    for row in rows:
        cells = [f"{label}: {cell}" for label, cell in zip(labels, map(_one_line, row), strict=False) if cell]
        rest = [_one_line(cell) for cell in row[len(labels) :] if cell.strip()]
        yield "- " + "; ".join(cells + rest)


def _bare(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    return (" | ".join(map(_one_line, row)) for row in rows)


def _one_line(cell: str) -> str:
    return " ".join(cell.split())
