"""What is behind the buttons, menus and commands of any chat platform: the real commands, all else in memory."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from bot.access import Access
from bot.access.rules import Rules
from bot.assistant.limits import Limits
from bot.chat.controls.pressing import Pressing
from bot.commands.catalogue import Parts, build_registry
from bot.commands.documents.knowledge import Knowledge
from bot.commands.documents.sources import Sources
from bot.commands.registry import Registry
from bot.commands.summarizing.sources import Finding, Shelf
from bot.commands.summarizing.summarize import Summarize
from bot.egress.contacts import Located
from bot.errors import AssistantError, HistoryUnavailable
from bot.inbox import Inbox, Stopped
from bot.messages import (
    Attachment,
    Citation,
    ConversationKey,
    FinishReason,
    Incoming,
    Language,
    Reply,
    Timings,
    Turn,
    Usage,
)
from bot.models.selection import ModelSelection
from bot.places import PlaceRules
from bot.ports import (
    AnswerIn,
    Capability,
    ChosenHere,
    Chunk,
    DocumentRecord,
    FeedbackEntry,
    Fetch,
    IndexedChunk,
    ModelInfo,
    PlaceChoices,
    PlaceLevel,
    PlaceOption,
    PlaceSettings,
    SparseVector,
)
from bot.retrieval.reports import Standing
from bot.retrieval.scopes import Scopes
from bot.stats.hardware import HardwareProbe
from bot.summaries.summarizing import Summarizer
from tests.doubles.memory import MemoryAudit, MemoryHistory, MemoryLatencyLog, MemoryPins
from tests.doubles.memory_index import MemoryIndex
from tests.doubles.nvml import FakeNvml
from tests.doubles.scripted_engine import ScriptedEngine

OWL = ModelInfo(name="owl:3b", capabilities=frozenset({Capability.COMPLETION}), loaded=True)
TURN = 1_000_000_000_000_000_001
LARK = ModelInfo(name="lark:7b", capabilities=frozenset({Capability.COMPLETION}))


@dataclass
class WaitingRoom:
    """What is asked of an inbox by those who press Stop, and what was asked to be taken in.

    `of_others` questions wait there that are somebody else's. `is_first` is whether no other process was told of an
    event before; `down` is raised while it is set.
    """

    waiting: tuple[Incoming, ...] = ()
    asked: list[Incoming] = field(default_factory=list)
    stops: list[tuple[ConversationKey, str | None]] = field(default_factory=list)
    of_others: int = 0
    is_first: bool = True
    down: AssistantError | None = None
    tell: Callable[[], None] = lambda: None
    """Called once something has happened."""

    async def stop(self, conversation: ConversationKey, *, author: str | None = None) -> Stopped:
        self.stops.append((conversation, author))
        self.tell()
        withdrawn, self.waiting = self.waiting, ()
        return Stopped(withdrawn=withdrawn, of_others=self.of_others)

    async def withdraw(self, _conversation: ConversationKey, _id: str) -> Stopped:
        return Stopped()

    async def first_time(self, _conversation: ConversationKey, _id: str) -> bool:
        if self.down:
            raise self.down
        return self.is_first

    async def accept(self, incoming: Incoming) -> int | None:
        self.asked.append(incoming)
        return None


class Idle:
    """An assistant that answers nobody just now."""

    async def stop(self, _conversation: ConversationKey) -> bool:
        return False


@dataclass
class Ballot:
    """Takes votes; `down` is the error that it raises while it is set. `tell` is called once one is kept."""

    entries: list[FeedbackEntry] = field(default_factory=list)
    down: AssistantError | None = None
    tell: Callable[[], None] = lambda: None

    async def record(self, entry: FeedbackEntry) -> None:
        if self.down:
            raise self.down
        self.entries.append(entry)
        self.tell()


class UpToDate:
    """Everything is in the index, by no embedding model."""

    models: tuple[str, ...] = ()

    async def standing(self) -> Standing:
        return Standing(progress=None, report=None, trouble=None, failures=(), changed_at=None)


class Everything:
    """Every folder may be read."""

    async def read(self) -> Scopes:
        return Scopes({})


class TextFiles:
    """Reads files that are plain text."""

    async def text_of(self, attachment: Attachment, *, fetch: Fetch | None) -> str:
        assert fetch is not None
        return (await fetch(attachment, most_bytes=100_000)).decode()


class Nowhere:
    """Nothing is set for any place, and nothing can be."""

    async def chosen(self, _conversation: ConversationKey) -> ChosenHere:
        return ChosenHere()

    async def choose(self, level: PlaceLevel, conversation: ConversationKey, choices: PlaceChoices) -> None:
        raise HistoryUnavailable(where="redis", reason="refused")

    async def reset(
        self, level: PlaceLevel, conversation: ConversationKey, options: Collection[PlaceOption] = ()
    ) -> int:
        raise HistoryUnavailable(where="redis", reason="refused")


@dataclass
class Written:
    """What the operator has written about who may do what."""

    now: Rules = field(default_factory=Rules)

    def rules(self) -> Rules:
        return self.now


@dataclass
class Behind:
    """What is behind the commands and buttons."""

    registry: Registry
    history: MemoryHistory
    index: MemoryIndex
    pins: MemoryPins
    engine: ScriptedEngine
    room: WaitingRoom = field(default_factory=WaitingRoom)
    ballot: Ballot = field(default_factory=Ballot)
    written: Written = field(default_factory=Written)
    rules: PlaceRules = field(default_factory=lambda: PlaceRules(AnswerIn.REPLY))
    received: list[Incoming] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    refusal: AssistantError | None = None
    spoken: Language | None = None
    access: Access = field(default_factory=Access)

    async def receive(self, incoming: Incoming) -> None:
        if self.refusal:
            raise self.refusal
        self.received.append(incoming)
        self.arrived.set()

    async def rules_of(self, _conversation: ConversationKey) -> PlaceRules:
        return self.rules

    @property
    def inbox(self) -> Inbox:
        return cast("Inbox", self.room)

    def pressing(self) -> Pressing:
        return Pressing(
            registry=self.registry,
            inbox=self.inbox,
            access=self.access,
            feedback=self.ballot,
            history=self.history,
            receive=self.receive,
        )

    async def answered(self, conversation: ConversationKey, id_: int | str, *citations: Citation) -> None:
        turn = Turn(id=str(id_), question="?", answer="Yes.", model="owl:3b", at=1.0, citations=citations)
        await self.history.append(conversation, turn)

    async def hold(self, document: str, text: str) -> None:
        chunk = Chunk(document, 0, "Leave", (), text, 0, len(text), "en", "", 1.0)
        record = DocumentRecord(document, "digest", 1, "", 1.0)
        await self.index.replace(record, [IndexedChunk(chunk, {}, SparseVector((), ()))])


def behind(folder: Path, *, admins: Collection[str], places: PlaceSettings | None = None) -> Behind:
    """Everything behind the controls, in memory, with the real commands; its files are in `folder`.

    `admins` are administrators, such as `discord:@Leads`; without `places` nothing can be set for any.
    """
    engine, pins = ScriptedEngine(offers=[OWL, LARK]), MemoryPins()
    history, index, room = MemoryHistory(pins), MemoryIndex(), WaitingRoom()
    written = Written()
    access = Access(admins=frozenset(admins), file=written)
    registry = build_registry(
        Parts(
            access=access,
            audit=MemoryAudit(),
            engine=engine,
            pins=pins,
            selection=ModelSelection(engine, pins, default=None),
            memory=history,
            latency=MemoryLatencyLog(),
            hardware=HardwareProbe(disk_of=folder, nvml=FakeNvml(), seconds=30),
            answers=cast("Any", Idle()),
            find_contacts=_nobody,
            documents=(
                Sources(history, index, Everything()),
                Knowledge(index, UpToDate(), cast("Any", None), cast("Any", Everything()), access),
            ),
            places=places or Nowhere(),
            inbox=cast("Inbox", room),
            summaries=Summarize(
                Summarizer(engine, limits=Limits()),
                Finding(history, TextFiles(), Shelf(index, Everything())),
                engine,
                ModelSelection(engine, pins, default=None),
            ),
        )
    )
    return Behind(
        registry,
        history,
        index,
        pins,
        engine,
        room=room,
        written=written,
        access=access,
    )


async def _nobody() -> Sequence[Located]:
    return ()


def reply_to(incoming: Incoming, *citations: Citation) -> Reply:
    return Reply(
        text="Yes.",
        conversation=incoming.conversation,
        model="owl:3b",
        engine="scripted",
        finish_reason=FinishReason.COMPLETE,
        usage=Usage(),
        timings=Timings(),
        citations=tuple(citations),
    )
