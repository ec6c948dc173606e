"""A Slack on loopback, and the adapter connected to it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.stage import SECONDS, Stage, staged
from tests.doubles.slack import Slack, slack_service


@pytest.fixture
async def service() -> AsyncIterator[Slack]:
    async with asyncio.timeout(SECONDS), slack_service() as slack:
        yield slack


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with asyncio.timeout(SECONDS), staged() as stage:
        yield stage
