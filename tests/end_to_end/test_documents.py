import asyncio
from asyncio.subprocess import Process
from dataclasses import replace
from pathlib import Path

import pytest

from tests.doubles.echo_engine import EchoEngine
from tests.end_to_end.sova import PATIENCE_S, Sova, answered_by

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
    return sova_at(tmp_path)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Sova:
    """One whose documents were read."""
    sova = sova_at(tmp_path_factory.mktemp("s"))
    ran = asyncio.run(sova("index", "--json"))
    assert (ran.code, ran.json["new"], ran.reached) == (0, 2, ())
    return sova


def sova_at(state: Path) -> Sova:
    folder = state / "documents"
    (folder / "en").mkdir(parents=True)
    (folder / "cs").mkdir()
    (folder / "en" / "office.md").write_text(OFFICE, encoding="utf-8")
    (folder / "cs" / "rad.md").write_text(KANCELAR, encoding="cp1250")
    return Sova(state, settings={"SOVA_ANSWER_TOKENS": "48", "SOVA_CONTEXT_TOKENS": "2048"})


async def test_sova_index_tells_what_it_did_and_a_second_run_has_nothing_to_do(indexed: Sova) -> None:
    second = await indexed("index", "--json")
    assert (second.code, second.json["new"], second.json["unchanged"], second.reached) == (0, 0, 2, ())


async def test_a_question_that_no_document_answers_is_declined_without_citing(indexed: Sova) -> None:
    answer = (await indexed("ask", "Who won the football world cup in 1998?", "--json")).json
    assert answer["abstained"] is True
    assert answer["citations"] == []


@pytest.mark.parametrize(
    ("question", "answer", "document"),
    [
        ("What is the printer on the second floor called?", "The printer is called Falcon [1].", "en/office.md"),
        ("Kde parkuji zaměstnanci?", "Zaměstnanci parkují v ulici Dlouhá [1].", "cs/rad.md"),
    ],
)
async def test_what_is_cited_is_the_document_that_says_it(
    indexed: Sova, question: str, answer: str, document: str
) -> None:
    engine = EchoEngine(says=answer)
    async with engine.serving() as url:
        told = await replace(indexed, settings=answered_by(url))("ask", question, "--json", "--conversation", document)
    citations = told.json["citations"]
    assert isinstance(citations, list)
    assert [cited["document"] for cited in citations] == [document], told.out


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
