"""Owns the conversation that a person has with Sova beside a channel's: nobody else reads along. Pure."""

from dataclasses import replace

from bot.commands.command import Invocation
from bot.messages import Author, ConversationKey

_PRIVATE = "private:"


def private_conversation(place: ConversationKey, author: Author) -> ConversationKey:
    """The person's own conversation in `place`, whose history doesn't hold it; `place` itself where it is direct."""
    return place if place.direct else replace(place, thread=f"{_PRIVATE}{author.id}", direct=True)


def is_private(conversation: ConversationKey) -> bool:
    """Whether it is such a conversation."""
    return conversation.thread.startswith(_PRIVATE)


def in_private(invocation: Invocation, *, beside: tuple[str, str] | None = None) -> Invocation:
    """The same, called in the person's own conversation: there, or `beside` the channel of this workspace and id."""
    place = invocation.conversation
    if beside is not None:
        workspace, channel = beside
        place = ConversationKey(place.platform, workspace, channel)
    return replace(invocation, conversation=private_conversation(place, invocation.author))
