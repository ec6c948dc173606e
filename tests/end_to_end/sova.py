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

_GUARD = """
import sys
def forbid(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1"):
            sys.stderr.write(f"FORBIDDEN {address}\\n")
            raise PermissionError(address)
    if event == "socket.getaddrinfo" and arguments[0] not in (None, "127.0.0.1", "localhost", "::1"):
        sys.stderr.write(f"FORBIDDEN {arguments[0]}\\n")
        raise PermissionError(arguments[0])
sys.addaudithook(forbid)
from bot.cli import main
sys.exit(main())
"""


@dataclass(frozen=True)
class Ran:
    """How a run ended and what it wrote."""

    code: int
    out: str
    aside: str

    @property
    def json(self) -> dict[str, object]:
        return dict(json.loads(self.out))


@dataclass(frozen=True)
class Sova:
    """The command with its own state; every connection that leaves the machine is forbidden and told of."""

    state: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    async def __call__(self, *words: str, typed: str | bytes = b"") -> Ran:
        async with self.running(*words) as process, asyncio.timeout(PATIENCE_S):
            data = typed.encode() if isinstance(typed, str) else typed
            out, aside = await process.communicate(data)
        return Ran(process.returncode or 0, out.decode(), aside.decode())

    @asynccontextmanager
    async def running(self, *words: str) -> AsyncIterator[Process]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _GUARD, *words, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=self._environment()
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    def _environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()  # noqa: TID251  # a child needs PATH and the like
            if not name.startswith(("SOVA_", "OLLAMA_", "LC_", "LANG"))
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
        }
        return {**inherited, **ours, **self.settings}
