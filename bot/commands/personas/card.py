"""Owns how personas look: the list of them, one with all it is, and where a choice was made."""

from collections.abc import Sequence

from bot.commands.cards import Action, Card, Field, Table
from bot.commands.command import Invocation
from bot.commands.parts import unknown
from bot.commands.pin_scopes import DEFAULTS, where
from bot.messages import Notice
from bot.personas.choosing import InForce
from bot.personas.folder import Personas
from bot.personas.importing import unused_of
from bot.personas.persona import Persona
from bot.ports import PersonaPin
from bot.retrieval.scopes import ROOT
from bot.wording import Wording

MOST_SHOWN = 1_500
"""Of a persona's instructions: what fits into any platform's card."""
_OFFERED = 3
_COLUMNS = ("current", "name", "description", "model", "knowledge")


def list_card(
    personas: Personas, force: InForce, pins: Sequence[PersonaPin], *, invocation: Invocation, may_use: bool
) -> Card:
    """Who answers here, all there are, and which files can't be used."""
    say = invocation.say
    table = table_of(personas, say, current=force.persona)
    return Card(
        title=say("persona-title"),
        text="\n".join((*answering(force, say), *troubles(personas, say))),
        fields=tuple(Field(say("persona-field-pin", **where(pin.scope, invocation)), pin.persona) for pin in pins),
        tables=(table,) if table.rows else (),
        actions=_offered(personas, force, pins, invocation) if may_use else (),
    )


def table_of(personas: Personas, say: Wording, *, current: Persona | None = None) -> Table:
    """All that can be used, a row each."""
    rows = tuple(_row(one, say, current=one == current) for one in personas.usable.values())
    return Table(tuple(say(f"persona-column-{name}") for name in _COLUMNS), rows)


def one_card(persona: Persona, *, scopes: frozenset[str], say: Wording) -> Card:
    """All that a persona is, and what of it isn't used; `scopes` are the folders that have readers of their own."""
    parameters = ", ".join(f"{name} {_plain(value)}" for name, value in persona.parameters.given().items())
    shown = {
        "model": persona.model or say("persona-any-model"),
        "knowledge": _knowledge(persona, say),
        "parameters": parameters,
        "examples": str(len(persona.examples)) if persona.examples else "",
    }
    return Card(
        title=say("persona-one-title", persona=persona.name),
        text="\n\n".join(filter(None, (persona.description, _instructions(persona), *notes(persona, scopes, say)))),
        fields=tuple(Field(say(f"persona-field-{name}"), value) for name, value in shown.items() if value),
        actions=(Action(say("persona-action-list"), "persona"),),
    )


def notes(persona: Persona, scopes: frozenset[str], say: Wording) -> list[str]:
    """What of it Sova doesn't use, and which of its scopes there are not."""
    missing = sorted((persona.knowledge or frozenset()) - scopes - {ROOT})
    told = [*unused_of(persona)]
    if missing:
        told.append(Notice("persona-unknown-scopes", {"names": ", ".join(missing)}))
    return [say.of_notice(notice) for notice in told]


def answering(force: InForce, say: Wording) -> list[str]:
    """Who answers here, after what became of closer choices."""
    who = say("persona-answers", persona=force.persona.name) if force.persona else say("persona-none-answers")
    return [*(say.of_notice(notice) for notice in force.notices), who]


def troubles(personas: Personas, say: Wording) -> list[str]:
    """That there is none, and each file that can't be used with its reason."""
    none = [] if personas.usable else [say("persona-there-are-none")]
    return none + [say.of_error(error) for error in personas.broken.values()]


def _row(persona: Persona, say: Wording, *, current: bool) -> tuple[str, ...]:
    mark = say("model-current") if current else ""
    model = persona.model or unknown(say)
    return mark, persona.name, persona.description or unknown(say), model, _knowledge(persona, say) or unknown(say)


def _knowledge(persona: Persona, say: Wording) -> str:
    if persona.knowledge is None:
        return ""
    return ", ".join(sorted(persona.knowledge)) or say("persona-no-knowledge")


def _instructions(persona: Persona) -> str:
    told = persona.instructions
    return told if len(told) <= MOST_SHOWN else f"{told[:MOST_SHOWN].rstrip()} …"


def _plain(value: object) -> str:
    return " ".join(f"“{one}”" for one in value) if isinstance(value, tuple) else str(value)


def _offered(
    personas: Personas, force: InForce, pins: Sequence[PersonaPin], invocation: Invocation
) -> tuple[Action, ...]:
    """Using another, and taking back what was chosen for this place or this person."""
    say = invocation.say
    others = [name for name, persona in personas.usable.items() if persona != force.persona][:_OFFERED]
    own = [pin.scope for pin in pins if pin.scope not in DEFAULTS]
    return (
        *(Action(say("persona-action-use", persona=name), f"persona use {name}") for name in others),
        *(Action(say("persona-action-reset", **where(scope, invocation)), f"persona reset {scope}") for scope in own),
    )
