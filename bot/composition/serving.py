"""Owns what runs on the team's server for years: `sova serve` and `sova worker`."""

import asyncio
import logging
import signal
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager

from bot.composition.house import House, Role, keeping, open_house
from bot.composition.model_care import keeping_warm
from bot.composition.platforms import PlatformKind, configured, named
from bot.composition.watchers import Watching
from bot.composition.watching import open_watch
from bot.errors import AssistantError
from bot.logs import start_logging
from bot.service.platforms import Outbound, Platform
from bot.service.service import Service
from bot.service.worker import Pace, Worker
from bot.settings import Settings
from bot.stats.rounds import going_round

logger = logging.getLogger(__name__)

FAILED, INTERRUPTED = 1, 130
RENEWALS = 4
"""How often a claim is renewed within its lease."""
SPARE = 1
"""Slots beside those that answer, which the inbox bounds: what was withdrawn is ended while all of them are busy."""


async def serve(settings: Settings, *, names: Sequence[str] | None) -> int:
    """Take questions in from every configured platform, and answer them.

    With `names` only from these platforms, and whoever runs `sova worker` answers.
    """
    kinds = configured(settings) if names is None else named(names)
    return await _serve(settings, kinds, role=Role.WORKER if names is None else Role.GATEWAY)


async def work(settings: Settings) -> int:
    """Answer what others take in."""
    return await _serve(settings, (), role=Role.WORKER)


async def _serve(settings: Settings, kinds: Sequence[PlatformKind], *, role: Role) -> int:
    start_logging(level=settings.log_level, form=settings.log_format)
    ending = asyncio.Event()
    try:
        with _set_by_signals(ending):
            await _until(ending, settings, kinds, role=role)
    except asyncio.CancelledError:
        return INTERRUPTED
    except AssistantError:
        raise
    except Exception:
        logger.exception("ended by a fault of ours")  # the log knows what may be told of it, a traceback doesn't
        return FAILED
    return 0


async def _until(ending: asyncio.Event, settings: Settings, kinds: Sequence[PlatformKind], *, role: Role) -> None:
    async with AsyncExitStack() as stack:
        watch = await stack.enter_async_context(open_watch(settings, answers=role is Role.WORKER, ending=ending))
        house = await stack.enter_async_context(open_house(settings, required=False, role=role, watch=watch))
        platforms = [await stack.enter_async_context(kind.connect(settings, house)) for kind in kinds]
        worker = await _worker(settings, house, platforms, watch, stack) if role is Role.WORKER else None
        service = Service(house.inbox, platforms=platforms, worker=worker, ending=ending, access=house.access)
        await stack.enter_async_context(keeping(house.documents))
        await stack.enter_async_context(going_round(house.rounds))
        if role is Role.WORKER:
            await stack.enter_async_context(keeping_warm(settings, house.taken.engine))
        if not configured(settings):
            logger.warning("no chat platform is configured: nobody can ask")
        logger.info("serving: %s", _described(platforms, worker))
        await service.run()
    logger.info("ended in order")


async def _worker(
    settings: Settings, house: House, platforms: Sequence[Platform], watch: Watching, stack: AsyncExitStack
) -> Worker:
    """Shows answers on every platform that is configured, whether its questions come in here or elsewhere."""
    outbound: dict[str, Outbound] = {platform.name: platform for platform in platforms}
    for kind in configured(settings):
        if kind.name not in outbound:
            outbound[kind.name] = await stack.enter_async_context(kind.show(settings))
    pace = Pace(
        slots=house.taken.parallel + SPARE,
        renew_seconds=settings.lease_seconds / RENEWALS,
        drain_seconds=settings.drain_seconds,
    )
    return Worker(house.inbox, house.assistant, watch.outbound(outbound), pace=pace)


def _described(platforms: Sequence[Platform], worker: Worker | None) -> str:
    parts = [platform.name for platform in platforms] + ["a worker"] * (worker is not None)
    return ", ".join(parts)


@contextmanager
def _set_by_signals(ending: asyncio.Event) -> Iterator[None]:
    """SIGTERM and Ctrl-C set `ending`; the second one cancels this task, which hands everything back at once."""
    loop, whole = asyncio.get_running_loop(), asyncio.current_task()

    def end(name: str) -> None:
        if ending.is_set() and whole:
            whole.cancel()
        logger.info("%s: nothing new is taken; what is being answered is finished first", name)
        ending.set()

    signals = (signal.SIGTERM, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, end, signal.Signals(number).name)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
