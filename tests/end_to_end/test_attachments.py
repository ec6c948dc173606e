"""Asks about files with the real command and the real readers."""

from pathlib import Path

from tests.doubles.echo_engine import EchoEngine
from tests.end_to_end.sova import Sova, answered_by
from tests.hostile import files


async def test_a_document_goes_with_a_question_and_with_the_follow_up(tmp_path: Path) -> None:
    plan, locked = tmp_path / "plan.docx", tmp_path / "locked.pdf"
    text = " ".join(["The launch of Heron is on 14 May."] * 20)
    plan.write_bytes(files.docx(files.paragraph(text)))
    locked.write_bytes(files.encrypted_pdf())
    engine = EchoEngine()
    async with engine.serving() as url:
        sova = Sova(tmp_path / "state", settings=answered_by(url))
        asked = await sova("ask", "When is the launch?", "--attach", str(plan), "--attach", str(locked), "--json")
        again = await sova("ask", "Really?", "--json")

    assert asked.code == 0, asked.aside
    assert asked.json["attachments"] == [
        {"name": "plan.docx", "kind": "text", "characters": len(text) + 1},
        {"name": "locked.pdf", "kind": "unread", "characters": 0},
    ]
    assert "attachment-refused" in str(asked.json["notices"])
    assert "I can't read locked.pdf: it is protected by a password." in asked.aside

    assert again.json["attachments"] == []
    assert ["Heron" in prompt for prompt in engine.prompts] == [True, True], "the file is read once more"
    assert asked.reached == again.reached == ()


async def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    asked = await Sova(tmp_path / "state")("ask", "Kdy?", "--lang", "cs", "--attach", str(tmp_path / "nic.txt"))
    assert asked.code == 2
    assert "K souboru nic.txt jsem se nedostala" in asked.aside
