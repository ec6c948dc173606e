"""Owns which persona answers: the closest choice that can be used, and what became of closer ones that can't."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from bot.errors import BadPersona, UnknownPersona
from bot.messages import Author, ConversationKey, Notice
from bot.personas.folder import Personas
from bot.personas.persona import Persona
from bot.ports import PersonaPin, PersonaPins, PinScope


class ReadsPersonas(Protocol):
    """Whoever knows which personas there are: the folder."""

    async def read(self) -> Personas:
        """What there is now."""
        ...


@dataclass(frozen=True, slots=True)
class InForce:
    """The persona that answers, and whom it was chosen for; None where Sova answers as herself.

    `notices` tell of closer choices that can't be used any more.
    """

    persona: Persona | None = None
    scope: PinScope | None = None
    notices: tuple[Notice, ...] = ()

    def comes_before(self, scope: PinScope) -> bool:
        """Whether it was chosen at least as close as something that was chosen for `scope`."""
        order = list(PinScope)
        return self.scope is not None and order.index(self.scope) <= order.index(scope)


NOBODY = InForce()


class PersonaSelection:
    """Chooses the persona for a question."""

    def __init__(self, personas: ReadsPersonas, pins: PersonaPins) -> None:
        self._personas = personas
        self._pins = pins

    async def in_force(self, conversation: ConversationKey, author: Author) -> InForce:
        """The persona for `author` here: thread > channel > user > workspace > global.

        The files are looked at only where somebody has chosen. Raises `HistoryUnavailable` when choices can't be read.
        """
        pins = await self._pins.chosen(conversation, author)
        return in_force(pins, await self._personas.read()) if pins else NOBODY


def in_force(pins: Iterable[PersonaPin], personas: Personas) -> InForce:
    """The first of the choices, in their order of precedence, that can be used. Pure."""
    lost: list[Notice] = []
    for pin in pins:
        try:
            persona = personas.named(pin.persona)
        except UnknownPersona:
            lost.append(Notice("persona-gone", {"persona": pin.persona}))
        except BadPersona as error:
            lost.append(Notice("persona-broken", {"persona": pin.persona, "line": error.line}))
        else:
            return InForce(persona, pin.scope, tuple(lost))
    return InForce(notices=tuple(lost))
