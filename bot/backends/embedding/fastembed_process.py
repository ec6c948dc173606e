"""Owns the parent's end of the embedding models' process: starting it, asking it from any thread, ending it."""

import asyncio
import itertools
import logging
import pickle
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import Self

from bot.backends.embedding.fastembed_calls import Outcome, Task

logger = logging.getLogger(__name__)

PATIENCE_S = 300.0
"""For one text, and the loading of a model of gigabytes before it."""


class WorkerEnded(Exception):
    """The process is gone: killed, or out of memory."""


class EmbeddingProcess:
    """One process for all models, started by the first task. One that was killed is replaced, and its task done again.

    `environment` is the process's.
    """

    def __init__(self, *, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._starting = threading.Lock()
        self._worker: _Worker | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.close)

    @property
    def pid(self) -> int | None:
        """The process's id; None while there is none."""
        return self._worker.pid if self._worker else None

    async def ask(self, task: Task) -> Outcome:
        """Have `task` done, after the texts that came before. Raises `WorkerEnded` or `TimeoutError`."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await self._asked(task)
            except WorkerEnded:
                return await self._asked(task)

    def ask_now(self, task: Task) -> Outcome:
        """The same from a thread that may wait."""
        try:
            return self._submit(task).result(PATIENCE_S)
        except WorkerEnded:
            return self._submit(task).result(PATIENCE_S)

    def close(self) -> None:
        """End the process, whatever it is doing: it has nothing to lose."""
        with self._starting:
            worker, self._worker = self._worker, None
        if worker:
            worker.end()

    async def _asked(self, task: Task) -> Outcome:
        return await asyncio.wrap_future(await asyncio.to_thread(self._submit, task))

    def _submit(self, task: Task) -> Future[Outcome]:
        with self._starting:
            if self._worker is None or self._worker.ended:
                self._worker = _Worker(self._environment)
            worker = self._worker
        return worker.submit(task)


class _Worker:
    """One process from its start to its end, and who waits for it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bot.backends.embedding.fastembed_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C in the terminal is meant for the answer
        )
        assert self._process.stdin is not None  # noqa: S101  # as asked for
        assert self._process.stdout is not None  # noqa: S101
        self._tasks, self._outcomes = self._process.stdin, self._process.stdout
        self.ended = False
        self._wanted = True
        self._numbers = itertools.count()
        self._waiting: dict[int, Future[Outcome]] = {}
        self._writing = threading.Lock()
        self._reader = threading.Thread(target=self._read, name="embedding", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def submit(self, task: Task) -> Future[Outcome]:
        future: Future[Outcome] = Future()
        future.set_running_or_notify_cancel()  # from here on nobody can cancel it
        with self._writing:
            if self.ended:
                raise WorkerEnded
            number = next(self._numbers)
            self._waiting[number] = future
            with suppress(OSError):  # it has ended, which the reader is about to find out
                pickle.dump((number, task), self._tasks, protocol=pickle.HIGHEST_PROTOCOL)
                self._tasks.flush()
        return future

    def end(self) -> None:
        self._wanted = False
        self._process.kill()
        self._reader.join()

    def _read(self) -> None:
        with suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                number, outcome = pickle.load(self._outcomes)  # noqa: S301  # from our own child
                self._waiting.pop(number).set_result(outcome)
        self._process.kill()
        code = self._process.wait()
        if self._wanted:
            logger.warning("the embedding models' process %d ended with %d", self.pid, code)
        self._disappoint()

    def _disappoint(self) -> None:
        with self._writing:
            self.ended = True
        for future in self._waiting.values():
            future.set_exception(WorkerEnded())
        for pipe in (self._tasks, self._outcomes):
            with suppress(OSError):  # what was still to be written
                pipe.close()
