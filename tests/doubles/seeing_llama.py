"""llama.cpp's own HTTP server whose model sees: the small test model with a projector of made-up weights."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.doubles.llama_server import model_file, started
from tests.doubles.projectors import write_projector


@cache
def seeing_llama_server() -> str:
    """The server's address; it is started once for all tests that ask, and stopped when they end."""
    with TemporaryDirectory() as folder:  # once it serves, llama.cpp has the file in memory
        return started(str(model_file()), str(write_projector(Path(folder) / "mmproj.gguf")))
