"""A platform of one channel or more, where messages are texts, for tests of what is made of them."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.chat.hearing.intake import Spot
from bot.chat.hearing.merging import Heard
from bot.errors import AssistantError
from bot.messages import Author, ConversationKey, Incoming, Language, Remark
from tests.doubles.changes import Changes

NOW = 1_000_000.0
SPOT = Spot(ConversationKey("board", "team", "here"), Language.ENGLISH)


def said(
    text: str,
    *,
    mark: int = 1,
    author: str = "ola",
    place: str = "here",
    asks: bool = True,
    goes_on: bool = True,
    after: float = 0.0,
) -> Heard[str]:
    """Something that somebody said, `after` seconds."""
    return Heard(f"m{mark}", place, mark, author, text, NOW + after, asks=asks, goes_on=goes_on, original=text)


def chatter(text: str, *, mark: int = 1, author: str = "ola", place: str = "here", after: float = 0.0) -> Heard[str]:
    """Something that nobody asked of Sova."""
    return said(text, mark=mark, author=author, place=place, after=after, asks=False)


@dataclass
class BoardReading:
    """Reads messages that are texts. `when_asked_before` is awaited then; `shown` is what people see."""

    spot_is: Spot | None = SPOT
    remarks: tuple[Remark, ...] = ()
    shown: list[str] = field(default_factory=list)
    fails: AssistantError | None = None
    when_asked_before: Callable[[], Awaitable[object]] | None = None
    changes: Changes = field(default_factory=Changes)

    async def spot(self, first: Heard[str]) -> Spot | None:
        if self.spot_is is None:
            return None
        place = replace(self.spot_is.conversation, channel=first.place, thread=first.id)
        return replace(self.spot_is, conversation=place)

    async def context(self, first: Heard[str], spot: Spot) -> tuple[Remark, ...]:
        if self.when_asked_before:
            await self.when_asked_before()
        return self.remarks

    def incoming(self, messages: Sequence[Heard[str]], spot: Spot, *, changed: Heard[str] | None = None) -> Incoming:
        id_ = f"{messages[0].id}:{changed.original}" if changed else messages[0].id
        text = "\n".join(message.text for message in messages)
        author = Author(messages[0].author, messages[0].author)
        return Incoming(id_, spot.conversation, author, text, received_at=NOW, language=spot.language)

    async def wait_for_more(self, first: Heard[str]) -> None:
        self._show("waits")

    async def begin(self, incoming: Incoming) -> None:
        self._show(f"begins {incoming.text}")

    def _show(self, what: str) -> None:
        if self.fails:
            raise self.fails
        self.shown.append(what)
        self.changes.tell()


@dataclass
class Core:
    """What stands behind the intake: takes questions and withdraws them, unless `error` keeps it from that.

    One that `keeps_what_it_has` takes questions, and can't withdraw any.
    """

    received: list[Incoming] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    error: AssistantError | None = None
    keeps_what_it_has: bool = False
    when_received: Callable[[], Awaitable[object]] | None = None
    changes: Changes = field(default_factory=Changes)

    @property
    def texts(self) -> list[str]:
        return [incoming.text for incoming in self.received]

    async def receive(self, incoming: Incoming) -> None:
        if self.when_received:
            await self.when_received()
        if self.error:
            raise self.error
        self.received.append(incoming)
        self.changes.tell()

    async def withdraw(self, incoming: Incoming) -> None:
        if self.keeps_what_it_has:
            raise AssistantError
        self.withdrawn.append(incoming.id)
        self.changes.tell()


@dataclass
class NotedMarks:
    """What the intake notes."""

    noted: list[tuple[str, int]] = field(default_factory=list)
    reopened: list[tuple[str, int]] = field(default_factory=list)

    def note(self, channel: str, mark: int) -> None:
        self.noted.append((channel, mark))

    def reopen(self, channel: str, mark: int) -> None:
        self.reopened.append((channel, mark))


@dataclass
class Board:
    """What was written in each channel; `unlisted` ones must be known, and `errors` come once each."""

    written: dict[str, list[Heard[str]]] = field(default_factory=dict)
    unlisted: frozenset[str] = frozenset()
    errors: dict[str, AssistantError] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)

    def says(self, text: str, *, mark: int, place: str = "here") -> Heard[str]:
        heard = said(text, mark=mark, place=place)
        self.written.setdefault(place, []).append(heard)
        return heard

    def channels(self, known: Collection[str]) -> Mapping[str, int | None]:
        listed = {place: posts[-1].mark for place, posts in self.written.items() if place not in self.unlisted}
        return {**listed, **dict.fromkeys(self.unlisted & set(known))}

    async def since(self, channel: str, mark: int) -> Sequence[Heard[str]]:
        self.asked.append((channel, mark))
        if error := self.errors.pop(channel, None):
            raise error
        return [heard for heard in self.written.get(channel, []) if heard.mark > mark]
