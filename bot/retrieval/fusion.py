"""Owns how rankings become passages: fused by rank, pages in two languages shown once, neighbours put together.

Pure. Scores of different rankings don't compare, so only ranks are fused.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from bot.messages import Language, Passage
from bot.ports import Chunk, Hit

RANK_CONSTANT = 60
"""Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet …" (SIGIR 2009): k = 60."""

_LANGUAGE_FOLDERS = frozenset(Language)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Hits, best first, and how much their order counts beside other rankings."""

    hits: Sequence[Hit]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Shape:
    """What a list of passages shall look like.

    At most `passages` in all; at most `per_document` of one document as long as others have something to say; at most
    `chunks` neighbours in one passage. `one_language` shows a page that exists in two languages once.
    """

    passages: int = 6
    per_document: int = 1
    chunks: int = 2
    one_language: bool = True

    def __post_init__(self) -> None:
        if min(self.passages, self.per_document, self.chunks) < 1:
            raise ValueError("a list of passages needs room for one passage of one chunk")


def fuse(rankings: Sequence[Ranking], *, k: int = RANK_CONSTANT) -> tuple[Hit, ...]:
    """Weighted reciprocal rank fusion: every chunk once, best first.

    A chunk's score is the sum of weight / (k + rank) over the rankings that hold it, divided by the sum that a chunk
    at the top of all of them would get: from 0 to 1. Ties go to the chunk that an earlier ranking holds.
    """
    scores: dict[tuple[str, int], float] = {}
    chunks: dict[tuple[str, int], Chunk] = {}
    for ranking in rankings:
        for rank, hit in enumerate(_once(ranking.hits), start=1):
            key = _key(hit.chunk)
            chunks.setdefault(key, hit.chunk)
            scores[key] = scores.get(key, 0.0) + ranking.weight / (k + rank)
    best = sum(ranking.weight for ranking in rankings) / (k + 1)
    ordered = sorted(scores, key=lambda key: -scores[key])
    return tuple(Hit(chunks[key], min(scores[key] / best, 1.0)) for key in ordered if scores[key] > 0)


def passages(hits: Sequence[Hit], *, shape: Shape, language: Language | None) -> tuple[Passage, ...]:
    """Shape fused hits into passages, best first. `language` is the asker's: which one of two translations to show."""
    wanted = one_language(hits, language=language) if shape.one_language else tuple(hits)
    found = _neighbours(wanted, widest=shape.chunks)
    return tuple(_passage(group) for group in _diverse(found, shape))


def one_language(hits: Sequence[Hit], *, language: Language | None) -> tuple[Hit, ...]:
    """Hits without the other translations of a page that was found in more than one language.

    Translations are documents whose paths differ in nothing but a folder named `en` or `cs`. The asker's language
    stays, else the translation that was found first; it takes the place and the score of the page's best hit.
    """
    chosen: dict[str, Chunk] = {}
    best: dict[str, Hit] = {}
    for hit in hits:
        page = _page(hit.chunk.document)
        best.setdefault(page, hit)
        if _prefers(hit.chunk, chosen.setdefault(page, hit.chunk), language):
            chosen[page] = hit.chunk
    kept = (hit for hit in hits if hit.chunk.document == chosen[_page(hit.chunk.document)].document)
    lifted = (
        replace(hit, score=best[page].score) if hit.chunk is chosen[page := _page(hit.chunk.document)] else hit
        for hit in kept
    )
    return tuple(sorted(lifted, key=lambda hit: -hit.score))


def _once(hits: Sequence[Hit]) -> Iterable[Hit]:
    """The hits without those of a chunk that stands further up already."""
    first: dict[tuple[str, int], Hit] = {}
    for hit in hits:
        first.setdefault(_key(hit.chunk), hit)
    return first.values()


def _key(chunk: Chunk) -> tuple[str, int]:
    return chunk.document, chunk.ordinal


@lru_cache(maxsize=4096)  # asked thrice for each of a search's hundreds of hits
def _page(document: str) -> str:
    """The path without what tells translations apart."""
    *folders, name = document.split("/")
    return "/".join(["*" if folder in _LANGUAGE_FOLDERS else folder for folder in folders] + [name])


def _prefers(new: Chunk, old: Chunk, language: Language | None) -> bool:
    return language is not None and _is_in(new, language) and not _is_in(old, language)


def _is_in(chunk: Chunk, language: Language) -> bool:
    """Whether the chunk's folder says that it is in `language`; its text may be too short to tell."""
    return language.value in chunk.document.split("/")[:-1]


# --- neighbours -----------------------------------------------------------------------------------------------


def _neighbours(hits: Iterable[Hit], *, widest: int) -> list[list[Hit]]:
    """The hits in groups of neighbouring chunks of one document, in the order of each group's best hit."""
    groups: list[list[Hit]] = []
    at: dict[tuple[str, int], list[Hit]] = {}
    for hit in hits:
        document, ordinal = _key(hit.chunk)
        beside = (at.get((document, ordinal - 1)), at.get((document, ordinal + 1)))
        group = next((group for group in beside if group is not None and len(group) < widest), None)
        if group is None:
            groups.append(group := [])
        group.append(hit)
        at[document, ordinal] = group
    return groups


def _diverse(groups: Sequence[list[Hit]], shape: Shape) -> list[list[Hit]]:
    """The groups to show: each document's best ones first, the rest of them only where room is left."""
    first: list[list[Hit]] = []
    rest: list[list[Hit]] = []
    shown: dict[str, int] = {}
    for group in groups:
        document = group[0].chunk.document
        shown[document] = shown.get(document, 0) + 1
        (first if shown[document] <= shape.per_document else rest).append(group)
    return [*first, *rest][: shape.passages]


def _passage(group: Sequence[Hit]) -> Passage:
    chunks = sorted((hit.chunk for hit in group), key=lambda chunk: chunk.ordinal)
    first, last = chunks[0], chunks[-1]
    text = first.text
    for before, after in pairwise(chunks):
        text += _continuation(before, after)
    return Passage(
        document=first.document,
        title=first.title,
        headings=first.headings,
        text=text,
        start=first.start,
        end=last.end,
        language=first.language,
        scope=first.scope,
        score=max(hit.score for hit in group),
        first=first.ordinal,
        last=last.ordinal,
    )


def _continuation(before: Chunk, after: Chunk) -> str:
    """What `after` adds to `before`. Between chunks lies white space alone; line breaks of the same length stand in."""
    gap = after.start - before.end
    return after.text[-gap:] if gap < 0 else "\n" * gap + after.text
