"""Owns consulting the documents: what may be read here is searched, and weighed whether it is about the question."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.languages import detect
from bot.messages import Author, ConversationKey, Notice, Passage, Remark, Turn
from bot.ports import PassageIndex
from bot.retrieval import judging
from bot.retrieval.conversational import is_conversational
from bot.retrieval.followups import standing_alone
from bot.retrieval.relevance import Thresholds, is_relevant
from bot.retrieval.reports import IndexProgress
from bot.retrieval.retriever import Retriever
from bot.retrieval.scopes import ScopesFile


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the documents have to say to a question: the passages, best first, and whether they are about it at all.

    `documents` is how many were searched, `took_ms` how long that took. `signs` are what else the search knows of how
    well the passages fit, by name, for `bot.retrieval.judging`.
    """

    passages: tuple[Passage, ...]
    is_relevant: bool
    documents: int = 0
    took_ms: float = 0.0
    signs: Mapping[str, float] = field(default_factory=dict)


def _nothing() -> None:
    """Every document was read."""


async def _none_waits() -> bool:
    """Whoever looks after the index reads every document."""
    return False


class Knowledge:
    """The documents of one knowledge folder, as a question finds them."""

    def __init__(
        self,
        index: PassageIndex,
        retriever: Retriever,
        scopes: ScopesFile,
        *,
        thresholds: Thresholds,
        unread: Callable[[], IndexProgress | None] = _nothing,
        waiting: Callable[[], Awaitable[bool]] = _none_waits,
    ) -> None:
        """`unread` tells how far the reading of documents is that aren't in the index yet.

        `waiting` tells, while the index is empty and nobody reads, whether there are documents to be read.
        """
        self._index = index
        self._retriever = retriever
        self._scopes = scopes
        self._thresholds = thresholds
        self._unread = unread
        self._waiting = waiting
        self._held_some = False

    async def consult(
        self,
        question: str,
        *,
        turns: Sequence[Turn],
        conversation: ConversationKey,
        author: Author,
        remarks: Sequence[Remark] = (),
        within: frozenset[str] | None = None,
    ) -> Grounds | None:
        """What the documents that may be read here say to `question`, of these only those in the scopes `within`.

        `remarks` are what others had said before it; they only tell what a follow-up is about.
        None for what is about the conversation itself, and while there is no document at all: then there is nothing to
        answer from. Raises `BadScopes` (then nobody may read anything), `IndexUnavailable` and its like.
        """
        if is_conversational(question, has_history=bool(remarks) or any(turn.answer for turn in turns)):
            return None
        rules = await self._scopes.read()
        readable = rules.readable(conversation, author)
        scopes = readable if within is None else readable & within
        earlier = [*(turn.question for turn in turns), *(remark.text for remark in remarks)]
        rewritten = standing_alone(question, earlier)
        found = await self._retriever.search(question, scopes=scopes, language=detect(question), rewritten=rewritten)
        if not found.passages and (await self._index.size())[0] == 0:
            return None
        # the index may still hold the scopes from before the file's last change
        passages = tuple(one for one in found.passages if rules.scope_of(one.document) in scopes)
        relevant = bool(passages) and is_relevant(found.evidence, self._thresholds)
        if not relevant:
            documents = await self._searched(scopes)
            return Grounds(passages, is_relevant=False, documents=documents, took_ms=found.took.total)
        signs = await self._retriever.closest_sentence(rewritten or question, passages[: judging.LOOKED_AT])
        return Grounds(passages, is_relevant=True, took_ms=found.took.total, signs=signs)

    async def caveats(self, question: str) -> tuple[Notice, ...]:
        """What must be said with an answer to `question`: that documents are being read, or were never read.

        While it isn't known yet how many, it is said where there is none at all. Raises what the index raises.
        """
        if is_conversational(question, has_history=True):
            return ()
        progress = self._unread()
        if progress is None:
            return (Notice("unindexed"),) if await self._is_unindexed() else ()
        if not progress.total and (await self._index.size())[0]:
            return ()
        return (Notice("indexing", {"done": progress.done, "total": progress.total}),)

    async def _is_unindexed(self) -> bool:
        """Whether there are documents and none was ever read; an index that held some is not asked again."""
        self._held_some = self._held_some or (await self._index.size())[0] > 0
        return not self._held_some and await self._waiting()

    async def _searched(self, scopes: frozenset[str]) -> int:
        return sum(record.scope in scopes for record in await self._index.documents())
