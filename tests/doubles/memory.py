"""History, pins and latencies kept in memory: they behave as Redis does, and fail when told to."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import AssistantError
from bot.messages import Author, ConversationKey, Turn
from bot.ports import AuditEntry, Forgotten, LatencySample, Pin, PinScope

Place = tuple[PinScope, str]


@dataclass
class MemoryPins:
    """Model pins in a dict. `down` is the error that every call raises while it is set."""

    down: AssistantError | None = None
    kept: dict[Place, str] = field(default_factory=dict)

    async def pins(self, conversation: ConversationKey, author: Author) -> Sequence[Pin]:
        _fail_if(self.down)
        places = dict.fromkeys(_place(scope, conversation, author) for scope in PinScope)
        return [Pin(place[0], self.kept[place]) for place in places if place in self.kept]

    async def pin(self, scope: PinScope, conversation: ConversationKey, author: Author, model: str) -> None:
        _fail_if(self.down)
        self.kept[_place(scope, conversation, author)] = model

    async def unpin(self, scope: PinScope, conversation: ConversationKey, author: Author) -> bool:
        _fail_if(self.down)
        return self.kept.pop(_place(scope, conversation, author), None) is not None

    async def holders(self, model: str) -> Mapping[PinScope, int]:
        _fail_if(self.down)
        return Counter(scope for (scope, _), kept in self.kept.items() if kept == model)


@dataclass
class MemoryHistory:
    """Turns in lists, cut to `bound` when there would be more than twice as many.

    Give it the pins that `/forget` erases along with them.
    """

    pins: MemoryPins = field(default_factory=MemoryPins)
    bound: int = 100
    down: AssistantError | None = None
    kept: dict[ConversationKey, list[Turn]] = field(default_factory=dict)

    async def turns(self, conversation: ConversationKey) -> Sequence[Turn]:
        _fail_if(self.down)
        return tuple(self.kept.get(conversation, ()))

    async def append(self, conversation: ConversationKey, turn: Turn, *, replaces: str | None = None) -> None:
        _fail_if(self.down)
        turns = self.kept.setdefault(conversation, [])
        newest = turns[-1].id if turns else None
        if newest is not None and newest == replaces:
            turns[-1] = turn
        elif newest != turn.id:
            turns.append(turn)
        if len(turns) > 2 * self.bound:
            del turns[: -self.bound]

    async def forget(self, conversation: ConversationKey) -> Forgotten:
        _fail_if(self.down)
        turns = self.kept.pop(conversation, [])
        own = PinScope.THREAD if conversation.thread else PinScope.CHANNEL
        pinned = self.pins.kept.pop((own, str(conversation)), None)
        return Forgotten(turns=len(turns), pins=int(pinned is not None))

    async def forget_person(self, platform: str, author: str) -> Forgotten:
        _fail_if(self.down)
        counts = [self._forget_in(place, author) for place in list(self.kept) if place.platform == platform]
        pinned = [place for place in self.pins.kept if _is_of_person(place, platform, author)]
        for place in pinned:
            del self.pins.kept[place]
        return Forgotten(turns=sum(counts), pins=len(pinned), conversations=sum(map(bool, counts)))

    def _forget_in(self, conversation: ConversationKey, author: str) -> int:
        turns = self.kept[conversation]
        staying = [turn for turn in turns if turn.author != author]
        self.kept[conversation] = staying
        return len(turns) - len(staying)


@dataclass
class MemoryLatencyLog:
    """The newest `bound` samples per model."""

    bound: int = 200
    down: AssistantError | None = None
    kept: dict[str, deque[LatencySample]] = field(default_factory=dict)

    async def record(self, sample: LatencySample) -> None:
        _fail_if(self.down)
        self.kept.setdefault(sample.model, deque(maxlen=self.bound)).appendleft(sample)

    async def samples(self) -> Mapping[str, Sequence[LatencySample]]:
        _fail_if(self.down)
        return {model: tuple(samples) for model, samples in self.kept.items()}


@dataclass
class MemoryAudit:
    """Audit entries in a list."""

    entries: list[AuditEntry] = field(default_factory=list)

    async def record(self, entry: AuditEntry) -> None:
        self.entries.append(entry)


def _fail_if(error: AssistantError | None) -> None:
    if error is not None:
        raise error


def _is_of_person(place: Place, platform: str, author: str) -> bool:
    wanted = str(ConversationKey(platform, "", author)).split("/")
    parts = place[1].split("/")
    return place[0] is PinScope.USER and (parts[0], parts[2]) == (wanted[0], wanted[2])


def _place(scope: PinScope, conversation: ConversationKey, author: Author) -> Place:
    """Where a pin lies; a thread's pin outside a thread is the channel's."""
    match scope:
        case PinScope.THREAD if conversation.thread:
            return PinScope.THREAD, str(conversation)
        case PinScope.THREAD | PinScope.CHANNEL:
            return PinScope.CHANNEL, str(replace(conversation, thread=""))
        case PinScope.USER:
            return PinScope.USER, str(ConversationKey(conversation.platform, conversation.workspace, author.id))
        case PinScope.WORKSPACE:
            return PinScope.WORKSPACE, str(replace(conversation, channel="", thread=""))
        case PinScope.GLOBAL:
            return PinScope.GLOBAL, ""
