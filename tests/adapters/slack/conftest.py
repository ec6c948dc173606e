"""A Slack on loopback, and the adapter connected to it."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.stage import Stage, staged
from tests.doubles.slack import Slack, slack_service


@pytest.fixture
async def service() -> AsyncIterator[Slack]:
    async with slack_service() as slack:
        yield slack


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as stage:
        yield stage
