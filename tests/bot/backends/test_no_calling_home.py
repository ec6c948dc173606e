"""What the child processes' libraries are told, so that they reach for nobody."""

from pathlib import Path

from bot.backends.documents.process import DocumentProcesses
from bot.backends.engines.embedded_server import ServerConfig, _parameters
from bot.settings import NO_CALLING_HOME, child_environment


def test_the_embedded_engine_may_not_fetch_models_by_itself() -> None:
    config = ServerConfig("owl.gguf", "owl", context_tokens=512, threads=1, gpu_layers=0, parallel=1, api_key="key")
    assert _parameters(config).offline is True


def test_the_readers_of_documents_are_told_too_though_little_else_of_the_environment_reaches_them(
    tmp_path: Path,
) -> None:
    readers = DocumentProcesses(tmp_path, environment=child_environment())
    assert readers._readers._environment.items() >= NO_CALLING_HOME.items()
