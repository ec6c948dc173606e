"""Owns the parent's end of the embedded index's worker process: starting it, asking it, ending it."""

import asyncio
import logging
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from bot.backends.qdrant.edge_calls import Answer, Failure, Request, send
from bot.backends.qdrant.edge_folder import RESERVE_BYTES, EdgeFolder
from bot.backends.qdrant.faults import IndexFault, disk_full, free_bytes
from bot.errors import AssistantError, IndexUnavailable

logger = logging.getLogger(__name__)

GOODBYE_S = 15.0
"""How long the worker may write down what it holds."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


class WorkerEnded(Exception):
    """The worker process is gone: killed, or the disk was full in the middle of a write."""


class EdgeProcess:
    """A worker on one folder, asked by one thread, so one thing at a time and in order.

    Cancelling a call doesn't stop what was asked; its reply is read and dropped.
    """

    def __init__(self, folder: Path, *, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = dict(environment)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="index")
        self._worker: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The worker's process id; None while there is none."""
        return self._worker.pid if self._worker else None

    async def start(self) -> None:
        """Start a worker in the place of one that ended; it hasn't opened the folder yet."""
        await self._in_thread(self._start)

    async def call(
        self,
        method: Callable[Concatenate[EdgeFolder, Given], Result],
        seconds: float,
        /,
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """Let the worker call `method` of its folder; `WorkerEnded` when it is gone.

        Raises what the method raises, and `IndexUnavailable` when it takes longer than `seconds`.
        """
        request = Request(method.__name__, args, kwargs)
        try:
            async with asyncio.timeout(seconds):
                reply = await self._in_thread(lambda: self._exchange(request))
        except TimeoutError:
            raise IndexUnavailable(where=str(self._folder), reason=IndexFault.TIMEOUT) from None
        if isinstance(reply, Failure):
            logger.debug("%s: %s failed: %s", self._folder, request.method, reply.detail)
            raise reply.error()
        result: Result = reply.value
        return result

    async def stop(self) -> None:
        """End the worker, which writes everything down first; `start` may follow."""
        await self._in_thread(self._stop)

    async def close(self) -> None:
        """End the worker for good, and return when it is gone."""
        try:
            await self.stop()
        finally:
            self._thread.shutdown(wait=False)

    def why_it_ended(self) -> AssistantError:
        """The likeliest reason for a `WorkerEnded`."""
        if free_bytes(self._folder) < RESERVE_BYTES:
            return disk_full(self._folder, needed=RESERVE_BYTES)
        return IndexUnavailable(where=str(self._folder), reason=IndexFault.ENDED)

    async def _in_thread(self, function: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    def _start(self) -> None:
        self._stop()
        self._worker = subprocess.Popen(  # noqa: S603  # our own program and arguments
            [sys.executable, "-P", "-m", "bot.backends.qdrant.edge_worker", str(self._folder.absolute())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environment,
            start_new_session=True,  # Ctrl-C in the terminal is meant for the answer, not for the index
        )

    def _exchange(self, request: Request) -> Answer | Failure:
        worker = self._worker
        if worker is None or worker.stdin is None or worker.stdout is None:
            raise WorkerEnded
        try:
            send(request, worker.stdin)
            reply: Answer | Failure = pickle.load(worker.stdout)  # noqa: S301  # from our own child
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self._bury(worker)
            raise WorkerEnded from error
        return reply

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        _shut(worker)
        try:
            worker.wait(GOODBYE_S)
        except subprocess.TimeoutExpired:
            logger.warning("the index's process %d did not end by itself", worker.pid)
            worker.kill()
            worker.wait()

    def _bury(self, worker: subprocess.Popen[bytes]) -> None:
        worker.kill()
        code = worker.wait()
        _shut(worker)
        self._worker = None
        logger.warning("the index's process %d ended with %d", worker.pid, code)


def _shut(worker: subprocess.Popen[bytes]) -> None:
    for pipe in (worker.stdin, worker.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # what was still to be written goes with its reader
                continue
