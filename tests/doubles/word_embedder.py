"""An embedder without a model: texts are near each other when their words share letters."""

import math
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.errors import AssistantError
from bot.languages import fold
from bot.ports import Vector

_WORDS = re.compile(r"\w+")


@dataclass
class WordEmbedder:
    """Hashes the three-letter pieces of every word into `dimension` buckets; keeps the questions it embedded."""

    name: str = "words"
    dimension: int = 256
    failure: AssistantError | None = None
    questions: list[str] = field(default_factory=list)

    @property
    def model(self) -> str:
        return f"word-pieces-{self.dimension}"

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Vector]:
        if self.failure:
            raise self.failure
        return [self._vector(text) for text in texts]

    async def embed_query(self, text: str) -> Vector:
        self.questions.append(text)
        return (await self.embed_passages([text]))[0]

    def _vector(self, text: str) -> tuple[float, ...]:
        padded = (f"#{word}#" for word in _WORDS.findall(fold(text).lower()))
        pieces = Counter(word[at : at + 3] for word in padded for at in range(len(word) - 2))
        vector = [0.0] * self.dimension
        for piece, count in pieces.items():
            vector[zlib.crc32(piece.encode()) % self.dimension] += count
        length = math.hypot(*vector) or 1.0
        return tuple(value / length for value in vector)
