"""Holds the doubles in memory to the stores on Redis: whatever is done to both, both tell the same."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from fakeredis import FakeAsyncRedis, FakeServer
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import RedisHistory, RedisModelPins
from bot.backends.redis.latency import RedisLatencyLog
from bot.messages import Author, ConversationKey, Turn
from bot.ports import History, LatencyLog, LatencySample, ModelPins, PinScope
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog, MemoryPins

BOUND = 3
WEEK = timedelta(days=7)
PREFIX = "doubles"

places = st.builds(
    ConversationKey,
    st.sampled_from(["slack", "discord"]),
    st.just("w"),
    st.sampled_from("cd"),
    st.sampled_from(["", "t"]),
)
people = st.sampled_from([Author("u1", "Ana"), Author("u2", "Bo")])
ids = st.sampled_from("abc")
several = settings(max_examples=60, deadline=None)


@asynccontextmanager
async def fake_redis() -> AsyncIterator[RedisConnection]:
    async with FakeAsyncRedis(server=FakeServer()) as client:
        yield RedisConnection(client, where="fakeredis")


def a_turn(id_: str, *, answer: str, author: str) -> Turn:
    return Turn(id=id_, question="?", answer=answer, model="owl:1b", at=1.0, author=author)


appends = st.tuples(st.just("append"), places, ids, st.tuples(st.none() | ids, st.sampled_from(["", "u1", "u2"])))
pinnings = st.tuples(st.just("pin"), places, st.sampled_from(PinScope), people)
unpinnings = st.tuples(st.just("unpin"), places, st.sampled_from(PinScope), people)
forgettings_of_people = st.tuples(st.just("forget person"), places, people, st.none())
forgettings = st.tuples(st.just("forget"), places, st.none(), st.none())
deeds = st.lists(
    st.one_of(appends, appends, pinnings, pinnings, unpinnings, forgettings, forgettings_of_people), max_size=40
)


async def done(history: History, pins: ModelPins, number: int, deed: tuple[object, ...]) -> object:
    match deed:
        case "append", ConversationKey() as place, str(id_), ((str() | None) as replaces, str(author)):
            await history.append(place, a_turn(id_, answer=str(number), author=author), replaces=replaces)
        case "pin", ConversationKey() as place, PinScope() as scope, Author() as author:
            await pins.pin(scope, place, author, f"model-{number}")
        case "unpin", ConversationKey() as place, PinScope() as scope, Author() as author:
            return await pins.unpin(scope, place, author)
        case "forget", ConversationKey() as place, _, _:
            return await history.forget(place)
        case "forget person", ConversationKey() as place, Author() as person, _:
            return await history.forget_person(place.platform, person.id)
        case _:
            raise AssertionError(deed)
    return None


async def told(history: History, pins: ModelPins, place: ConversationKey) -> object:
    found = [await pins.pins(place, Author(id_, id_)) for id_ in ("u1", "u2")]
    return list(await history.turns(place)), [list(some) for some in found]


@several
@given(deeds=deeds)
async def test_turns_and_pins_in_memory_are_as_on_redis(deeds: list[tuple[object, ...]]) -> None:
    memory_pins = MemoryPins()
    memory = MemoryHistory(memory_pins, bound=BOUND), memory_pins
    async with fake_redis() as connection:
        history = RedisHistory(connection, prefix=PREFIX, max_turns=BOUND, max_age=WEEK)
        redis = history, RedisModelPins(connection, prefix=PREFIX)
        for number, deed in enumerate(deeds):
            assert await done(*memory, number, deed) == await done(*redis, number, deed)
            place = deed[1]
            assert isinstance(place, ConversationKey)
            assert await told(*memory, place) == await told(*redis, place)


@several
@given(models=st.lists(st.sampled_from(["owl", "lark"]), max_size=20))
async def test_latencies_in_memory_are_as_on_redis(models: list[str]) -> None:
    memory = MemoryLatencyLog(bound=BOUND)
    async with fake_redis() as connection:
        redis = RedisLatencyLog(connection, prefix=PREFIX, max_samples=BOUND, max_age=WEEK)
        for number, model in enumerate(models):
            sample = LatencySample(model, at=1000.0 + number, total_ms=number, ttft_ms=1.5, cold=number == 0)
            await memory.record(sample)
            await redis.record(sample)
        assert await read(memory) == await read(redis)


async def read(log: LatencyLog) -> dict[str, list[LatencySample]]:
    return {model: list(samples) for model, samples in (await log.samples()).items()}
