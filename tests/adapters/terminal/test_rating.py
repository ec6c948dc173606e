import asyncio
import io
import os
from collections.abc import Awaitable, Callable

from adapters.terminal.benchmarking import benchmark_progress
from adapters.terminal.rating import keyboard, rate
from adapters.terminal.render import console_on
from bot.benchmarks.quality import Blind, unrated, with_rating
from bot.benchmarks.records import Rating, Run
from bot.messages import Language
from bot.wording import speak
from tests.bot.benchmarks.samples import CATS, MICE, OWLS, model, run, sample

SAY = speak(Language.ENGLISH)


def answered() -> Run:
    samples = [sample(prompt.id) for prompt in (OWLS, MICE, CATS)]
    return run(model(samples), model(samples, name="lark"))


def typing(*lines: str) -> Callable[[str], Awaitable[str | None]]:
    waiting = iter(lines)

    async def typed(_prompt: str) -> str | None:
        return next(waiting, None)

    return typed


async def rated(of: Run, *lines: str) -> tuple[Run, str, int]:
    out, kept = io.StringIO(), [of]

    async def keep(answer: Blind, score: int) -> None:
        kept.append(with_rating(kept[-1], Rating(answer.model, answer.prompt.id, score)))

    left = await rate(console_on(out), unrated(of), SAY, typed=typing(*lines), rated=keep)
    return kept[-1], out.getvalue(), left


async def test_whose_an_answer_is_is_not_shown() -> None:
    _, shown, left = await rated(answered(), *"123451")

    assert left == 0
    assert "Every answer is rated." in shown
    assert "How many owls are there?" in shown
    assert "owl:1b" not in shown
    assert "lark" not in shown


async def test_who_ends_in_the_middle_goes_on_where_that_was() -> None:
    half, shown, left = await rated(answered(), "5", "q")

    assert left == 5
    assert "5 answers are left." in shown
    whole, _, none_left = await rated(half, *"44444")
    assert none_left == 0
    assert sorted(rating.score for rating in whole.ratings) == [4, 4, 4, 4, 4, 5]
    assert unrated(half) == unrated(answered())[1:], "the order has changed"


async def test_the_end_of_the_input_ends_it_and_enter_leaves_an_answer_out() -> None:
    some, _, left = await rated(answered(), "", "3")

    assert left == 5
    assert [rating.score for rating in some.ratings] == [3]


async def test_what_is_no_score_is_asked_again() -> None:
    some, shown, _ = await rated(answered(), "6", "owl", "2")

    assert shown.count("A number from 1 to 5") == 2
    assert [rating.score for rating in some.ratings] == [2]


async def test_an_answer_does_not_steer_the_terminal() -> None:
    evil = [Blind("owl:1b", OWLS, "\x1b[2Jgone \u202ebackwards")]
    out = io.StringIO()

    async def keep(_answer: Blind, _score: int) -> None:
        return

    await rate(console_on(out), evil, SAY, typed=typing("q"), rated=keep)
    assert "\x1b" not in out.getvalue()
    assert "\u202e" not in out.getvalue()


async def test_a_person_types_at_the_keyboard() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"4\nq\n")
    os.close(writing)
    out = io.StringIO()

    typed = keyboard(console_on(out), reading)

    async with asyncio.timeout(5):
        assert [await typed("1–5: ") for _ in range(3)] == ["4", "q", None]
    assert out.getvalue() == "1–5: " * 3
    os.close(reading)


def test_in_a_pipe_each_model_is_named_once() -> None:
    out = io.StringIO()
    with benchmark_progress(console_on(out)) as tell:
        for line in ("one", "two"):
            tell("owl", line)
        tell("lark", "three")

    assert out.getvalue().split() == ["one", "three"]
