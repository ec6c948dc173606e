"""Owns how large a model's parts are, and how much it may say of each: by its size and its context. Pure."""

from dataclasses import dataclass

from bot.messages import Language
from bot.retrieval.grounding import parameter_count
from bot.tokens import TokenScale

SMALL_PARAMETERS = 4e9
"""Below so many, models lose the thread of a long part: of 60 messages at once a 1.5B wrote one line over and over, of
15 at a time it found what matters."""
_SMALL_PART, _LARGE_PART = 700.0, 3000.0
_SMALL_ENTRIES, _LARGE_ENTRIES = 16, 80
_SMALL_LINES, _LARGE_LINES = 6, 14
_LINE_TOKENS = 45
_FRAME_TOKENS = 420.0
"""Instructions and example, estimated."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A part's `room` in estimated tokens and its most `entries`; the most `lines` that are asked for of it.

    `quotes` says that points are shown in the messages' own words: a small model's Czech isn't fit to be read. With
    `by_cues` people's own signs say which points are decisions, tasks and open questions.
    """

    room: float
    entries: int
    lines: int
    quotes: bool = False
    by_cues: bool = False

    @property
    def answer_tokens(self) -> int:
        """Room for the lines."""
        return self.lines * _LINE_TOKENS


def pace_of(*, parameters: str | None, context_tokens: int, language: Language) -> Pace:
    """How a model of so many `parameters` (`ModelInfo.parameters`) is asked; one that doesn't tell counts as small."""
    is_small = parameter_count(parameters) < SMALL_PARAMETERS
    lines = _SMALL_LINES if is_small else _LARGE_LINES
    fits = (context_tokens - lines * _LINE_TOKENS) / TokenScale().factor - _FRAME_TOKENS
    return Pace(
        room=max(min(fits, _SMALL_PART if is_small else _LARGE_PART), 100.0),
        entries=_SMALL_ENTRIES if is_small else _LARGE_ENTRIES,
        lines=lines,
        quotes=is_small and language is Language.CZECH,
        by_cues=is_small,
    )
