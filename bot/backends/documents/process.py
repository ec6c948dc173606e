"""Owns the parent's end of the document readers: child processes that are started, watched, and ended when they err."""

import asyncio
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from bot.backends.documents.reader import READY, Answer, ReaderConfig, document_of
from bot.errors import DocumentUnreadable
from bot.retrieval.loading import LoadedDocument, LoadLimits, Reason, RefusedFile
from bot.settings import NO_CALLING_HOME

logger = logging.getLogger(__name__)

_START_SECONDS = 60.0
_WATCH_SECONDS = 0.05
_FILES_PER_PROCESS = 1000
"""A reader that has read so many is replaced: a parser's leaks go with it."""
_BYTES_PER_CHARACTER = 4
_KEPT_VARIABLES = ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH", *NO_CALLING_HOME)
_NOWHERE = "http://127.0.0.1:9"
_QUIET = {
    "LANG": "C.UTF-8",
    "PYTHONUTF8": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "RUST_BACKTRACE": "0",
    **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), _NOWHERE),
}
"""What a reader's environment says beside the kept variables: no secrets, and a proxy that isn't there."""


class DocumentProcesses:
    """A `DocumentLoader` whose files are read in child processes; use it as an async context manager.

    At most `processes` run at once, each reads one file after the other. A reader that takes too long or too much
    memory is killed, one that dies is replaced; either concerns the file at hand alone.
    """

    def __init__(
        self, folder: Path, *, environment: Mapping[str, str], limits: LoadLimits | None = None, processes: int = 1
    ) -> None:
        config = ReaderConfig(str(folder.absolute()), limits or LoadLimits())
        self._readers = ReaderPool(config, environment=environment, processes=processes)

    async def __aenter__(self) -> Self:
        """Nothing is started before there is something to read."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._readers.close()

    async def load(self, document: str) -> LoadedDocument:
        """Read one document by its path relative to the folder; `DocumentUnreadable` with one of the `Reason`s."""
        try:
            return document_of(*await self._readers.ask(_line(document)))
        except RefusedFile as refused:
            logger.info("not reading a document: %s", refused.reason)
            raise DocumentUnreadable(document=document, reason=refused.reason) from None


class AttachmentProcesses:
    """A `FileReader` for files that came with questions; use it as an async context manager.

    Each file has a process of its own, which ends with it: one that takes its reader over sees nobody else's file.
    """

    def __init__(self, *, environment: Mapping[str, str], limits: LoadLimits, processes: int = 2) -> None:
        config = ReaderConfig("", limits)
        self._readers = ReaderPool(config, environment=environment, processes=processes, files_per_process=1)

    async def __aenter__(self) -> Self:
        """Nothing is started before there is something to read."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._readers.close()

    async def read(self, data: bytes, *, name: str) -> str:
        """The file's text, its kind told by its bytes and only then by its name; `RefusedFile` when there is none."""
        _, text = await self._readers.ask(_line({"name": name, "size": len(data)}) + data)
        return text


class ReaderPool:
    """Child processes that read files, at most `processes` at once, each replaced after `files_per_process`."""

    def __init__(
        self,
        config: ReaderConfig,
        *,
        environment: Mapping[str, str],
        processes: int,
        files_per_process: int = _FILES_PER_PROCESS,
    ) -> None:
        self._config = config
        self._environment = {name: environment[name] for name in _KEPT_VARIABLES if name in environment} | _QUIET
        self._turns = asyncio.Semaphore(processes)
        self._files_per_process = files_per_process
        self._idle: list[_Reader] = []

    async def close(self) -> None:
        """End those that wait for something to read."""
        while self._idle:
            await self._idle.pop().end()

    async def ask(self, question: bytes) -> tuple[Answer, str]:
        """What a reader says to `question`, written as `document_reader` tells; `RefusedFile` when there is no text."""
        async with self._turns:
            try:
                return await self._read(question)
            except _ReaderDied:  # by this file, or because something else ended it: the second time tells
                pass
            try:
                return await self._read(question)
            except _ReaderDied as death:
                raise RefusedFile(death.reason) from None

    async def _read(self, question: bytes) -> tuple[Answer, str]:
        reader = await self._borrow()
        try:
            answer, text = await reader.read(question, self._config.limits)
        except BaseException:  # cancelled too: what it is about to say is of no use to the next one
            await reader.kill()
            raise
        await self._give_back(reader)
        if answer.reason:
            raise RefusedFile(Reason(answer.reason))
        return answer, text

    async def _borrow(self) -> "_Reader":
        while self._idle:
            reader = self._idle.pop()
            if reader.lives:
                return reader
            await reader.kill()
        return await _Reader.start(self._config, self._environment)

    async def _give_back(self, reader: "_Reader") -> None:
        if reader.files_read < self._files_per_process:
            self._idle.append(reader)
        else:
            await reader.end()


