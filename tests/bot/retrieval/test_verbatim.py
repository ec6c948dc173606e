from collections.abc import Sequence

from bot.ports import Chunk, Hit, SparseVector
from bot.retrieval.rarity import Words
from bot.retrieval.verbatim import words_first

COMMON, RARE = 1, 2
RARITY = {COMMON: 1.0, RARE: 6.0}
TOKENS = {"both": (COMMON, RARE), "rare": (RARE,), "common": (COMMON,), "neither": ()}


def hit(name: str, score: float = 0.5) -> Hit:
    return Hit(Chunk(name, 0, "", (), "", 0, 0, "", "all", 0.0), score)


def bag(chunk: Chunk) -> SparseVector:
    held = TOKENS[chunk.document]
    return SparseVector(held, (1.0,) * len(held))


def ordered(fused: Sequence[str], *, lexical: Sequence[str]) -> list[str]:
    """The documents' order, for a question with one common and one rare word."""
    by_words = [hit(name, sum(RARITY[token] for token in TOKENS[name])) for name in lexical]
    words = Words(SparseVector((COMMON, RARE), (1.0, 1.0)), by_words, bag)
    return [one.chunk.document for one in words_first([hit(name) for name in fused], lexical=by_words, words=words)]


def test_the_passage_with_the_questions_rare_word_goes_first_where_the_best_ones_lack_it() -> None:
    assert ordered(["neither", "common"], lexical=["both", "common"]) == ["both", "neither", "common"]
    assert ordered(["common", "neither", "common", "rare"], lexical=["rare", "common"])[0] == "rare"


def test_the_order_stays_where_one_of_the_best_has_the_rare_word() -> None:
    assert ordered(["neither", "common", "both"], lexical=["both", "common"]) == ["neither", "common", "both"]


def test_a_passage_that_lacks_the_rare_word_stays_where_it_is() -> None:
    assert ordered(["neither", "common"], lexical=["common"]) == ["neither", "common"]


def test_nothing_found_stays_nothing() -> None:
    assert ordered([], lexical=["both"]) == []
    assert ordered(["neither"], lexical=[]) == ["neither"]
