"""A Discord in the process, with a client that has Sova's commands and buttons; all that is behind them in memory."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import discord
import simcord

from adapters.discord.callers import Callers
from adapters.discord.controls.buttons import answer_view
from adapters.discord.controls.controls import Controls
from adapters.discord.controls.registering import REGISTERED_FILE, Registration
from bot.access import Access
from bot.access.rules import Rules
from bot.chat.presses import Action
from bot.commands.catalogue import build_registry
from bot.commands.knowledge import Knowledge
from bot.commands.registry import Registry
from bot.commands.sources import Sources
from bot.egress.contacts import Located
from bot.errors import AssistantError, HistoryUnavailable
from bot.inbox import Inbox, Stopped
from bot.messages import (
    Author,
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
    IndexedChunk,
    ModelInfo,
    PlaceChoices,
    PlaceLevel,
    PlaceOption,
    SparseVector,
)
from bot.retrieval.scopes import Scopes
from bot.service.platforms import Receive
from bot.stats.hardware import HardwareProbe
from tests.doubles.memory import MemoryAudit, MemoryHistory, MemoryLatencyLog, MemoryPins
from tests.doubles.memory_index import MemoryIndex
from tests.doubles.nvml import FakeNvml
from tests.doubles.scripted_engine import ScriptedEngine

OWL = ModelInfo(name="owl:3b", capabilities=frozenset({Capability.COMPLETION}), loaded=True)
TURN = 1_000_000_000_000_000_001
LARK = ModelInfo(name="lark:7b", capabilities=frozenset({Capability.COMPLETION}))


@dataclass
class WaitingRoom:
    """What is asked of an inbox by those who press Stop, and what was asked to be taken in."""

    waiting: tuple[Incoming, ...] = ()
    asked: list[Incoming] = field(default_factory=list)
    stops: list[tuple[ConversationKey, str | None]] = field(default_factory=list)

    async def stop(self, conversation: ConversationKey, *, author: str | None = None) -> Stopped:
        self.stops.append((conversation, author))
        withdrawn, self.waiting = self.waiting, ()
        return Stopped(withdrawn=withdrawn)

    async def accept(self, incoming: Incoming) -> int | None:
        self.asked.append(incoming)
        return None


class Idle:
    """An assistant that answers nobody just now."""

    async def stop(self, _conversation: ConversationKey) -> bool:
        return False


@dataclass
class Ballot:
    """Takes votes; `down` is the error that it raises while it is set."""

    entries: list[FeedbackEntry] = field(default_factory=list)
    down: AssistantError | None = None

    async def record(self, entry: FeedbackEntry) -> None:
        if self.down:
            raise self.down
        self.entries.append(entry)


class Everything:
    """Every folder may be read."""

    async def read(self) -> Scopes:
        return Scopes({})


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
    registration: Registration = field(default_factory=lambda: Registration(Path()))
    access: Access = field(default_factory=Access)

    async def receive(self, incoming: Incoming) -> None:
        if self.refusal:
            raise self.refusal
        self.received.append(incoming)
        self.arrived.set()

    async def rules_of(self, _conversation: ConversationKey) -> PlaceRules:
        return self.rules

    def controls(self) -> Controls:
        return Controls(
            registry=self.registry,
            inbox=cast("Inbox", self.room),
            access=self.access,
            feedback=self.ballot,
            history=self.history,
            rules_of=self.rules_of,
            registration=self.registration,
            callers=self.callers(),
        )

    def callers(self) -> Callers:
        return Callers(spoken=self.spoken)

    async def answered(self, conversation: ConversationKey, id_: int, *citations: Citation) -> None:
        turn = Turn(id=str(id_), question="?", answer="Yes.", model="owl:3b", at=1.0, citations=citations)
        await self.history.append(conversation, turn)

    async def hold(self, document: str, text: str) -> None:
        chunk = Chunk(document, 0, "Leave", (), text, 0, len(text), "en", "", 1.0)
        record = DocumentRecord(document, "digest", 1, "", 1.0)
        await self.index.replace(record, [IndexedChunk(chunk, {}, SparseVector((), ()))])


class ControlledClient(discord.Client):
    """A client with nothing but the controls."""

    def __init__(self, controls: Controls, receive: Receive, **options: Any) -> None:  # noqa: ANN401  # as discord.py's
        super().__init__(intents=discord.Intents.default(), **options)
        self._controls = controls
        self._receive = receive

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the five seconds that discord.py takes."""

    async def setup_hook(self) -> None:
        await self._controls.setup(self, self._receive)


