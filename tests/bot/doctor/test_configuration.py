import os
from pathlib import Path

import pytest

from bot.doctor import Code, examine
from tests.bot.doctor.patients import examined, healthy

posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no such mode bits")


def write_env_file(text: str, *, mode: int = 0o600) -> None:
    Path(".env").write_text(text, encoding="utf-8")
    Path(".env").chmod(mode)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("SOVA_MODLE", "SOVA_MODEL"),
        ("SOVA_OLLAMA_HOST", "OLLAMA_HOST"),
        ("SOVA_REDIS", "SOVA_REDIS_URL"),
        ("SOVA_XYZZY", "none"),
    ],
)
async def test_a_variable_that_nothing_reads_is_named_with_the_likeliest_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, nearest: str
) -> None:
    patient = healthy(tmp_path)
    monkeypatch.setenv(name, "1")
    found = await examined(patient)
    assert found[Code.SETTING_UNKNOWN].data == {"name": name, "nearest": nearest}
    assert Code.SETTINGS not in found


async def test_each_unknown_variable_is_told_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patient = healthy(tmp_path)
    monkeypatch.setenv("SOVA_MODLE", "1")
    write_env_file("SOVA_REDIS_ULR=redis://box\n")
    names = [finding.data["name"] for finding in await examine(patient) if finding.code is Code.SETTING_UNKNOWN]
    assert names == ["SOVA_MODLE", "SOVA_REDIS_ULR"]


@posix_only
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
async def test_a_file_of_secrets_that_others_can_read_is_warned_of(tmp_path: Path, mode: int) -> None:
    patient = healthy(tmp_path)
    write_env_file("SOVA_OPENAI_API_KEY=owl\n", mode=mode)
    found = await examined(patient)
    assert found[Code.SECRETS_READABLE].data == {"path": str(tmp_path / ".env")}


@posix_only
@pytest.mark.parametrize(("mode", "line"), [(0o600, "SOVA_OPENAI_API_KEY=owl"), (0o644, "SOVA_MODEL=owl:1b")])
async def test_a_private_file_and_one_without_secrets_are_fine(tmp_path: Path, mode: int, line: str) -> None:
    patient = healthy(tmp_path)
    write_env_file(f"{line}\n", mode=mode)
    assert Code.SETTINGS in await examined(patient)
