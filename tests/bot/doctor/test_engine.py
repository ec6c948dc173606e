from dataclasses import replace
from pathlib import Path

import pytest

from bot.doctor import Check, Code, Level, Patient, examine, exit_code
from bot.errors import (
    AssistantError,
    EngineGarbled,
    EngineRefused,
    EngineUnreachable,
    ModelFileMissing,
    NoEngine,
    NoModels,
)
from bot.pool.pool import EnginePool
from bot.ports import Capability, LoadedModel, ModelInfo
from tests.bot.doctor.patients import (
    CARD,
    GB,
    OWL,
    ExaminedEngine,
    examined,
    hardware,
    healthy,
    opened,
    refused,
    with_engine,
)
from tests.bot.pool.mortal import MortalEngine
from tests.doubles.scripted_engine import ScriptedEngine

EMBEDDER = replace(OWL, name="embedder:1b", capabilities=frozenset({Capability.EMBEDDING}))


async def codes(patient: Patient) -> list[Code]:
    """What isn't in order."""
    return [finding.code for finding in await examine(patient) if finding.level is not Level.OK]


# --- the engine -----------------------------------------------------------------------------------------------


async def test_the_engine_is_told_by_its_name_version_and_place(tmp_path: Path) -> None:
    found = await examined(healthy(tmp_path))
    assert found[Code.ENGINE].data == {
        "engine": "ollama",
        "version": "0.17.1",
        "url": "http://127.0.0.1:11434",
        "tried": "none",
    }


@pytest.mark.parametrize(("setting", "tried"), [("auto", "box:11434"), ("embedded", "none")])
async def test_where_another_engine_was_looked_for_first_is_told(tmp_path: Path, setting: str, tried: str) -> None:
    patient = healthy(tmp_path, engine=setting, ollama_url="me:secret@box")
    found = await examined(with_engine(patient, ExaminedEngine(engine="embedded", told_version="1.2")))
    assert found[Code.ENGINE].data["tried"] == tried


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (NoEngine(ollama_url="http://127.0.0.1:11434", model="owl"), Code.ENGINE_MISSING, 3),
        (EngineUnreachable(engine="ollama", url="http://127.0.0.1:11434"), Code.ENGINE_UNREACHABLE, 3),
        (NoModels(engine="ollama"), Code.MODELS_NONE, 3),
        (ModelFileMissing(model="owl", path="/owl.gguf"), Code.ENGINE_TROUBLE, 3),
        (EngineGarbled(engine="ollama", detail="HTML"), Code.ENGINE_TROUBLE, 1),
        (EngineRefused(engine="openai", status=401, detail="no key"), Code.ENGINE_TROUBLE, 1),
    ],
)
@pytest.mark.parametrize("is_opened", [True, False])
async def test_an_engine_that_fails_is_a_problem_wherever_it_does(
    tmp_path: Path, error: AssistantError, code: Code, status: int, is_opened: bool
) -> None:
    patient = healthy(tmp_path)
    if is_opened:
        patient = with_engine(patient, ExaminedEngine(told_version=error))
    else:
        patient = replace(patient, open_engine=lambda: refused(error))
    assert await codes(patient) == [code]
    assert exit_code(await examine(patient)) == status


@pytest.mark.parametrize(
    ("version", "found"),
    [
        ("0.17.0", [Code.ENGINE_LEAKS]),
        ("0.17.1-rc1", [Code.ENGINE_LEAKS]),
        ("0.17.1", []),
        ("0.18.0-rc1", []),
        ("0.0.0", [Code.ENGINE_VERSION_UNKNOWN]),
        ("main", [Code.ENGINE_VERSION_UNKNOWN]),
        (None, [Code.ENGINE_VERSION_UNKNOWN]),
    ],
)
async def test_an_ollama_that_leaks_memory_is_a_problem(tmp_path: Path, version: str | None, found: list[Code]) -> None:
    assert await codes(with_engine(healthy(tmp_path), ExaminedEngine(told_version=version))) == found


