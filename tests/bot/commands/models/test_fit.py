from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.access import Access
from bot.commands.cards import Card
from bot.commands.command import Invocation
from bot.commands.models.fit import Fit, advice_as_json, every_as_json, read
from bot.commands.models.fit_advice import Wanted
from bot.commands.models.fit_advisor import FitAdvisor
from bot.commands.models.model import Model
from bot.commands.registry import Registry
from bot.errors import (
    AssistantError,
    BadArgument,
    EngineBusy,
    EngineError,
    EngineOutOfMemory,
    EngineUnreachable,
    NotEnoughMemory,
    UnknownModel,
)
from bot.messages import Author, Language
from bot.models.fit_file import CalibrationFile
from bot.models.selection import ModelSelection
from bot.ports import Attention, LoadedModel, ModelInfo
from bot.stats.hardware import HardwareProbe
from bot.wording import speak
from tests.bot.commands.conftest import CHANNEL, EMBEDDER, NOW, values
from tests.doubles.memory import MemoryPins
from tests.doubles.nvml import Card as GraphicsCard
from tests.doubles.nvml import FakeNvml, VideoMemory
from tests.doubles.scripted_engine import ScriptedEngine

GB = 1_000_000_000
LLAMA = ModelInfo(
    "llama3.1:8b",
    size_bytes=4_920_000_000,
    parameters="8.0B",
    quantization="Q4_K_M",
    context_tokens=131_072,
    attention=Attention.uniform(layers=32, kv_heads=8, head_length=128, heads=32),
)
SMALL = replace(LLAMA, name="llama3.2:1b", size_bytes=1_300_000_000, parameters="1.2B")
MIXTRAL = replace(LLAMA, name="mixtral:8x7b", size_bytes=26 * GB, parameters="46.7B", experts=(8, 2))
MUTE = ModelInfo("mute")


@dataclass
class HoldingEngine(ScriptedEngine):
    """An engine on this machine that holds models in memory."""

    held: list[LoadedModel] = field(default_factory=list)
    engine: str = "ollama"
    url: str = "http://127.0.0.1:11434"
    error: AssistantError | None = None

    async def models(self) -> Sequence[ModelInfo]:
        if self.error:
            raise self.error
        return self.offers

    async def loaded(self) -> Sequence[LoadedModel]:
        if self.error:
            raise self.error
        return self.held


@dataclass
class Desk:
    """A machine with so much memory, its engine, and somebody who asks what fits."""

    folder: Path
    engine: HoldingEngine = field(default_factory=lambda: HoldingEngine(offers=[LLAMA, SMALL, MIXTRAL, MUTE]))
    nvml: FakeNvml = field(default_factory=lambda: FakeNvml(cards=[]))
    ram: int = 16 * GB
    language: Language = Language.ENGLISH

    @property
    def advisor(self) -> FitAdvisor:
        return FitAdvisor(
            self.engine,
            hardware=HardwareProbe(disk_of=self.folder, nvml=self.nvml, seconds=30),
            calibration=CalibrationFile(self.folder / "fit.json"),
            context_tokens=8192,
            parallel=1,
            free=lambda: self.ram,
            total=lambda: 32 * GB,
        )

    def card_of(self, gigabytes: int, *, used: int = 0) -> None:
        self.nvml.cards = [GraphicsCard(memory=VideoMemory(used=used * GB, total=gigabytes * GB))]

    @property
    def registry(self) -> Registry:
        registry = Registry(Access(frozenset()))
        pins = MemoryPins()
        selection = ModelSelection(self.engine, pins, default=None)
        model = Model(engine=self.engine, pins=pins, selection=selection, access=Access(), advisor=self.advisor)
        for command in (*model.commands(), *Fit(self.engine, self.advisor).commands()):
            registry.add(command)
        return registry

    async def type(self, text: str) -> Card:
        registry = self.registry
        command, given = registry.parse(text)
        invocation = Invocation("c1", CHANNEL, Author("U1", "Ana"), NOW, language=self.language)
        card = await registry.run(invocation, command, given)
        assert isinstance(card, Card)
        return card


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("model fit", {}),
        ("/MODEL FIT owl", {"model": "owl"}),
        ("model-fit 13B Q4 2", {"model": "13B", "context": "Q4", "parallel": "2"}),
    ],
)
def test_the_command_may_be_typed_as_two_words(desk: Desk, words: str, values: dict[str, str]) -> None:
    command, given = desk.registry.parse(words)
    assert (command.name, given) == ("model-fit", values)


