import logging
from collections.abc import Mapping
from typing import cast

import pytest

from bot.assistant.turn_line import log_answered, log_unanswered, outcome_of
from bot.errors import EngineSilent
from bot.messages import Author, ConversationKey, FinishReason, Incoming, Reply, Timings, Usage

ASKED = Incoming("1", ConversationKey("board", "team", "here"), Author("u", "Ola"), "Well?", received_at=100.0)
SILENT = EngineSilent("scripted", "owl:1b", 5.0)


def _reply(*, abstained: bool = False) -> Reply:
    timings = Timings(queue_ms=250.0, retrieval_ms=40.4, ttft_ms=900.123, total_ms=2_000.0, tokens_per_second=31.26)
    return Reply(
        text="Well.",
        conversation=ASKED.conversation,
        model="owl:1b",
        engine="scripted",
        finish_reason=FinishReason.COMPLETE,
        usage=Usage(100, 20),
        timings=timings,
        abstained=abstained,
    )


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def _figures(log: pytest.LogCaptureFixture) -> Mapping[str, object]:
    (record,) = log.records
    return cast("Mapping[str, object]", record.__dict__["figures"])


def test_an_answer_has_a_line_with_its_figures(log: pytest.LogCaptureFixture) -> None:
    log_answered(ASKED, _reply(), passages=4)
    figures = _figures(log)
    assert figures["queue_ms"] == 250
    assert (figures["retrieval_ms"], figures["ttft_ms"], figures["tokens_per_second"]) == (40, 900.1, 31.3)
    assert (figures["prompt_tokens"], figures["tokens"], figures["passages"]) == (100, 20, 4)


def test_a_turn_that_ended_before_there_was_an_answer_has_a_line_too(log: pytest.LogCaptureFixture) -> None:
    log_unanswered(ASKED, SILENT)
    assert _figures(log) == {"outcome": "engine-silent", "platform": "board"}


@pytest.mark.parametrize(
    ("reply", "error", "outcome"),
    [
        (_reply(), None, "complete"),
        (_reply(abstained=True), None, "abstained"),
        (_reply(), SILENT, "engine-silent"),
    ],
)
def test_the_outcome_is_one_word(reply: Reply, error: EngineSilent | None, outcome: str) -> None:
    assert outcome_of(reply, error) == outcome
