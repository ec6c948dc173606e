from collections.abc import Sequence

import pytest

from bot.errors import EngineUnreachable, HistoryUnavailable, NoModels
from bot.messages import Author, ConversationKey
from bot.models.selection import ModelSelection, Selection, Source, foremost
from bot.ports import Capability, ModelInfo, Pin, PinScope
from tests.doubles.memory import MemoryPins
from tests.doubles.scripted_engine import ScriptedEngine

CHANNEL = ConversationKey("slack", "team", "general")
THREAD = ConversationKey("slack", "team", "general", "42")
ANA = Author("u1", "Ana")
EMBEDDER = ModelInfo(name="embedder", capabilities=frozenset({Capability.EMBEDDING}), loaded=True)


class UnaskableEngine(ScriptedEngine):
    async def models(self) -> Sequence[ModelInfo]:
        raise EngineUnreachable(engine=self.engine, url=self.url)


async def pin_all(pins: MemoryPins) -> None:
    for scope in PinScope:
        await pins.pin(scope, THREAD, ANA, f"by-{scope}")


async def test_the_narrowest_pin_applies_and_the_setting_comes_after_all_pins() -> None:
    pins = MemoryPins()
    await pin_all(pins)
    selection = ModelSelection(UnaskableEngine(), pins, default="by-setting")
    chosen = []
    for scope in PinScope:
        chosen.append(await selection.choose(THREAD, ANA))
        await pins.unpin(scope, THREAD, ANA)
    chosen.append(await selection.choose(THREAD, ANA))
    assert chosen == [
        Selection("by-thread", Source.THREAD),
        Selection("by-channel", Source.CHANNEL),
        Selection("by-user", Source.USER),
        Selection("by-workspace", Source.WORKSPACE),
        Selection("by-global", Source.GLOBAL),
        Selection("by-setting", Source.SETTING),
    ]


async def test_a_thread_s_pin_does_not_reach_its_channel() -> None:
    pins = MemoryPins()
    await pins.pin(PinScope.THREAD, THREAD, ANA, "only-here")
    selection = ModelSelection(UnaskableEngine(), pins, default="elsewhere")
    assert (await selection.choose(CHANNEL, ANA)).model == "elsewhere"
    assert (await selection.choose(THREAD, ANA)).model == "only-here"


async def test_someone_s_own_pin_does_not_reach_others() -> None:
    pins = MemoryPins()
    await pins.pin(PinScope.USER, CHANNEL, ANA, "ana-s")
    selection = ModelSelection(UnaskableEngine(), pins, default="everyone-s")
    assert (await selection.choose(CHANNEL, Author("u2", "Bo"))).model == "everyone-s"


async def test_pins_of_models_that_are_gone_are_passed_over_and_the_operator_s_setting_is_not() -> None:
    pins = MemoryPins()
    await pin_all(pins)
    selection = ModelSelection(UnaskableEngine(), pins, default="by-setting")
    gone = [f"by-{scope}" for scope in PinScope if scope is not PinScope.WORKSPACE]
    assert await selection.choose(THREAD, ANA, without=gone) == Selection("by-workspace", Source.WORKSPACE)
    gone += ["by-workspace", "by-setting"]
    assert await selection.choose(THREAD, ANA, without=gone) == Selection("by-setting", Source.SETTING)


def test_only_what_somebody_pinned_or_a_persona_brings_is_called_pinned() -> None:
    assert {source for source in Source if Selection("owl", source).is_pinned} == {
        *map(Source, PinScope),
        Source.PERSONA,
    }


def test_pins_apply_by_precedence_whatever_order_they_come_in() -> None:
    pins = [Pin(PinScope.GLOBAL, "g"), Pin(PinScope.USER, "u"), Pin(PinScope.CHANNEL, "c")]
    assert foremost(pins) == Pin(PinScope.CHANNEL, "c")
    assert foremost([]) is None


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ([ModelInfo("cold"), ModelInfo("warm", loaded=True)], "warm"),
        ([ModelInfo("first"), ModelInfo("second")], "first"),
        ([EMBEDDER, ModelInfo("talker", loaded=None)], "talker"),
    ],
)
async def test_the_engine_s_own_choice_is_a_loaded_model_that_can_chat_else_the_first(
    offers: list[ModelInfo], expected: str
) -> None:
    selection = ModelSelection(ScriptedEngine(offers=offers), MemoryPins(), default=None)
    assert await selection.choose(CHANNEL, ANA) == Selection(expected, Source.ENGINE)


@pytest.mark.parametrize("offers", [[], [EMBEDDER]])
async def test_an_engine_without_a_model_that_can_chat_is_an_error(offers: list[ModelInfo]) -> None:
    selection = ModelSelection(ScriptedEngine(offers=offers), MemoryPins(), default=None)
    with pytest.raises(NoModels):
        await selection.choose(CHANNEL, ANA)


async def test_the_engine_s_own_choice_is_kept_until_it_is_rejected() -> None:
    engine = ScriptedEngine(offers=[ModelInfo("old")])
    selection = ModelSelection(engine, MemoryPins(), default=None)
    await selection.choose(CHANNEL, ANA)
    engine.offers = [ModelInfo("new")]
    selection.reject("another")
    assert (await selection.choose(CHANNEL, ANA)).model == "old"
    selection.reject("old")
    assert (await selection.choose(CHANNEL, ANA)).model == "new"


async def test_an_engine_that_was_down_is_asked_again() -> None:
    engine = ScriptedEngine(offers=[])
    selection = ModelSelection(engine, MemoryPins(), default=None)
    with pytest.raises(NoModels):
        await selection.choose(CHANNEL, ANA)
    engine.offers = [ModelInfo("pulled")]
    assert (await selection.choose(CHANNEL, ANA)).model == "pulled"


async def test_pins_that_cannot_be_read_are_not_taken_for_none() -> None:
    pins = MemoryPins(down=HistoryUnavailable(where="redis", reason="refused"))
    selection = ModelSelection(ScriptedEngine(), pins, default="anything")
    with pytest.raises(HistoryUnavailable):
        await selection.choose(CHANNEL, ANA)
