"""Owns the parts that `/stats` puts its card together from: fields and tables that belong together."""

from dataclasses import dataclass
from typing import TypeVar

from bot.commands.cards import Field, Table
from bot.errors import AssistantError

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Section:
    """Some fields and tables of a card; either may be none."""

    fields: tuple[Field, ...] = ()
    tables: tuple[Table, ...] = ()

    def __add__(self, other: "Section") -> "Section":
        """Both, one after the other."""
        return Section((*self.fields, *other.fields), (*self.tables, *other.tables))


def known(told: Part | AssistantError | None) -> Part | None:
    """What was told; None instead of an error, where another part of the card tells of that error already."""
    return None if isinstance(told, AssistantError) else told
