"""Owns the operator's bounds on one answer."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Limits:
    """The operator's bounds: lengths in tokens and characters, patience in seconds.

    `passage_tokens` bounds what a prompt holds of the documents, `citing` says who cites (`auto`: large models
    themselves), `general_knowledge` whether a question that the documents don't answer is answered all the same.
    `seed` is where a model's dice start if its persona doesn't say, None for anywhere. `link_hosts` are the hosts that
    links in an answer may lead to, as `output.links.host_pattern` gives them.
    """

    answer_tokens: int = 1024
    temperature: float = 0.3
    seed: int | None = None
    question_chars: int = 100_000
    waiting_turns: int = 8
    load_seconds: float = 900.0
    first_token_seconds: float = 300.0
    next_token_seconds: float = 60.0
    passage_tokens: float = 700.0
    citing: Literal["auto", "model", "core"] = "auto"
    general_knowledge: bool = False
    link_hosts: frozenset[str] = frozenset()
    progress_seconds: float = 0.7  # who waits longer than this is told what for
