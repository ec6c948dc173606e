from dataclasses import replace

import pytest

from bot.backends.engines.ollama import OllamaEngine
from bot.errors import EngineError, EngineFailedToStart, EngineUnreachable, ModelFailed, ModelFileCorrupt
from bot.messages import Language, Notice
from bot.models.alternatives import with_others
from bot.ports import Capability, ModelInfo
from bot.wording import speak
from tests.doubles.completions import complete, request
from tests.doubles.llama_server import MODEL, llama_server
from tests.doubles.ollama_wire import ErrorLine, OllamaWire
from tests.doubles.scripted_engine import ScriptedEngine

OFFERS = [
    ModelInfo("owl:1b"),
    ModelInfo("embedder", capabilities=frozenset({Capability.EMBEDDING})),
    ModelInfo("lark:1b", loaded=True),
    ModelInfo("finch:1b"),
    ModelInfo("wren:1b"),
]


@pytest.mark.parametrize(
    "error",
    [
        ModelFailed(engine="ollama", status=500, detail="it died", model="owl:1b"),
        EngineFailedToStart(model="owl:1b", reason=Notice("engine-died"), log="engine.log"),
        ModelFileCorrupt(model="OWL:1b", path="owl.gguf"),
    ],
)
async def test_others_that_can_chat_are_offered_those_in_memory_first(error: EngineError) -> None:
    explained = await with_others(error, ScriptedEngine(offers=OFFERS))
    assert explained.data()["others"] == "lark:1b, finch:1b, wren:1b"
    assert "lark:1b" in speak(Language.ENGLISH).of_error(explained)


async def test_other_errors_stay_as_they_are() -> None:
    error = EngineUnreachable(engine="ollama", url="http://127.0.0.1")
    assert await with_others(error, ScriptedEngine(offers=OFFERS)) is error


async def test_that_nobody_can_tell_the_others_hides_no_failure() -> None:
    error = ModelFailed(engine="ollama", status=500, detail="it died", model="owl:1b")
    away = OllamaEngine("http://127.0.0.1:9")
    async with away:
        assert await with_others(error, away) is error


@pytest.mark.engine
async def test_a_model_that_fails_only_when_it_answers_is_named() -> None:
    async with OllamaWire(llama_server()) as wire, OllamaEngine(wire.url, context_tokens=512) as engine:
        wire.then(ErrorLine(after=0, text="llama runner process has terminated: exit status 2"))
        with pytest.raises(ModelFailed) as caught:
            await complete(engine, replace(request(MODEL, "Hi"), max_tokens=4))
        assert caught.value.model == MODEL
        explained = await with_others(caught.value, engine)
    assert isinstance(explained, ModelFailed)
    assert explained.others == ("smollm2-short:latest", "thinker:135m", "seer:135m")
