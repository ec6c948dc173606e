"""Owns the parent's end of the embedded engine's process: starting it, knowing whether it lives, ending it."""

import asyncio
import contextlib
import json
import logging
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

import psutil

from bot.backends.engines.embedded_server import ServerConfig, Started
from bot.errors import EngineFailedToStart
from bot.messages import Notice

logger = logging.getLogger(__name__)

_LOG_BYTES = 1_000_000
"""A longer log is begun anew at the next start."""
_MAPPING = re.compile(r"^Referenced:\s+(\d+) kB\nAnonymous:\s+(\d+) kB$", re.MULTILINE)
_GOODBYE_SECONDS = 5.0
_DYING_SECONDS = 1.0


class EmbeddedProcess:
    """A running engine process; `started` says where it listens and what it uses."""

    def __init__(self, process: Process, started: Started) -> None:
        self._process = process
        self.started = started

    @classmethod
    async def start(
        cls, config: ServerConfig, *, log: Path, environment: Mapping[str, str], seconds: float
    ) -> "EmbeddedProcess":
        """Start the engine and return when its model is loaded; `EngineFailedToStart` when that fails or takes longer.

        Cancelling this ends the process.
        """
        try:
            process = await _spawn(log, environment)
        except OSError as error:
            reason = Notice("engine-cannot-run", {"reason": error.strerror or type(error).__name__})
            raise EngineFailedToStart(model=config.alias, reason=reason, log=str(log)) from error
        started, failure = Started(), None
        try:
            async with asyncio.timeout(seconds):
                started = await _hand_over(process, config)
                failure = None if started.address else _why(await process.wait())
        except TimeoutError:
            failure = Notice("engine-start-slow", {"seconds": round(seconds)})
        except BaseException:
            await _kill(process)
            raise
        if failure is not None:
            await _kill(process)
            raise EngineFailedToStart(model=config.alias, reason=failure, log=str(log))
        logger.info("embedded engine %d serves %s at %s", process.pid, config.alias, started.address)
        return cls(process, started)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def lives(self) -> bool:
        """Whether the process runs at this very moment; the event loop only hears of its end a little later."""
        if self._process.returncode is not None:
            return False
        try:
            return bool(psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    def resident_bytes(self) -> int | None:
        """The memory that the process holds; None when it is gone."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.NoSuchProcess:
            return None

    def begin_measuring(self) -> None:
        """Forget which pages were touched, so that those that loading alone needed don't count; Linux alone can."""
        with contextlib.suppress(OSError):
            self._proc("clear_refs").write_text("1", encoding="ascii")

    def working_bytes(self) -> int | None:
        """The memory that the process works with since `begin_measuring`; None where the system doesn't tell.

        Pages of the model's file that llama.cpp has copied into another order stay resident until somebody else needs
        the room, and are left out. See https://docs.kernel.org/filesystems/proc.html (smaps, clear_refs).
        """
        try:
            return working_set(self._proc("smaps").read_text(encoding="utf-8", errors="replace"))
        except OSError:
            return None

    def _proc(self, name: str) -> Path:
        return Path("/proc") / str(self.pid) / name

    async def settle(self) -> None:
        """Return when the process is seen to have ended, or to go on: a dying one closes its connections first."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DYING_SECONDS):
                await self._process.wait()

    async def kill(self) -> None:
        """End the process without asking it, and return when it is gone."""
        await _kill(self._process)

    async def stop(self) -> None:
        """End the process, which does so as soon as its input ends, and return when it is gone."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(_GOODBYE_SECONDS):
                await self._process.wait()
        except TimeoutError:
            logger.warning("embedded engine %d did not end by itself", self.pid)
        finally:
            await self.kill()


def working_set(smaps: str) -> int:
    """The bytes in a process's memory map (Linux's `smaps`) that are its own, or a file's that it touched lately."""
    return sum(max(int(touched), int(own)) for touched, own in _MAPPING.findall(smaps)) * 1024


async def _spawn(log: Path, environment: Mapping[str, str]) -> Process:
    await asyncio.to_thread(log.parent.mkdir, parents=True, exist_ok=True)
    with await asyncio.to_thread(_open_log, log) as stderr:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", "bot.backends.engines.embedded_server"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=stderr,
            env=dict(environment),
            start_new_session=True,  # Ctrl-C in the terminal is meant for the answer, not for the engine
        )


def _open_log(log: Path) -> BinaryIO:
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.write_bytes(b"")
    return log.open("ab")


async def _hand_over(process: Process, config: ServerConfig) -> Started:
    """Give the process its configuration and wait for its answer; one without an address when it died instead."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("the engine's input and output must be pipes")
    with contextlib.suppress(ConnectionError):  # it died at once; its exit status tells more
        process.stdin.write(json.dumps(asdict(config)).encode() + b"\n")
        await process.stdin.drain()
    answer = await process.stdout.readline()
    return Started(**json.loads(answer)) if answer else Started()


async def _kill(process: Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _why(status: int) -> Notice:
    """What an exit status tells about a start that failed."""
    if status >= 0:
        return Notice("engine-cannot-load")
    if -status == signal.SIGILL:
        return Notice("engine-wrong-processor")
    return Notice("engine-killed", {"signal": signal.Signals(-status).name})
