"""Runs the real `sova` command in a process of its own, with the small test model and folders of its own."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings import Settings

PATIENCE_S = 90.0

_GUARD = Path(__file__).parent / "guard"
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
"""With it, each of a hundred starts would compile everything anew."""
_MAIN = "import sys; from bot.cli import main; sys.exit(main())"


@dataclass(frozen=True)
class Ran:
    """How a run ended and what it wrote. `reached` are the places outside this machine that anything reached for."""

    code: int
    out: str
    aside: str
    reached: tuple[str, ...] = ()

    @property
    def json(self) -> dict[str, object]:
        return dict(json.loads(self.out))


@dataclass(frozen=True)
class Sova:
    """The command with its own state. It and every Python process that it starts are watched, see `guard`.

    What they try to reach outside this machine is refused, and told as `FORBIDDEN` on standard error too. `alone` gives
    them a network of their own, in which what isn't Python is watched as well; servers of the test aren't in it.
    """

    state: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False
    program: str = _MAIN

    async def __call__(self, *words: str, typed: str | bytes = b"") -> Ran:
        async with self.running(*words) as process, asyncio.timeout(PATIENCE_S):
            data = typed.encode() if isinstance(typed, str) else typed
            out, aside = await process.communicate(data)
        reached = self._reached()
        told = aside.decode() + "".join(f"FORBIDDEN {place}\n" for place in reached)
        return Ran(process.returncode or 0, out.decode(), told, reached)

    @asynccontextmanager
    async def running(self, *words: str) -> AsyncIterator[Process]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", self.program, *words, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=self._environment()
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    def _reached(self) -> tuple[str, ...]:
        """What was noted until now, by all runs with this state."""
        return tuple(self._record.read_text(encoding="utf-8").splitlines()) if self._record.exists() else ()

    @property
    def _record(self) -> Path:
        return self.state.with_name(f"{self.state.name}.reached")

    def _environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()  # noqa: TID251  # a child needs PATH and the like
            if not name.startswith(("SOVA_", "OLLAMA_", "LC_", "LANG", _NO_BYTECODE))
        }
        ours = {
            "SOVA_STATE_DIR": str(self.state),
            "SOVA_CACHE_DIR": str(Settings().cache_dir),
            "SOVA_KNOWLEDGE_DIR": str(self.state / "documents"),
            "SOVA_ENGINE": "embedded",
            "SOVA_MODEL": "smollm2-135m",
            "SOVA_THREADS": "1",
            "SOVA_ANSWER_TOKENS": "24",
            "SOVA_CONTEXT_TOKENS": "1024",
            "SOVA_TEMPERATURE": "0",
            "SOVA_METRICS_PORT": "0",
        }
        guard = {"PYTHONPATH": str(_GUARD), "EGRESS_RECORD": str(self._record)}
        alone = {"EGRESS_ALONE": str(os.getpid())} if self.alone else {}
        return {**inherited, **ours, **guard, **alone, **self.settings}


def answered_by(url: str) -> dict[str, str]:
    """The settings with which the `EchoEngine` at `url` answers, where it isn't the model that matters."""
    return {"SOVA_ENGINE": "openai", "SOVA_MODEL": "echo", "SOVA_OPENAI_BASE_URL": url}
