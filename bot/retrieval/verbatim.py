"""Owns bringing forward the passage that holds a question's own words, where meaning alone has left it behind. Pure.

Names, codes and the like mean little to an embedding model: asked for "GSM8K" it ranks whatever sounds alike. When the
best hits hold little of the question while a lexical one holds almost all of it, that one goes first.
"""

from collections.abc import Sequence

from bot.ports import Hit
from bot.retrieval.rarity import Words

ALMOST_ALL = 0.7
AHEAD = 0.15
"""By how much more of the question it must hold than the best hits do: among 96 questions to 840 pages of office help,
none gains or loses by this, for their words are common there; they stand in docs/retrieval.md."""

_FIRST = 3


def words_first(fused: Sequence[Hit], *, lexical: Sequence[Hit], words: Words) -> tuple[Hit, ...]:
    """`fused`, best first, with such a hit of the `lexical` ranking at the front if there is one."""
    best = max(lexical[:_FIRST], key=lambda hit: words.share(hit.chunk), default=None)
    if best is None or not fused:
        return tuple(fused)
    share = words.share(best.chunk)
    if share < ALMOST_ALL or share < AHEAD + max(words.share(hit.chunk) for hit in fused[:_FIRST]):
        return tuple(fused)
    return (Hit(best.chunk, fused[0].score), *(hit for hit in fused if hit.chunk != best.chunk))
