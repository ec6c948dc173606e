"""Owns the embedded engine's own process: llama.cpp's server for one model, alive as long as its parent.

`python -m bot.backends.engines.embedded_server` reads one line of JSON from standard input (`ServerConfig`), answers
with one line on standard output (`Started`), then waits for its input to end and exits at once. The parent holds the
other end of that pipe, so the server ends with it, however it ends. llama.cpp's log goes to standard error.
"""

import contextlib
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xllamacpp import CommonParams, Server

_ERRORS_ONLY = 1
"""llama.cpp's verbosity: from warnings (2) on, its log quotes requests that it could not read."""

_EVICTED_PROMPTS_MIB = 256
"""Host memory for prompts that had to leave the context; llama.cpp's own default is 8 GiB."""

_FIRST_FOR_OOM = "500"
"""When memory runs out, Linux kills the process with the highest score: this one rather than the bot."""


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """What to run. `context_tokens` is that of one answer, `parallel` how many are given at once.

    The model sees with the file at `projector_path`, empty where it doesn't; a picture takes `picture_tokens` at most,
    where that is left open. `gpu_layers` of -1 puts as much on a GPU as fits. Nobody without `api_key` is answered: the
    port is open to every user of the machine.
    """

    model_path: str
    alias: str
    context_tokens: int
    threads: int
    gpu_layers: int
    parallel: int
    api_key: str
    projector_path: str = ""
    picture_tokens: int = -1


@dataclass(frozen=True, slots=True)
class Started:
    """What became of it: `address` is a URL without a path, empty when the model could not be loaded."""

    address: str = ""
    gpu: bool = False


def main() -> None:
    """Serve until standard input ends."""
    config = ServerConfig(**json.loads(sys.stdin.readline()))
    answer = _claim_standard_output()
    with contextlib.suppress(OSError):  # only Linux has it
        Path("/proc/self/oom_score_adj").write_text(_FIRST_FOR_OOM, encoding="ascii")
    server, started = _start(config)
    os.write(answer, json.dumps(asdict(started)).encode() + b"\n")
    if server is None:
        sys.exit(1)  # in order: llama.cpp writes its log in a thread of its own, and its end says what was wrong
    sys.stdin.read()
    os._exit(0)  # no tidying up: a running completion would delay it


def _claim_standard_output() -> int:
    """The pipe to the parent, for our answer alone; whatever else prints, prints to standard error."""
    answer = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answer


def _start(config: ServerConfig) -> "tuple[Server | None, Started]":
    import xllamacpp

    try:
        server = xllamacpp.Server(_parameters(config))
    except RuntimeError:  # it only says that it failed; why is in its log
        return None, Started()
    cpu = xllamacpp.ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU
    gpu = config.gpu_layers != 0 and any(device["type"] != cpu for device in xllamacpp.get_device_info())
    return server, Started(address=server.listening_address, gpu=gpu)


def _parameters(config: ServerConfig) -> "CommonParams":
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = config.model_path
    parameters.model_alias = {config.alias}
    parameters.n_ctx = config.context_tokens * config.parallel  # llama.cpp divides it among the answers
    parameters.n_parallel = config.parallel
    parameters.n_gpu_layers = config.gpu_layers
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = config.threads
    parameters.cache_ram_mib = _EVICTED_PROMPTS_MIB
    parameters.api_keys = [config.api_key]
    parameters.port = 0
    parameters.ui = False
    parameters.no_mmproj = not config.projector_path
    parameters.mmproj.path = config.projector_path
    parameters.mmproj_use_gpu = config.gpu_layers != 0
    parameters.image_max_tokens = config.picture_tokens
    parameters.offline = True  # it can also fetch models by itself
    parameters.endpoint_metrics = True
    parameters.verbosity = _ERRORS_ONLY
    return parameters


if __name__ == "__main__":
    main()
