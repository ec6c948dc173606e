"""Owns how Slack says no: a code, and what explains it."""

from collections.abc import Sequence
from typing import Any


class Refused(Exception):
    """The Web API answers `ok: false` with this `error`, and `more` beside it."""

    def __init__(self, error: str, **more: Any) -> None:  # noqa: ANN401  # what goes onto the wire
        super().__init__(error)
        self.error = error
        self.more = more

    def told(self) -> dict[str, Any]:
        """The JSON of the answer."""
        return {"ok": False, "error": self.error, **self.more}


def malformed(error: str, faults: Sequence[str]) -> Refused:
    """A refusal that lists what is wrong, as Slack does for blocks and arguments."""
    messages = [f"[ERROR] {fault}" for fault in faults]
    return Refused(error, errors=list(faults), response_metadata={"messages": messages})


class Impossible(Exception):
    """A real person couldn't do this."""
