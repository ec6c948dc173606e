"""Owns the life of several hosts: what they offer, who is left out after a failure, and who has come back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from types import TracebackType
from typing import Self, TypeVar

from bot.errors import EngineError, EngineSilent, UnknownModel
from bot.models.naming import resolve
from bot.pool.host import Failure, Host, failure_of, in_common, is_slow, union
from bot.ports import Capability, ChatModel, ModelInfo

logger = logging.getLogger(__name__)

ASK_SECONDS = 2.5
"""How long a host may take to tell about itself: what people are shown of the engine is there within three seconds."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Between two looks whether a host that was left out is back, in seconds; each pause is twice the one before."""

Sleep = Callable[[float], Awaitable[None]]
T = TypeVar("T")


class Hosts:
    """Hosts by their addresses. Leaving the context ends the looking after those that are left out.

    `changed` is called whenever another host, or one less, can be asked.
    """

    def __init__(self, engines: Sequence[ChatModel], *, changed: Callable[[], None], sleep: Sleep) -> None:
        self.all = tuple(map(Host, engines))
        self._changed = changed
        self._sleep = sleep
        self._lookouts: dict[str, asyncio.Task[None]] = {}

    @property
    def engine(self) -> str:
        """The name of the engine that they all run."""
        return self.all[0].engine.engine

    @property
    def url(self) -> str:
        """Where they are, with commas between them."""
        return ", ".join(host.url for host in self.all)

    @property
    def living(self) -> Sequence[Host]:
        """Those that aren't left out."""
        return [host for host in self.all if host.trouble is None]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        lookouts = list(self._lookouts.values())
        for lookout in lookouts:
            lookout.cancel()
        if lookouts:
            await asyncio.wait(lookouts)

    def at(self, url: str) -> Host:
        """The host at this address."""
        return next(host for host in self.all if host.url == url)

    def with_model(self, model: str, *, able_to: frozenset[Capability] = frozenset()) -> Sequence[Host]:
        """Those that can be asked for `model` now, for something that takes these capabilities."""
        return [host for host in self.all if host.has(model, able_to=able_to)]

    def offered(self) -> Sequence[ModelInfo]:
        """The models that the living hosts told of; raises when there is no living host."""
        if not self.living:
            raise self.nobody()
        return union([host.offers or () for host in self.living])

    def nobody(self, *failed: EngineError) -> EngineError:
        """Why no host can answer; `failed` is how those failed that aren't left out."""
        errors = [*(host.trouble for host in self.all if host.trouble), *failed]
        return in_common(errors, engine=self.engine, url=self.url)

    async def resolve(self, name: str) -> str:
        """The full name of the model meant by `name`, asked about anew only where no host is known to have it.

        Raises `UnknownModel`, or when no host is there what `nobody` gives.
        """
        if strangers := [host for host in self.living if host.offers is None]:
            await self.learn(strangers)
        if not self.living:
            await self.learn(self.all)
        try:
            return resolve(name, self.offered(), engine=self.engine).name
        except UnknownModel:
            await self.learn(self.living)
            return resolve(name, self.offered(), engine=self.engine).name

    async def learn(self, hosts: Sequence[Host]) -> None:
        """Ask `hosts` what they offer. Whoever answers is back, whoever doesn't is left out.

        One that is known, and only slow to answer, goes on with what it offered before.
        """
        await asyncio.gather(*map(self._learn, hosts))

    async def asked(
        self, hosts: Sequence[Host], ask: Callable[[ChatModel], Awaitable[T]], *, seconds: float | None = ASK_SECONDS
    ) -> dict[str, T]:
        """What `hosts` answer, all asked at once, by their addresses; raises when none does."""
        told = await asyncio.gather(*(self._attempt(host, ask, seconds) for host in hosts))
        answers = {host.url: one for host, one in zip(hosts, told, strict=True) if not isinstance(one, EngineError)}
        if not answers:
            raise in_common([one for one in told if isinstance(one, EngineError)], engine=self.engine, url=self.url)
        return answers

    def failed(self, host: Host, error: EngineError) -> bool:
        """Draw the consequences of what `host` failed with; whether another host may do better."""
        failure = failure_of(error)
        if failure is Failure.HOST:
            self._leave_out(host, error)
        if isinstance(error, UnknownModel):
            host.offers = None
        return failure is not Failure.REQUEST

    async def _attempt(
        self, host: Host, ask: Callable[[ChatModel], Awaitable[T]], seconds: float | None
    ) -> T | EngineError:
        try:
            async with asyncio.timeout(seconds):
                return await ask(host.engine)
        except TimeoutError:
            return EngineSilent(engine=self.engine, model="", seconds=seconds or 0.0)
        except EngineError as error:
            self.failed(host, error)
            return error

    async def _learn(self, host: Host) -> None:
        told = await self._attempt(host, lambda engine: engine.models(), ASK_SECONDS)
        if not isinstance(told, EngineError):
            host.offers = told
            self._take_back(host)
        elif host.offers is None or not is_slow(told):
            self._leave_out(host, told)

    def _leave_out(self, host: Host, error: EngineError) -> None:
        if host.trouble is None:
            logger.warning("the engine host %s is left out: %s", host.url, error)
        host.trouble = error
        if host.url not in self._lookouts:
            self._lookouts[host.url] = asyncio.create_task(self._look_out_for(host))
        self._changed()

    async def _look_out_for(self, host: Host) -> None:
        for pause in _pauses():
            await self._sleep(pause)
            await self._learn(host)
            if host.trouble is None:
                return

    def _take_back(self, host: Host) -> None:
        if host.trouble is None:
            return
        logger.info("the engine host %s is back", host.url)
        host.trouble = None
        lookout = self._lookouts.pop(host.url)
        if lookout is not asyncio.current_task():
            lookout.cancel()
        self._changed()


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(LONGEST_PAUSE, 2 * pause)
