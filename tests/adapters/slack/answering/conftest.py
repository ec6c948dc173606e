"""Owns the stage that most of these tests begin with."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.answering.stage import Stage, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as stage:
        yield stage


@pytest.fixture
async def updating() -> AsyncIterator[Stage]:
    """Answers are posted and changed there, not streamed."""
    async with staged(streams=False) as stage:
        yield stage
