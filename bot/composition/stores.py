"""Owns what is kept in Redis: each store, with the operator's bounds."""

from dataclasses import dataclass
from datetime import timedelta

from bot.backends.redis.comparisons import RedisComparisons
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import RedisHistory, RedisModelPins, RedisPersonaPins
from bot.backends.redis.errors import RedisErrorCounts
from bot.backends.redis.feedback import RedisFeedback
from bot.backends.redis.inbox import RedisInbox
from bot.backends.redis.latency import RedisLatencyLog
from bot.backends.redis.machines import RedisMachineLog
from bot.backends.redis.places import RedisPlaceSettings
from bot.backends.redis.seen import RedisSeenLog
from bot.inbox import Bounds
from bot.settings import Settings
from bot.stats.errors import ErrorTally


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything that is kept there."""

    history: RedisHistory
    pins: RedisModelPins
    persona_pins: RedisPersonaPins
    latency: RedisLatencyLog
    inbox: RedisInbox
    feedback: RedisFeedback
    comparisons: RedisComparisons
    places: RedisPlaceSettings
    seen: RedisSeenLog
    machines: RedisMachineLog
    errors: ErrorTally


def stores_of(connection: RedisConnection, settings: Settings, *, at_once: int) -> Stores:
    """Each of them; all workers together answer `at_once` questions, 0: as many as they can."""
    prefix, max_age = settings.redis_prefix, timedelta(days=settings.history_days)
    return Stores(
        history=RedisHistory(connection, prefix=prefix, max_turns=settings.history_turns, max_age=max_age),
        pins=RedisModelPins(connection, prefix=prefix),
        persona_pins=RedisPersonaPins(connection, prefix=prefix),
        latency=RedisLatencyLog(connection, prefix=prefix, max_samples=settings.latency_turns, max_age=max_age),
        inbox=RedisInbox(connection, prefix=prefix, bounds=bounds_of(settings, at_once=at_once)),
        feedback=RedisFeedback(connection, prefix=prefix, max_age=max_age),
        comparisons=RedisComparisons(connection, prefix=prefix, max_age=max_age),
        places=RedisPlaceSettings(connection, prefix=prefix),
        seen=RedisSeenLog(connection, prefix=prefix),
        machines=RedisMachineLog(connection, prefix=prefix),
        errors=ErrorTally(RedisErrorCounts(connection, prefix=prefix)),
    )


def bounds_of(settings: Settings, *, at_once: int) -> Bounds:
    """The operator's bounds for what waits; all workers together answer `at_once` questions, 0: as many as they can."""
    return Bounds(
        waiting=settings.waiting,
        waiting_of_one=settings.waiting_of_one,
        at_once=at_once,
        per_minute=settings.rate_per_minute,
        lease_seconds=settings.lease_seconds,
    )
