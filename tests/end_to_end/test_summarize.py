"""Files summed up by a whole Sova in a process of its own."""

from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.sova import Sova

TEXT = """# Leave

Everybody has 25 days of leave a year. Whoever is new has them in part, and asks the lead before booking anything.
"""


@pytest.mark.engine
async def test_a_file_is_summed_up_and_every_point_names_its_section(tmp_path: Path) -> None:
    file = tmp_path / "leave.md"
    file.write_text(TEXT, encoding="utf-8")
    ran = await Sova(tmp_path)("summarize", str(file), "--form", "notes", "--json", "--lang", "en")
    assert ran.code == 0, ran.aside
    assert (ran.json["form"], ran.json["language"], ran.json["messages"]) == ("notes", "en", 1)
    assert ran.json["model"] == "smollm2-135m"
    points: Any = ran.json["points"]
    assert all(point["sources"] == [1] for point in points)
    assert "part 1 of 1" in ran.aside


async def test_what_cannot_be_summed_up_is_said(tmp_path: Path) -> None:
    file = tmp_path / "short.txt"
    file.write_text("Hello there.", encoding="utf-8")
    ran = await Sova(tmp_path)("summarize", str(file), "--lang", "en")
    assert ran.code == 1
    assert "too little to sum up" in ran.aside
