"""Owns what travels between an embedder and the process of the embedding models: a task and its outcome."""

from dataclasses import dataclass
from enum import StrEnum

from bot.models.embedding_shelf import ShelvedEmbedding


class Work(StrEnum):
    """What is to be done with a text."""

    PASSAGE = "passage"
    QUESTION = "question"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Task:
    """A text for a model, which is loaded unless it is there; `threads` run it (0: as many as there are cores)."""

    shelved: ShelvedEmbedding
    work: Work
    text: str
    threads: int


@dataclass(frozen=True, slots=True)
class Failure:
    """The name of the vendor's error: what it says may quote the text."""

    error: str


Outcome = list[float] | Failure
"""A vector, the numbers of tokens of the text's words, or why there is neither."""
