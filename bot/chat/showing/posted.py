"""Owns what the visible answer to a question is called: what the inbox keeps, for whoever goes on with it. Pure.

An answer that everybody in a place sees is called `<channel>:<message>,<message>,…`. How one is called that only the
asker sees is each platform's own affair.
"""

from collections.abc import Sequence


def posted_name(channel: str, messages: Sequence[str]) -> str:
    """What the answer is called whose text stands in `messages`, in order."""
    return f"{channel}:{','.join(messages)}"


def posted_messages(name: str) -> tuple[str, tuple[str, ...]]:
    """The channel and the messages of an answer that everybody sees."""
    channel, _, messages = name.partition(":")
    return channel, tuple(messages.split(","))
