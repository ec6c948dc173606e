from pathlib import Path

from bot.doctor import Code, examine, exit_code
from tests.bot.doctor.patients import examined, healthy


async def test_personas_are_counted_and_each_broken_file_is_told_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "personas"
    folder.mkdir()
    (folder / "owl.toml").write_text('system = "Hoo."')
    (folder / "crow.toml").write_text("\nbroken")
    findings = await examine(healthy(tmp_path, personas_dir=folder))
    found = {finding.code: finding.data for finding in findings}
    assert found[Code.PERSONAS] == {"path": str(folder), "personas": 1}
    assert (found[Code.PERSONA_BAD]["path"], found[Code.PERSONA_BAD]["line"]) == (str(folder / "crow.toml"), 2)
    assert exit_code(findings) == 0


async def test_a_team_without_personas_is_healthy(tmp_path: Path) -> None:
    found = await examined(healthy(tmp_path, personas_dir=tmp_path / "nowhere"))
    assert found[Code.PERSONAS].data["personas"] == 0
