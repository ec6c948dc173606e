"""Owns finding a message of ours of which nobody knows whether it came to stand there: its sender ended, or the line.

Slack knows no nonces. But it keeps metadata with what is posted, and a stream has none until it is ended.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from adapters.slack.answering.target import ANSWER, Target
from adapters.slack.rest import Rest

MOST = 200
"""Messages behind the question that are looked at."""
_TEXT = frozenset({"markdown", "rich_text"})
"""The blocks of a stream; what else Sova says has others, or metadata."""

Message = Mapping[str, Any]


async def unfinished(rest: Rest, target: Target, *, known: Collection[str]) -> str | None:
    """The `ts` of a message of the answer that isn't among the `known`; None where there is none.

    Raises Slack's errors; see `faults.translated`.
    """
    me = (await rest.identity()).user
    after = max([target.after, *known], key=float)
    return next(_own(await _behind(rest, target, after), target, me=me), None)


async def _behind(rest: Rest, target: Target, after: str) -> list[Message]:
    """Oldest first."""
    looked: Mapping[str, Any] = {
        "channel": target.channel,
        "oldest": after,
        "limit": MOST,
        "include_all_metadata": True,
    }
    if target.thread:
        told = await rest.client.conversations_replies(ts=target.thread, **looked)
    else:
        told = await rest.client.conversations_history(**looked)
    found = [message for message in told["messages"] if float(message["ts"]) > float(after)]
    return sorted(found, key=lambda message: float(message["ts"]))


def _own(messages: list[Message], target: Target, *, me: str) -> Iterator[str]:
    for message in messages:
        if message.get("user") == me and _may_be(message, target):
            yield str(message["ts"])


def _may_be(message: Message, target: Target) -> bool:
    """Whether it is of this answer. Pure."""
    if metadata := message.get("metadata"):
        is_answer = metadata.get("event_type") == ANSWER
        return bool(is_answer and metadata.get("event_payload", {}).get("question") == target.question)
    return all(block.get("type") in _TEXT for block in message.get("blocks") or ())
