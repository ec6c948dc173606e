"""The commands that look after models, on a real Ollama client in front of Ollama's wire."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.access import Access
from bot.backends.engines.ollama import OllamaEngine
from bot.commands.cards import Card, LiveCard
from bot.commands.command import Invocation
from bot.commands.models.care import ModelCare
from bot.commands.models.fit_advisor import FitAdvisor
from bot.commands.models.model import Model
from bot.commands.registry import Registry
from bot.errors import (
    CannotManageModels,
    MissingArgument,
    ModelInUse,
    NotAllowed,
    RemoteModelRefused,
    UnknownModel,
)
from bot.messages import Author, ConversationKey, Language
from bot.models.fit_file import CalibrationFile
from bot.models.pull_notes import PullNotes
from bot.models.pulls import Pulls
from bot.models.selection import ModelSelection
from bot.ports import ChatModel, ModelInfo, PinScope
from bot.stats.hardware import HardwareProbe
from tests.bot.commands.conftest import values
from tests.doubles.completions import request
from tests.doubles.llama_server import MODEL, llama_server
from tests.doubles.memory import MemoryAudit, MemoryPins
from tests.doubles.nvml import FakeNvml
from tests.doubles.ollama_wire import HeldLoad, OllamaWire, StoredModel
from tests.doubles.scripted_engine import ScriptedEngine

pytestmark = pytest.mark.engine

CHANNEL = ConversationKey("slack", "team", "general")
BOSS, ANA = Author("boss", "Bára"), Author("U1", "Ana")
ACCESS = Access(admins=frozenset({"slack:boss"}))
GIB = 2**30


@dataclass
class Desk:
    """Types commands as people do, at first as an administrator."""

    engine: ChatModel
    pulls: Pulls
    pins: MemoryPins
    registry: Registry
    audit: MemoryAudit
    now: float
    caller: Author = BOSS
    language: Language = Language.ENGLISH

    async def live(self, text: str) -> AsyncGenerator[Card, None]:
        command, given = self.registry.parse(text)
        invocation = Invocation("c1", CHANNEL, self.caller, self.now, self.language)
        result = await self.registry.run(invocation, command, given)
        assert isinstance(result, Card | LiveCard)
        if isinstance(result, Card):
            yield result
            return
        async with aclosing(result.cards) as cards:
            async for card in cards:
                yield card

    async def card(self, text: str) -> Card:
        """The last one."""
        async with asyncio.timeout(20):
            *_, last = [card async for card in self.live(text)]
        return last

    async def completions(self, text: str) -> list[str]:
        invocation = Invocation("c1", CHANNEL, self.caller, self.now)
        return list(await self.registry.completions(invocation, self.registry.named(text), "name"))


def desk_of(engine: ChatModel, folder: Path, pulls: Pulls, *, free: int = 64 * GIB, now: float = 1.8e9) -> Desk:
    pins, audit = MemoryPins(), MemoryAudit()
    advisor = FitAdvisor(
        engine,
        hardware=HardwareProbe(disk_of=folder, nvml=FakeNvml(), seconds=30),
        calibration=CalibrationFile(folder / "fit.json"),
        context_tokens=1024,
        parallel=1,
        free=lambda: free,
        total=lambda: free,
    )
    registry = Registry(ACCESS, audit)
    selection = ModelSelection(engine, pins, default=None)
    model = Model(engine=engine, pins=pins, selection=selection, access=ACCESS, advisor=advisor, pulls=pulls)
    care = ModelCare(engine, pulls, ACCESS, pins=pins, advisor=advisor, configured="seer:135m")
    for command in (*model.commands(), *care.commands()):
        registry.add(command)
    return Desk(engine, pulls, pins, registry, audit, now)


@pytest.fixture
async def wire() -> AsyncIterator[OllamaWire]:
    async with OllamaWire(llama_server(), clock=lambda: 1.8e9) as wire:
        yield wire


@pytest.fixture
async def desk(wire: OllamaWire, tmp_path: Path) -> AsyncIterator[Desk]:
    async with (
        OllamaEngine(wire.url, context_tokens=1024) as engine,
        Pulls(engine, notes=PullNotes(tmp_path / "pulls")) as pulls,
    ):
        yield desk_of(engine, tmp_path, pulls)


def commands(card: Card) -> list[str]:
    return [action.command for action in card.actions]


# --- /model and /model-info -------------------------------------------------------------------------------------


async def test_the_list_tells_licences_memory_and_fit(desk: Desk) -> None:
    await desk.card("model warm smollm2:135m")
    (table,) = (await desk.card("model list")).tables
    assert table.columns[2:] == ("Size", "Weights", "Context (tokens)", "Can do", "Licence", "State", "Fits in")
    row = next(row for row in table.rows if row[1] == MODEL)
    assert row[2:] == ("98 MB", "134.52M Q4_1", "8,192", "chat", "Apache-2.0", "loaded, 30 minutes more", "RAM")


async def test_what_no_model_tells_is_no_column(tmp_path: Path) -> None:
    engine = ScriptedEngine(offers=[ModelInfo("a"), ModelInfo("b")])
    async with Pulls(engine, notes=PullNotes(tmp_path)) as pulls:
        (table,) = (await desk_of(engine, tmp_path, pulls).card("model")).tables
    assert table.columns == ("Here", "Model", "Can do")


async def test_details_tell_all_there_is_and_what_can_be_done(wire: OllamaWire, desk: Desk) -> None:
    wire.models["smollm2:360m"] = StoredModel("smollm2:360m")
    await desk.pins.pin(PinScope.CHANNEL, CHANNEL, ANA, MODEL)
    await desk.pins.pin(PinScope.USER, CHANNEL, ANA, MODEL)
    card = await desk.card("/model info SMOLLM2:135m")
    assert card.title == MODEL
    assert card.text == "Pinned for this channel.\nChosen by name: one channel or conversation, one person."
    told = values(card)
    assert told["Licence"] == "Apache-2.0"
    assert told["Size on disk"] == "98 MB"
    assert told["Chat template"] == "of its own"
    assert told["In memory"] == "no"
    assert told["Changed"] == "2025-11-01"
    assert len(told["Digest"]) == 12
    assert told["Other variants here"] == "smollm2:360m"
    assert told["Takes here"].endswith(": VRAM")
    assert commands(card) == [f"{name} {MODEL}" for name in ("model", "model-warm", "model-fit", "model-delete")]


async def test_details_tell_where_a_loaded_model_is_and_offer_to_put_it_out(desk: Desk) -> None:
    await desk.card(f"model-warm {MODEL}")
    card = await desk.card(f"model-info {MODEL}")
    assert (
        values(card)["In memory"] == "0.1 GB in RAM, 0 MB in VRAM, with 1,024 tokens of context, leaves in 30 minutes"
    )
    assert f"model-unload {MODEL}" in commands(card)


async def test_who_may_only_ask_sees_details_and_no_buttons_for_administrators(desk: Desk) -> None:
    desk.caller = ANA
    assert commands(await desk.card(f"model-info {MODEL}")) == [f"model {MODEL}", f"model-fit {MODEL}"]


async def test_what_a_model_says_of_itself_is_shown_without_control_characters(wire: OllamaWire, desk: Desk) -> None:
    facts = {"general.architecture": "ll\x1b[31mama\u202e", "general.license": "odd\x07 licence"}
    wire.models["odd:1b"] = StoredModel("odd:1b", model_info=facts)
    told = values(await desk.card("model-info odd:1b"))
    assert not any(sign in "".join(told.values()) for sign in "\x1b\u202e\x07")


async def test_an_unknown_model_gets_the_nearest_names(desk: Desk) -> None:
    for command in ("info", "warm", "unload", "delete"):
        with pytest.raises(UnknownModel) as caught:
            await desk.card(f"model {command} smollm2:136m")
        assert MODEL in caught.value.nearest
    with pytest.raises(MissingArgument):
        await desk.card("model-info")


# --- pulling ----------------------------------------------------------------------------------------------------


async def test_a_pull_shows_its_bytes_and_ends_with_what_can_be_done(wire: OllamaWire, desk: Desk) -> None:
    wire.pull_held = asyncio.Event()
    async with asyncio.timeout(10), aclosing(desk.live("model pull owl:1b")) as cards:
        shown = [await anext(cards)]
        await wire.pull_reached.wait()
        while "There so far" not in values(shown[-1]):
            shown.append(await anext(cards))
        wire.pull_held.set()
        shown += [card async for card in cards]
    assert shown[0].text.startswith("The engine is asking what owl:1b consists of …")
    assert commands(shown[0]) == ["model-pause owl:1b"]
    assert values(shown[-2])["There so far"] == "100 %: 1 MB of 1 MB"
    assert shown[-1].text == "owl:1b is here: 1 MB.\nRuns here in: VRAM."
    assert commands(shown[-1]) == ["model owl:1b", "model-warm owl:1b", "model-info owl:1b"]


async def test_two_administrators_watch_one_pull(wire: OllamaWire, desk: Desk) -> None:
    wire.pull_held = asyncio.Event()
    first = asyncio.create_task(desk.card("model-pull owl:1b"))
    await wire.pull_reached.wait()
    other = replace(desk, caller=Author("boss", "Eva"))
    async with asyncio.timeout(10), aclosing(other.live("model-pull owl:1b")) as cards:
        assert "Wanted by Bára, Eva" in (await anext(cards)).text
        wire.pull_held.set()
        *_, last = [card async for card in cards]
    assert last == await first
    assert wire.requests.count("POST /api/pull") == 1


async def test_a_paused_pull_is_told_by_the_list_and_goes_on(wire: OllamaWire, desk: Desk) -> None:
    wire.pull_held = asyncio.Event()
    watching = asyncio.create_task(desk.card("model-pull owl:1b"))
    await wire.pull_reached.wait()
    assert "owl:1b is being fetched: " in (await desk.card("model")).text
    assert await desk.completions("model-pause") == ["owl:1b"]
    paused = await desk.card("model pause owl:1b")
    assert paused.text == "Fetching owl:1b is paused. What has come is kept; pulling it again goes on from there."
    assert paused == await watching
    assert commands(paused) == ["model-pull owl:1b anyway"]
    wire.pull_held = None
    card = await desk.card("model")
    assert "Fetching owl:1b was paused at 25 % (begun by Bára). What has come is kept." in card.text
    assert "model-pull owl:1b anyway" in commands(card)
    assert (await desk.card("/model-pull owl:1b anyway")).text.startswith("owl:1b is here")
    assert "paused" not in (await desk.card("model")).text


async def test_pausing_what_nobody_fetches_says_so(desk: Desk) -> None:
    assert (await desk.card("model-pause owl:1b")).text == "Nobody is fetching owl:1b now."


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("write /blobs/sha256-a-partial: no space left on device", "The disk on which ollama keeps its models is full"),
        ("digest mismatch, file must be downloaded again: want a, got b", "isn't what was promised"),
        ('Get "https://registry": dial tcp: lookup registry: no such host', "can't reach the place"),
        ("pull model manifest: 412: requires a newer version of Ollama", "requires a newer version of Ollama"),
    ],
)
async def test_a_pull_that_fails_says_why_and_harms_nothing(
    reason: str, said: str, wire: OllamaWire, desk: Desk
) -> None:
    before = set(wire.models)
    wire.pull_error = reason
    card = await desk.card("model-pull owl:1b")
    assert said in card.text
    assert commands(card) == ["model-pull owl:1b anyway"]
    assert set(wire.models) == before
    assert "Fetching owl:1b failed" in (await desk.card("model")).text
    assert (await desk.card(f"model-warm {MODEL}")).text.startswith(f"{MODEL} is in memory")


async def test_what_nobody_offers_is_said_and_not_remembered(desk: Desk) -> None:
    card = await desk.card("model-pull owll:1b")
    assert "Ollama finds no model “owll:1b”" in card.text
    assert card.actions == ()
    assert "owll" not in (await desk.card("model")).text


async def test_cloud_models_are_refused(wire: OllamaWire, desk: Desk) -> None:
    with pytest.raises(RemoteModelRefused):
        await desk.card("model-pull gpt-oss:120b-cloud")
    assert "POST /api/pull" not in wire.requests


async def test_a_model_that_does_not_fit_is_asked_about_twice(wire: OllamaWire, tmp_path: Path) -> None:
    wire.registry["owl:70b"] = StoredModel("owl:70b", size=40_000)
    async with (
        OllamaEngine(wire.url, context_tokens=1024) as engine,
        Pulls(engine, notes=PullNotes(tmp_path / "pulls")) as pulls,
    ):
        desk = desk_of(engine, tmp_path, pulls, free=8 * GIB)
        card = await desk.card("model-pull owl:70b")
        assert card.text.startswith("owl:70b doesn't fit into the memory that is free.")
        assert commands(card) == ["model-pull owl:70b anyway"]
        assert "POST /api/pull" not in wire.requests
        assert (await desk.card(f"/{commands(card)[0]}")).text.startswith("owl:70b is here")


async def test_only_who_may_have_models_fetched_does_so_and_it_is_written_down(desk: Desk) -> None:
    desk.caller = ANA
    for text in ("model-pull owl:1b", "model-pause owl:1b", f"model-delete {MODEL}", f"model-warm {MODEL}"):
        with pytest.raises(NotAllowed):
            await desk.card(text)
    desk.caller = BOSS
    await desk.card("model-pull owl:1b")
    assert [(entry.command, entry.allowed) for entry in desk.audit.entries][-1] == ("model-pull", True)
    assert desk.audit.entries[-1].parameters == {"name": "owl:1b"}


async def test_an_engine_that_gets_its_models_itself_says_how(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    async with Pulls(engine, notes=PullNotes(tmp_path)) as pulls:
        desk = desk_of(engine, tmp_path, pulls)
        for text in ("model-pull owl", "model-unload owl:1b", "model-delete owl:1b yes"):
            with pytest.raises(CannotManageModels):
                await desk.card(text)


# --- memory -----------------------------------------------------------------------------------------------------


async def test_warming_tells_how_long_it_took_and_unloading_makes_room(wire: OllamaWire, desk: Desk) -> None:
    ready = asyncio.Event()
    wire.then(HeldLoad(ready))
    async with asyncio.timeout(10), aclosing(desk.live(f"model warm {MODEL}")) as cards:
        assert (await anext(cards)).text == f"Loading {MODEL} (98 MB) …"
        ready.set()
        *_, last = [card async for card in cards]
    assert last.text.startswith(f"{MODEL} is in memory; loading it took ")
    assert (await desk.card(f"model-warm {MODEL}")).text.startswith(f"{MODEL} was in memory already")
    assert await desk.completions("model-unload") == [MODEL]
    assert (await desk.card(f"model-unload {MODEL}")).text.startswith(f"{MODEL} is out of memory.")
    assert (await desk.card(f"model-unload {MODEL}")).text == f"{MODEL} wasn't in memory."
    assert wire.loads == 1


# --- deleting ---------------------------------------------------------------------------------------------------


async def test_deleting_asks_first_and_says_who_has_chosen_it(wire: OllamaWire, desk: Desk) -> None:
    await desk.pins.pin(PinScope.GLOBAL, CHANNEL, ANA, MODEL)
    asked = await desk.card(f"model delete {MODEL}")
    assert asked.text == (
        f"Delete {MODEL} from the engine's disk? That frees 98 MB. It can only be fetched again.\n"
        "Chosen by name: the default for everyone. There the next choice will answer, and say so."
    )
    assert commands(asked)[0] == f"model-delete {MODEL} yes"
    assert MODEL in wire.models
    done = await desk.card(f"/{commands(asked)[0]}")
    assert done.text.startswith(f"{MODEL} is deleted.\n98 MB are free again.")
    assert MODEL not in wire.models


async def test_deleting_the_operator_s_model_warns_of_that(desk: Desk) -> None:
    assert "SOVA_MODEL names it" in (await desk.card("model-delete seer:135m")).text


async def test_deleting_the_last_model_that_chats_warns_of_that(wire: OllamaWire, desk: Desk) -> None:
    for name in ("smollm2-short:latest", "thinker:135m", "seer:135m"):
        del wire.models[name]
    assert "the only model here that can chat" in (await desk.card(f"model-delete {MODEL}")).text


async def test_a_model_in_use_is_not_deleted(wire: OllamaWire, desk: Desk) -> None:
    async with aclosing(desk.engine.complete(request(MODEL, "Count.", max_tokens=100))) as items:
        await anext(items)
        with pytest.raises(ModelInUse):
            await desk.card(f"model-delete {MODEL} yes")
    assert MODEL in wire.models


async def test_giving_up_a_pull_forgets_it(wire: OllamaWire, desk: Desk) -> None:
    wire.pull_error = "max retries exceeded: EOF"
    await desk.card("model-pull owl:1b")
    card = await desk.card("model-delete owl:1b yes")
    assert "no longer remembered" in card.text
    assert "owl:1b" not in (await desk.card("model")).text


async def test_all_of_it_is_said_in_czech(wire: OllamaWire, desk: Desk) -> None:
    desk.language = Language.CZECH
    assert (await desk.card("model-pull owl:1b")).text == "owl:1b je tady: 1 MB.\nKde tu poběží: VRAM."
    assert values(await desk.card(f"model-info {MODEL}"))["V paměti"] == "ne"
    assert (await desk.card("model-delete owl:1b ano")).text == "owl:1b je smazaný.\nUvolnilo se 1 MB."
    wire.pull_error = "unexpected EOF"
    assert "nedostane tam, odkud stahuje owl:1b" in (await desk.card("model-pull owl:1b")).text
