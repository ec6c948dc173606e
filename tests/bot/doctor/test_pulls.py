from pathlib import Path

from bot.doctor import Code, examine, exit_code
from bot.models.pull_notes import FOLDER, PullNote, PullNotes
from tests.bot.doctor.patients import examined, healthy


async def test_a_model_that_is_not_all_here_is_told_with_how_far_it_came(tmp_path: Path) -> None:
    patient = healthy(tmp_path)
    notes = PullNotes(patient.settings.state_dir / FOLDER)
    notes.write(PullNote("owl:7b", "ollama", "Ana", 1.0, 1_200_000_000, 4_700_000_000))
    findings = await examine(patient)
    found = next(finding for finding in findings if finding.code is Code.PULL_UNFINISHED)
    assert found.data == {"model": "owl:7b", "by": "Ana", "done": 1.2, "total": 4.7}
    assert exit_code(findings) == 0


async def test_a_pull_that_goes_on_is_no_finding(tmp_path: Path) -> None:
    patient = healthy(tmp_path)
    notes = PullNotes(patient.settings.state_dir / FOLDER)
    with notes.held("owl:7b"):
        notes.write(PullNote("owl:7b", "ollama", "Ana", 1.0))
        assert Code.PULL_UNFINISHED not in await examined(patient)
