"""Owns the pulls of one engine: a model is fetched once for all who want it, and what isn't done is remembered."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from bot.errors import (
    AssistantError,
    CannotManageModels,
    DiskFull,
    ModelNotOffered,
    PullDamaged,
    RemoteModelRefused,
    UnknownModel,
)
from bot.models.naming import is_cloud_name, same
from bot.models.pull import Pull, PullEnd, PullState
from bot.models.pull_notes import INTERRUPTED, PAUSED, PullNote, PullNotes
from bot.ports import ChatModel, DescribesModels, ModelInfo, OffersRemoteModels, PullsModels

logger = logging.getLogger(__name__)

NOTE_SECONDS = 5.0
"""How often it is written down how far a pull is."""


@dataclass(frozen=True, slots=True)
class DiskRoom:
    """The folder in which an engine keeps its models, and the bytes that are free there."""

    path: str
    free: int


def _unknown_room() -> DiskRoom | None:
    """For an engine whose disk can't be looked at."""
    return None


class Pulls:
    """The pulls of `engine` in this process. Leaving the context stops them; what has come is kept by the engine.

    `room` looks at the disk that models come to (it blocks), where that is known.
    """

    def __init__(
        self,
        engine: ChatModel,
        *,
        notes: PullNotes,
        room: Callable[[], DiskRoom | None] = _unknown_room,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._notes = notes
        self._room = room
        self._clock = clock
        self._ticks = ticks
        self._pulls: dict[str, Pull] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._pausing: set[str] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    @property
    def running(self) -> Sequence[PullState]:
        """Those that go on now, in this process."""
        return [pull.state for pull in self._pulls.values() if pull.state.end is None]

    def demand(self, name: str) -> PullsModels:
        """The engine, if it can fetch `name`; otherwise `CannotManageModels` or `RemoteModelRefused`."""
        engine = self._engine
        if not isinstance(engine, PullsModels):
            raise CannotManageModels(engine=engine.engine)
        if is_cloud_name(name):
            raise RemoteModelRefused(name=name, engine=engine.engine)
        return engine

    def begin(self, name: str, *, by: str) -> Pull:
        """Fetch `name`, or join whoever fetches it already. Raises what `demand` does."""
        engine, key = self.demand(name), same(name)
        pull = self._pulls.get(key)
        if pull and pull.state.end is None:
            pull.joined(by)
            return pull
        pull = self._pulls[key] = Pull(name.strip(), by=by, at=self._clock(), ticks=self._ticks)
        task = self._tasks[key] = asyncio.create_task(self._run(key, pull, engine))
        task.add_done_callback(lambda _: self._over(key, pull))
        return pull

    async def pause(self, name: str) -> PullState | None:
        """Stop fetching `name` for everybody, and give how far it is; None when nobody fetches it."""
        key = same(name)
        pull, task = self._pulls.get(key), self._tasks.get(key)
        if pull is None or task is None:
            return None
        self._pausing.add(key)
        task.cancel()
        await asyncio.wait({task})
        return pull.state

    async def unfinished(self) -> Sequence[PullNote]:
        """What was begun for this engine and isn't carried on by anybody on this machine."""
        notes = await asyncio.to_thread(self._notes.unfinished)
        return [note for note in notes if note.engine == self._engine.engine]

    async def forget(self, name: str) -> bool:
        """Remember a pull of `name` no longer; False when none was remembered."""
        return await asyncio.to_thread(self._notes.forget, name)

    async def _run(self, key: str, pull: Pull, engine: PullsModels) -> None:
        try:
            with self._notes.held(key):
                await self._carry_out(key, pull, engine)
        except Exception as failure:  # noqa: BLE001 - it is raised again for everybody who watches
            pull.broke(failure)

    def _over(self, key: str, pull: Pull) -> None:
        """A task that is cancelled before it began never gets to its own end."""
        if pull.state.end is None:
            pull.ended(PullEnd.PAUSED if key in self._pausing else PullEnd.INTERRUPTED)
        if self._pulls.get(key) is pull:
            self._pausing.discard(key)
            del self._pulls[key], self._tasks[key]

    async def _carry_out(self, key: str, pull: Pull, engine: PullsModels) -> None:
        logger.info("a model is fetched: %s", pull.state.model)
        try:
            await self._note(pull)  # before the engine is asked: a kill leaves no moment for it
            await self._fetch(pull, engine)
            info = await self._found(pull.state.model)
        except AssistantError as error:
            logger.warning("%s was not fetched: %s", pull.state.model, error.code)
            await self._note_failure(pull, error)
            pull.ended(PullEnd.FAILED, error=error)
        except asyncio.CancelledError:
            paused = key in self._pausing
            await self._note(pull, why=PAUSED if paused else INTERRUPTED)
            pull.ended(PullEnd.PAUSED if paused else PullEnd.INTERRUPTED)
        else:
            logger.info("a model was fetched: %s", info.name)
            await self.forget(pull.state.model)
            pull.ended(PullEnd.DONE, info=info)

    async def _fetch(self, pull: Pull, engine: PullsModels) -> None:
        noted, total = float("-inf"), 0
        async with aclosing(engine.pull(pull.state.model)) as steps:
            async for step in steps:
                pull.heard(step)
                if (now_total := pull.state.total_bytes or 0) > total:
                    total = now_total
                    await self._demand_room(pull.state)
                if self._ticks() - noted >= NOTE_SECONDS:
                    noted = self._ticks()
                    await self._note(pull)

    async def _demand_room(self, state: PullState) -> None:
        """Raise `DiskFull` where what is still to come doesn't fit on the disk."""
        missing = (state.total_bytes or 0) - (state.done_bytes or 0)
        room = await asyncio.to_thread(self._room)
        if room and room.free < missing:
            raise DiskFull(path=room.path, needed=missing / 1e9, free=room.free / 1e9)

    async def _found(self, name: str) -> ModelInfo:
        """The model as the engine now shows it: only then is it there. Raises `RemoteModelRefused` or `PullDamaged`."""
        engine = self._engine
        try:
            return (
                (await engine.details(name)).info if isinstance(engine, DescribesModels) else await engine.model(name)
            )
        except UnknownModel as error:
            remote = await engine.remote_models() if isinstance(engine, OffersRemoteModels) else ()
            if same(name) in map(same, remote):
                raise RemoteModelRefused(name=name, engine=engine.engine) from error
            raise PullDamaged(engine=engine.engine, model=name) from error

    async def _note_failure(self, pull: Pull, error: AssistantError) -> None:
        """What nobody has can't be gone on with, so it isn't remembered."""
        if isinstance(error, UnknownModel | ModelNotOffered):
            await self.forget(pull.state.model)
        else:
            await self._note(pull, why=error.code)

    async def _note(self, pull: Pull, *, why: str = INTERRUPTED) -> None:
        state = pull.state
        note = PullNote(
            model=state.model,
            engine=self._engine.engine,
            by=state.by[0],
            began_at=state.began_at,
            done_bytes=state.done_bytes,
            total_bytes=state.total_bytes,
            why=why,
        )
        await asyncio.to_thread(self._notes.write, note)
