"""Owns what somebody is suggested to ask: what Sova can do, and about documents that they may read."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.commands.command import Invocation
from bot.ports import Chunk, DocumentRecord, PassageIndex
from bot.retrieval.scopes import Scopes
from bot.wording import Wording

LOOKED_AT = 40
"""Of how many documents, the newest ones, the titles are read."""
MOST_TITLE = 60
"""Characters of a document's title."""


class KnowsScopes(Protocol):
    """Whoever knows who may read what."""

    async def read(self) -> Scopes:
        """The scopes that hold now."""
        ...


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is shown, and what is asked when somebody chooses it."""

    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Looks at the documents of `index`, of which `scopes` tells who may read them."""

    index: PassageIndex
    scopes: KnowsScopes

    async def find(self, invocation: Invocation, *, most: int) -> Sequence[Suggestion]:
        """At most `most`, documents in the person's language first.

        Raises what the index and the scopes raise.
        """
        chunks = await asyncio.gather(*(self._beginning(record) for record in await self._readable(invocation)))
        found = [chunk for chunk in chunks if chunk and chunk.title.strip()]
        found.sort(key=lambda chunk: chunk.language != invocation.language.value)
        titles = list(dict.fromkeys(_shortened(chunk.title) for chunk in found))
        return tuple(_about(title, invocation.say) for title in titles[:most])

    async def _readable(self, invocation: Invocation) -> Sequence[DocumentRecord]:
        """The scope that a record was indexed with may be out of date."""
        scopes = await self.scopes.read()
        readable = scopes.readable(invocation.conversation, invocation.author)
        records = [one for one in await self.index.documents() if scopes.scope_of(one.document) in readable]
        return sorted(records, key=lambda one: (-one.modified, one.document))[:LOOKED_AT]

    async def _beginning(self, record: DocumentRecord) -> Chunk | None:
        return next(iter(await self.index.chunks(record.document, first=0, last=0)), None)


def _about(title: str, say: Wording) -> Suggestion:
    return Suggestion(title, say("suggestion-document", title=title))


def _shortened(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= MOST_TITLE else f"{line[: MOST_TITLE - 1]}…"
