"""Which model is named for a picture: by what is installed, by what fits, by which engine it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from bot.errors import EngineUnreachable, NoVision
from bot.models.fit import MIB, Plan
from bot.models.fit_sizes import Sized, of_info
from bot.models.fit_verdict import Place, Room, Verdict, judge
from bot.models.sight import WELL_KNOWN, Seeing, Sight
from bot.ports import Capability, ModelInfo
from tests.doubles.scripted_engine import ScriptedEngine

GIB = 1024 * MIB
SEES = frozenset({Capability.COMPLETION, Capability.VISION})
BLIND = ModelInfo("owl:1b")
SMALL = ModelInfo("hawk:3b", size_bytes=3 * GIB, capabilities=SEES)
LARGE = ModelInfo("eagle:30b", size_bytes=20 * GIB, capabilities=SEES)
ENCODER = ModelInfo("clip:1b", size_bytes=GIB, capabilities=frozenset({Capability.EMBEDDING, Capability.VISION}))


@dataclass
class Machine:
    """Judges by the real sums, with so much memory."""

    room: Room
    asked: list[str] = field(default_factory=list)

    async def verdicts(self, models: Sequence[ModelInfo]) -> Mapping[str, Verdict]:
        return await self.judged([one for one in map(of_info, models) if one])

    async def judged(self, candidates: Sequence[Sized]) -> Mapping[str, Verdict]:
        self.asked += [one.name for one in candidates]
        return {one.name: judge(one, Plan(8_192), self.room) for one in candidates}


def sight(*offers: ModelInfo, room: Room | None = None, engine: str = "ollama", url: str = "http://127.0.0.1") -> Sight:
    taken = ScriptedEngine(offers=list(offers), engine=engine, url=url)
    return Sight(taken, advisor=Machine(room) if room else None)


async def test_a_model_sees_if_its_engine_says_so() -> None:
    assert await sight(BLIND, SMALL).sees("hawk:3b")
    assert not await sight(BLIND, SMALL).sees("owl:1b")


async def test_of_those_installed_the_largest_that_fits_is_named_first() -> None:
    assert (await sight(SMALL, LARGE, room=Room(8 * GIB)).seeing()).installed == ("hawk:3b", "eagle:30b")
    assert (await sight(SMALL, LARGE, room=Room(64 * GIB)).seeing()).best == "eagle:30b"


async def test_one_in_vram_comes_before_a_larger_one_in_ram() -> None:
    assert (await sight(LARGE, SMALL, room=Room(64 * GIB, (6 * GIB,))).seeing()).best == "hawk:3b"


async def test_what_cannot_chat_is_named_to_nobody() -> None:
    assert await sight(BLIND, ENCODER, engine="openai").seeing() == Seeing()


@pytest.mark.parametrize(
    ("room", "pull"),
    [
        (Room(2 * GIB), ""),
        (Room(7 * GIB // 2), "granite3.2-vision:2b"),
        (Room(4 * GIB), "qwen2.5vl:3b"),
        (Room(64 * GIB), "gemma3:4b"),
        (Room(64 * GIB, (24 * GIB,)), "llama3.2-vision:11b"),
    ],
)
async def test_where_none_is_installed_one_that_fits_is_named_to_be_fetched(room: Room, pull: str) -> None:
    assert await sight(BLIND, room=room).seeing() == Seeing(pull=pull)


async def test_for_an_ollama_on_another_machine_a_usual_one_is_named() -> None:
    assert (await sight(BLIND, room=Room(GIB), url="http://gpu-box:11434").seeing()).pull == "gemma3:4b"
    assert (await sight(BLIND).seeing()).pull == "gemma3:4b"


async def test_other_engines_fetch_nothing_by_name() -> None:
    assert (await sight(BLIND, room=Room(64 * GIB), engine="embedded").seeing()).pull == ""


async def test_an_error_for_a_blind_model_gets_the_name_of_one_that_sees() -> None:
    explained = await sight(BLIND, SMALL).explain(NoVision(model="owl:1b"))
    assert explained.data() == {"model": "owl:1b", "best": "hawk:3b", "pull": "none"}
    other = EngineUnreachable(engine="ollama", url="http://127.0.0.1")
    assert await sight(BLIND, SMALL).explain(other) is other


def test_the_well_known_models_stand_in_order_of_size_and_fit_where_they_are_said_to() -> None:
    assert [model.weights for model in WELL_KNOWN] == sorted(model.weights for model in WELL_KNOWN)
    assert judge(WELL_KNOWN[-1], Plan(8_192), Room(64 * GIB, (24 * GIB,))).place is Place.VRAM
