import asyncio
import json
import signal
import socket
from dataclasses import replace

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.doubles.board_service import BoardService, Question
from tests.doubles.echo_engine import EchoEngine
from tests.end_to_end.sova import Sova

MAIN = "from tests.doubles.board_program import run; run()"
ANSWERED = {"platform": "board", "outcome": "complete"}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def _get(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
        return response.status, await response.text()


async def _until_ready(port: int) -> None:
    """Ask as a monitor does, again and again."""
    while True:
        try:
            if (await _get(port, "/readyz"))[0] == 200:
                return
        except aiohttp.ClientConnectionError:
            pass
        await asyncio.sleep(0.05)


async def _until_answered(port: int) -> None:
    while not await _turns(port):  # noqa: ASYNC110  # as a monitor, which is told nothing by itself
        await asyncio.sleep(0.05)


async def _turns(port: int) -> float:
    families = text_string_to_metric_families((await _get(port, "/metrics"))[1])
    samples = [sample for family in families for sample in family.samples if sample.name == "sova_turns_total"]
    return sum(sample.value for sample in samples if sample.labels == ANSWERED)


async def test_a_service_is_seen_to_be_ready_to_answer_and_to_end(tmp_path_factory: pytest.TempPathFactory) -> None:
    port, board, engine = _free_port(), BoardService(), EchoEngine()
    async with board.serving() as board_url, engine.serving() as engine_url, asyncio.timeout(60):
        settings = {
            "BOARD_URL": board_url,
            "SOVA_ENGINE": "openai",
            "SOVA_MODEL": "echo",
            "SOVA_OPENAI_BASE_URL": engine_url,
            "SOVA_METRICS_PORT": str(port),
            "SOVA_LOG_FORMAT": "json",
            "SOVA_LOG_LEVEL": "INFO",
        }
        sova = Sova(tmp_path_factory.mktemp("s"), settings=settings, program=MAIN)
        asking = replace(sova, program=Sova.program)
        assert (await asking("health")).code == 1
        async with sova.running("serve") as serving:
            await _until_ready(port)
            assert (await asking("health")).code == 0
            board.ask(Question("here-1", "here", "here", "question 1"))
            await _until_answered(port)
            serving.send_signal(signal.SIGTERM)
            _, log = await serving.communicate()
    lines = [json.loads(line) for line in log.decode().splitlines() if line.startswith("{")]
    (ended,) = [line for line in lines if line["message"].startswith("turn ended")]
    assert (ended["outcome"], ended["platform"], ended["model"]) == ("complete", "board", "echo")
    assert len(ended["turn"]) == 8
    assert "question 1" not in log.decode()
