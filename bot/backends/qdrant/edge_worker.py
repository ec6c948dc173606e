"""Owns the worker process of the embedded index: requests come in on standard input, replies go out on standard output.

A process of its own, because the engine holds Python's lock in every call (a flush: 0.3 s, opening: 0.5 s) and a full
disk kills whoever writes. It ends when its input ends, so also when the program that started it is killed.
"""

import os
import pickle
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from bot.backends.qdrant.edge_calls import Answer, Failure, Request, send
from bot.backends.qdrant.edge_folder import METHODS, EdgeFolder


def main() -> None:
    """Serve the folder named by the first argument until the input ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the end of the input is the one way to end
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever the engine prints is no reply
    folder = EdgeFolder(Path(sys.argv[1]))
    with replies:
        _serve(folder, sys.stdin.buffer, replies)
    folder.close()


def _serve(folder: EdgeFolder, requests: BinaryIO, replies: BinaryIO) -> None:
    while True:
        try:
            request = pickle.load(requests)  # noqa: S301  # from our own parent
            send(_reply(folder, request), replies)
        except (EOFError, BrokenPipeError):
            return


def _reply(folder: EdgeFolder, request: Request) -> Answer | Failure:
    try:
        return Answer(METHODS[request.method](folder, *request.args, **request.kwargs))
    except BaseException as error:  # noqa: BLE001  # the engine raises bare Exceptions, and its panics aren't even those
        return Failure.of(folder.in_our_words(error), cause=error)


if __name__ == "__main__":
    main()
