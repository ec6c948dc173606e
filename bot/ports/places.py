"""Owns what is asked about places: what an administrator has set for a channel, or for a whole workspace."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.messages import ConversationKey


class AnswerIn(StrEnum):
    """Where a question asked in a channel is answered."""

    THREAD = "thread"
    REPLY = "reply"


class PlaceLevel(StrEnum):
    """For what something is set; the order is the precedence, the first one set applies."""

    CHANNEL = "channel"
    WORKSPACE = "workspace"


class PlaceOption(StrEnum):
    """What can be set for a place. Which model answers there is no part of it: that is a pin of the place's."""

    ANSWER_IN = "answer_in"
    LANGUAGE = "language"
    KNOWLEDGE = "knowledge"
    CHANNELS = "channels"


class PlaceLanguage(StrEnum):
    """In which language Sova's own sentences are in a place; `AUTO` goes by the person, or by the place's own."""

    ENGLISH = "en"
    CZECH = "cs"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class PlaceChoices:
    """What is set at one level; None is not set there.

    `knowledge` are the scopes that are searched there, and never more than may be read there anyhow. `channels` are the
    ids of the channels in which Sova answers, for a workspace alone.
    """

    answer_in: AnswerIn | None = None
    language: PlaceLanguage | None = None
    knowledge: frozenset[str] | None = None
    channels: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ChosenHere:
    """What is set for a conversation's channel, and for its workspace."""

    channel: PlaceChoices = field(default_factory=PlaceChoices)
    workspace: PlaceChoices = field(default_factory=PlaceChoices)


class PlaceSettings(Protocol):
    """What is set for places; survives restarts, and holds until it is taken back. A thread is part of its channel."""

    async def chosen(self, conversation: ConversationKey) -> ChosenHere:
        """What is set for the conversation's channel and workspace, in one round trip."""
        ...

    async def choose(self, level: PlaceLevel, conversation: ConversationKey, choices: PlaceChoices) -> None:
        """Set those of `choices` that aren't None; the others stay as they are."""
        ...

    async def reset(
        self, level: PlaceLevel, conversation: ConversationKey, options: Collection[PlaceOption] = tuple(PlaceOption)
    ) -> int:
        """Take back what is set at this level, and say how many of the `options` were."""
        ...
