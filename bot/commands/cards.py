"""Owns the card: what a command answers with, in a form that every platform can render natively."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A name and its value, shown side by side."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; every row is as long as `columns`. Columns named in `numeric` are aligned to the right.

    `title` stands above where a card holds more than one table; it may be empty.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    title: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row is not as long as the columns")


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG image with a text for those who can't see it; no bytes for a platform that shows no pictures."""

    png: bytes
    description: str


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do next: a button where the platform has buttons, a hint where it hasn't.

    `command` is the command's text without the slash, such as `model reset`.
    """

    label: str
    command: str


@dataclass(frozen=True, slots=True)
class Pane:
    """One of several texts that stand side by side, such as the answers of several models.

    `text` is Markdown that is safe to be shown; `fields` stand below it.
    """

    title: str
    text: str
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A place that a card rests on: what it is called, and its address, empty where it has none."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A command's result. Every text in it is already in the person's language.

    `links` stand below the rest in small print; their addresses are the platform's own.
    """

    title: str
    text: str = ""
    fields: tuple[Field, ...] = ()
    tables: tuple[Table, ...] = ()
    picture: Picture | None = None
    actions: tuple[Action, ...] = ()
    panes: tuple[Pane, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveCard:
    """A card that changes while a command works: each takes the place of the one before, and the last one stands.

    `cards` come as often as there is news; a platform shows as many as it can, and always the last. They raise what
    commands raise. Closing them ends the work.
    """

    cards: AsyncGenerator[Card, None]
