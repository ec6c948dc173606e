"""What must hold of every message, whatever is in it."""

from collections.abc import Iterable
from typing import Any

from adapters.slack.rendering.blocks import Rendered
from adapters.slack.rendering.limits import FALLBACK
from tests.adapters.slack.rendering.pings import OWN_LINK, PING
from tests.doubles.slack.blocks import faults_of


def texts_of(part: object) -> Iterable[tuple[str, str]]:
    """Every text of a block, with the kind of text that it is."""
    if isinstance(part, dict):
        kind = str(part.get("type", ""))
        yield from ((kind, value) for key, value in part.items() if key == "text" and isinstance(value, str))
        yield from (found for value in part.values() for found in texts_of(value))
    elif isinstance(part, list):
        yield from (found for value in part for found in texts_of(value))


def checked(messages: Iterable[Rendered]) -> list[dict[str, Any]]:
    """What is sent: within all of Slack's limits, and inert."""
    payloads = [message.payload() for message in messages]
    for payload in payloads:
        assert faults_of(payload["blocks"]) == []
        assert len(payload["text"]) <= FALLBACK
        assert "<" not in payload["text"]
        for kind, text in texts_of(payload["blocks"]):
            assert kind != "mrkdwn" or "<" not in text
            assert not PING.search(text) or kind in {"plain_text", "raw_text"}
            assert not OWN_LINK.search(text) or kind in {"plain_text", "raw_text"}
    return payloads
