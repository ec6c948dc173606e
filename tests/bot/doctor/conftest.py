"""Owns what the doctor's tests share: nothing of the real environment reaches them."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = [name for name in os.environ if name.upper().startswith(("SOVA_", "OLLAMA_"))]  # noqa: TID251 - to clear it
    for name in names:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