def test_a_model_is_chosen_by_name_as_ever(desk: Desk) -> None:
    command, given = desk.registry.parse("model fitting channel")
    assert (command.name, given) == ("model", {"name": "fitting", "scope": "channel"})


@pytest.mark.parametrize("language", Language)
def test_the_command_and_what_it_takes_are_described_in_every_language(desk: Desk, language: Language) -> None:
    say, command = speak(language), desk.registry.named("model-fit")
    described = [command.description(say), *(command.parameter_description(one, say) for one in command.parameters)]
    assert all(0 < len(description) <= 100 for description in described)  # as Discord bounds them


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, None),
        ({"model": "owl"}, Wanted("owl")),
        ({"model": "owl", "context": "16k", "parallel": "4"}, Wanted("owl", 16_384, 4)),
        ({"model": "13B", "context": "Q4"}, Wanted("13B Q4")),
        ({"model": "13B", "context": "Q4", "parallel": "8000"}, Wanted("13B Q4", 8000)),
        ({"model": "owl", "parallel": "2", "cache": "q8_0"}, Wanted("owl", None, 2, "q8_0")),
    ],
)
def test_a_size_may_be_two_words(given: dict[str, str], wanted: Wanted | None) -> None:
    assert read(given) == wanted


@pytest.mark.parametrize("context", ["0", "99999999999", "16kk", "²"])
def test_what_is_no_number_of_tokens_is_refused(context: str) -> None:
    with pytest.raises(BadArgument):
        read({"model": "13B Q4", "context": context, "parallel": context})


async def test_without_a_card_a_model_that_fits_runs_from_ram(desk: Desk) -> None:
    card = await desk.type("/model fit llama3.1:8b")
    assert card.text.splitlines()[0] == "llama3.1:8b fits into main memory (RAM) only: it runs, slowly."
    shown = values(card)
    assert shown["Weights"] == "4.9 GB"
    assert shown["Context"] == "1.1 GB for 8,192 tokens (f16)"
    assert shown["RAM"] == "16.0 GB of 32.0 GB free"


async def test_what_is_small_is_told_in_megabytes(desk: Desk) -> None:
    shown = values(await desk.type("/model fit llama3.1:8b 512"))
    assert shown["Context"] == "67 MB for 512 tokens (f16)"


async def test_the_table_is_the_one_that_users_know(desk: Desk) -> None:
    card = await desk.type("/model-fit 13B")
    assert [row[:2] for row in card.tables[0].rows] == [
        ("16 (F16)", "26.0 GB"),
        ("8 (Q8_0)", "13.8 GB"),
        ("4 (Q4_K_M)", "7.9 GB"),
    ]
    assert card.tables[0].rows[0][-1] == "doesn't fit"
    assert "older models (Llama 2)" in card.text


async def test_a_card_with_room_is_the_fast_way(desk: Desk) -> None:
    desk.card_of(16)
    card = await desk.type("/model fit llama3.1:8b")
    assert "fits into the graphics memory (VRAM)" in card.text
    assert values(card)["GPU 0"] == "16.0 GB of 16.0 GB free"


async def test_a_card_with_too_little_room_takes_some_layers(desk: Desk) -> None:
    desk.card_of(8, used=1)
    advice = await desk.advisor.advise(Wanted("llama3.1:8b"))
    assert advice.now.place.value == "split"
    assert 0 < advice.now.layers_on_cards < 33
    card = await desk.type("/model fit llama3.1:8b")
    assert f"{advice.now.layers_on_cards} of 33 layers" in card.text
    assert "In Q3_K_M it would fit into VRAM as a whole." in card.text


async def test_what_does_not_fit_is_told_what_would(desk: Desk) -> None:
    desk.ram = 6_500_000_000
    card = await desk.type("/model fit llama3.1:8b")
    assert "doesn't fit into the memory that is free" in card.text
    assert "With a context of" in card.text
    assert "In Q2_K it would fit." in card.text
    assert "If nothing else ran here, it would fit into RAM." in card.text


async def test_the_context_that_it_names_does_fit(desk: Desk) -> None:
    desk.ram = 6 * GB
    longest = (await desk.advisor.advise(Wanted("llama3.1:8b"))).longest
    assert longest
    assert (await desk.advisor.advise(Wanted("llama3.1:8b", longest))).now.fits
    assert not (await desk.advisor.advise(Wanted("llama3.1:8b", longest + 256))).now.fits


