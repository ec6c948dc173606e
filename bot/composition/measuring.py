"""Owns the wiring of what is measured beside the work, and of those who know it."""

import logging
from collections.abc import Sequence

from bot.commands.cards import Table
from bot.commands.comparing.table import ratings, ratings_table
from bot.commands.stats.gathering import Measured
from bot.composition.engines import Taken
from bot.composition.stores import Stores
from bot.errors import AssistantError
from bot.ports import PassageIndex
from bot.retrieval.indexer import Indexer
from bot.stats.errors import ErrorTally
from bot.stats.machine import MachineMeter, machine_name
from bot.stats.rounds import Round, sampling
from bot.wording import Wording

logger = logging.getLogger(__name__)


def measured_of(
    stores: Stores, taken: Taken, *, indexer: Indexer | None = None, index: PassageIndex | None = None
) -> Measured:
    """Everybody whom `/stats` may ask besides the engine and this machine."""

    async def rated(say: Wording) -> Sequence[Table]:
        found = await ratings(stores.comparisons)
        return (ratings_table(say, found),) if found else ()

    return Measured(
        digests=stores.latency,
        errors=stores.errors,
        machines=stores.machines,
        machine=machine_name(),
        inbox=stores.inbox,
        parallel=taken.parallel,
        indexing=indexer,
        index=index,
        ratings=rated,
    )


def rounds_of(stores: Stores) -> tuple[Round, ...]:
    """What is done every so many seconds while Sova runs for long."""
    return sampling(machine_name(), meter=MachineMeter(), log=stores.machines), stores.errors.flush


async def keep_last(errors: ErrorTally) -> None:
    """Keep what was counted since the last round, at the end; where that fails nobody is bothered."""
    try:
        await errors.flush()
    except AssistantError as error:
        logger.warning("the last errors are not counted: %s", error)
