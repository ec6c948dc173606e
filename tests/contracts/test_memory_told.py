"""What engines tell about the memory of their models, and what is learnt of it."""

import asyncio
import sys
from pathlib import Path

import pytest

from bot.backends.engines.embedded import EmbeddedEngine
from bot.backends.engines.embedded_options import EmbeddedOptions
from bot.backends.engines.embedded_process import working_set
from bot.backends.engines.http import short_of_memory
from bot.backends.engines.ollama import OllamaEngine
from bot.backends.engines.openai_compatible import OpenAICompatibleEngine
from bot.commands.models.fit_advice import Wanted
from bot.commands.models.fit_advisor import FitAdvisor
from bot.errors import EngineOutOfMemory
from bot.models.catalogue import in_catalogue
from bot.models.fit import EMBEDDED, MIB, Plan, need
from bot.models.fit_file import CalibrationFile
from bot.models.fit_sizes import of_info
from bot.models.shelf import Shelf
from bot.ports import Attention, ChatModel
from bot.settings import child_environment
from bot.stats.hardware import HardwareProbe
from tests.doubles.completions import complete, request
from tests.doubles.faulty_openai import FaultyOpenAI, refusal
from tests.doubles.llama_server import llama_server, model_file
from tests.doubles.nvml import FakeNvml
from tests.doubles.ollama_wire import ErrorLine, OllamaWire, StoredModel

MODEL = "smollm2:135m"
SMOL = in_catalogue("smollm2-135m")
SHAPE = Attention.uniform(layers=30, kv_heads=3, head_length=64)


def advisor(engine: ChatModel, folder: Path, *, context_tokens: int) -> FitAdvisor:
    return FitAdvisor(
        engine,
        hardware=HardwareProbe(disk_of=folder, nvml=FakeNvml(driver=False), seconds=30),
        calibration=CalibrationFile(folder / "fit.json"),
        context_tokens=context_tokens,
        parallel=1,
    )


@pytest.mark.engine
async def test_ollama_tells_how_a_model_is_built_and_what_it_takes_in_memory(tmp_path: Path) -> None:
    async with OllamaWire(llama_server()) as wire, OllamaEngine(wire.url, context_tokens=1024) as ollama:
        assert (await ollama.model(MODEL)).attention == SHAPE
        await ollama.warm(MODEL)
        (held,) = await ollama.loaded()
        assert held.ram_bytes == wire.models[MODEL].size + 50_000_000
        assert (held.vram_bytes, held.context_tokens, held.working_bytes) == (0, 1024, None)
        advice = await advisor(ollama, tmp_path, context_tokens=1024).advise(Wanted(MODEL))
    assert (advice.is_loaded, advice.now.place.value, advice.machine.measured) == (True, "ram", 1)


@pytest.mark.engine
async def test_ollama_tells_windows_and_experts() -> None:
    facts: dict[str, object] = {
        "general.architecture": "gptoss",
        "gptoss.block_count": 4,
        "gptoss.embedding_length": 512,
        "gptoss.attention.head_count": 8,
        "gptoss.attention.head_count_kv": 8,
        "gptoss.attention.sliding_window": 128,
        "gptoss.expert_count": 32,
        "gptoss.expert_used_count": 4,
    }
    async with OllamaWire(llama_server()) as wire, OllamaEngine(wire.url) as ollama:
        wire.models["owl:20b"] = StoredModel("owl:20b", model_info=facts)
        wire.models["odd:1b"] = StoredModel("odd:1b", model_info=facts | {"gptoss.block_count": 10**9})
        owl, odd = await ollama.model("owl:20b"), await ollama.model("odd:1b")
    assert owl.experts == (32, 4)
    assert owl.attention == Attention((8,) * 4, 64, 64, 128, (True, False, True, False))
    assert odd.attention is None


@pytest.mark.engine
async def test_ollama_short_of_memory_says_so_with_its_figures() -> None:
    text = "model requires more system memory (5.6 GiB) than is available (3.2 GiB)"
    async with OllamaWire(llama_server()) as wire, OllamaEngine(wire.url, context_tokens=1024) as ollama:
        wire.then(ErrorLine(0, text=text))
        with pytest.raises(EngineOutOfMemory) as caught:
            await complete(ollama, request(MODEL, "Hi"))
    assert (caught.value.engine, caught.value.model) == ("ollama", MODEL)
    assert caught.value.needed == pytest.approx(6.01, abs=0.01)
    assert caught.value.free == pytest.approx(3.44, abs=0.01)


async def test_a_server_of_openais_protocol_short_of_memory_says_so() -> None:
    async with FaultyOpenAI() as server, OpenAICompatibleEngine(server.url) as engine:
        server.script.append(refusal(500, message="CUDA error: out of memory"))
        with pytest.raises(EngineOutOfMemory):
            await complete(engine, request("owl", "Hi"))


@pytest.mark.parametrize("reason", ["", "memory of a goldfish", "cannot allocate blame", "the context is too long"])
def test_other_reasons_are_other_errors(reason: str) -> None:
    assert short_of_memory(reason, engine="ollama", model="owl") is None


def test_a_working_set_is_what_is_a_process_s_own_and_what_it_touched_of_files() -> None:
    mapping = "Referenced: {} kB\nAnonymous: {} kB\nKSM: 0 kB\n"
    smaps = "".join(mapping.format(touched, own) for touched, own in [(5, 10), (7, 0), (0, 0)])
    assert working_set(smaps) == 17 * 1024


@pytest.mark.engine
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which pages were touched")
async def test_the_embedded_engine_takes_what_was_foretold_once_it_has_answered(tmp_path: Path) -> None:
    shelf = Shelf(model_file().parent, catalogue=[SMOL])
    options = EmbeddedOptions(context_tokens=4096, threads=1)
    engine = EmbeddedEngine(shelf, log=tmp_path / "engine.log", environment=child_environment(), options=options)
    async with asyncio.timeout(60), engine:
        await engine.warm(SMOL.name)
        assert (await engine.loaded())[0].working_bytes is None
        await complete(engine, request(SMOL.name, "owl " * 600, max_tokens=2))
        (held,) = await engine.loaded()
        asked = advisor(engine, tmp_path, context_tokens=4096)
        advice = await asked.advise(Wanted(SMOL.name))
        known = of_info(await engine.model(SMOL.name))
    assert known
    foretold = need(known, Plan(4096, overhead=EMBEDDED))
    assert held.working_bytes
    assert abs(held.working_bytes - foretold.working) < 150 * MIB
    assert held.working_bytes <= foretold.careful
    assert advice.machine.measured == 1
    assert advice.is_loaded
