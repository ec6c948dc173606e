"""Owns how every prompt of a conversation begins: who answers, by which rules, and examples of it. Pure.

Engines reuse what they have computed of a prompt up to the first byte that differs, so an opening is the same bytes
each turn: it follows from the persona and the model's context alone. A persona's instructions come first and Sova's
own rules after them, in one message that no persona can end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages import Message, Notice
from bot.personas.persona import Persona
from bot.quoting import fitting, harmless
from bot.tokens import MESSAGE_OVERHEAD, prompt_tokens, rough_tokens

RULES = (
    "You run on the team's own hardware; nothing that is said to you leaves it. "
    "Answer in the language of the question. "
    "Be correct first, then brief; use Markdown where it helps. "
    "If you do not know something, say so instead of guessing."
)
SYSTEM = f"You are Sova, the assistant of a team. {RULES}"

SYSTEM_SHARE = 1 / 4
"""How much of the context a persona's instructions may take."""
OPENING_SHARE = 1 / 3
"""The same for instructions and examples together: history, passages and question need the rest."""

Pair = tuple[Message, Message]


@dataclass(frozen=True, slots=True)
class Opening:
    """The messages that a prompt begins with, the system message first, and what is to be told about them."""

    messages: tuple[Message, ...] = (Message("system", SYSTEM),)
    notices: tuple[Notice, ...] = ()


SOVA = Opening()
"""How Sova begins as herself."""


def opening_of(persona: Persona | None, *, context_tokens: int) -> Opening:
    """How a prompt of `persona` begins, for a model with this context.

    Instructions that don't fit are cut at their end, examples left out from the last: both are told.
    """
    if persona is None:
        return SOVA
    told = harmless(persona.instructions)
    shown = fitting(told, context_tokens * SYSTEM_SHARE)
    system = Message("system", "\n\n".join(filter(None, (shown, RULES if told else SYSTEM))))
    room = context_tokens * OPENING_SHARE - rough_tokens(shown)
    kept = _fitting(persona.examples, room=room)
    messages = (system, *(message for pair in kept for message in pair))
    return Opening(messages, _notices(persona, told, shown, left_out=len(persona.examples) - len(kept)))


def _fitting(examples: Sequence[Pair], *, room: float) -> list[Pair]:
    """The examples that fit, whole, harmless, in their order."""
    kept: list[Pair] = []
    for question, answer in examples:
        pair = Message("user", harmless(question.content)), Message("assistant", harmless(answer.content))
        room -= prompt_tokens(pair) + MESSAGE_OVERHEAD
        if room < 0:
            break
        kept.append(pair)
    return kept


def _notices(persona: Persona, told: str, shown: str, *, left_out: int) -> tuple[Notice, ...]:
    notices = []
    if shown != told:
        percent = max(1, 100 * len(shown) // len(told))
        notices.append(Notice("persona-cut", {"persona": persona.name, "percent": percent}))
    if left_out:
        notices.append(Notice("persona-examples-cut", {"persona": persona.name, "count": left_out}))
    return tuple(notices)
