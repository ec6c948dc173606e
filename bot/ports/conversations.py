"""Owns what is asked about conversations: what was said, who chose which model, how long it took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.messages import Attachment, Author, ConversationKey, Turn


class Fetch(Protocol):
    """Brings the bytes of an attached file from where the platform keeps them."""

    async def __call__(self, attachment: Attachment, *, most_bytes: int) -> bytes:
        """The file's bytes, of which no more than `most_bytes` are ever held.

        Raises `AttachmentRefused`: `too-large` for a file that has more, `gone` when it can't be had. Never follows
        `attachment.where` to anywhere but the platform itself: what stands there came from outside.
        """
        ...


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, by count; of a person also in how many conversations."""

    turns: int
    pins: int
    conversations: int = 0


class History(Protocol):
    """The turns of each conversation, bounded in number and in time."""

    async def turns(self, conversation: ConversationKey) -> Sequence[Turn]:
        """The kept turns, oldest first."""
        ...

    async def append(self, conversation: ConversationKey, turn: Turn, *, replaces: str | None = None) -> None:
        """Keep `turn` as the newest. `replaces` is the id of the newest turn that it takes the place of, atomically.

        Appending a turn whose id is the newest one's already changes nothing.
        """
        ...

    async def forget(self, conversation: ConversationKey) -> Forgotten:
        """Erase the conversation's turns and its own pins (thread or channel), and say how many there were."""
        ...

    async def forget_person(self, platform: str, author: str) -> Forgotten:
        """Erase the turns in which the person asked, in every conversation on `platform`, and the person's own pins."""
        ...


class PinScope(StrEnum):
    """Whom a choice of model is for; the order is the precedence, the first one set applies.

    What was chosen for a place together comes before what a person chose, and that before defaults.
    """

    THREAD = "thread"
    CHANNEL = "channel"
    USER = "user"
    WORKSPACE = "workspace"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Pin:
    """A chosen model and whom it was chosen for."""

    scope: PinScope
    model: str


class ModelPins(Protocol):
    """Which model was chosen for whom; survives restarts."""

    async def pins(self, conversation: ConversationKey, author: Author) -> Sequence[Pin]:
        """The pins that concern this person in this conversation, in order of precedence."""
        ...

    async def pin(self, scope: PinScope, conversation: ConversationKey, author: Author, model: str) -> None:
        """Choose `model` for the scope; `THREAD` outside a thread is the channel."""
        ...

    async def unpin(self, scope: PinScope, conversation: ConversationKey, author: Author) -> bool:
        """Take a choice back; False when there was none."""
        ...

    async def holders(self, model: str) -> Mapping[PinScope, int]:
        """In how many places, and by how many people, `model` is chosen, scope by scope; not by whom."""
        ...


@dataclass(frozen=True, slots=True)
class PersonaPin:
    """A chosen persona, by name, and whom it was chosen for."""

    scope: PinScope
    persona: str


class PersonaPins(Protocol):
    """Which persona was chosen for whom; survives restarts. The scopes, and their precedence, are those of models."""

    async def chosen(self, conversation: ConversationKey, author: Author) -> Sequence[PersonaPin]:
        """The choices that concern this person in this conversation, in order of precedence."""
        ...

    async def choose(self, scope: PinScope, conversation: ConversationKey, author: Author, persona: str) -> None:
        """Choose `persona` for the scope; `THREAD` outside a thread is the channel."""
        ...

    async def reset(self, scope: PinScope, conversation: ConversationKey, author: Author) -> bool:
        """Take a choice back; False when there was none."""
        ...


@dataclass(frozen=True, slots=True)
class LatencySample:
    """What one turn took, in milliseconds; `at` is seconds since the epoch, `cold` when a load came first.

    `ttft_ms` counts from the question's arrival, with the queue, the search and the load in it. None: not known.
    `abstained` says that the answer was none: the documents didn't give one.
    """

    model: str
    at: float
    total_ms: float
    ttft_ms: float | None = None
    load_ms: float | None = None
    tokens_per_second: float | None = None
    cold: bool = False
    queue_ms: float | None = None
    retrieval_ms: float | None = None
    abstained: bool = False


class LatencyLog(Protocol):
    """The newest turns' durations per model, bounded."""

    async def record(self, sample: LatencySample) -> None:
        """Keep one more sample; the oldest over the bound goes."""
        ...

    async def samples(self) -> Mapping[str, Sequence[LatencySample]]:
        """The kept samples by model, newest first."""
        ...
