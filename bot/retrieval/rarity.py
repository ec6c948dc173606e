"""Owns how rare the words of a question are, and which of them passages hold. Pure."""

from collections.abc import Callable, Mapping, Sequence

from bot.ports import Chunk, Hit, SparseVector

Bag = Callable[[Chunk], SparseVector]
"""The bag of tokens that the index holds for a chunk."""

LOOKED_AT = 12
"""How many of the lexical hits are looked into. A token of the question that none of them holds counts as missing; with
30 more common words count as held, and telling questions without an answer got worse (AUC .62 for .70 in English)."""

_RIDGE = 1e-4


class Words:
    """The tokens of a question, weighted by rarity as the best of its lexical hits tell it.

    `mass` is the rarity of all of them together, `rarest` that of the rarest; 0 for a question without tokens.
    """

    def __init__(self, question: SparseVector, lexical: Sequence[Hit], bag: Bag) -> None:
        self._bag = bag
        self._rarity = rarities(question, lexical[:LOOKED_AT], bag)
        self.mass = sum(self._rarity.values())
        self.rarest = max(self._rarity.values(), default=0.0)

    def share(self, *chunks: Chunk) -> float:
        """The share of the question, by rarity, that these chunks hold together."""
        held = frozenset[int]().union(*(self._bag(chunk).indices for chunk in chunks))
        return sum(weight for token, weight in self._rarity.items() if token in held) / self.mass if self.mass else 0.0


def rarities(question: SparseVector, lexical: Sequence[Hit], bag: Bag) -> dict[int, float]:
    """How rare each token of the question is in the whole index: its IDF, learnt from the scores of the hits alone.

    The index knows each token's IDF and doesn't tell, but a hit's score is the sum of IDF times term frequency, and
    the term frequencies are known. So the IDFs are the solution of a small linear system (least squares, with a ridge
    for tokens that always come together). A token that no hit holds counts as rare as the rarest one that was found.
    """
    asked = dict(zip(question.indices, question.values, strict=True))
    rows = [_contributions(asked, bag(hit.chunk)) for hit in lexical]
    seen = [token for token in asked if any(token in row for row in rows)]
    solved = _least_squares([[row.get(token, 0.0) for token in seen] for row in rows], [hit.score for hit in lexical])
    known = dict(zip(seen, (max(value, 0.0) for value in solved), strict=True))
    rarest = max(known.values(), default=1.0)
    return {token: known.get(token, rarest) for token in asked}


def _contributions(asked: Mapping[int, float], bag: SparseVector) -> dict[int, float]:
    return {i: asked[i] * value for i, value in zip(bag.indices, bag.values, strict=True) if i in asked}


# --- linear algebra -------------------------------------------------------------------------------------------


def _least_squares(rows: Sequence[Sequence[float]], values: Sequence[float]) -> list[float]:
    """The x that makes |rows · x − values|² + ridge · |x|² smallest; the systems are too small for a library."""
    width = len(rows[0]) if rows else 0
    columns = list(zip(*rows, strict=True)) if width else []
    system = [[_dot(one, other) for other in columns] for one in columns]
    for at in range(width):
        system[at][at] += _RIDGE
    return _solved(system, [_dot(column, values) for column in columns])


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _solved(matrix: list[list[float]], values: list[float]) -> list[float]:
    """Gaussian elimination; no pivoting, because the matrix is symmetric and positive definite."""
    size = len(values)
    for at in range(size):
        for below in range(at + 1, size):
            factor = matrix[below][at] / matrix[at][at]
            matrix[below] = [b - factor * a for a, b in zip(matrix[at], matrix[below], strict=True)]
            values[below] -= factor * values[at]
    solution = [0.0] * size
    for at in reversed(range(size)):
        rest = sum(matrix[at][after] * solution[after] for after in range(at + 1, size))
        solution[at] = (values[at] - rest) / matrix[at][at]
    return solution
