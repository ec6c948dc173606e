import asyncio
from pathlib import Path

import pytest

from tests.chaos.run import Plan, run


@pytest.fixture
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Short, for a socket lies in it."""
    return tmp_path_factory.mktemp("c")


async def test_whoever_is_killed_wherever_each_question_is_answered_once_and_in_order(state: Path) -> None:
    plan = Plan(channels=12, questions=20, whole=1, workers=1, gateways=1, deaths=2, random_kills=4)
    async with asyncio.timeout(90):
        outcome = await run(state, plan)
    assert outcome.is_clean, outcome
    assert all(times == plan.deaths for step, times in outcome.killed.items() if step != "random")