async def test_experts_take_their_room_though_they_rest(desk: Desk) -> None:
    assert "all 8 must be in memory, although only 2 work" in (await desk.type("/model fit mixtral:8x7b")).text


async def test_every_model_is_listed_with_what_it_needs(desk: Desk) -> None:
    rows = (await desk.type("/model fit")).tables[0].rows
    assert [(row[0], row[-1]) for row in rows] == [
        ("llama3.1:8b", "RAM only, slow"),
        ("llama3.2:1b", "RAM"),
        ("mixtral:8x7b", "doesn't fit"),
        ("mute", "–"),
    ]


async def test_the_list_of_models_tells_where_each_would_run(desk: Desk) -> None:
    table = (await desk.type("/model")).tables[0]
    assert table.columns[-1] == "Fits in"
    assert [row[-1] for row in table.rows] == ["RAM only, slow", "RAM", "doesn't fit", "–"]


async def test_a_model_in_memory_runs_where_it_is(desk: Desk) -> None:
    desk.card_of(8, used=7)
    desk.ram = GB
    desk.engine.held = [LoadedModel("llama3.1:8b", ram_bytes=0, vram_bytes=7 * GB, context_tokens=8192)]
    table = (await desk.type("/model")).tables[0]
    assert table.rows[0][-1] == "VRAM"


async def test_what_the_engine_would_give_back_counts_as_free(desk: Desk) -> None:
    desk.card_of(8, used=7)
    desk.ram = GB
    assert not (await desk.advisor.advise(Wanted("llama3.2:1b"))).now.fits
    desk.engine.held = [LoadedModel("llama3.1:8b", ram_bytes=0, vram_bytes=7 * GB, context_tokens=8192)]
    assert (await desk.advisor.advise(Wanted("llama3.2:1b"))).now.place.value == "vram"


async def test_of_an_engine_elsewhere_only_the_need_is_told(desk: Desk) -> None:
    desk.engine.url = "http://10.0.0.7:11434"
    card = await desk.type("/model fit llama3.1:8b")
    assert "runs on another machine (http://10.0.0.7:11434)" in card.text
    assert "RAM" not in values(card)
    assert all(len(row) == 3 for row in card.tables[0].rows)
    assert (await desk.type("/model")).tables[0].columns[-1] != "Fits in"
    told = advice_as_json(await desk.advisor.advise(Wanted("llama3.1:8b")))
    assert (told["here"], told["verdict"]) == (False, None)


async def test_a_size_can_be_asked_of_while_the_engine_is_away(desk: Desk) -> None:
    desk.engine.error = EngineUnreachable(engine="ollama", url=desk.engine.url)
    assert (await desk.advisor.advise(Wanted("3B Q4"))).now.fits
    assert (await desk.advisor.advise(Wanted("qwen2.5-coder-1.5b"))).model.is_measured
    with pytest.raises(EngineUnreachable):
        await desk.advisor.advise(Wanted("mistral"))


@pytest.mark.parametrize("words", ["mistral", "mute"])
async def test_of_what_nobody_knows_nothing_is_made_up(desk: Desk, words: str) -> None:
    with pytest.raises(UnknownModel):
        await desk.advisor.advise(Wanted(words))


async def test_measurements_correct_the_sums_and_are_kept(desk: Desk) -> None:
    before = (await desk.advisor.advise(Wanted("llama3.1:8b"))).now.need.overhead
    for name in ("a", "b", "c"):
        model = replace(LLAMA, name=name)
        desk.engine.offers = [*desk.engine.offers, model]
        taken = 4_920_000_000 + 1024**3 + 1_500_000_000
        desk.engine.held = [LoadedModel(name, ram_bytes=0, vram_bytes=taken, context_tokens=8192)]
        await desk.advisor.advise(Wanted("llama3.1:8b"))
    desk.engine.held = []
    after = await desk.advisor.advise(Wanted("llama3.1:8b"))
    assert after.machine.measured == 3
    assert after.now.need.overhead == pytest.approx(1_500_000_000, rel=0.01)
    assert after.now.need.overhead > before
    assert "Checked by 3 measurements" in (await desk.type("/model fit llama3.1:8b")).text


