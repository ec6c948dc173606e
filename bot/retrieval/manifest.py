"""Owns what is remembered of the files between runs: which ones need no second look, and which ones failed.

It only saves time: the index itself knows what it holds. Without the manifest every file is read once to compare.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.retrieval.loading import Reason
from bot.retrieval.paths import Found

logger = logging.getLogger(__name__)

_VERSION = 1
_RACY_NS = 2_000_000_000
"""A file changed twice within its clock's tick (2 s on FAT) may look untouched, so one so young isn't trusted yet."""
_PASSING = frozenset({Reason.CHANGED, Reason.GONE, Reason.NO_ACCESS, Reason.NO_READER})
_FIRST_PAUSE_SECONDS = {True: 5.0, False: 900.0}
_LONGEST_PAUSE_SECONDS = 86_400.0
_PAUSE_GROWTH = 4


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells cheaply that a file has not changed: its size in bytes, its time of change in nanoseconds."""

    size: int
    modified_ns: int

    @classmethod
    def of(cls, found: Found) -> "Stamp":
        """That of a file as the walk found it."""
        return cls(found.size, found.modified_ns)


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be indexed `attempts` times, and when it may be tried again (seconds since the epoch)."""

    document: str
    reason: Reason
    stamp: Stamp
    attempts: int
    retry_at: float


@dataclass(slots=True)
class Manifest:
    """The digest of each file under the stamp it had, the failures, and when the index was last changed."""

    digests: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)
    changed_at: float | None = None

    def digest(self, found: Found) -> str | None:
        """The digest of a file that has the stamp it had when it was read."""
        stamp, digest = self.digests.get(found.document, (None, None))
        return digest if stamp == Stamp.of(found) else None

    def remember(self, found: Found, digest: str, *, now: float) -> None:
        """Keep the digest, unless the file is so young that its stamp may not tell the next change."""
        if abs(now * 1e9 - found.modified_ns) < _RACY_NS:
            self.digests.pop(found.document, None)
        else:
            self.digests[found.document] = Stamp.of(found), digest

    def waits(self, found: Found, *, now: float) -> bool:
        """Whether the file failed, has not changed since, and its pause isn't over."""
        failure = self.failures.get(found.document)
        return failure is not None and failure.stamp == Stamp.of(found) and now < failure.retry_at

    def fail(self, found: Found, reason: Reason, *, now: float) -> None:
        """Note one more failure; each pause of an unchanged file is longer than the one before."""
        before = self.failures.get(found.document)
        stamp = Stamp.of(found)
        attempts = before.attempts + 1 if before and before.stamp == stamp else 1
        pause = _FIRST_PAUSE_SECONDS[reason in _PASSING] * _PAUSE_GROWTH ** min(attempts - 1, 10)
        retry_at = now + min(pause, _LONGEST_PAUSE_SECONDS)
        self.failures[found.document] = Failure(found.document, reason, stamp, attempts, retry_at)

    def keep_only(self, documents: Iterable[str]) -> None:
        """Forget files that are no longer there."""
        there = frozenset(documents)
        self.digests = {name: known for name, known in self.digests.items() if name in there}
        self.failures = {name: failure for name, failure in self.failures.items() if name in there}

    def next_retry(self) -> float | None:
        """When the first failed file may be tried again, in seconds since the epoch."""
        return min((failure.retry_at for failure in self.failures.values()), default=None)


def is_passing(reason: Reason) -> bool:
    """Whether the reason says nothing about the file's content, so that what was read of it before still holds."""
    return reason in _PASSING or reason in {Reason.TOO_SLOW, Reason.TOO_MUCH_MEMORY}


def load(path: Path) -> Manifest:
    """The manifest in `path`; an empty one when it is missing or damaged."""
    try:
        with path.open(encoding="utf-8") as lines:
            return _read(lines)
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.warning("the manifest of the knowledge folder is of no use: %s", type(error).__name__)
        return Manifest()


def save(manifest: Manifest, path: Path) -> None:
    """Write the manifest, whole or not at all. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8") as file:
        for line in _lines(manifest):  # one by one: encoding all at once would hold up the event loop
            file.write(json.dumps(line) + "\n")
    part.replace(path)


def _lines(manifest: Manifest) -> Iterator[object]:
    yield {"version": _VERSION, "changed_at": manifest.changed_at}
    for document, (stamp, digest) in tuple(manifest.digests.items()):
        yield [document, stamp.size, stamp.modified_ns, digest]
    for failure in tuple(manifest.failures.values()):
        stamp = failure.stamp
        yield [failure.document, stamp.size, stamp.modified_ns, failure.reason, failure.attempts, failure.retry_at]


def _read(lines: Iterator[str]) -> Manifest:
    header = json.loads(next(lines, "{}"))
    if header["version"] != _VERSION:
        raise ValueError("another version")
    manifest = Manifest(changed_at=header["changed_at"])
    for line in lines:
        match json.loads(line):
            case [str() as document, int() as size, int() as modified_ns, str() as digest]:
                manifest.digests[document] = Stamp(size, modified_ns), digest
            case [str() as document, int() as size, int() as modified_ns, str() as reason, int() as attempts, at]:
                stamp = Stamp(size, modified_ns)
                manifest.failures[document] = Failure(document, Reason(reason), stamp, attempts, float(at))
            case _:
                raise ValueError("not a line of a manifest")
    return manifest
