"""Owns the contract of the port `Comparisons`, on every server that may stand behind it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.backends.redis.comparisons import AT_ONCE, RedisComparisons
from bot.backends.redis.connection import RedisConnection
from bot.ports import Comparison, Comparisons, Contestant, Figures, Poll
from bot.ports.comparisons import NO_DIFFERENCE

pytest_plugins = ["tests.contracts.redis_servers"]

WEEK = timedelta(days=7)
NOW = 1_800_000_000.0
FIGURES = Figures(ttft_ms=120.5, total_ms=900.0, load_ms=None, tokens_per_second=31.0, tokens=27)
DUEL = Comparison("a1", NOW, (Contestant("owl:1b", FIGURES), Contestant("žluna", Figures(), answered=False)))


@pytest.fixture
def comparisons(redis_connection: RedisConnection, redis_prefix: str) -> RedisComparisons:
    return RedisComparisons(redis_connection, prefix=redis_prefix, max_age=WEEK, most=3)


async def polls(comparisons: Comparisons) -> list[Poll]:
    return [replace(poll, choices=tuple(sorted(poll.choices))) async for poll in comparisons.polls()]


async def vote(comparisons: Comparisons, choice: int, *, author: str = "u1", platform: str = "slack") -> Poll | None:
    return await comparisons.vote("a1", platform=platform, author=author, choice=choice)


async def test_a_comparison_comes_back_as_it_was_kept(comparisons: Comparisons) -> None:
    await comparisons.keep(DUEL)
    assert await comparisons.find("a1") == DUEL
    assert await polls(comparisons) == [Poll(DUEL)]


async def test_of_one_that_is_not_kept_nothing_is_known_and_nobody_can_vote(comparisons: Comparisons) -> None:
    assert await comparisons.find("a1") is None
    assert await vote(comparisons, 1) is None
    assert await polls(comparisons) == []
    assert await comparisons.find("a1") is None


async def test_a_person_has_one_vote_and_may_change_it(comparisons: Comparisons) -> None:
    await comparisons.keep(DUEL)
    assert await vote(comparisons, 1) == Poll(DUEL, (1,))
    assert await vote(comparisons, NO_DIFFERENCE) == Poll(DUEL, (NO_DIFFERENCE,))
    assert await polls(comparisons) == [Poll(DUEL, (NO_DIFFERENCE,))]


async def test_everybody_s_vote_counts_whichever_platform_they_are_on(comparisons: Comparisons) -> None:
    await comparisons.keep(DUEL)
    await vote(comparisons, 1)
    await vote(comparisons, 2, author="u2")
    last = await vote(comparisons, 2, platform="discord")
    assert last
    assert sorted(last.choices) == [1, 2, 2]


async def test_nobody_s_vote_counts_twice_however_fast_they_press(comparisons: Comparisons) -> None:
    await comparisons.keep(DUEL)
    await asyncio.gather(*(vote(comparisons, 1 + n % 2, author=f"u{n % 3}") for n in range(12)))
    (poll,) = await polls(comparisons)
    assert len(poll.choices) == 3


async def test_the_oldest_go_where_there_are_too_many_and_their_votes_with_them(
    comparisons: Comparisons, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await comparisons.keep(DUEL)
    await vote(comparisons, 1)
    for n in range(3):
        await comparisons.keep(replace(DUEL, id=f"b{n}", at=NOW + 1 + n))
    assert [poll.comparison.id for poll in await polls(comparisons)] == ["b0", "b1", "b2"]
    assert await vote(comparisons, 1) is None
    assert len(await redis_connection.run(lambda redis: redis.keys(f"{redis_prefix}*"))) == 4


async def test_all_votes_come_however_many_comparisons_there_are(
    redis_connection: RedisConnection, redis_prefix: str
) -> None:
    many = RedisComparisons(redis_connection, prefix=redis_prefix, max_age=WEEK)
    for n in range(AT_ONCE + 1):
        await many.keep(replace(DUEL, id=f"{n:03}", at=NOW + n))
    await many.vote("100", platform="slack", author="u1", choice=1)
    found = await polls(many)
    assert [poll.comparison.id for poll in found] == [f"{n:03}" for n in range(AT_ONCE + 1)]
    assert [poll.choices for poll in found if poll.choices] == [(1,)]


async def test_a_person_s_votes_are_forgotten_on_one_platform_and_counted(comparisons: Comparisons) -> None:
    for id_ in ("a1", "a2"):
        await comparisons.keep(replace(DUEL, id=id_))
        await comparisons.vote(id_, platform="slack", author="u1", choice=1)
    await vote(comparisons, 2, author="u2")
    await vote(comparisons, 2, platform="discord")
    assert await comparisons.forget_person("slack", "u1") == 2
    assert {poll.comparison.id: poll.choices for poll in await polls(comparisons)} == {"a1": (2, 2), "a2": ()}
    assert await comparisons.forget_person("slack", "u1") == 0


async def test_comparisons_live_as_long_as_the_history_votes_or_not(
    comparisons: Comparisons, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    await comparisons.keep(DUEL)
    await vote(comparisons, 1)
    keys = await redis_connection.run(lambda redis: redis.keys(f"{redis_prefix}*"))
    assert len(keys) == 2
    for key in keys:
        left = await redis_connection.run(lambda redis, key=key: redis.pttl(key))  # type: ignore[misc]
        assert 0 < left <= WEEK.total_seconds() * 1000


@pytest.mark.parametrize("kept", ["{", '{"v":2}', '{"v":1,"id":"a1","at":1,"contestants":[{"model":1}]}', "[" * 10_000])
async def test_what_cannot_be_read_is_passed_over(
    comparisons: Comparisons, redis_connection: RedisConnection, redis_prefix: str, kept: str
) -> None:
    await comparisons.keep(DUEL)
    await redis_connection.run(lambda redis: redis.hset(f"{redis_prefix}:v1:compare:a1", "record", kept))
    assert await polls(comparisons) == []
    assert await vote(comparisons, 1) is None


async def test_no_vote_is_left_where_a_comparison_goes_in_the_middle_of_it(
    comparisons: RedisComparisons, redis_connection: RedisConnection, redis_prefix: str
) -> None:
    """Whoever presses while the oldest are dropped either counts before, or not at all."""
    await comparisons.keep(DUEL)
    newer = [replace(DUEL, id=f"b{n}", at=NOW + 1 + n) for n in range(3)]
    await asyncio.gather(*(vote(comparisons, 1, author=f"u{n}") for n in range(5)), *map(comparisons.keep, newer))
    left = await redis_connection.run(lambda redis: redis.exists(f"{redis_prefix}:v1:compare:a1"))
    assert left == 0


@pytest.mark.parametrize("text", ["\ud83e", "record", "a b:c", ""])
async def test_any_id_and_any_person_is_taken_as_it_is(comparisons: Comparisons, text: str) -> None:
    await comparisons.keep(replace(DUEL, id=text))
    await comparisons.vote(text, platform=text, author=text, choice=2)
    assert await polls(comparisons) == [Poll(replace(DUEL, id=text), (2,))]