async def test_the_embedded_engine_is_measured_by_what_it_works_with(desk: Desk) -> None:
    desk.engine.engine = "embedded"
    held = LoadedModel("llama3.1:8b", ram_bytes=9 * GB, vram_bytes=0, context_tokens=8192)
    desk.engine.held = [held]
    assert (await desk.advisor.advise(Wanted("3B Q4"))).machine.measured == 0
    desk.engine.held = [replace(held, working_bytes=6_200_000_000)]
    assert (await desk.advisor.advise(Wanted("3B Q4"))).machine.measured == 1


@pytest.mark.parametrize(
    "error",
    [
        NotEnoughMemory(model="llama3.1:8b", needed=7.0, free=4.0),
        EngineOutOfMemory(engine="ollama", model="llama3.1:8b", needed=7.0, free=4.0),
        EngineOutOfMemory(engine="ollama", model="llama3.1:8b"),
    ],
)
async def test_out_of_memory_becomes_advice(desk: Desk, error: EngineError) -> None:
    desk.ram = 4 * GB
    desk.engine.held = [LoadedModel("mixtral:8x7b", ram_bytes=27 * GB, vram_bytes=0, context_tokens=2048)]
    explained = await desk.advisor.explain(error)
    assert isinstance(explained, NotEnoughMemory | EngineOutOfMemory)
    assert explained.stop == ("mixtral:8x7b",)
    assert explained.instead == "llama3.2:1b"
    english, czech = (speak(language).of_error(explained) for language in (Language.ENGLISH, Language.CZECH))
    assert "mixtral:8x7b; stop what nobody needs. llama3.2:1b fits: /model llama3.2:1b" in english
    assert "Vejde se llama3.2:1b: /model llama3.2:1b" in czech


async def test_where_no_other_model_fits_a_narrower_one_is_named(desk: Desk) -> None:
    desk.ram = 6_500_000_000
    desk.engine.offers = [LLAMA]
    explained = await desk.advisor.explain(NotEnoughMemory(model=LLAMA.name, needed=7.0, free=6.5))
    assert isinstance(explained, NotEnoughMemory)
    assert (explained.instead, explained.quantization) == ("", "Q2_K")
    assert "In Q2_K it would fit." in speak(Language.ENGLISH).of_error(explained)


async def test_models_that_cannot_chat_are_no_way_out(desk: Desk) -> None:
    desk.ram = 4 * GB
    desk.engine.offers = [LLAMA, replace(EMBEDDER, size_bytes=GB // 10)]
    explained = await desk.advisor.explain(NotEnoughMemory(model=LLAMA.name, needed=7.0, free=4.0))
    assert isinstance(explained, NotEnoughMemory)
    assert explained.instead == ""


async def test_other_errors_stay_as_they_are(desk: Desk) -> None:
    busy = EngineBusy(engine="ollama")
    assert await desk.advisor.explain(busy) is busy


async def test_an_engine_that_is_gone_leaves_the_error_as_it_is(desk: Desk) -> None:
    desk.engine.error = EngineUnreachable(engine="ollama", url=desk.engine.url)
    error = EngineOutOfMemory(engine="ollama", model="llama3.1:8b")
    assert await desk.advisor.explain(error) is error


async def test_programs_are_told_the_same_in_bytes(desk: Desk) -> None:
    told: dict[str, Any] = advice_as_json(await desk.advisor.advise(Wanted("llama3.1:8b", 4096, 2)))
    assert told["verdict"] == {"fits": True, "place": "ram", "layers_on_gpu": 0, "layers": 33}
    need = told["need"]
    assert need["total"] == need["weights"] + need["cache"] + need["overhead"] + need["prompts"]
    assert need["cache"] == 2 * 4096 * 128 * 1024
    assert (told["context_tokens"], told["parallel"], told["estimated"]) == (4096, 2, False)
    every = every_as_json(desk.engine.offers, await desk.advisor.verdicts(desk.engine.offers))
    assert [entry["model"] for entry in every] == [model.name for model in desk.engine.offers]
    assert every[-1]["verdict"] is None


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("text", ["/model fit", "/model fit llama3.1:8b", "/model fit 70B", "/model fit 3B 16k 4"])
@pytest.mark.parametrize("gigabytes", [0, 6, 48])
async def test_every_card_is_said_in_every_language(
    desk: Desk, text: str, language: Language, gigabytes: int, caplog: pytest.LogCaptureFixture
) -> None:
    desk.language = language
    if gigabytes:
        desk.card_of(gigabytes)
    assert (await desk.type(text)).title
    assert not [record for record in caplog.records if "could not be filled in" in record.message]
