"""Owns what Sova's commands are called in this workspace, where names are shared: `/sova-model` for `/model`. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.commands.cards import Action, Card, Field, Table

ASK = "ask"
"""The command that asks a question; all others are the registry's."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """What stands before each name, such as `sova-`; `names` are those of all commands."""

    prefix: str
    names: Collection[str]

    def slash(self, name: str) -> str:
        """The slash command of this name."""
        return f"/{self.prefix}{name}"

    def name(self, slash: str) -> str:
        """The name of a slash command."""
        return slash.removeprefix("/").removeprefix(self.prefix)

    def typed(self, text: str) -> str:
        """A command as the registry knows it; people write the slash command's whole name after a mention, too."""
        text = text.strip()
        return f"/{self.name(text)}" if text.startswith("/") else text

    def text(self, text: str) -> str:
        """A sentence of Sova's own, in which commands are called what they are called here."""
        if not self.prefix or "/" not in text:
            return text
        known = "|".join(map(re.escape, sorted({*self.names, ASK}, key=len, reverse=True)))
        return re.sub(rf"(?<![\w/.:<-])/(?=(?:{known})(?![\w/-]))", self.slash(""), text)

    def card(self, card: Card) -> Card:
        """The same of everything on a card."""
        return replace(
            card,
            title=self.text(card.title),
            text=self.text(card.text),
            fields=tuple(Field(self.text(one.name), self.text(one.value)) for one in card.fields),
            tables=tuple(map(self._table, card.tables)),
            actions=tuple(Action(self.text(one.label), one.command) for one in card.actions),
        )

    def _table(self, table: Table) -> Table:
        rows = tuple(tuple(map(self.text, row)) for row in table.rows)
        return replace(table, columns=tuple(map(self.text, table.columns)), rows=rows, title=self.text(table.title))
