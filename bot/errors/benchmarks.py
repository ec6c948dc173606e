"""Owns what may go wrong with a benchmark of models."""

from dataclasses import dataclass

from bot.errors.family import AssistantError
from bot.messages import Notice


@dataclass(eq=False)
class BadBenchmarkFile(AssistantError):
    """A file with prompts, models or an earlier run can't be used; `entry` says which of its entries, empty for all."""

    path: str
    reason: Notice
    entry: str = ""
    code = "bad-benchmark-file"
    exit_code = 2


@dataclass(eq=False)
class BenchmarkRunning(AssistantError):
    """One benchmark is running already, here or in another program: two would measure each other."""

    code = "benchmark-running"


@dataclass(eq=False)
class NoBenchmarkRunning(AssistantError):
    """There is none to stop."""

    code = "no-benchmark-running"
    exit_code = 2


@dataclass(eq=False)
class NoBenchmarks(AssistantError):
    """There is no run yet that could be shown, rated or compared with."""

    code = "no-benchmarks"
    exit_code = 2


@dataclass(eq=False)
class NothingToBenchmark(AssistantError):
    """The engine has no chat model that fits this machine."""

    engine: str
    code = "nothing-to-benchmark"
    exit_code = 3


@dataclass(eq=False)
class BenchmarkNotKept(AssistantError):
    """A result can't be written to `path`; `reason` is the system's."""

    path: str
    reason: str
    code = "benchmark-not-kept"
