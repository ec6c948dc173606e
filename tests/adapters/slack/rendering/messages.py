"""What must hold of every message, whatever is in it."""

from collections.abc import Iterable, Iterator
from typing import Any

from adapters.slack.rendering.blocks import Rendered
from adapters.slack.rendering.limits import FALLBACK, TABLE_CELLS
from tests.adapters.slack.rendering.pings import OWN_LINK, PING
from tests.doubles.slack.blocks import faults_of


def texts_of(part: object) -> Iterator[dict[str, Any]]:
    """Everything in a block that has a text, with the kind of text that it is."""
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part
        yield from (found for value in part.values() for found in texts_of(value))
    elif isinstance(part, list):
        yield from (found for value in part for found in texts_of(value))


def checked(messages: Iterable[Rendered]) -> list[dict[str, Any]]:
    """What is sent: within all of Slack's limits, and inert."""
    payloads = [message.payload() for message in messages]
    for payload in payloads:
        assert faults_of(payload["blocks"]) == []
        assert 0 < len(payload["text"]) <= FALLBACK
        assert "<" not in payload["text"]
        assert (
            sum(len(part["text"]) for part in texts_of(payload["blocks"]) if part["type"] == "raw_text") <= TABLE_CELLS
        )
        for part in texts_of(payload["blocks"]):
            assert part["type"] in {"plain_text", "raw_text"} or not PING.search(part["text"])
            assert part["type"] in {"plain_text", "raw_text"} or not OWN_LINK.search(part["text"])
            assert part["type"] != "mrkdwn" or ("<" not in part["text"] and part["verbatim"])
    return payloads
