import asyncio
import io
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from adapters.terminal.ask import ask
from adapters.terminal.attaching import Tray, attachment_of, called, fetch_file
from adapters.terminal.completion import CommandCompleter
from adapters.terminal.dialogue import Dialogue
from adapters.terminal.interrupts import Interrupts
from adapters.terminal.translate import Speaker
from bot.access import Access
from bot.commands.registry import Registry
from bot.errors import AttachmentRefused
from bot.messages import Attached, AttachedKind, Citation
from tests.adapters.terminal.doubles import ScriptedAssistant, pipe, reply
from tests.adapters.terminal.test_app import chatting


def removed(path: Path) -> None:
    path.unlink()


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "my plan.txt"
    path.write_text("Ship it.", encoding="utf-8")
    return path


class Desk:
    """A dialogue that remembers its tray from one text to the next."""

    def __init__(self, *, assistant: ScriptedAssistant | None = None) -> None:
        self.assistant, self.tray = assistant or ScriptedAssistant(), Tray()
        self.registry = Registry(Access())
        self.registry.add(self.tray.command())
        self.out, self.aside = io.StringIO(), io.StringIO()

    async def type(self, text: str) -> bool:
        dialogue = Dialogue(
            assistant=self.assistant,
            registry=self.registry,
            speaker=Speaker(),
            out=pipe(self.out),
            aside=pipe(self.aside),
            interrupts=Interrupts(),
            tray=self.tray,
        )
        async with asyncio.timeout(5):
            return await dialogue.respond(text)


async def test_a_file_attached_by_its_path_goes_with_the_next_question_alone(plan: Path) -> None:
    desk = Desk()
    assert await desk.type(f"/attach {plan}")
    assert "my plan.txt" in desk.out.getvalue()
    assert await desk.type("When do we ship?")
    assert await desk.type("Really?")
    first, second = desk.assistant.asked
    assert [(one.name, one.media_type, one.size_bytes) for one in first.attachments] == [
        ("my plan.txt", "text/plain", 8)
    ]
    assert second.attachments == ()
    assert desk.assistant.fetched == [b"Ship it."]


async def test_several_files_are_attached_one_after_the_other_and_taken_back_at_once(plan: Path) -> None:
    desk = Desk()
    await desk.type(f'/attach "{plan}"')
    await desk.type(f"/attach '{plan}'")
    await desk.type("/attach")
    assert desk.out.getvalue().count("2 files go with your next question.") == 2
    await desk.type("/attach clear")
    assert "No file waits" in desk.out.getvalue()
    await desk.type("Well?")
    assert desk.assistant.asked[0].attachments == ()


async def test_a_file_dropped_on_the_prompt_is_attached(plan: Path) -> None:
    desk = Desk()
    for typed in (str(plan), f"'{plan}' ", str(plan).replace(" ", "\\ ")):
        await desk.type(typed)
    assert [one.name for one in desk.tray.waiting] == ["my plan.txt"] * 3
    assert desk.assistant.asked == []


@pytest.mark.parametrize(
    "text", ["/model", "/help me", "what is /etc/hosts?", "/no/such/file", "\0", "/etc", "x" * 9_000]
)
def test_what_is_no_file_is_not_taken_for_one(text: str) -> None:
    assert called(text) is None


async def test_a_file_that_is_not_there_is_said_and_not_attached(tmp_path: Path) -> None:
    desk = Desk()
    assert not await desk.type(f"/attach {tmp_path / 'gone.txt'}")
    assert "I couldn't get gone.txt" in desk.aside.getvalue()
    assert desk.tray.waiting == []


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(AttachmentRefused) as caught:
        attachment_of(str(tmp_path))
    assert caught.value.reason == "not-a-file"


def test_the_home_folder_may_be_written_as_a_tilde(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(plan.parent))
    assert attachment_of("~/my plan.txt").where == str(plan)


