"""A house with everything in memory but the commands and the assistant, which are the real ones."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakeredis import FakeAsyncRedis

from bot.access import Access
from bot.assistant import Assistant
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.conversations import RedisPersonaPins
from bot.backends.redis.feedback import RedisFeedback
from bot.backends.redis.places import RedisPlaceSettings
from bot.commands.cards import Card
from bot.commands.catalogue import Parts, build_registry
from bot.commands.command import Invocation, ReplyStream, Result
from bot.commands.personas.persona import PersonaCommands
from bot.commands.registry import Registry
from bot.egress.contacts import Located
from bot.messages import Author, ConversationKey, Incoming, Language, Reply
from bot.models.selection import ModelSelection
from bot.personas.choosing import PersonaSelection
from bot.personas.folder import PersonaFolder
from bot.ports import Capability, ModelInfo
from bot.retrieval.scopes import Scopes
from bot.stats.hardware import HardwareProbe
from tests.doubles.memory import MemoryAudit, MemoryHistory, MemoryLatencyLog, MemoryPins
from tests.doubles.nvml import FakeNvml
from tests.doubles.scripted_engine import ScriptedEngine

CHANNEL = ConversationKey("slack", "team", "general")
NOW = 1_800_000_000.0
OWL = ModelInfo(
    name="owl:3b",
    size_bytes=1_929_912_432,
    parameters="3.1B",
    quantization="Q4_K_M",
    context_tokens=32_768,
    capabilities=frozenset({Capability.COMPLETION, Capability.TOOLS}),
    loaded=True,
)
LARK = ModelInfo(name="lark:latest", loaded=False)
EMBEDDER = ModelInfo(name="embedder", capabilities=frozenset({Capability.EMBEDDING}))


@dataclass
class House:
    """Types commands as people do. `invocation` is who types, and where."""

    engine: ScriptedEngine
    pins: MemoryPins
    history: MemoryHistory
    latency: MemoryLatencyLog
    nvml: FakeNvml
    assistant: Assistant
    registry: Registry
    audit: MemoryAudit
    feedback: RedisFeedback
    places: RedisPlaceSettings
    redis: FakeAsyncRedis
    personas: PersonaFolder
    invocation: Invocation = field(
        default_factory=lambda: Invocation(id="c1", conversation=CHANNEL, author=Author("U1", "Ana"), at=NOW)
    )

    def in_thread(self, thread: str = "42") -> None:
        self.invocation = replace(self.invocation, conversation=replace(self.invocation.conversation, thread=thread))

    def in_czech(self) -> None:
        self.invocation = replace(self.invocation, language=Language.CZECH)

    async def type(self, text: str) -> Result:
        command, values = self.registry.parse(text)
        return await self.registry.run(self.invocation, command, values)

    async def card(self, text: str) -> Card:
        result = await self.type(text)
        assert isinstance(result, Card)
        return result

    def answer(self, text: str) -> ReplyStream:
        conversation, author = self.invocation.conversation, self.invocation.author
        asked = Incoming(id=text, conversation=conversation, author=author, text=text, received_at=NOW)
        return self.assistant.answer(asked)

    async def ask(self, text: str) -> Reply:
        *_, last = [event async for event in self.answer(text)]
        assert isinstance(last, Reply)
        return last


async def nobody() -> Sequence[Located]:
    """A house that talks to nobody."""
    return ()


def values(card: Card) -> dict[str, str]:
    """The card's fields by name."""
    return {shown.name: shown.value for shown in card.fields}


@dataclass(frozen=True)
class Folders:
    """Which folders have readers of their own."""

    async def read(self) -> Scopes:
        return Scopes({"hr": frozenset({"slack:C0HR"}), "it": frozenset({"*"})})


@pytest.fixture
async def redis() -> AsyncIterator[FakeAsyncRedis]:
    async with FakeAsyncRedis() as client:
        yield client


@pytest.fixture
async def house(tmp_path: Path, redis: FakeAsyncRedis) -> AsyncIterator[House]:
    engine = ScriptedEngine(offers=[OWL, LARK, EMBEDDER])
    pins, latency, nvml, audit = MemoryPins(), MemoryLatencyLog(), FakeNvml(), MemoryAudit()
    history = MemoryHistory(pins)
    kept = RedisConnection(redis, where="fakeredis")
    feedback = RedisFeedback(kept, prefix="test", max_age=timedelta(days=1))
    places = RedisPlaceSettings(kept, prefix="test")
    personas, persona_pins = PersonaFolder(tmp_path / "personas"), RedisPersonaPins(kept, prefix="test")
    selection = ModelSelection(engine, pins, default=None, personas=PersonaSelection(personas, persona_pins))
    access = Access(admins=frozenset({"slack:boss"}))
    assistant = Assistant(engine=engine, history=history, selection=selection, latency=latency)
    registry = build_registry(
        Parts(
            access=access,
            audit=audit,
            engine=engine,
            pins=pins,
            selection=selection,
            memory=history,
            latency=latency,
            hardware=HardwareProbe(disk_of=tmp_path, nvml=nvml, seconds=30),
            answers=assistant,
            find_contacts=nobody,
            feedback=feedback,
            places=places,
            scopes=Folders(),
            personas=PersonaCommands(personas, persona_pins, engine, access, Folders()),
        )
    )
    yield House(engine, pins, history, latency, nvml, assistant, registry, audit, feedback, places, redis, personas)
    await assistant.close()
