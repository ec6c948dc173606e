"""A Slack on loopback with Sova's controls in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.slack.controls.stage import Scene, scened


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with scened(tmp_path) as scene:
        yield scene
