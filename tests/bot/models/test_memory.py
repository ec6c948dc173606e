from pathlib import Path

import psutil
import pytest

from bot.models import memory


def _container(folder: Path, *, limit: str, used: int, inactive: int) -> Path:
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\ninactive_file {inactive}\nactive_file 7\n")
    return folder


def test_a_container_has_what_its_limit_leaves_and_its_idle_file_pages(tmp_path: Path) -> None:
    assert memory.free_bytes(_container(tmp_path, limit="1000", used=800, inactive=300)) == 500


def test_a_container_over_its_limit_has_nothing(tmp_path: Path) -> None:
    assert memory.free_bytes(_container(tmp_path, limit="1000", used=2000, inactive=0)) == 0


@pytest.mark.parametrize("limit", ["max", "999999999999999999"])
def test_without_a_lower_limit_the_machine_decides(tmp_path: Path, limit: str) -> None:
    free = memory.free_bytes(_container(tmp_path, limit=limit, used=10, inactive=0))
    assert 0 < free <= psutil.virtual_memory().total


def test_a_machine_without_cgroups_tells_what_it_has(tmp_path: Path) -> None:
    assert memory.free_bytes(tmp_path / "nothing") > 0