@pytest.mark.parametrize("engine", ["openai", "embedded"])
@pytest.mark.parametrize("version", ["0.1.0", None])
async def test_the_versions_of_other_engines_say_nothing_about_ollamas_leak(
    tmp_path: Path, engine: str, version: str | None
) -> None:
    assert await codes(with_engine(healthy(tmp_path), ExaminedEngine(engine=engine, told_version=version))) == []


async def test_models_that_run_elsewhere_are_warned_of(tmp_path: Path) -> None:
    engine = ExaminedEngine(remote=["gpt:cloud", "inconspicuous:1b"])
    found = await examined(with_engine(healthy(tmp_path), engine))
    assert found[Code.ENGINE_CLOUD].data == {"engine": "ollama", "models": "gpt:cloud, inconspicuous:1b"}


async def test_an_engine_that_knows_no_cloud_needs_no_warning(tmp_path: Path) -> None:
    engine = ScriptedEngine(engine="embedded", offers=[OWL])
    patient = replace(healthy(tmp_path), open_engine=lambda: opened(engine))
    assert await codes(patient) == []


async def test_each_host_of_several_is_told(tmp_path: Path) -> None:
    well, away = ExaminedEngine(url="http://gpu-1", told_version="0.18.0"), MortalEngine(url="http://gpu-2")
    away.die()
    async with EnginePool([well, away], parallel=2) as pool:
        found = await examined(replace(healthy(tmp_path), open_engine=lambda: opened(pool)))
    assert found[Code.ENGINE].data["url"] == "http://gpu-1, http://gpu-2"
    assert found[Code.ENGINE_HOST].data == {"url": "http://gpu-1", "version": "0.18.0", "models": "none", "parallel": 2}
    assert found[Code.ENGINE_HOST_LEFT_OUT].data == {"url": "http://gpu-2", "trouble": "engine-unreachable"}
    assert exit_code(found.values()) == 0


async def test_one_host_whose_ollama_leaks_memory_is_a_problem(tmp_path: Path) -> None:
    old, new = ExaminedEngine(url="http://gpu-1", told_version="0.16.0"), ExaminedEngine(url="http://gpu-2")
    async with EnginePool([old, new], parallel=1) as pool:
        found = await examined(replace(healthy(tmp_path), open_engine=lambda: opened(pool)))
    assert found[Code.ENGINE_LEAKS].data["version"] == "0.16.0"


async def test_a_host_that_offers_models_elsewhere_is_warned_of(tmp_path: Path) -> None:
    one, other = ExaminedEngine(url="http://gpu-1", remote=["gpt:cloud"]), ExaminedEngine(url="http://gpu-2")
    async with EnginePool([one, other], parallel=1) as pool:
        found = await examined(replace(healthy(tmp_path), open_engine=lambda: opened(pool)))
    assert found[Code.ENGINE_CLOUD].data["models"] == "gpt:cloud"


# --- the model ------------------------------------------------------------------------------------------------


async def test_the_model_that_would_answer_is_told(tmp_path: Path) -> None:
    found = await examined(healthy(tmp_path))
    assert found[Code.MODEL].data == {"model": "owl:1b", "size": 1.0, "context": 32_768, "chosen": "engine"}


async def test_a_model_about_which_little_is_known_is_told_all_the_same(tmp_path: Path) -> None:
    engine = ExaminedEngine(offers=[replace(OWL, size_bytes=None, context_tokens=None)])
    found = await examined(with_engine(healthy(tmp_path, model="owl:1b"), engine))
    assert found[Code.MODEL].data == {"model": "owl:1b", "size": "none", "context": "none", "chosen": "setting"}


async def test_a_model_that_is_not_there_is_a_problem_with_the_nearest_names(tmp_path: Path) -> None:
    patient = healthy(tmp_path, model="owl:2b")
    found = await examined(patient)
    assert found[Code.MODEL_UNKNOWN].data == {"name": "owl:2b", "engine": "ollama", "nearest": "owl:1b"}
    assert exit_code(found.values()) == 1


async def test_a_model_for_embeddings_cannot_answer(tmp_path: Path) -> None:
    engine = ExaminedEngine(offers=[OWL, EMBEDDER])
    assert await codes(with_engine(healthy(tmp_path, model="embedder:1b"), engine)) == [Code.MODEL_CANNOT_CHAT]


