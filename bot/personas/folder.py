"""Owns the folder of personas: a file each, read again when it changes; a broken one leaves the others alone."""

import asyncio
import logging
import stat
import threading
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from bot.errors import BadPersona, PersonaExists, PersonaNotKept, UnknownPersona
from bot.messages import Notice
from bot.personas import toml
from bot.personas.persona import Persona, is_name, normal_name
from bot.whole_files import write_whole

logger = logging.getLogger(__name__)

ENDING = ".toml"
MOST_BYTES = 1_000_000

Stamp = tuple[int, int, int]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Personas:
    """What the folder holds, by name in their order; `broken` are those that can't be used, by their files' names."""

    usable: Mapping[str, Persona] = field(default_factory=dict)
    broken: Mapping[str, BadPersona] = field(default_factory=dict)

    def named(self, name: str) -> Persona:
        """The persona that is meant; raises the `BadPersona` of a broken one, or `UnknownPersona` with the nearest."""
        wanted = normal_name(name)
        if wanted in self.usable:
            return self.usable[wanted]
        for stem, error in self.broken.items():
            if normal_name(stem) == wanted:
                raise error
        raise UnknownPersona(name=wanted, nearest=tuple(get_close_matches(wanted, self.usable, n=3, cutoff=0.5)))


class PersonaFolder:
    """The personas as their files have them at this moment; without the folder there are none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, tuple[Stamp, Persona | BadPersona]] = {}
        self._lock = threading.Lock()

    @property
    def path(self) -> Path:
        """Where the files lie."""
        return self._path

    async def read(self) -> Personas:
        """What there is now. A file that hasn't changed isn't read again."""
        return await asyncio.to_thread(self._alone, self._read)

    async def keep(self, persona: Persona, *, replace: bool = False) -> Path:
        """Write the persona's file, at once and whole; raises `PersonaExists` unless it may `replace` one.

        Raises `BadPersona` for what could not be read again, and `PersonaNotKept` where the file can't be written.
        """
        return await asyncio.to_thread(self._alone, lambda: self._keep(persona, replace=replace))

    async def remove(self, name: str) -> None:
        """Remove the persona's file, broken or not; raises `UnknownPersona` and `PersonaNotKept`."""
        await asyncio.to_thread(self._alone, lambda: self._remove(name))

    def _alone(self, work: Callable[[], Result]) -> Result:
        with self._lock:
            return work()

    def _read(self) -> Personas:
        usable: dict[str, Persona] = {}
        broken: dict[str, BadPersona] = {}
        known = self._known
        self._known = {}
        for file in self._files():
            name = _name_of(file)
            stamp = _stamp(file)
            before = known.get(file.name)
            found = before[1] if before and before[0] == stamp else self._read_one(file, name)
            if stamp:
                self._known[file.name] = stamp, found
            if isinstance(found, BadPersona):
                broken[name] = found
            else:
                usable[name] = found
        return Personas(usable, broken)

    def _files(self) -> list[Path]:
        try:
            return sorted(file for file in self._path.iterdir() if file.suffix == ENDING and file.name[0] != ".")
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            logger.warning("the personas in %s can't be read: %s", self._path, error.strerror)
            return []

    def _read_one(self, file: Path, name: str) -> Persona | BadPersona:
        try:
            if not is_name(name):
                return BadPersona(str(file), Notice("persona-bad-name", {"name": file.stem}))
            return toml.parse(_bytes(file), name=name, path=str(file))
        except BadPersona as error:
            logger.warning("a persona can't be used: %s, line %d: %s", error.path, error.line, error.reason.code)
            return error

    def _keep(self, persona: Persona, *, replace: bool) -> Path:
        file = self._path / f"{persona.name}{ENDING}"
        if not is_name(persona.name):
            raise BadPersona(str(file), Notice("persona-bad-name", {"name": persona.name}))
        data = toml.written(persona).encode("utf-8", "replace")
        if len(data) > MOST_BYTES:
            raise BadPersona(str(file), Notice("persona-too-large"))
        toml.parse(data, name=persona.name, path=str(file))
        there = self._file_of(persona.name)
        if there and not replace:
            raise PersonaExists(name=persona.name)
        _put(there or file, data)
        return there or file

    def _remove(self, name: str) -> None:
        file = self._file_of(normal_name(name))
        if file is None:
            self._read().named(name)  # tells which names are near
            return
        try:
            file.unlink()
        except OSError as error:
            raise PersonaNotKept(str(file), error.strerror or type(error).__name__) from error

    def _file_of(self, name: str) -> Path | None:
        return next((file for file in self._files() if normal_name(file.stem) == name), None)


def _name_of(file: Path) -> str:
    """By the file's name; macOS writes `á` as two characters."""
    return unicodedata.normalize("NFC", file.stem)


def _stamp(file: Path) -> Stamp | None:
    """What changes when the file does: its time in nanoseconds, its size, and which file it is."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _bytes(file: Path) -> bytes:
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # opening a pipe would wait for ever
            raise BadPersona(str(file), Notice("persona-no-file"))
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise BadPersona(str(file), Notice("persona-cannot-open", {"detail": detail})) from error
    if len(data) > MOST_BYTES:
        raise BadPersona(str(file), Notice("persona-too-large"))
    return data


def _put(file: Path, data: bytes) -> None:
    try:
        write_whole(file, data)
    except OSError as error:
        raise PersonaNotKept(str(file), error.strerror or type(error).__name__) from error
