"""Owns the words of a text as a bag of weighted tokens, for search by words in Czech and in English. Pure.

A token is a word's first five letters, small and without diacritics. That does the work of a stemmer for both
languages (Czech has none in the usual libraries), and finds what was typed without diacritics.
"""

import re
import zlib
from collections import Counter
from dataclasses import dataclass

from bot.languages import fold
from bot.ports import SparseVector

_WORD = re.compile(r"\w+")
_STEM_LETTERS = 5
_QUERY_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class FoldedStems:
    """A `SparseEmbedder` whose passages carry BM25's term frequency; the index weighs by rarity (IDF).

    Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009): tf · (k + 1) / (tf + k · (1 − b + b ·
    length / average)). `average_tokens` is that of the knowledge folder's chunks; it is a constant, so that a passage
    keeps its bag while others come and go, and the ranking hardly depends on it.
    """

    k: float = 1.2
    b: float = 0.75
    average_tokens: float = 120.0

    @property
    def model(self) -> str:
        """The name of the tokenization with its constants; bags of different ones don't compare."""
        return f"folded-{_STEM_LETTERS} k={self.k:g} b={self.b:g} average={self.average_tokens:g}"

    def passage(self, text: str) -> SparseVector:
        """The bag of a passage; empty when it holds no word."""
        counts = Counter(map(_index, tokens(text)))
        share = 1 - self.b + self.b * counts.total() / self.average_tokens
        return _bag({index: count * (self.k + 1) / (count + self.k * share) for index, count in counts.items()})

    def query(self, text: str) -> SparseVector:
        """The bag of a question, every token once; empty when it holds no word."""
        return _bag(dict.fromkeys(map(_index, tokens(text)), _QUERY_WEIGHT))


def tokens(text: str) -> list[str]:
    """The tokens of `text` in order. Words with a digit or `_` stay whole: `gpt4_turbo` and `192` are names."""
    return [_stem(word) for word in _WORD.findall(fold(text).lower())]


def _stem(word: str) -> str:
    is_name = not word.isalpha() and ("_" in word or any(map(str.isdigit, word)))
    return word if is_name else word[:_STEM_LETTERS]


def _index(token: str) -> int:
    """A number of 32 bits that is the same in every process and on every machine, unlike Python's own hash.

    CRC-32 spreads short tokens evenly; of 100,000 different ones about one shares its number with another.
    """
    return zlib.crc32(token.encode("utf-8", errors="surrogatepass"))


def _bag(weights: dict[int, float]) -> SparseVector:
    return SparseVector(tuple(weights), tuple(weights.values()))
