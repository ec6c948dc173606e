"""Owns what travels between who wants charts and the process that draws them: pickled, with its size before it."""

import pickle
import struct
from dataclasses import dataclass

SIZE = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Failure:
    """The name of the error for which there is no picture: what it says may quote what was to be drawn."""

    error: str


Outcome = bytes | Failure
"""A PNG image, or why there is none."""


def packed(item: object) -> bytes:
    """`item` as it travels."""
    data = pickle.dumps(item, protocol=pickle.HIGHEST_PROTOCOL)
    return SIZE.pack(len(data)) + data