class _ReaderDied(Exception):
    """A reader ended, or spoke nonsense, in the middle of a file."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class _Reader:
    """One child process."""

    def __init__(self, process: Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("the reader's input and output must be pipes")
        self._process = process
        self._input, self._output = process.stdin, process.stdout
        self.files_read = 0

    @classmethod
    async def start(cls, config: ReaderConfig, environment: Mapping[str, str]) -> "_Reader":
        """Start one and return when it is ready; `RefusedFile` when that fails: no file can be read then."""
        try:
            process = await _spawn(environment)
        except OSError as error:
            logger.warning("no document reader can be started: %s", error.strerror)
            raise RefusedFile(Reason.NO_READER) from error
        reader = cls(process)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await reader.hear(config)
        except (TimeoutError, ConnectionError, ValueError) as error:
            await reader.kill()
            logger.warning("the document reader ended at its start with status %s", process.returncode)
            raise RefusedFile(Reason.NO_READER) from error
        except BaseException:
            await reader.kill()
            raise
        logger.debug("document reader %d started", process.pid)
        return reader

    @property
    def lives(self) -> bool:
        """Whether it still runs, as far as is known."""
        return self._process.returncode is None

    async def hear(self, config: ReaderConfig) -> None:
        """Tell it what to do, and wait until it is ready."""
        await self._send(_line(asdict(config)))
        if await self._output.readline() != READY:
            raise ConnectionError

    async def read(self, question: bytes, limits: LoadLimits) -> tuple[Answer, str]:
        """Its answer about one file; `RefusedFile` when it was over a limit, `_ReaderDied` when it ended."""
        self.files_read += 1
        answering = asyncio.create_task(self._ask(question, limits))
        try:
            async with asyncio.timeout(limits.seconds):
                while not (await asyncio.wait({answering}, timeout=_WATCH_SECONDS))[0]:
                    self._demand_room(limits.memory_bytes)
            return await answering
        except TimeoutError:
            raise RefusedFile(Reason.TOO_SLOW) from None
        except (ConnectionError, asyncio.IncompleteReadError, ValueError, TypeError) as error:
            raise _ReaderDied(await self._why()) from error
        finally:
            answering.cancel()
            await asyncio.wait({answering})

    async def end(self) -> None:
        """Let it end by itself, which it does as soon as its input ends."""
        self._input.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._process.wait()
        await self.kill()

    async def kill(self) -> None:
        """End it and whatever it started, and return when it is gone."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                _kill_session(self._process)
        self._input.close()
        await self._process.wait()

    async def _send(self, message: bytes) -> None:
        self._input.write(message)
        await self._input.drain()

    async def _ask(self, question: bytes, limits: LoadLimits) -> tuple[Answer, str]:
        await self._send(question)
        answer = Answer(**json.loads(await self._output.readuntil(b"\n")))
        if not 0 <= answer.size <= limits.text_chars * _BYTES_PER_CHARACTER:
            raise ValueError("more text than it may give")
        return answer, (await self._output.readexactly(answer.size)).decode()

    def _demand_room(self, memory_bytes: int) -> None:
        with suppress(psutil.NoSuchProcess):
            if psutil.Process(self._process.pid).memory_info().rss > memory_bytes:
                raise RefusedFile(Reason.TOO_MUCH_MEMORY)

    async def _why(self) -> Reason:
        """What its exit status tells: a Rust program that gets no more memory aborts, Linux kills one for it."""
        await self.kill()
        out_of_memory = {-getattr(signal, "SIGABRT", 0)}
        return Reason.TOO_MUCH_MEMORY if self._process.returncode in out_of_memory else Reason.UNREADABLE


async def _spawn(environment: Mapping[str, str]) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "bot.backends.documents.reader"),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,  # a parser's complaints quote the document
        env=dict(environment),
        start_new_session=True,
    )


def _line(message: object) -> bytes:
    return json.dumps(message).encode() + b"\n"


def _kill_session(process: Process) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
