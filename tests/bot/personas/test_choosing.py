from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.errors import BadPersona
from bot.messages import Author, ConversationKey, Notice
from bot.models.selection import ModelSelection, Source
from bot.personas.choosing import PersonaSelection, in_force
from bot.personas.folder import Personas
from bot.personas.persona import Persona
from bot.ports import ModelInfo, PersonaPin, PinScope
from tests.doubles.memory import MemoryPins
from tests.doubles.scripted_engine import ScriptedEngine

HERE, ANA = ConversationKey("slack", "T1", "C1", "42"), Author("U1", "Ana")
OWL, LARK = Persona("owl", model="owl:1b", system="Hoo."), Persona("lark", system="Tirili.")
BROKEN = BadPersona("crow.toml", Notice("persona-empty"), 3)
THERE = Personas({"owl": OWL, "lark": LARK}, {"crow": BROKEN})


@dataclass
class Chosen:
    """What was chosen, and which personas there are; counts how often these were looked at."""

    pins: Sequence[PersonaPin] = ()
    looked: int = field(default=0, init=False)

    async def chosen(self, conversation: ConversationKey, author: Author) -> Sequence[PersonaPin]:
        return self.pins

    async def choose(self, scope: PinScope, conversation: ConversationKey, author: Author, persona: str) -> None:
        raise NotImplementedError

    async def reset(self, scope: PinScope, conversation: ConversationKey, author: Author) -> bool:
        raise NotImplementedError

    async def read(self) -> Personas:
        self.looked += 1
        return THERE


def selection(persona: PersonaPin | None, *, pins: MemoryPins | None = None) -> ModelSelection:
    chosen = Chosen([persona] if persona else [])
    engine = ScriptedEngine(offers=[ModelInfo("engine:1b")])
    return ModelSelection(engine, pins or MemoryPins(), default=None, personas=PersonaSelection(chosen, chosen))


def test_the_closest_choice_answers() -> None:
    found = in_force([PersonaPin(PinScope.USER, "lark"), PersonaPin(PinScope.GLOBAL, "owl")], THERE)
    assert (found.persona, found.scope, found.notices) == (LARK, PinScope.USER, ())


def test_where_nobody_has_chosen_sova_answers_as_herself() -> None:
    assert in_force([], THERE).persona is None


def test_a_choice_that_is_gone_or_broken_is_told_and_the_next_one_answers() -> None:
    pins = [
        PersonaPin(PinScope.THREAD, "gone"),
        PersonaPin(PinScope.CHANNEL, "crow"),
        PersonaPin(PinScope.USER, "owl"),
    ]
    found = in_force(pins, THERE)
    assert (found.persona, found.scope) == (OWL, PinScope.USER)
    assert found.notices == (
        Notice("persona-gone", {"persona": "gone"}),
        Notice("persona-broken", {"persona": "crow", "line": 3}),
    )


async def test_the_files_are_not_looked_at_where_nobody_has_chosen() -> None:
    chosen = Chosen()
    assert (await PersonaSelection(chosen, chosen).in_force(HERE, ANA)).persona is None
    assert chosen.looked == 0


@pytest.mark.parametrize("scope", PinScope)
@pytest.mark.parametrize("pinned", PinScope)
async def test_a_persona_has_its_own_model_unless_another_is_pinned_closer(pinned: PinScope, scope: PinScope) -> None:
    pins = MemoryPins()
    await pins.pin(pinned, HERE, ANA, "pinned:1b")
    chosen = await selection(PersonaPin(scope, "owl"), pins=pins).choose(HERE, ANA)
    closer = list(PinScope).index(pinned) < list(PinScope).index(scope)
    assert chosen.model == ("pinned:1b" if closer else "owl:1b")
    assert chosen.source is (Source(pinned.value) if closer else Source.PERSONA)
    assert chosen.persona.persona == OWL


async def test_a_persona_without_a_model_answers_with_the_one_that_is_chosen() -> None:
    pins = MemoryPins()
    chosen = selection(PersonaPin(PinScope.THREAD, "lark"), pins=pins)
    assert (await chosen.choose(HERE, ANA)).model == "engine:1b"
    await pins.pin(PinScope.GLOBAL, HERE, ANA, "pinned:1b")
    found = await chosen.choose(HERE, ANA)
    assert (found.model, found.source, found.persona.persona) == ("pinned:1b", Source.GLOBAL, LARK)


async def test_a_persona_s_model_that_is_gone_is_passed_over() -> None:
    pins = MemoryPins()
    await pins.pin(PinScope.GLOBAL, HERE, ANA, "pinned:1b")
    chosen = selection(PersonaPin(PinScope.THREAD, "owl"), pins=pins)
    assert (await chosen.choose(HERE, ANA, without=["owl:1b"])).model == "pinned:1b"
    assert (await chosen.choose(HERE, ANA, without=["owl:1b", "pinned:1b"])).model == "engine:1b"
