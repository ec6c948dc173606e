"""Owns the one line that the log has of each turn that ended: figures only, for operators to search."""

import logging

from bot.errors import AssistantError
from bot.logs import Figure, log_figures
from bot.messages import Incoming, Reply

logger = logging.getLogger(__name__)


def outcome_of(reply: Reply, error: AssistantError | None = None) -> str:
    """How a turn ended, in one of a few words: an error's code, `abstained`, or the answer's finish reason."""
    if error is not None:
        return error.code
    return "abstained" if reply.abstained else reply.finish_reason.value


def log_answered(incoming: Incoming, reply: Reply, *, passages: int, error: AssistantError | None = None) -> None:
    """The line of a turn that got as far as an answer, whole or not."""
    timings, usage = reply.timings, reply.usage
    figures: dict[str, Figure] = {
        "engine": reply.engine,
        "model": reply.model,
        "queue_ms": round(timings.queue_ms),
        "retrieval_ms": round(timings.retrieval_ms),
        "ttft_ms": _rounded(timings.ttft_ms),
        "total_ms": round(timings.total_ms),
        "prompt_tokens": usage.prompt_tokens,
        "tokens": usage.completion_tokens,
        "tokens_per_second": _rounded(timings.tokens_per_second),
        "passages": passages,
        "citations": len(reply.citations),
    }
    log_figures(logger, "turn ended", _how(incoming, outcome_of(reply, error)) | figures)


def log_unanswered(incoming: Incoming, error: AssistantError) -> None:
    """The line of a turn that `error` ended before there was anything to answer."""
    log_figures(logger, "turn ended", _how(incoming, error.code))


def _how(incoming: Incoming, outcome: str) -> dict[str, Figure]:
    return {"outcome": outcome, "platform": incoming.conversation.platform}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
