"""Owns sparing the garbage collector what never becomes garbage: everything that is imported and wired."""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

AT_START = 300_000
"""Objects; a start makes about a quarter of a million, nearly all of them to stay."""

_USUAL = gc.get_threshold()


@contextmanager
def starting() -> Iterator[None]:
    """Until things are `settled`, or the end of the block, collections wait for `AT_START` new objects.

    Going through what was just imported, again and again, takes a fifth of the time of a start; doing it once more
    before the process ends takes as long.
    """
    gc.set_threshold(AT_START)
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        gc.set_threshold(*_USUAL)


@contextmanager
def settled() -> Iterator[None]:
    """Until the end of the block, collections leave out what is there now, and come as often as usual.

    A full collection goes through a quarter of a million objects, most of them of imported modules. It takes 25 to
    45 ms in which the event loop stands still, and the hits of every few searches set one off.
    """
    gc.freeze()
    gc.set_threshold(*_USUAL)
    try:
        yield
    finally:
        gc.unfreeze()
