"""What `/stats` costs with a million recorded turns, on a real Valkey.

The turns are of four models over 30 days, written through the store's own batch. Then the card is asked for, as people
do, over each of the usual spans and of the last turns, without its picture, which a process beside draws. **Recording**
is one turn at a time, as answers do it.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.errors import RedisErrorCounts
from bot.backends.redis.latency import RedisLatencyLog
from bot.backends.redis.machines import MOST_SAMPLES, RedisMachineLog
from bot.backends.redis.valkey import open_valkey
from bot.commands.command import Invocation
from bot.commands.stats.gathering import Measured
from bot.commands.stats.stats import Stats
from bot.messages import Author, ConversationKey
from bot.ports import GpuSample, LatencySample, MachineSample
from bot.stats.errors import ErrorTally
from bot.stats.hardware import HardwareProbe
from bot.stats.spans import DAY, SPANS
from tests.benchmarks.figures import Figure, Measurement, spread
from tests.doubles.scripted_engine import ScriptedEngine

TURNS, BATCH, MODELS = 1_000_000, 4_000, 4
ASKED, RECORDED = 40, 300
LIMIT_MS = 200.0
AGE = timedelta(days=30)


async def measure() -> Measurement:
    """Record, then ask."""
    with TemporaryDirectory(prefix="sova-bench-") as folder:
        async with open_valkey(Path(folder), required=True) as connection:
            log = RedisLatencyLog(connection, prefix="bench", max_samples=200, max_age=AGE)
            now = time.time()
            await _fill(log, now=now)
            newest = islice(_turns(now - DAY, seconds=DAY, seed=8), RECORDED)
            recorded = [await _timed_record(log, sample) for sample in newest]
            stats = await _stats(connection, log, folder=Path(folder), now=now)
            asked = {span: [await _asked(stats, span, now=now) for _ in range(ASKED)] for span in ("", *SPANS)}
    every = spread([duration for durations in asked.values() for duration in durations])
    recording = spread(recorded)
    return Measurement(
        key="stats",
        method=f"{TURNS:,} turns of {MODELS} models over 30 days, /stats {ASKED} times over each span",
        figures=(
            Figure("/stats with a million recorded turns, p95", every["p95"], "ms", LIMIT_MS),
            Figure("… p50", every["p50"], "ms"),
            Figure("Recording a turn, p95", recording["p95"], "ms"),
        ),
        causes="Valkey shares the machine's cores.",
        details={"asked_ms": {span or "newest": spread(kept) for span, kept in asked.items()}, "recording": recording},
    )


async def _fill(log: RedisLatencyLog, *, now: float) -> None:
    """One batch after the other, each of the time behind that of the one before."""
    batches, length = TURNS // BATCH, AGE.total_seconds() / (TURNS // BATCH)
    for number in range(batches):
        turns = _turns(now - AGE.total_seconds() + number * length, seconds=length, seed=number)
        await log.record_all(sorted(islice(turns, BATCH), key=lambda sample: sample.at))


def _turns(since: float, *, seconds: float, seed: int) -> Iterator[LatencySample]:
    """Turns without end, of some models at random moments, as a small machine takes for them."""
    random = Random(seed)  # noqa: S311 - figures, no secret
    while True:
        first = random.lognormvariate(7.5, 0.8)
        cold = random.random() < 0.02
        yield LatencySample(
            f"llama{random.randrange(MODELS)}:8b",
            since + random.random() * seconds,
            first + random.lognormvariate(9, 0.7),
            ttft_ms=first,
            load_ms=9_000.0 if cold else 3.0,
            tokens_per_second=random.lognormvariate(2.5, 0.5),
            cold=cold,
            queue_ms=random.lognormvariate(4, 2),
            retrieval_ms=random.lognormvariate(3.8, 0.4),
            abstained=random.random() < 0.1,
        )


async def _stats(connection: RedisConnection, log: RedisLatencyLog, *, folder: Path, now: float) -> Stats:
    """`/stats` with everything that it may ask: the hour of a machine with a card, and some errors."""
    machines = RedisMachineLog(connection, prefix="bench")
    for number in reversed(range(MOST_SAMPLES)):
        card = GpuSample(50.0, 6 * 10**9, 24 * 10**9, 61, 212.3)
        await machines.record("gpu-1", MachineSample(now - 15 * number, 30.0, 6 * 10**9, 64 * 10**9, 55.0, (card,)))
        await connection.run(lambda redis: redis.delete("bench:v1:machine-told:gpu-1"))
    errors = RedisErrorCounts(connection, prefix="bench")
    for hours in range(24 * 30):
        await errors.add({f"error-{hours % 20}": 1}, at=now - hours * 3600)
    measured = Measured(digests=log, errors=ErrorTally(errors), machines=machines, machine="gateway", parallel=4)
    return Stats(ScriptedEngine(), log, HardwareProbe(disk_of=folder), measured=measured)


async def _asked(stats: Stats, span: str, *, now: float) -> float:
    (command,) = stats.commands()
    call = Invocation("c", ConversationKey("terminal", "ula", "bench"), Author("ula", "Ula"), now)
    began = time.perf_counter()
    await command.run(call, {"since": span} if span else {})
    return (time.perf_counter() - began) * 1000


async def _timed_record(log: RedisLatencyLog, sample: LatencySample) -> float:
    began = time.perf_counter()
    await log.record(sample)
    return (time.perf_counter() - began) * 1000
