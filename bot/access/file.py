"""Owns `access.toml`: it is read strictly, read again when it changes, and a broken new version changes nothing.

    contact = "Ana, #it-help"

    [discord]
    ask = ["everyone"]
    switch = ["role:engineers"]
    pull = ["user:1234"]
    reindex = ["role:editors", "channel:5678"]
    administer = ["role:ops"]

    [slack]
    ask = ["workspace:T012345", "channel:C0HELP"]

There is one table a platform. A permission without an entry has its default (`rules.Rules.grants`), an empty list gives
it to nobody but administrators.
"""

import difflib
import logging
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.access.rules import LOCAL_PLATFORM, Grantee, Grants, Kind, Permission, Rules
from bot.errors import BadAccess
from bot.messages import Notice

logger = logging.getLogger(__name__)

CONTACT = "contact"
MOST_BYTES = 1_000_000
_KINDS = tuple(kind.value for kind in Kind if kind is not Kind.EVERYONE)

Stamp = tuple[int, int, int]


class AccessFile:
    """The rules as `access.toml` has them at this moment. `platforms` are the names that a table may have.

    Raises `BadAccess` when made from a file that can't be used: Sova doesn't start with rules that nobody understands.
    Later a version that can't be used, or no file at all, leaves the rules as they were, and the log says so.
    """

    def __init__(self, path: Path, *, platforms: Iterable[str]) -> None:
        self._path = path
        self._platforms = frozenset(platforms)
        self._stamp = _stamp(path)
        self._rules = self._read()

    def rules(self) -> Rules:
        """The rules that hold now. Blocks for a look at the file's times, and to read it when it has changed."""
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            self._stamp = stamp
            self._follow()
        return self._rules

    def _follow(self) -> None:
        try:
            self._rules = self._read()
            logger.info("the rules of access are read again from %s", self._path)
        except BadAccess as error:
            logger.error("the rules of access stay as they were: %s", error)  # noqa: TRY400 - the error tells it all

    def _read(self) -> Rules:
        return parse(_bytes(self._path), path=str(self._path), platforms=self._platforms)


def parse(data: bytes, *, path: str, platforms: Iterable[str]) -> Rules:
    """Read the file's bytes; whatever isn't exactly as it must be is a `BadAccess` that names `path` and the place."""
    try:
        return _rules(tomllib.loads(data.decode("utf-8-sig")), frozenset(platforms))
    except UnicodeDecodeError as error:
        raise BadAccess(path=path, reason=Notice("access-not-text")) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadAccess(path=path, reason=Notice("access-not-toml", {"detail": str(error)})) from error
    except _Refused as refused:
        raise BadAccess(path=path, reason=refused.reason) from None


# --- what is in it --------------------------------------------------------------------------------------------


class _Refused(Exception):
    """Something in the file is not as it must be."""

    def __init__(self, reason: Notice) -> None:
        super().__init__(reason.code)
        self.reason = reason


def _rules(table: Mapping[str, object], platforms: frozenset[str]) -> Rules:
    contact = table.get(CONTACT, "")
    if not isinstance(contact, str) or not contact.isprintable():
        raise _Refused(Notice("access-not-a-text", {"entry": CONTACT}))
    return Rules(
        given={name: _platform(name, value, platforms) for name, value in table.items() if name != CONTACT},
        contact=contact.strip(),
    )


def _platform(name: str, table: object, platforms: frozenset[str]) -> Mapping[Permission, Grants]:
    if name == LOCAL_PLATFORM:
        raise _Refused(Notice("access-terminal", {"entry": name}))
    if name not in platforms:
        raise _unknown(name, name, {*platforms, CONTACT})
    if not isinstance(table, dict):
        raise _Refused(Notice("access-not-a-table", {"entry": name}))
    return {_permission(name, key): _grants(f"{name}.{key}", value) for key, value in table.items()}


def _permission(platform: str, key: str) -> Permission:
    if key not in set(Permission):
        raise _unknown(f"{platform}.{key}", key, Permission)
    return Permission(key)


def _grants(entry: str, value: object) -> Grants:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _Refused(Notice("access-not-a-list", {"entry": entry}))
    return frozenset(_grantee(entry, one) for one in value)


def _grantee(entry: str, written: str) -> Grantee:
    kind, colon, name = written.partition(":")
    if written == Kind.EVERYONE:
        return Grantee(Kind.EVERYONE)
    if kind in _KINDS and colon and name and name == name.strip() and name.isprintable():
        return Grantee.of(Kind(kind), name)
    raise _Refused(Notice("access-bad-grantee", {"entry": entry, "grantee": written, "nearest": _meant(written)}))


def _meant(written: str) -> str:
    """The likeliest grantee: somebody used to `SOVA_ADMINS` leaves the kind out, or puts an `@` before a role."""
    kind, colon, name = (part.strip() for part in written.rpartition(":"))
    if name.startswith("@") and name != "@":
        return f"{Kind.ROLE}:{name[1:]}"
    if not colon:
        return _nearest(written, [Kind.EVERYONE, *([] if not name else [f"{Kind.USER}:{name}"])], cutoff=0.0)
    return f"{_nearest(kind, _KINDS, cutoff=0.0)}:{name or '…'}"


def _unknown(entry: str, key: str, known: Iterable[str]) -> _Refused:
    names = sorted(known)
    data = {"entry": entry, "nearest": _nearest(key, names), "known": ", ".join(names)}
    return _Refused(Notice("access-unknown-key", data))


def _nearest(written: str, names: Iterable[str], *, cutoff: float = 0.5) -> str:
    """The name that looks most like what was written; `none` when nothing does."""
    return next(iter(difflib.get_close_matches(written.lower(), list(names), n=1, cutoff=cutoff)), "none")


# --- the file itself ------------------------------------------------------------------------------------------


def _stamp(path: Path) -> Stamp | None:
    """What changes when the file does: its time in nanoseconds, its size, and which file it is. None without a file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - as pathlib does, without a detour: it is asked for every question
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = Notice("access-cannot-open", {"detail": error.strerror or type(error).__name__})
        raise BadAccess(path=str(path), reason=reason) from error
    if len(data) > MOST_BYTES:
        raise BadAccess(path=str(path), reason=Notice("access-too-large"))
    return data
