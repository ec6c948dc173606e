"""Owns what may reach the terminal: text from models, engines and people, without anything that steers it."""

import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    r"""`text` without C0 and C1 controls (except `\n` and `\t`) and without bidirectional overrides.

    Works character by character, so cleaning pieces gives the same as cleaning the whole, however an escape sequence
    was cut in two. What it leaves of a sequence (`[31m`) is visible and inert.
    """
    return writable(_FORBIDDEN.sub("", text))


def writable(text: str) -> str:
    """`text` with U+FFFD for each half surrogate: an engine may send one, and no encoding can write it."""
    return _SURROGATES.sub("\ufffd", text)