def behind(folder: Path) -> Behind:
    """Everything behind the controls, in memory, with the real commands; its files are in `folder`.

    Who has the role `Leads` is an administrator.
    """
    engine, pins = ScriptedEngine(offers=[OWL, LARK]), MemoryPins()
    history, index, room = MemoryHistory(pins), MemoryIndex(), WaitingRoom()
    written = Written()
    access = Access(admins=frozenset({"discord:@Leads"}), file=written)
    registry = build_registry(
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
            Knowledge(index, cast("Any", None), cast("Any", None), cast("Any", Everything()), access),
        ),
        places=Nowhere(),
        inbox=cast("Inbox", room),
    )
    return Behind(
        registry,
        history,
        index,
        pins,
        engine,
        room=room,
        written=written,
        registration=Registration(folder / REGISTERED_FILE),
        access=access,
    )


async def _nobody() -> Sequence[Located]:
    return ()


@dataclass
class Scene:
    """A server with a channel and two people."""

    env: simcord.Env
    behind: Behind
    client: ControlledClient
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    ana: simcord.MemberActor
    bob: simcord.MemberActor
    boss: simcord.MemberActor

    @property
    def place(self) -> ConversationKey:
        return ConversationKey("discord", str(self.guild.id), str(self.channel.id))

    def question(self, id_: int = TURN) -> Incoming:
        """What Ana asked."""
        return Incoming(
            id=str(id_),
            conversation=self.place,
            author=Author(id=str(self.ana.id), name="ana"),
            text="?",
            received_at=1.0,
        )

    async def post(
        self, *citations: Citation, running: bool = False, earlier: Sequence[str] = (), id_: int = TURN
    ) -> discord.Message:
        """Sova's answer to Ana with its buttons, as the other half of the adapter posts it."""
        incoming = self.question(id_)
        reply = None if running else reply_to(incoming, *citations)
        view = answer_view(incoming, running=running, reply=reply, earlier=earlier)
        channel = cast("discord.TextChannel", self.client.get_channel(self.channel.id))
        return await channel.send("Yes.", view=view)

    async def answered(self, *citations: Citation) -> discord.Message:
        """The same, remembered by the history."""
        await self.behind.answered(self.place, TURN, *citations)
        return await self.post(*citations)

    async def unanswered(self) -> discord.Message:
        """What Sova says of a question to which there is no answer."""
        channel = cast("discord.TextChannel", self.client.get_channel(self.channel.id))
        return await channel.send("No engine.", view=answer_view(self.question(), running=False))

    async def post_again(self, again: Incoming, *, running: bool = True) -> discord.Message:
        """What stands where `again` is answered: half an answer, or not a word of any."""
        channel = cast("discord.TextChannel", self.client.get_channel(self.channel.id))
        return await channel.send("…", view=answer_view(again, running=running, has_words=running))

    async def restart(self) -> None:
        """Another process with the same token takes over."""
        self.client = ControlledClient(self.behind.controls(), self.behind.receive)
        await self.env.restart_bot(self.client)


async def press(
    who: simcord.MemberActor, message: discord.Message | simcord.ResponseMessage | None, action: Action, *, nth: int = 0
) -> simcord.InteractionResult:
    """Press the button that does `action`; where there are several the `nth` that can be pressed."""
    assert message is not None
    return await who.click(message, custom_id=pressable(message, action)[nth])


def pressable(message: discord.Message | simcord.ResponseMessage, action: Action) -> list[str]:
    """The words of the buttons below `message` that do `action` and can be pressed."""
    shown = message.message if isinstance(message, simcord.ResponseMessage) else message
    return [
        item.custom_id
        for row in shown.components
        if isinstance(row, discord.ActionRow)
        for item in row.children
        if isinstance(item, discord.Button | discord.SelectMenu) and item.custom_id and not item.disabled
        if item.custom_id.split(":")[2] == action
    ]


def said(result: simcord.InteractionResult) -> str:
    """What Sova answered, to the person alone; an answer that a button is under is none."""
    below = result._interaction.source_message_id
    shown = [message for message in (result.response, *result.followups) if message and message.id != below]
    assert shown
    assert all(message.ephemeral for message in shown)
    return "\n".join(message.content for message in shown)


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


def scene(env: simcord.Env, client: ControlledClient, made: Behind) -> Scene:
    """Set it up in a running Discord."""
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    lead = guild.create_role("Leads")
    ana, bob = (guild.add_member(env.create_user(name)) for name in ("ana", "bob"))
    boss = guild.add_member(env.create_user("boss"), roles=[lead])
    return Scene(env, made, client, guild, channel, ana, bob, boss)
