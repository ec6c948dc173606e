"""Owns the files of runs: each one JSON file in a folder, written whole, the newest ones kept."""

import contextlib
import errno
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.benchmarks.figures import figures_of
from bot.benchmarks.inputs import contents
from bot.benchmarks.records import Run
from bot.errors import BadBenchmarkFile, BenchmarkNotKept, BenchmarkRunning, DiskFull, NoBenchmarks
from bot.file_locks import FileLock
from bot.messages import Notice
from bot.whole_files import write_whole

FOLDER = "benchmarks"
MOST_RUNS = 50
LATEST = "latest"
_LOCK = ".lock"
_FULL = {errno.ENOSPC, errno.EDQUOT}

_Run = TypeAdapter(Run)
_Figures = TypeAdapter(object)


class RunFiles:
    """The runs in `folder`. Every method touches the disk: call it from a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def lock(self) -> FileLock:
        """The right to measure, until it is closed; `BenchmarkRunning` while anybody has it, in any process."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._folder / _LOCK)
        except OSError as error:
            raise not_written(self._folder, error) from error
        if not lock.seize():
            lock.close()
            raise BenchmarkRunning
        return lock

    def save(self, run: Run) -> Path:
        """Write `run` in place of its earlier state, and let go of the oldest runs. Raises as `write` does."""
        path = self._folder / f"{run.id}.json"
        write(path, as_json(run))
        for old in self._paths()[:-MOST_RUNS]:
            with contextlib.suppress(OSError):  # it is in nobody's way
                old.unlink()
        return path

    def read(self, which: str = LATEST, *, before: str = "") -> Run:
        """The newest run, or the one in a file; with `before`, of the runs here only those older than that.

        Raises `NoBenchmarks` or `BadBenchmarkFile`.
        """
        if which != LATEST:
            return read_run(Path(which))
        older = [path for path in self._paths() if not before or path.stem < before]
        if not older:
            raise NoBenchmarks
        return read_run(older[-1])

    def _paths(self) -> Sequence[Path]:
        """By their names, which begin with their times."""
        return sorted(self._folder.glob("[0-9]*.json"))


def read_run(path: Path) -> Run:
    """The run in a file; `BadBenchmarkFile` when there is none in it."""
    data = contents(path)
    try:
        return _Run.validate_json(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"])) or "file"
        reason = Notice("bench-file-entry", {"field": field, "reason": first["msg"]})
        raise BadBenchmarkFile(str(path), reason) from error


def as_json(run: Run) -> bytes:
    """The run as it is kept, and what its samples come to, by model; the latter is worked out anew when it is read."""
    figures = {model.name: plain_figures(run, model.name) for model in run.models}
    plain = {**_Run.dump_python(run, mode="json"), "figures": figures}
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode()


def plain_figures(run: Run, name: str) -> Mapping[str, object]:
    """A model's figures for programs, with our clock and the engine's side by side, and by how much they differ."""
    figures = figures_of(next(model for model in run.models if model.name == name))
    told: dict[str, object] = _Figures.dump_python(figures, mode="json")
    for key, truth in (("reading", figures.reading), ("generating", figures.generating)):
        told[f"{key}_deviation"] = truth.deviation if truth else None
    return told


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; raises `DiskFull` or `BenchmarkNotKept`. Blocks."""
    try:
        write_whole(path, data)
    except OSError as error:
        raise not_written(path, error) from error


def not_written(path: Path, error: OSError) -> DiskFull | BenchmarkNotKept:
    """What a failure to write means."""
    if error.errno in _FULL:
        folder = next(folder for folder in path.absolute().parents if folder.is_dir())
        return DiskFull(path=str(path), needed=0.0, free=shutil.disk_usage(folder).free / 1e9)
    return BenchmarkNotKept(str(path), error.strerror or type(error).__name__)
