"""Owns the log's shape: lines for people or JSON for machines, on stderr or in a file; never message text.

Every line that is logged within a turn carries the turn's id, the same in every process that works on the question.
"""

import hashlib
import json
import logging
import logging.handlers
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal

from bot.errors import AssistantError
from bot.messages import ConversationKey, Incoming

Figure = str | int | float | None
ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_QUIET = (
    *("httpx", "httpcore", "httpx2", "httpcore2", "openai", "asyncio", "aiohttp", "opentelemetry"),
    *("discord", "slack_bolt", "slack_sdk"),
)
"""Libraries that log addresses or request bodies: they speak only when something is wrong."""

_turn: ContextVar[str] = ContextVar("turn", default="")


def turn_id(incoming: Incoming) -> str:
    """What a question is called in logs: 8 hexadecimal digits of a digest of its event's id, safe to be shown.

    It is the same on every redelivery and in every process, and tells nothing about who asked what.
    """
    place = incoming.conversation
    name = str(ConversationKey(place.platform, place.workspace, incoming.id))
    return hashlib.blake2s(name.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def current_turn() -> str:
    """The id of the turn that this task works on; empty outside of turns."""
    return _turn.get()


@contextmanager
def in_turn(incoming: Incoming) -> Iterator[None]:
    """What is logged in the block, and in tasks and threads that it starts, carries the question's turn id."""
    token = _turn.set(turn_id(incoming))
    try:
        yield
    finally:
        _turn.reset(token)


def log_figures(logger: logging.Logger, message: str, figures: Mapping[str, Figure]) -> None:
    """Log a line at INFO with figures: fields of their own in JSON, `name=value` on the console."""
    told = " ".join(f"{name}={'-' if value is None else value}" for name, value in figures.items())
    logger.info("%s: %s", message, told, extra={"figures": dict(figures)})


def start_logging(*, level: str, form: Literal["console", "json"], file: Path | None = None) -> None:
    """Send the log to `file` (turned over at 1 MB, two kept), or to stderr when there is none."""
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = logging.handlers.RotatingFileHandler(file, maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    handler.setFormatter(formatter(form, words=level == "DEBUG"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def formatter(form: Literal["console", "json"], *, words: bool = False) -> logging.Formatter:
    """What gives a line its shape.

    An exception's own words may quote what somebody asked, so only `words` brings them; its kind, its place and the
    data of an `AssistantError` are always told.
    """
    return _Json(words=words) if form == "json" else _Line(words=words)


_LINE = "%(asctime)s %(levelname)-7s %(turn)s%(name)s: %(message)s"


class _Shape(logging.Formatter):
    """What both forms share: how much of an exception is told."""

    def __init__(self, pattern: str | None = None, *, words: bool) -> None:
        super().__init__(pattern)
        self._words = words

    def told(self, record: logging.LogRecord) -> str:
        """The message; of what asyncio says of a failed task only the first line, for the rest quotes its exception."""
        message = record.getMessage()
        return message if self._words or record.name != "asyncio" else message.partition("\n")[0]

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802  # the base class's name
        error = ei[1]
        if self._words or error is None:
            return super().formatException(ei)
        return "".join(_without_words(error)).rstrip("\n")


class _Line(_Shape):
    """One line for people: time, level, the turn in brackets, logger, message."""

    def __init__(self, *, words: bool) -> None:
        super().__init__(_LINE, words=words)

    def format(self, record: logging.LogRecord) -> str:
        turn = current_turn()
        record.turn = f"[{turn}] " if turn else ""
        record.exc_text = None  # the base class keeps what another handler told, in its way
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the base class's name
        record.message = self.told(record)
        return super().formatMessage(record)


class _Json(_Shape):
    """One JSON object a line: `time` (ISO 8601, UTC), `level`, `logger`, `message`.

    Where there are such: `turn`, the line's figures by their names, `exception`.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.told(record),
        }
        if turn := current_turn():
            line["turn"] = turn
        line |= getattr(record, "figures", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _without_words(error: BaseException) -> Iterator[str]:
    """A traceback in which exceptions tell their kind only, causes and groups included."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _without_words(cause)
        yield "\n…which led to:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{_kind(error)}\n"
    if isinstance(error, BaseExceptionGroup):
        for number, part in enumerate(error.exceptions, start=1):
            yield f"\n{number} of {len(error.exceptions)}:\n\n"
            yield from _without_words(part)


def _kind(error: BaseException) -> str:
    """The kind, with what is known to hold no text: our own data, or what the system says."""
    match error:
        case AssistantError():
            return f"{type(error).__name__}: {error}"
        case OSError(strerror=str(reason)):
            return f"{type(error).__name__}: {reason}"
        case _:
            return type(error).__name__
