"""Owns what is kept in Redis of how long turns took: the newest ones themselves, and all of them counted by time.

    sova:v1:latency-models                          the models by the time of their newest turn
    sova:v1:latency:llama3                          the newest turns of a model, as JSON
    sova:v1:latency-spread:3600:1800000000:llama3   how the figures of its turns are spread that began in this hour

The spreads are counters of 32 bits, one beside the other in a string: those of a model take 6 kB a piece of time, at
most 190 pieces are kept, and a span is read in a few long strings instead of many short ones.
"""

import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from operator import add
from typing import cast

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import VERSION
from bot.backends.redis.records import decode_samples, decode_text, encode_sample, encode_text
from bot.ports import LatencySample, TurnDigest, TurnFigure
from bot.sketch import BUCKETS, Sketch, bucket_of
from bot.stats.digests import figures_of
from bot.stats.spans import GRAINS, Grain, pieces

MOST_MODELS = 20
"""Of so many models, those used last, a span is read."""

_TURNS, _ABSTAINED, _FIRST = 0, 1, 2
"""The places of the counters; behind them stand those of the figures, one after the other."""
_PLACES = {figure: _FIRST + BUCKETS * number for number, figure in enumerate(TurnFigure)}
_COUNTERS = struct.Struct(f">{_FIRST + BUCKETS * len(TurnFigure)}I")


class RedisLatencyLog:
    """The `LatencyLog` and the `TurnDigests` on a Redis server: nothing outlives the newest turn by `max_age`."""

    def __init__(self, connection: RedisConnection, *, prefix: str, max_samples: int, max_age: timedelta) -> None:
        self._connection = connection
        self._stem = f"{prefix}:{VERSION}"
        self._max_samples = max_samples
        self._max_age = max_age
        self._models_key = encode_text(f"{self._stem}:latency-models")

    async def record(self, sample: LatencySample) -> None:
        """Count one more turn and keep its sample; the oldest over the bound goes."""
        await self.record_all([sample])

    async def record_all(self, samples: Sequence[LatencySample]) -> None:
        """The same with many turns in one round trip, the oldest first."""
        counters = tuple(self._counted(samples))

        async def write(redis: Redis) -> None:
            async with redis.pipeline(transaction=False) as pipe:
                for model in dict.fromkeys(sample.model for sample in samples):
                    self._keep(pipe, model, [sample for sample in samples if sample.model == model])
                for key, kept_ms, counted in counters:
                    pipe.execute_command("BITFIELD", key, "OVERFLOW", "SAT", *_increments(counted))
                    pipe.pexpire(key, kept_ms)
                await pipe.execute()

        if samples:
            await self._connection.run(write)

    async def samples(self) -> Mapping[str, Sequence[LatencySample]]:
        """The kept samples by model, newest first; the model asked last comes first."""
        return await self._connection.run(self._read)

    async def digests(self, *, since: float, until: float) -> Mapping[str, TurnDigest]:
        """What the turns of a span took, by model; of the 20 models that were used last."""
        grain, starts = pieces(since=since, until=until)
        if not starts:
            return {}

        async def read(redis: Redis) -> Mapping[str, TurnDigest]:
            names = await self._models(redis, most=MOST_MODELS)
            async with redis.pipeline(transaction=False) as pipe:
                for name in names:
                    pipe.mget([self._spread_key(grain, start, name) for start in starts])
                found = await pipe.execute()
            digests = {name: _digest(filter(None, strings)) for name, strings in zip(names, found, strict=True)}
            return {name: digest for name, digest in digests.items() if digest.turns}

        return await self._connection.run(read)

    def _keep(self, pipe: Pipeline, model: str, samples: Sequence[LatencySample]) -> None:
        """Keep the newest of a model's samples, and let models go that have had none for long."""
        key, newest = self._samples_key(model), samples[-self._max_samples :]
        pipe.lpush(key, *map(encode_sample, newest))
        pipe.ltrim(key, 0, self._max_samples - 1)
        pipe.pexpire(key, self._max_age)
        pipe.zadd(self._models_key, {encode_text(model): newest[-1].at})
        pipe.zremrangebyscore(self._models_key, "-inf", newest[-1].at - self._max_age.total_seconds())
        pipe.pexpire(self._models_key, self._max_age)

    def _counted(self, samples: Sequence[LatencySample]) -> Iterator[tuple[bytes, int, Counter[int]]]:
        """By how much which counters of which piece of time grow, and how long it is kept, in milliseconds."""
        longest, places = self._max_age.total_seconds(), [tuple(_places(sample)) for sample in samples]
        for grain in GRAINS:
            kept_ms = round(min(grain.kept_seconds, longest) * 1000)
            counted: dict[bytes, Counter[int]] = {}
            for sample, grown in zip(samples, places, strict=True):
                key = self._spread_key(grain, grain.start(sample.at), sample.model)
                counted.setdefault(key, Counter()).update(grown)
            for key, counters in counted.items():
                yield key, kept_ms, counters

    async def _read(self, redis: Redis) -> Mapping[str, Sequence[LatencySample]]:
        models = await self._models(redis)
        async with redis.pipeline(transaction=False) as pipe:
            for model in models:
                pipe.lrange(self._samples_key(model), 0, -1)
            lists = await pipe.execute()
        read = {model: decode_samples(items, model=model) for model, items in zip(models, lists, strict=True)}
        return {model: samples for model, samples in read.items() if samples}

    async def _models(self, redis: Redis, *, most: int = 0) -> Sequence[str]:
        """The models, the one used last first; all of them, or the first `most`."""
        models = cast("list[bytes]", await redis.zrevrange(self._models_key, 0, most - 1))
        return [decode_text(model) for model in models]

    def _samples_key(self, model: str) -> bytes:
        return encode_text(f"{self._stem}:latency:{model}")

    def _spread_key(self, grain: Grain, start: int, model: str) -> bytes:
        return encode_text(f"{self._stem}:latency-spread:{grain.step}:{start}:{model}")


def _places(sample: LatencySample) -> Iterator[int]:
    """The counters that one turn makes grow by one."""
    yield _TURNS
    if sample.abstained:
        yield _ABSTAINED
    for figure, value in figures_of(sample):
        yield _PLACES[figure] + bucket_of(value)


def _increments(counted: Counter[int]) -> Iterator[str | int]:
    """The same as `BITFIELD` reads it."""
    for place, count in counted.items():
        yield from ("INCRBY", "u32", f"#{place}", count)


def _digest(strings: Iterable[bytes]) -> TurnDigest:
    """All of the counters together; where a string ends, the rest of its counters is 0."""
    counters = [0] * (_COUNTERS.size // 4)
    for string in strings:
        whole = string[: _COUNTERS.size].ljust(_COUNTERS.size, b"\0")
        counters = list(map(add, counters, _COUNTERS.unpack(whole)))
    spread = {figure: Sketch(tuple(counters[at : at + BUCKETS])) for figure, at in _PLACES.items()}
    return TurnDigest(counters[_TURNS], counters[_ABSTAINED], spread)
