"""What the tests ask about this program's child processes, any of which may end while it is asked about."""

from collections.abc import Callable

import psutil


def children(argument: str, *, recursive: bool = False) -> list[psutil.Process]:
    """The living child processes that were started with `argument`; with `recursive`, theirs too."""
    return _those(lambda child: argument in child.cmdline(), recursive=recursive)


def children_named(name: str, *, about: str = "") -> list[psutil.Process]:
    """The child processes that run the program called `name`, and in whose words `about` occurs."""
    return _those(lambda child: child.name() == name and about in " ".join(child.cmdline()))


def zombies() -> list[psutil.Process]:
    """The child processes that ended and were not waited for."""
    return _those(lambda child: child.status() == psutil.STATUS_ZOMBIE)


def cpu_seconds(process: psutil.Process) -> float:
    """The user time that `process` has had, in seconds; 0 when it has ended."""
    try:
        return process.cpu_times().user
    except psutil.NoSuchProcess:
        return 0


def _those(wanted: Callable[[psutil.Process], bool], *, recursive: bool = False) -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children(recursive=recursive):
        try:
            if wanted(child):
                found.append(child)
        except psutil.NoSuchProcess:  # it ended meanwhile, or is a zombie, of which little can be asked
            continue
    return found
