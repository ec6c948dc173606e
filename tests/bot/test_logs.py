import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest

from bot.errors import HistoryUnavailable
from bot.logs import current_turn, formatter, in_turn, log_figures, start_logging, turn_id
from bot.messages import Author, ConversationKey, Incoming

Lines = Callable[[], list[str]]

HERE = ConversationKey("board", "team", "here")
ASKED = Incoming("U123-77", HERE, Author("U123", "Ola"), "secret", received_at=1.0)
WORDS = "What is my salary?"
SHAPES: list[Literal["console", "json"]] = ["console", "json"]

logger = logging.getLogger("sova.test")


@pytest.fixture
def lines(request: pytest.FixtureRequest) -> Iterator[Lines]:
    """What is logged in the shape that the test is parametrized with."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter(request.param))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield lambda: out.getvalue().splitlines()
    logger.removeHandler(handler)


@pytest.fixture
def restored_root() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:], root.level = handlers, level


@pytest.mark.parametrize("lines", SHAPES, indirect=True)
def test_each_line_within_a_turn_carries_its_id_and_none_outside(lines: Lines) -> None:
    with in_turn(ASKED):
        logger.info("inside")
    logger.info("outside")
    inside, outside = lines()
    assert turn_id(ASKED) in inside
    assert turn_id(ASKED) not in outside


@pytest.mark.parametrize("lines", SHAPES, indirect=True)
async def test_tasks_and_threads_that_a_turn_starts_carry_its_id_too(lines: Lines) -> None:
    async def work() -> None:
        logger.info("in a task")
        await asyncio.to_thread(logger.info, "in a thread")

    with in_turn(ASKED):
        task = asyncio.create_task(work())
    await task
    assert [turn_id(ASKED) in line for line in lines()] == [True, True]
    assert current_turn() == ""


def test_a_turns_id_is_the_same_everywhere_and_tells_nobodys_name() -> None:
    assert turn_id(ASKED) == turn_id(Incoming("U123-77", HERE, Author("x", "y"), "again", received_at=9.0))
    elsewhere = ConversationKey("board", "another team", "here")
    assert turn_id(ASKED) != turn_id(Incoming("U123-77", elsewhere, ASKED.author, "", received_at=1.0))
    assert len(turn_id(ASKED)) == 8
    assert int(turn_id(ASKED), 16) >= 0


@pytest.mark.parametrize("lines", ["json"], indirect=True)
def test_figures_are_fields_of_their_own_for_machines(lines: Lines) -> None:
    log_figures(logger, "turn ended", {"outcome": "complete", "ttft_ms": 12.5, "tokens": None})
    (line,) = map(json.loads, lines())
    assert (line["outcome"], line["ttft_ms"], line["tokens"]) == ("complete", 12.5, None)
    assert line["message"] == "turn ended: outcome=complete ttft_ms=12.5 tokens=-"


@pytest.mark.parametrize("lines", SHAPES, indirect=True)
def test_an_exception_is_told_by_its_kind_and_place_without_its_words(lines: Lines) -> None:
    part = _raised(ValueError(WORDS), during=KeyError(WORDS))
    _log(_raised(ExceptionGroup(WORDS, [part])))
    told = "\n".join(lines())
    for kind in ("KeyError", "ValueError", "ExceptionGroup"):
        assert kind in told
    assert "in _raised" in told
    assert WORDS not in told


@pytest.mark.parametrize("lines", SHAPES, indirect=True)
def test_what_our_own_errors_and_the_system_say_is_told(lines: Lines) -> None:
    _log(_raised(HistoryUnavailable(where="redis.lan", reason="refused"), during=OSError(28, "No space left")))
    told = "\n".join(lines())
    assert "redis.lan" in told
    assert "No space left" in told


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
@pytest.mark.usefixtures("restored_root")
def test_only_debug_brings_an_exceptions_own_words(tmp_path: Path, level: str) -> None:
    start_logging(level=level, form="console", file=tmp_path / "log" / "sova.log")
    _log(_raised(ValueError(WORDS)))
    told = (tmp_path / "log" / "sova.log").read_text(encoding="utf-8")
    assert (WORDS in told) == (level == "DEBUG")
    assert "ValueError" in told


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_task_that_fails_unseen_is_told_without_its_exceptions_words(
    shape: Literal["console", "json"], caplog: pytest.LogCaptureFixture
) -> None:
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": _raised(ValueError(WORDS)), "future": WORDS}
    )
    (record,) = caplog.records
    told = formatter(shape).format(record)
    assert "never retrieved" in told
    assert "ValueError" in told
    assert WORDS not in told


def _raised(error: Exception, *, during: Exception | None = None) -> Exception:
    try:
        raise error from during  # noqa: TRY301  # so that it has a traceback
    except Exception as caught:  # noqa: BLE001  # whatever the test gives
        return caught


def _log(error: Exception) -> None:
    logger.error("failed", exc_info=error)