@pytest.mark.parametrize("offers", [[], [EMBEDDER]])
async def test_an_engine_without_a_model_that_can_chat_is_a_problem(tmp_path: Path, offers: list[ModelInfo]) -> None:
    engine = ExaminedEngine(offers=offers)
    findings = await examine(with_engine(healthy(tmp_path), engine))
    assert [finding.code for finding in findings if finding.level is not Level.OK] == [Code.MODELS_NONE]
    assert exit_code(findings) == 3


@pytest.mark.parametrize(("asked", "found"), [(32_768, []), (32_769, [Code.CONTEXT_TOO_LONG])])
async def test_a_context_longer_than_the_models_own_is_warned_of(tmp_path: Path, asked: int, found: list[Code]) -> None:
    assert await codes(healthy(tmp_path, context_tokens=asked)) == found


# --- memory for the model -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("free", "found"),
    [(2 * GB, []), (GB + 300_000_000, []), (GB + 299_999_999, [Code.MODEL_TOO_LARGE]), (0, [Code.MODEL_TOO_LARGE])],
)
async def test_a_model_that_does_not_fit_into_memory_is_warned_of(tmp_path: Path, free: int, found: list[Code]) -> None:
    assert await codes(replace(healthy(tmp_path), free_memory=lambda: free)) == found


async def test_the_memory_of_graphics_cards_counts(tmp_path: Path) -> None:
    patient = replace(healthy(tmp_path), free_memory=lambda: 0, hardware=hardware(CARD))
    assert await codes(patient) == []


async def test_a_model_that_is_loaded_fits(tmp_path: Path) -> None:
    engine = ExaminedEngine(offers=[replace(OWL, loaded=True)])
    assert await codes(with_engine(replace(healthy(tmp_path), free_memory=lambda: 0), engine)) == []


async def test_what_another_model_holds_will_be_free(tmp_path: Path) -> None:
    engine = ExaminedEngine(held=[LoadedModel("other", ram_bytes=GB, vram_bytes=GB)])
    assert await codes(with_engine(replace(healthy(tmp_path), free_memory=lambda: 0), engine)) == []


async def test_an_engine_on_this_machine_is_known_by_its_name_too(tmp_path: Path) -> None:
    patient = with_engine(healthy(tmp_path), ExaminedEngine(url="http://localhost:11434"))
    assert await codes(replace(patient, free_memory=lambda: 0)) == [Code.MODEL_TOO_LARGE]


async def test_the_memory_of_another_machine_is_not_ours_to_judge(tmp_path: Path) -> None:
    held = [LoadedModel("owl:1b", ram_bytes=GB, vram_bytes=0)]
    engine = ExaminedEngine(url="http://10.0.0.7:11434", held=held)
    patient = replace(healthy(tmp_path), free_memory=lambda: 0, hardware=hardware(CARD))
    assert await codes(with_engine(patient, engine)) == []


@pytest.mark.parametrize(("vram", "found"), [(0, [Code.GPU_UNUSED]), (1, []), (None, [])])
async def test_a_model_that_leaves_the_graphics_card_idle_is_warned_of(
    tmp_path: Path, vram: int | None, found: list[Code]
) -> None:
    engine = ExaminedEngine(held=[LoadedModel("owl:1b", ram_bytes=GB, vram_bytes=vram)])
    assert await codes(with_engine(replace(healthy(tmp_path), hardware=hardware(CARD)), engine)) == found


@pytest.mark.parametrize("layers", [0, -1])
async def test_a_card_that_is_not_there_or_not_wanted_is_not_idle(tmp_path: Path, layers: int) -> None:
    engine = ExaminedEngine(held=[LoadedModel("owl:1b", ram_bytes=GB, vram_bytes=0)])
    cards = [CARD] if layers == 0 else []
    patient = replace(healthy(tmp_path, gpu_layers=layers), hardware=hardware(*cards))
    assert await codes(with_engine(patient, engine)) == []


async def test_findings_about_memory_are_told_with_the_memory(tmp_path: Path) -> None:
    found = await examined(replace(healthy(tmp_path), free_memory=lambda: 0))
    assert found[Code.MODEL_TOO_LARGE].check is Check.MEMORY
