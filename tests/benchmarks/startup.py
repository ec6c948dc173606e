"""What `sova chat` costs without the embedded engine and documents: limits 1.5 s until the first answer, 150 MB idle.

The real program is started seven times on a terminal of its own (a pty), each time with a new state folder, so that it
starts its Valkey too, against a server on loopback that speaks OpenAI's protocol and answers at once. Time runs from
starting the process to the drawn prompt, and on to the answer of a question typed right then. Memory is the
program's resident set after that answer; its Valkey's is told apart. With documents (the handbook's folder, never
indexed) the embedding models are loaded beside the start, in a process of their own, and a question waits for them.
"""

import asyncio
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil

from bot.settings import child_environment
from tests.benchmarks.figures import Figure, Measurement
from tests.benchmarks.pty_program import PtyProgram
from tests.doubles.faulty_openai import FaultyOpenAI, says

STARTS = 7
READY_S = 1.5
IDLE_MB = 150.0
_PROMPT = "> "
_ANSWER = "Uhu!"
_PATIENCE_S = 30.0
_DOCUMENTS = "knowledge"
_NO_DOCUMENTS = "no-such-folder"


@dataclass(frozen=True, slots=True)
class Started:
    """One start: seconds to the prompt and to the first answer; the memory of the program and of its children in MB."""

    prompt_s: float
    answer_s: float
    program_mb: float
    children_mb: float


async def measure() -> Measurement:
    """Start and leave the program again and again."""
    async with FaultyOpenAI(script=[says(_ANSWER) for _ in range(2 * STARTS)]) as engine:
        starts = [await _start(engine.url, _NO_DOCUMENTS) for _ in range(STARTS)]
        documented = [await _start(engine.url, _DOCUMENTS) for _ in range(STARTS)]
    answer = [start.answer_s for start in starts]
    return Measurement(
        key="startup",
        method=f"{STARTS} starts of `sova chat` in a terminal without and with documents, each with a new state folder",
        figures=(
            Figure("`sova chat`, from start to first answer", median(answer), "s", READY_S),
            Figure("… to the prompt", median(start.prompt_s for start in starts), "s"),
            Figure("… to the first answer, slowest", max(answer), "s"),
            Figure(
                "`sova chat` without the embedded engine, idle", median(s.program_mb for s in starts), "MB", IDLE_MB
            ),
            Figure("… its Valkey, beside that", median(start.children_mb for start in starts), "MB"),
            Figure("`sova chat` with documents, to the prompt", median(s.prompt_s for s in documented), "s", READY_S),
            Figure("… idle", median(start.program_mb for start in documented), "MB", IDLE_MB),
            Figure("… its models, index and Valkey", median(start.children_mb for start in documented), "MB"),
        ),
        causes="The largest single part is importing the official openai client.",
        details={
            "prompt_s": [round(start.prompt_s, 3) for start in starts],
            "answer_s": [round(value, 3) for value in answer],
            "program_mb": [round(start.program_mb, 1) for start in starts],
            "valkey_mb": [round(start.children_mb, 1) for start in starts],
            "documents_prompt_s": [round(start.prompt_s, 3) for start in documented],
        },
    )


async def _start(engine_url: str, documents: str) -> Started:
    with TemporaryDirectory(prefix="sova-bench-") as folder:
        began = time.perf_counter()
        command = [sys.executable, "-m", "bot", "chat"]
        async with PtyProgram.run(command, environment=_environment(Path(folder), engine_url, documents)) as program:
            async with asyncio.timeout(_PATIENCE_S):
                await program.shows(_PROMPT)
                prompt = time.perf_counter() - began
                program.types("Are you there?\r")
                await program.shows(_ANSWER)
                answer = time.perf_counter() - began
                await program.shows(_PROMPT)
                memory = _resident_mb(program.pid)
                program.types("\x04")
                await program.ended()
    return Started(prompt, answer, *memory)


def _environment(folder: Path, engine_url: str, documents: str) -> Mapping[str, str]:
    return {
        **child_environment(),
        "SOVA_STATE_DIR": str(folder),
        "SOVA_KNOWLEDGE_DIR": documents,
        "SOVA_ENGINE": "openai",
        "SOVA_OPENAI_BASE_URL": engine_url,
        "SOVA_LANGUAGE": "en",
        "TERM": "xterm-256color",
        "PROMPT_TOOLKIT_NO_CPR": "1",  # nobody here answers where the cursor is
    }


def _resident_mb(pid: int) -> tuple[float, float]:
    """The program's memory and its children's."""
    program = psutil.Process(pid)
    children = sum(child.memory_info().rss for child in program.children(recursive=True))
    return program.memory_info().rss / 1e6, children / 1e6
