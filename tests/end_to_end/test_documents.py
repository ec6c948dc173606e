import asyncio
from asyncio.subprocess import Process
from pathlib import Path

import pytest

from tests.end_to_end.sova import PATIENCE_S, Sova

pytestmark = pytest.mark.engine

OFFICE = """# The office

## Printing

The printer on the second floor is called Falcon. Its spare paper is in cabinet 12 next to the kitchen.

## Holidays

Every colleague has 25 days of holiday a year. Requests go to the team lead two weeks ahead.
"""
KANCELAR = """# Provozní řád

## Parkování

Na dvoře smí parkovat jen hosté. Zaměstnanci parkují v ulici Dlouhá, kde máme pronajatých 8 míst.
"""


@pytest.fixture
def sova(tmp_path: Path) -> Sova:
    folder = tmp_path / "documents"
    (folder / "en").mkdir(parents=True)
    (folder / "cs").mkdir()
    (folder / "en" / "office.md").write_text(OFFICE, encoding="utf-8")
    (folder / "cs" / "rad.md").write_text(KANCELAR, encoding="cp1250")
    return Sova(tmp_path, settings={"SOVA_ANSWER_TOKENS": "48", "SOVA_CONTEXT_TOKENS": "2048"})


async def test_sova_index_tells_what_it_did_and_a_second_run_has_nothing_to_do(sova: Sova) -> None:
    first, second = await sova("index", "--json"), await sova("index", "--json")
    assert (first.code, first.json["new"]) == (0, 2)
    assert (second.json["new"], second.json["unchanged"]) == (0, 2)
    assert "FORBIDDEN" not in first.aside + second.aside


async def test_a_question_that_no_document_answers_is_declined_without_citing(sova: Sova) -> None:
    await sova("index")
    answer = (await sova("ask", "Who won the football world cup in 1998?", "--json")).json
    assert answer["abstained"] is True
    assert answer["citations"] == []


async def test_what_is_cited_is_a_document_of_the_folder(sova: Sova) -> None:
    await sova("index")
    for question in ("Where is the spare paper for the printer?", "Kde parkuji zaměstnanci?"):
        answer = (await sova("ask", question, "--json")).json
        citations = answer["citations"]
        assert isinstance(citations, list)
        assert {cited["document"] for cited in citations} <= {"en/office.md", "cs/rad.md"}


async def test_a_file_dropped_while_chatting_is_found_and_a_deleted_one_no_longer(sova: Sova) -> None:
    folder = sova.state / "documents"
    async with sova.running("chat") as chat, asyncio.timeout(PATIENCE_S):
        await documents(chat, 2)
        (folder / "en" / "canteen.md").write_text("# Canteen\n\nLunch is served from 11:30 to 13:45 on weekdays.\n")
        await documents(chat, 3)
        (folder / "en" / "canteen.md").unlink()
        await documents(chat, 2)
        await chat.communicate(b"")  # the end of input
        assert chat.returncode == 0


async def documents(chat: Process, wanted: int) -> None:
    """Ask the running chat for its documents until there are as many as wanted; the caller bounds the time."""
    while f"Documents: {wanted}" not in await card(chat):
        pass


async def card(chat: Process) -> str:
    assert chat.stdin is not None
    assert chat.stdout is not None
    chat.stdin.write(b"/knowledge\n")
    await chat.stdin.drain()
    lines: list[str] = []
    while not (lines and lines[-1].startswith("Searched here")):
        lines.append((await chat.stdout.readline()).decode())
    return "".join(lines)
