"""Owns the log's shape: lines for people or JSON for machines, on stderr or in a file; never message text."""

import json
import logging
import logging.handlers
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

_QUIET = ("httpx", "httpcore", "httpx2", "httpcore2", "openai", "asyncio")
"""Libraries that log addresses or request bodies: they speak only when something is wrong."""


def start_logging(*, level: str, form: Literal["console", "json"], file: Path | None = None) -> None:
    """Send the log to `file` (turned over at 1 MB, two kept), or to stderr when there is none."""
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = logging.handlers.RotatingFileHandler(file, maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    handler.setFormatter(_Json() if form == "json" else logging.Formatter(_LINE))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


_LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class _Json(logging.Formatter):
    """One JSON object a line: `time` (ISO 8601, UTC), `level`, `logger`, `message`, perhaps `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
