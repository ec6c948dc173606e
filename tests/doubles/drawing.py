"""Owns the double of what draws charts: it remembers what it was to draw, and draws nothing."""

import asyncio
from dataclasses import dataclass, field

from bot.errors import AssistantError
from bot.ports import Chart

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class FakeCharts:
    """`Charts` whose pictures are empty. `down` is raised instead; while it is `stuck` nothing is ever drawn."""

    drawn: list[tuple[Chart, ...]] = field(default_factory=list)
    down: AssistantError | None = None
    stuck: bool = False

    async def draw(self, *charts: Chart) -> bytes:
        self.drawn.append(charts)
        if self.down is not None:
            raise self.down
        if self.stuck:
            await asyncio.Event().wait()
        return PNG
