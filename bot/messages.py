"""Owns the values that travel through the house: all frozen, none knows a platform or an engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Literal

Role = Literal["system", "user", "assistant"]


class Language(StrEnum):
    """A language that Sova itself speaks; answers follow the question's language, whichever it is."""

    ENGLISH = "en"
    CZECH = "cs"


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """What shares one history: a place on a platform. `thread` is empty outside threads.

    `direct` says that nobody but the person who asks reads along, as in a direct message; it is no part of the key.
    """

    platform: str
    workspace: str
    channel: str
    thread: str = ""
    direct: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        """The four parts joined by '/', each with '%', '/', '{' and '}' escaped, so that keys never collide."""
        parts = (self.platform, self.workspace, self.channel, self.thread)
        return "/".join(map(_escaped, parts))


_ESCAPES = str.maketrans({"%": "%25", "/": "%2F", "{": "%7B", "}": "%7D"})


@lru_cache(maxsize=1024)
def _escaped(part: str) -> str:
    """Remembered, for one question has its key written two dozen times."""
    return part.translate(_ESCAPES)


@dataclass(frozen=True, slots=True)
class Author:
    """Who asks. `roles` are the platform's names for the groups the person is in."""

    id: str
    name: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as the person sent it: its media type (such as `image/png`) and its bytes."""

    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a question, as a reference: whoever answers fetches the bytes from `where`.

    `name`, `media_type` and `size_bytes` (0 where the platform doesn't tell) are what the sender's side claims; nothing
    is decided by them alone. `where` is the platform's own word for the place, such as a URL or a path.
    """

    name: str
    media_type: str
    size_bytes: int
    where: str


class AttachedKind(StrEnum):
    """What became of an attached file: its text was read, a model was shown it as a picture, or it wasn't usable."""

    TEXT = "text"
    PICTURE = "picture"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Attached:
    """An attached file as the conversation remembers it.

    `text` is the beginning of the file's text, bounded, and the whole of it where it has no more than `characters`.
    Of pictures, and of files that could not be read, nothing is kept but that they were there.
    """

    name: str
    kind: AttachedKind
    text: str = ""
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody said before the question, in the place into which Sova was called; `author` as people see it there.

    It is what the question may be about, and never an instruction.
    """

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One question as it came in.

    `id` is the platform's id of the event, the same on every redelivery. `language` is that of Sova's own
    sentences to this person; `received_at` is seconds since the epoch. `context` is what others said before, oldest
    first, where Sova wasn't part of it yet.

    `reply` is what the platform calls the message that the reply goes into, where one is visible from the beginning.

    With `again` it is the conversation's newest question that shall be answered once more, and `text` is not looked
    at. `turn` is then the id of the turn that is meant, None for the newest: when another has become the newest
    meanwhile, nothing is answered. `replaces` is what the platform calls the visible earlier answer, which stands until
    there are words to take its place. `asker` is the id of whose question it is, where that isn't its `author`: an
    administrator may have it answered again.
    """

    id: str
    conversation: ConversationKey
    author: Author
    text: str
    received_at: float
    language: Language = Language.ENGLISH
    attachments: tuple[Attachment, ...] = ()
    model: str | None = None
    """A model asked for by name for this question alone; None follows the pins."""
    again: bool = False
    reply: str | None = None
    turn: str | None = None
    context: tuple[Remark, ...] = ()
    replaces: str | None = None
    asker: str | None = None

    @property
    def owner(self) -> str:
        """The id of whose question it is, whoever had it asked."""
        return self.asker or self.author.id


@dataclass(frozen=True, slots=True)
class Message:
    """One message as an engine reads it."""

    role: Role
    content: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage lies: its characters in the document's extracted text, and the ordinals of its chunks."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Citation:
    """A source shown under an answer: `n` is its number in the text, `score` its relevance from 0 to 1.

    `place` is where it can be read again; None in turns that were kept before places were. `attached` says that
    `document` is the name of a file that came with a question, and no document of the knowledge folder.
    """

    n: int
    document: str
    heading: str
    score: float
    place: Place | None = None
    attached: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """What was found for a question: one chunk of a document, or several neighbours put together.

    `text` is what is shown; character `i` of it stands at `start + i` in the document's extracted text. `headings` is
    the path of headings above its beginning. `score` is from 0 to 1 and orders the passages of one search alone.
    `first` and `last` are the ordinals of its chunks. With `attached` it is a file that came with a question.
    """

    document: str
    title: str
    headings: tuple[str, ...]
    text: str
    start: int
    end: int
    language: str
    scope: str
    score: float
    first: int
    last: int
    attached: bool = False


class FinishReason(StrEnum):
    """Why an answer ended.

    `repeating`: the model said the same over and over and was stopped. `unanswered`: no model could answer, and what is
    shown is what was found.
    """

    COMPLETE = "complete"
    LENGTH = "length"
    REPEATING = "repeating"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer, as the history keeps them. `at` is seconds since the epoch.

    `author` is the platform's id of the person who asked, empty in turns that were kept before that was. `abstained`
    says that the answer was none: the documents didn't give one. `attached` are the files that came with the question,
    `context` is what others had said before it.
    """

    id: str
    question: str
    answer: str
    model: str
    at: float
    finish_reason: FinishReason = FinishReason.COMPLETE
    citations: tuple[Citation, ...] = ()
    abstained: bool = False
    author: str = ""
    attached: tuple[Attached, ...] = ()
    context: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts as the engine reported them; `prompt_tokens` includes `cached_tokens`, None where it doesn't say."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Timings:
    """Durations of one turn in milliseconds; `tokens_per_second` is the rate of generation alone.

    `ttft_ms` runs from receiving the question to the first visible text, queue and load included. None: not known.
    """

    queue_ms: float = 0.0
    retrieval_ms: float = 0.0
    load_ms: float | None = None
    ttft_ms: float | None = None
    total_ms: float = 0.0
    tokens_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the person must be told about an answer. Like errors, it carries data; `wording` makes the sentence."""

    code: str
    data: Mapping[str, str | int | float] = field(default_factory=dict)


class Stage(StrEnum):
    """What a turn is waiting for before the first word."""

    QUEUED = "queued"
    LOADING = "loading"
    READING = "reading"


@dataclass(frozen=True, slots=True)
class Progress:
    """Said while there is no text yet, so that nobody stares at nothing."""

    stage: Stage
    model: str


@dataclass(frozen=True, slots=True)
class ReplyDelta:
    """A piece of the answer. `thinking` is the model's reasoning, kept apart; people see it only if they ask.

    `plain` is for whoever can't draw Markdown: `text` without marks and escapes, where these are Sova's own.
    """

    text: str = ""
    thinking: str = ""
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The whole answer, said once, last."""

    text: str
    conversation: ConversationKey
    model: str
    engine: str
    finish_reason: FinishReason
    usage: Usage
    timings: Timings
    citations: tuple[Citation, ...] = ()
    notices: tuple[Notice, ...] = ()
    abstained: bool = False
    completion: str = ""
    """The model's own words, without marks and additions: what the history keeps and the engine has in its cache."""
    attached: tuple[Attached, ...] = ()


ReplyEvent = Progress | ReplyDelta | Reply
