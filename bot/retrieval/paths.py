"""Owns the one way from a document's name to a file, and the walk over the knowledge folder.

A document is named by its path relative to the folder, with '/' on every system. Links below the folder are never
followed: one could lead out of it, in circles, or past the audience that its target's own place is for. The folder
itself may be a link.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from bot.retrieval.formats.kinds import kind_of
from bot.retrieval.loading import Reason, RefusedFile

SCOPES_FILE = "scopes.toml"
_IGNORED_NAMES = frozenset({"desktop.ini", "thumbs.db"})
_IGNORED_STARTS = (".", "~$")
_IGNORED_ENDS = ("~", ".tmp", ".part", ".crdownload", ".download")


@dataclass(frozen=True, slots=True)
class Found:
    """A file that can become a document: its name, size in bytes, and time of change in nanoseconds."""

    document: str
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was passed over, and why. A folder that can't be listed is one too: `documents` below it may live.

    `document` is fit to be shown: what isn't text in it is written as an escape.
    """

    document: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Walk:
    """The folder at one moment, both parts sorted by name; iterating gives the files that were found."""

    found: tuple[Found, ...]
    skipped: tuple[Skipped, ...]

    def __iter__(self) -> Iterator[Found]:
        return iter(self.found)


def resolve(root: Path, document: str) -> Path:
    """The real path of a regular file inside `root`; `RefusedFile` for anything else. Touches the disk."""
    parts = _parts(document)
    path = _real(root)
    for part in parts:
        path /= part
        if path.is_symlink():
            raise RefusedFile(Reason.OUTSIDE if _leads_out(path, root) else Reason.LINK)
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise RefusedFile(Reason.GONE) from None
    except OSError:
        raise RefusedFile(Reason.NO_ACCESS) from None
    if not stat.S_ISREG(mode):
        raise RefusedFile(Reason.NOT_A_FILE)
    return path


def open_inside(root: Path, document: str) -> int:
    """Open the document for reading, by a descriptor that the caller closes; `RefusedFile` when that must not be.

    Where the system allows it, each folder on the way is opened from the one above and none as a link, so that nobody
    can swap one in after `resolve` has looked.
    """
    path = resolve(root, document)
    try:
        return _open_stepwise(root, _parts(document)) if os.open in os.supports_dir_fd else os.open(path, _FLAGS)
    except FileNotFoundError:
        raise RefusedFile(Reason.GONE) from None
    except OSError as error:
        raise RefusedFile(Reason.LINK if path.is_symlink() else Reason.NO_ACCESS) from error


def walk(root: Path) -> Walk:
    """Look at every file below `root`. A folder that isn't there is an `OSError`; an unreadable one below is skipped.

    Hidden and temporary files and the scopes file are passed over in silence, everything else has a reason.
    """
    found: list[Found] = []
    skipped: list[Skipped] = []
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = _listing(root / folder)
        except OSError:
            if not folder:
                raise
            skipped.append(Skipped(_shown(folder), Reason.NO_ACCESS))
            continue
        for entry in entries:
            document = f"{folder}/{entry.name}" if folder else entry.name
            if is_ignored(document):
                continue
            match _look(entry, document, root):
                case Reason() as reason:
                    skipped.append(Skipped(_shown(document), reason))
                case Found() as file:
                    found.append(file)
                case None:
                    folders.append(document)
    by_name = attrgetter("document")
    return Walk(tuple(sorted(found, key=by_name)), tuple(sorted(skipped, key=by_name)))


def is_ignored(document: str) -> bool:
    """Whether a file or folder of this name is none of our business: hidden, temporary, or the scopes file."""
    return document == SCOPES_FILE or any(_is_ignored_name(part.lower()) for part in document.split("/"))


def _is_ignored_name(name: str) -> bool:
    return name in _IGNORED_NAMES or name.startswith(_IGNORED_STARTS) or name.endswith(_IGNORED_ENDS)


_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
"""Not through a link, and without waiting: a pipe in a file's place would never open."""


def _parts(document: str) -> list[str]:
    parts = document.split("/")
    if not document or not _is_text(document) or any(part in {"", ".", ".."} for part in parts):
        raise RefusedFile(Reason.OUTSIDE if _is_text(document) else Reason.BAD_NAME)
    if os.sep != "/" and any(set(part) & {os.sep, ":"} for part in parts):
        raise RefusedFile(Reason.OUTSIDE)
    return parts


def _real(root: Path) -> Path:
    try:
        return root.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a link to itself, before Python 3.13
        raise RefusedFile(Reason.GONE) from None


def _leads_out(link: Path, root: Path) -> bool:
    """Whether a link's target lies outside the folder; one that leads nowhere, or in circles, counts as inside."""
    try:
        return not link.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False


def _open_stepwise(root: Path, parts: list[str]) -> int:
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FLAGS | os.O_DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(parts[-1], _FLAGS, dir_fd=folder)
    finally:
        os.close(folder)


def _listing(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


def _look(entry: os.DirEntry[str], document: str, root: Path) -> Found | Reason | None:
    """What an entry is; None is a folder to go into."""
    if not _is_text(entry.name):
        return Reason.BAD_NAME
    if entry.is_symlink():
        return Reason.OUTSIDE if _leads_out(root / document, root) else Reason.LINK
    if entry.is_dir(follow_symlinks=False):
        return None
    if kind_of(entry.name) is None:
        return Reason.UNKNOWN_KIND
    with suppress(OSError):  # it went away since it was listed
        status = entry.stat(follow_symlinks=False)
        regular = stat.S_ISREG(status.st_mode)
        return Found(document, status.st_size, status.st_mtime_ns) if regular else Reason.NOT_A_FILE
    return Reason.GONE


def _is_text(name: str) -> bool:
    """Whether a name can be written in UTF-8 and holds nothing but what can be seen: no line breaks, no controls."""
    try:
        name.encode()
    except UnicodeEncodeError:  # bytes that aren't UTF-8 come as lone surrogates
        return False
    return name.isprintable()


def _shown(document: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in document)
