"""Owns the decision which links may stay: those to hosts that the operator lists, and written so that all agree. Pure.

Programs differ in what they read out of an unusual address. So only plain ones are even looked at: `http` or `https`, a
name in ASCII, no user, no escape in the name; whatever else there is, is no link that may stay.
"""

import re
from collections.abc import Iterable

PLAIN_ADDRESS = r"https?://[a-z0-9][a-z0-9.-]{0,252}(?::\d{1,5})?(?:[/?#](?:[\w.~/?#=%+,$!-]|&(?=\w+=))*)?"
"""What a link that may stay looks like; to be matched without regard to case, and in ASCII."""

_ADDRESS = re.compile(r"https?://(?P<host>[^/?#:]+)", re.IGNORECASE)
_PLAIN = re.compile(PLAIN_ADDRESS, re.IGNORECASE | re.ASCII)
_NESTED = re.compile(r"www\d?\.", re.IGNORECASE)  # a `~~` or `_` before it may cut the address in two
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PATTERN = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")


def host_pattern(name: str) -> str:
    """`name` in small letters: a host, or `*.` and a suffix for all hosts below it; `ValueError` when it is neither."""
    lowered = name.strip().lower()
    if not _PATTERN.fullmatch(lowered):
        raise ValueError("each one is a host such as wiki.example.org, or *.example.org for all below it")
    return lowered


class AllowedHosts:
    """The operator's list, as `host_pattern` gives its entries; without any no link may stay."""

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self._patterns = frozenset(patterns)

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def allow(self, url: str) -> bool:
        """Whether a link to `url` may stay."""
        found = _ADDRESS.match(url) if self._patterns and _PLAIN.fullmatch(url) else None
        if found is None or _NESTED.search(url, found.end()):
            return False
        host = found["host"].lower()
        labels = host.split(".")
        if not all(labels):
            return False
        above = ("*." + ".".join(labels[start:]) for start in range(1, len(labels)))
        return host in self._patterns or not self._patterns.isdisjoint(above)
