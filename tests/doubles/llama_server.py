"""llama.cpp's own HTTP server with the small test model, in a child process, started once for all tests that ask.

Run as a program it is that child: it serves until its standard input is closed, so it never outlives the tests.
"""

import atexit
import subprocess
import sys
from functools import cache
from pathlib import Path

from bot.settings import Settings

MODEL = "smollm2:135m"
SLOT_CONTEXT = 2048
SLOTS = 2


def model_file() -> Path:
    """The test model's file, which `make test` fetches."""
    return Settings().cache_dir / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"


@cache
def llama_server(number: int = 1) -> str:
    """The address of the server, such as `http://127.0.0.1:43507`; it is stopped when the tests end.

    Each `number` is a server of its own.
    """
    return started(str(model_file()))


def started(*files: str) -> str:
    """The address of a server that was started with a model, and if its model shall see with a projector."""
    child = subprocess.Popen(
        [sys.executable, __file__, *files],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    atexit.register(_stop, child)
    assert child.stdout is not None
    address = child.stdout.readline().strip()
    assert address, f"llama.cpp's server did not start with {', '.join(files)}"
    return address


def _stop(child: subprocess.Popen[str]) -> None:
    with child:
        child.kill()


def _serve(path: str, projector: str = "") -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path, params.mmproj.path, params.no_mmproj = path, projector, not projector
    params.model_alias = {MODEL}
    params.n_ctx, params.n_parallel, params.n_gpu_layers = SLOT_CONTEXT * SLOTS, SLOTS, 0
    params.port, params.ui, params.endpoint_metrics = 0, False, True
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
