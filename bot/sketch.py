"""Owns how figures are spread, in bounded room: counts in buckets that grow by a constant factor. Pure.

The buckets are those of DDSketch (Masson, Rim and Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with
Relative-Error Guarantees", PVLDB 12(12), 2019, section 2): with the factor g = (1 + e) / (1 - e), bucket i holds the
values in (g^(i-1), g^i], and 2 g^i / (g + 1) is within e of each of them. Sketches are merged by adding counts, so it
doesn't matter in which order, or where, they were taken.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

RELATIVE_ERROR = 0.05
"""A quantile is told within this share of a value that has its rank."""
LEAST, MOST = 1.0, 1e7
"""What is below `LEAST` counts as 0, and what is above `MOST` as `MOST`: in milliseconds, from 1 ms to 2.8 hours."""

_FACTOR = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
_GROWTH = math.log(_FACTOR)
BUCKETS = 2 + math.ceil(math.log(MOST / LEAST) / _GROWTH)
"""One for 0, and those of the factor's powers from that of `LEAST` to that of `MOST`."""


def bucket_of(value: float) -> int:
    """The bucket that counts `value`, from 0 to `BUCKETS` - 1."""
    if value < LEAST:
        return 0
    return 1 + math.ceil(math.log(min(value, MOST) / LEAST) / _GROWTH - 1e-9)


@dataclass(frozen=True, slots=True)
class Sketch:
    """How many values fell into each of the buckets; at most `BUCKETS` of them, the missing ones are empty."""

    counts: tuple[int, ...] = ()

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """The sketch of `values`."""
        counts = [0] * BUCKETS
        for value in values:
            counts[bucket_of(value)] += 1
        return cls(tuple(counts))

    @property
    def total(self) -> int:
        """How many values there are."""
        return sum(self.counts)

    def quantile(self, share: float) -> float:
        """The value of rank `share` x (n - 1), rounded down, within `RELATIVE_ERROR`; `share` is from 0 to 1.

        Raises `ValueError` on no values.
        """
        left = math.floor(share * (self.total - 1))
        for bucket, count in enumerate(self.counts):
            left -= count
            if left < 0 < count:
                return _middle(bucket)
        raise ValueError("no values, no quantile")

    def __add__(self, other: "Sketch") -> "Sketch":
        """The sketch of the values of both."""
        longer, shorter = sorted((self.counts, other.counts), key=len, reverse=True)
        padded = (*shorter, *(0,) * (len(longer) - len(shorter)))
        return Sketch(tuple(map(sum, zip(longer, padded, strict=True))))


def _middle(bucket: int) -> float:
    """The value that is within the relative error of all that `bucket` counts."""
    return LEAST * 2 * _FACTOR ** (bucket - 1) / (_FACTOR + 1) if bucket else 0.0
