"""Owns the checks of the machine: its Python, its folders, its memory."""

import asyncio
import errno
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bot.doctor.configuration import is_open
from bot.doctor.findings import Code, Finding, Report
from bot.doctor.patient import Patient
from bot.stats.gpus import Gpu
from bot.stats.hardware import read_disk

OLDEST_PYTHON = (3, 11)
ADDRESS_BITS = 64
ROOM_BYTES = 2_000_000_000
"""With less free on a disk, history and logs soon have no place to grow."""
OTHERS_ANYTHING = 0o077
OTHERS_WRITE = 0o002


async def check_python(patient: Patient, report: Report) -> None:
    """The version and the width: the embedded engine and its models need 64 bits."""
    version, bits = patient.interpreter.version, patient.interpreter.bits
    written = ".".join(map(str, version))
    if version < OLDEST_PYTHON:
        report(Finding.of(Code.PYTHON_OLD, version=written, needed=".".join(map(str, OLDEST_PYTHON))))
    elif bits < ADDRESS_BITS:
        report(Finding.of(Code.PYTHON_32_BIT, version=written, bits=bits))
    else:
        report(Finding.of(Code.PYTHON, version=written, bits=bits))


async def check_folders(patient: Patient, report: Report) -> None:
    """Each folder: writable, private enough, with room."""
    settings = patient.settings
    state = _Folder("SOVA_STATE_DIR", settings.state_dir, closed_to_others=OTHERS_ANYTHING)
    room = max(ROOM_BYTES, patient.missing_bytes)
    cache = _Folder("SOVA_CACHE_DIR", settings.cache_dir, closed_to_others=OTHERS_WRITE, room=room)
    for folder in (state, cache):
        for finding in await asyncio.to_thread(_examined, folder):
            report(finding)


async def check_memory(patient: Patient, report: Report) -> None:
    """How much memory is free, in RAM and on graphics cards, in GB (10⁹ bytes)."""
    hardware, free = await asyncio.gather(patient.hardware(), asyncio.to_thread(patient.free_memory))
    report(Finding.of(Code.MEMORY, free=free / 1e9, vram=free_vram(hardware.gpus) / 1e9, gpus=len(hardware.gpus)))


def free_vram(gpus: tuple[Gpu, ...]) -> int:
    """The bytes that are free on all cards together; a card that doesn't tell counts as full."""
    return sum((gpu.vram_total or 0) - (gpu.vram_used or 0) for gpu in gpus if gpu.vram_used is not None)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder and what it must be: the mode bits that must be off, the bytes that should be free."""

    setting: str
    path: Path
    closed_to_others: int
    room: int = ROOM_BYTES


def _examined(folder: _Folder) -> list[Finding]:
    about = {"setting": folder.setting, "path": str(folder.path)}
    if reason := _not_writable(folder.path):
        return [Finding.of(Code.FOLDER_NOT_WRITABLE, **about, reason=reason)]
    free = read_disk(folder.path).free
    found = []
    if folder.path.exists() and is_open(folder.path, bits=folder.closed_to_others):
        found.append(Finding.of(Code.FOLDER_NOT_PRIVATE, **about))
    if free < folder.room:
        found.append(Finding.of(Code.FOLDER_LITTLE_ROOM, **about, free=free / 1e9, needed=folder.room / 1e9))
    return found or [Finding.of(Code.FOLDER, **about, free=free / 1e9)]


def _not_writable(folder: Path) -> str:
    """Why nothing can be written into `folder`, or into the nearest parent that exists; empty when it can."""
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest) as file:
            file.write(b"?")
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "") or type(error).__name__
    return ""
