import os
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from bot.doctor import Check, Code, Finding, Interpreter, Patient, examine
from bot.stats.gpus import Gpu
from tests.bot.doctor.patients import CARD, GB, examined, hardware, healthy

posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no such mode bits")


async def test_the_python_that_runs_this_is_good_enough(tmp_path: Path) -> None:
    found = await examined(healthy(tmp_path))
    assert found[Code.PYTHON].data["bits"] == 64


@pytest.mark.parametrize(
    ("interpreter", "code"),
    [
        (Interpreter(version=(3, 10, 14), bits=64), Code.PYTHON_OLD),
        (Interpreter(version=(3, 11, 0), bits=64), Code.PYTHON),
        (Interpreter(version=(3, 12, 1), bits=32), Code.PYTHON_32_BIT),
    ],
)
async def test_an_old_or_narrow_python_is_a_problem(tmp_path: Path, interpreter: Interpreter, code: Code) -> None:
    findings = await examine(replace(healthy(tmp_path), interpreter=interpreter))
    assert [finding.code for finding in findings if finding.check is Check.PYTHON] == [code]


# --- folders --------------------------------------------------------------------------------------------------


async def folders(patient: Patient) -> dict[str, Finding]:
    """What was found about the folders, by their setting."""
    return {str(one.data["setting"]): one for one in await examine(patient) if one.check is Check.FOLDERS}


async def test_both_folders_are_examined(tmp_path: Path) -> None:
    found = await folders(healthy(tmp_path))
    assert {name: finding.code for name, finding in found.items()} == {
        "SOVA_STATE_DIR": Code.FOLDER,
        "SOVA_CACHE_DIR": Code.FOLDER,
    }


async def test_a_folder_that_does_not_exist_yet_can_be_created(tmp_path: Path) -> None:
    found = await folders(healthy(tmp_path, state_dir=tmp_path / "new" / "sova"))
    assert found["SOVA_STATE_DIR"].code is Code.FOLDER
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("below", ["", "sova"])
async def test_a_file_in_a_folders_place_is_a_problem(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("owl")
    found = await folders(healthy(tmp_path, cache_dir=tmp_path / "file" / below))
    assert found["SOVA_CACHE_DIR"].code is Code.FOLDER_NOT_WRITABLE
    assert found["SOVA_CACHE_DIR"].data["reason"] == "ENOTDIR"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user whom mode bits keep out")
async def test_a_folder_that_may_not_be_written_to_is_a_problem(tmp_path: Path) -> None:
    patient = healthy(tmp_path)
    patient.settings.state_dir.chmod(0o500)
    found = await folders(patient)
    assert found["SOVA_STATE_DIR"].code is Code.FOLDER_NOT_WRITABLE


@posix_only
@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
async def test_a_state_folder_that_others_can_enter_is_warned_of(tmp_path: Path, mode: int) -> None:
    patient = healthy(tmp_path)
    patient.settings.state_dir.chmod(mode)
    found = await folders(patient)
    assert found["SOVA_STATE_DIR"].code is Code.FOLDER_NOT_PRIVATE


@posix_only
@pytest.mark.parametrize(("mode", "code"), [(0o755, Code.FOLDER), (0o757, Code.FOLDER_NOT_PRIVATE)])
async def test_others_may_read_the_cache_and_not_write_to_it(tmp_path: Path, mode: int, code: Code) -> None:
    patient = healthy(tmp_path)
    patient.settings.cache_dir.chmod(mode)
    found = await folders(patient)
    assert found["SOVA_CACHE_DIR"].code is code


DiskUsage = namedtuple("DiskUsage", "total used free")


@pytest.mark.parametrize(
    ("free", "missing", "poor"),
    [
        (1.9 * GB, 0, {"SOVA_STATE_DIR", "SOVA_CACHE_DIR"}),
        (2.1 * GB, 0, set()),
        (2.1 * GB, 3 * GB, {"SOVA_CACHE_DIR"}),
        (3.1 * GB, 3 * GB, set()),
    ],
)
async def test_little_room_is_warned_of_more_so_where_a_model_must_still_be_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, missing: int, poor: set[str]
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: DiskUsage(10 * GB, 0, int(free)))
    found = await folders(replace(healthy(tmp_path), missing_bytes=missing))
    assert {name for name, finding in found.items() if finding.code is Code.FOLDER_LITTLE_ROOM} == poor


# --- memory ---------------------------------------------------------------------------------------------------


async def test_the_free_memory_of_machine_and_cards_is_told(tmp_path: Path) -> None:
    silent = Gpu("silent", utilisation=None, vram_used=None, vram_total=24 * GB)
    patient = replace(healthy(tmp_path), hardware=hardware(CARD, CARD, silent), free_memory=lambda: 3 * GB)
    assert (await examined(patient))[Code.MEMORY].data == {"free": 3.0, "vram": 44.0, "gpus": 3}
