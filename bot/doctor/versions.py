"""Owns comparing a service's version with the oldest one that will do. Pure."""

import re
from dataclasses import dataclass
from typing import Self

_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+\S*)?")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A released version, or one before (`is_release` False) that release: `0.17.1-rc2` comes before `0.17.1`."""

    major: int
    minor: int
    patch: int
    is_release: bool = True

    @classmethod
    def read(cls, written: str) -> Self | None:
        """Read `0.17.1`, `v0.17.1-rc2` or `0.17.1-3-gabc123` (three commits after 0.17.1); None when it is none.

        `0.0.0` is what a build says that was never given a version.
        """
        match = _VERSION.fullmatch(written.strip())
        if match is None:
            return None
        major, minor, patch, suffix = match.groups()
        version = cls(int(major), int(minor), int(patch), not suffix or _is_after_release(suffix))
        return None if (version.major, version.minor, version.patch) == (0, 0, 0) else version

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}" + ("" if self.is_release else "-pre")


def _is_after_release(suffix: str) -> bool:
    """`git describe` counts the commits since a tag; `rc1-3-gabc123` is after a candidate, so before the release."""
    return bool(re.fullmatch(r"\d+-g[0-9a-f]+(-dirty)?", suffix))


OLDEST_SAFE_OLLAMA = Version(0, 17, 1)
"""Before it, whoever reaches the port can read leaked memory: CVE-2026-7482."""
LEAK = "CVE-2026-7482"
OLDEST_QDRANT = Version(1, 15, 0)
"""What the index of documents asks of a server, and the oldest that it was tried on."""
