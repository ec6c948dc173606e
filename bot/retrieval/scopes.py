"""Owns who may read which folder, by `scopes.toml` in the knowledge folder, which is read strictly.

    [folders."hr"]
    readers = ["slack:C0HR", "discord:@hr", "discord:1234", "terminal:*"]

    [folders."hr/handbook"]
    readers = ["*"]

A folder's entry holds for everything below it, until a deeper one takes its place; "." is the whole folder. Whatever
has no entry above it is for everyone. Names are compared letter by letter, in Unicode's NFC. A reader is written

* `*`: everyone, `platform:*`: everyone on that platform,
* `platform:id`: a channel, or a person who asks in a direct conversation,
* `platform:@role`: whoever has the role, in a direct conversation.

In a channel that others read only what that channel may see is found, whoever asks there.
"""

import asyncio
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.access import LOCAL_PLATFORM
from bot.errors import BadScopes
from bot.messages import Author, ConversationKey, Notice
from bot.retrieval.paths import SCOPES_FILE

PUBLIC = ""
"""The scope of what has no entry: for everyone."""
ROOT = "."
EVERYONE = "*"
_READER = re.compile(r"\*|[a-z][a-z0-9_-]*:(\*|@\S(.*\S)?|[^\s@*][^\s*]*)")
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Scopes:
    """The readers of each folder that has an entry. A scope's name is the folder's path, `PUBLIC` what has no entry."""

    readers: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def scope_of(self, document: str) -> str:
        """The scope that a document is in: that of the deepest entry at or above its path."""
        above = _at_and_above(_normal(document))
        return next((path for path in above if path in self.readers), ROOT if ROOT in self.readers else PUBLIC)

    def readable(self, conversation: ConversationKey, author: Author) -> frozenset[str]:
        """The names of the scopes that may be searched for a question of `author` in this conversation."""
        names = _names(conversation, author)
        return frozenset(scope for scope, readers in self.readers.items() if readers & names) | {PUBLIC}

    def unused(self, documents: Iterable[str]) -> tuple[str, ...]:
        """The entries that no document is below, most likely misspelt: what they were to guard is guarded by none."""
        there = {path for document in documents for path in _at_and_above(_normal(document))}
        return tuple(sorted(self.readers.keys() - there - {ROOT}))


class ScopesFile:
    """The scopes as `scopes.toml` has them at this moment; without the file everything is for everyone."""

    def __init__(self, root: Path) -> None:
        self._path = root / SCOPES_FILE
        self._known: tuple[bytes, Scopes] = (b"", Scopes())

    async def read(self) -> Scopes:
        """The scopes that hold now. Raises `BadScopes`; then nothing may be shown to anybody."""
        return await asyncio.to_thread(self._read)

    async def readable(self, conversation: ConversationKey, author: Author) -> frozenset[str]:
        """The names of the scopes that may be searched for this question. Raises `BadScopes`."""
        return (await self.read()).readable(conversation, author)

    def _read(self) -> Scopes:
        data = self._bytes()
        if data != self._known[0]:
            self._known = data, parse(data, path=str(self._path))
        return self._known[1]

    def _bytes(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError):
            return b""
        except OSError as error:
            reason = Notice("scopes-no-access", {"detail": error.strerror or type(error).__name__})
            raise BadScopes(path=str(self._path), reason=reason) from error
        if len(data) > _MOST_BYTES:
            raise BadScopes(path=str(self._path), reason=Notice("scopes-too-large"))
        return data


def parse(data: bytes, *, path: str) -> Scopes:
    """Read the file's bytes; whatever isn't exactly as it must be is a `BadScopes` that names `path`."""
    try:
        return _scopes(_File.model_validate(tomllib.loads(data.decode("utf-8-sig"))))
    except UnicodeDecodeError as error:
        reason = Notice("scopes-not-text")
        raise BadScopes(path=path, reason=reason) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = Notice("scopes-not-toml", {"detail": str(error)})
        raise BadScopes(path=path, reason=reason) from error
    except ValidationError as error:
        raise BadScopes(path=path, reason=_told(error)) from error
    except _Refused as refused:
        raise BadScopes(path=path, reason=refused.reason) from None


# --- deciding -------------------------------------------------------------------------------------------------


def _names(conversation: ConversationKey, author: Author) -> frozenset[str]:
    """All that the asker counts as, here: the channel, or where nobody reads along the person and their roles."""
    platform = conversation.platform
    everyone = {EVERYONE, f"{platform}:{EVERYONE}"}
    if not _is_direct(conversation):
        return frozenset(everyone | _identifier(platform, conversation.channel))
    roles = {_normal(f"{platform}:@{role}") for role in author.roles}
    return frozenset(everyone | roles | _identifier(platform, author.id))


def _is_direct(conversation: ConversationKey) -> bool:
    """Nobody looks over the shoulder of whoever sits at the machine; others' adapters tell."""
    return conversation.direct or conversation.platform == LOCAL_PLATFORM


def _identifier(platform: str, name: str) -> set[str]:
    """A channel's or person's name as readers are written; none for one that would pass for a role or for everyone."""
    return set() if name.startswith(("@", EVERYONE)) else {_normal(f"{platform}:{name}")}


def _at_and_above(path: str) -> Iterator[str]:
    """The path itself and the folders above it, deepest first."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _normal(text: str) -> str:
    """The one form of names that look the same: macOS writes `á` as two characters."""
    return unicodedata.normalize("NFC", text)


# --- reading the file -----------------------------------------------------------------------------------------


class _Folder(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    readers: list[str]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    folders: dict[str, _Folder] = {}


class _Refused(Exception):
    """Something in the file is not as it must be."""

    def __init__(self, code: str, **data: str) -> None:
        super().__init__(code)
        self.reason = Notice(code, data)


def _scopes(file: _File) -> Scopes:
    readers: dict[str, frozenset[str]] = {}
    for written, folder in file.folders.items():
        name = _folder_name(written)
        if name in readers:
            raise _Refused("scopes-folder-twice", folder=name)
        readers[name] = frozenset(_reader(reader, name) for reader in folder.readers)
    return Scopes(readers)


def _folder_name(written: str) -> str:
    name = _normal(written).removesuffix("/")
    if name == ROOT:
        return name
    parts = name.split("/")
    if any(part in {"", ".", ".."} for part in parts) or "\\" in name or not name.isprintable():
        raise _Refused("scopes-bad-folder", folder=written)
    return name


def _reader(written: str, folder: str) -> str:
    if _READER.fullmatch(written) and written.isprintable():
        return _normal(written)
    raise _Refused("scopes-bad-reader", folder=folder, reader=written)


def _told(error: ValidationError) -> Notice:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    entry = ".".join(map(str, first["loc"]))
    codes = {"extra_forbidden": "scopes-unknown-key", "missing": "scopes-no-readers"}
    return Notice(codes.get(first["type"], "scopes-wrong-value"), {"entry": entry})