async def test_of_a_file_that_has_grown_over_the_bound_nothing_is_read(plan: Path) -> None:
    attachment = attachment_of(str(plan))
    assert await fetch_file(attachment, most_bytes=8) == b"Ship it."
    with pytest.raises(AttachmentRefused) as caught:
        await fetch_file(attachment, most_bytes=7)
    assert caught.value.reason == "too-large"


async def test_a_pipe_that_took_a_files_place_is_not_waited_for(plan: Path) -> None:
    attachment = attachment_of(str(plan))
    removed(plan)
    os.mkfifo(plan)
    async with asyncio.timeout(5):
        with pytest.raises(AttachmentRefused) as caught:
            await fetch_file(attachment, most_bytes=100)
    assert caught.value.reason == "not-a-file"


async def test_a_file_that_went_away_is_gone(plan: Path) -> None:
    attachment = attachment_of(str(plan))
    removed(plan)
    with pytest.raises(AttachmentRefused) as caught:
        await fetch_file(attachment, most_bytes=100)
    assert caught.value.reason == "gone"


async def test_tab_offers_the_files_below_the_folder_that_is_typed(plan: Path) -> None:
    (plan.parent / "notes").mkdir()
    completer = CommandCompleter(Desk().registry, Speaker())

    async def offered(typed: str) -> AsyncIterator[str]:
        async for completion in completer.get_completions_async(Document(f"/attach {typed}"), CompleteEvent()):
            yield f"/attach {typed}{completion.text}"

    assert sorted([one async for one in offered(f"{plan.parent}/")]) == [
        f"/attach {plan.parent}/my plan.txt",
        f"/attach {plan.parent}/notes",
    ]
    assert [one async for one in offered(f"{plan.parent}/my p")] == [f"/attach {plan}"]


async def test_in_a_chat_a_file_is_attached_and_goes_with_what_is_asked_next(plan: Path) -> None:
    async with chatting(keys=f"/attach {plan}\r") as chat:
        await chat.screen.shows("One file goes with your next question.")
        chat.press("When do we ship?\r")
        await chat.screen.shows("Hello there.")
        assert [one.name for one in chat.assistant.asked[0].attachments] == ["my plan.txt"]
        assert await chat.leave() == 0


# --- sova ask -------------------------------------------------------------------------------------------------


@pytest.fixture
def aside() -> io.StringIO:
    return io.StringIO()


async def asked(assistant: ScriptedAssistant, aside: io.StringIO, out: io.StringIO, *paths: Path, form: str) -> int:
    async with asyncio.timeout(5):
        return await ask(
            assistant,
            "When?",
            speaker=Speaker(),
            out=pipe(out),
            aside=pipe(aside),
            form="json" if form == "json" else "text",
            attach=[str(path) for path in paths],
        )


async def test_files_named_to_ask_go_with_the_question_and_are_told_in_json(plan: Path, aside: io.StringIO) -> None:
    out, file = io.StringIO(), Attached("my plan.txt", AttachedKind.TEXT, "Ship it.", 8)
    source = Citation(1, "my plan.txt", "", 1.0, attached=True)
    assistant = ScriptedAssistant([[reply("Now. [1]", attached=(file,), citations=(source,))]])
    assert await asked(assistant, aside, out, plan, plan, form="json") == 0
    told = json.loads(out.getvalue())
    assert told["attachments"] == [{"name": "my plan.txt", "kind": "text", "characters": 8}]
    assert told["citations"][0]["attached"] is True
    assert "[1] my plan.txt (attached)" in aside.getvalue()
    assert assistant.fetched == [b"Ship it.", b"Ship it."]


async def test_a_file_named_to_ask_that_is_not_there_is_wrong_usage(tmp_path: Path, aside: io.StringIO) -> None:
    assistant = ScriptedAssistant()
    assert await asked(assistant, aside, io.StringIO(), tmp_path / "gone.txt", form="text") == 2
    assert "I couldn't get gone.txt" in aside.getvalue()
    assert assistant.asked == []
