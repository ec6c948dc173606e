"""The log of what was seen, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.errors import AssistantError


@dataclass
class MemorySeenLog:
    """A `SeenLog` of one platform; `error` is what keeps it away."""

    kept: dict[str, int] = field(default_factory=dict)
    error: AssistantError | None = None

    async def marks(self, platform: str) -> Mapping[str, int]:
        if self.error:
            raise self.error
        return dict(self.kept)

    async def note(self, platform: str, marks: Mapping[str, int]) -> None:
        if self.error:
            raise self.error
        self.kept.update(marks)

    async def drop(self, platform: str, channels: frozenset[str]) -> None:
        for channel in channels:
            self.kept.pop(channel, None)
