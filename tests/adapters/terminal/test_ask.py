import asyncio
import io
import json
import os
import signal

import pytest
from rich.console import Console

from adapters.terminal.ask import Form, ask
from adapters.terminal.render import console_on
from adapters.terminal.translate import Speaker
from bot.errors import EngineInterrupted, EngineUnreachable, UnknownModel
from bot.messages import Attached, AttachedKind, Citation, FinishReason, Notice, Progress, ReplyDelta, Stage, Usage
from tests.adapters.terminal.doubles import Item, Recorder, ScriptedAssistant, pipe, reply, terminal

DOWN = EngineUnreachable(engine="ollama", url="http://127.0.0.1:11434")


async def asked(
    assistant: ScriptedAssistant,
    question: str | bytes = "How?",
    *,
    out: Console | None = None,
    aside: Console | None = None,
    form: Form = "text",
) -> int:
    async with asyncio.timeout(5):
        return await ask(
            assistant,
            question,
            speaker=Speaker(model="owl:3b"),
            out=out or pipe(io.StringIO()),
            aside=aside or pipe(io.StringIO()),
            form=form,
        )


async def test_in_a_pipe_the_answer_is_all_there_is() -> None:
    out, aside = io.StringIO(), io.StringIO()
    assistant = ScriptedAssistant([[Progress(Stage.LOADING, "owl:1b"), "**Hello", "** there."]])
    assert await asked(assistant, out=pipe(out), aside=pipe(aside)) == 0
    assert out.getvalue() == "**Hello** there.\n"
    assert aside.getvalue() == ""


async def test_on_a_terminal_the_answer_is_drawn_and_the_rest_stays_aside() -> None:
    out, aside = Recorder(), Recorder()
    assistant = ScriptedAssistant([[Progress(Stage.LOADING, "owl:1b"), "**Hello", "** there."]])
    assert await asked(assistant, out=terminal(out), aside=terminal(aside)) == 0
    assert out.text == "Hello there."
    assert "loading owl:1b…" in aside.getvalue()
    assert aside.text == "owl:1b · 3 tokens · 12.3 tokens/s · first word after 1.2 s"


async def test_standard_input_arrives_as_the_question_with_the_model_asked_for() -> None:
    assistant = ScriptedAssistant()
    assert await asked(assistant, "\ufeffKolik je hodin?\r\n".encode()) == 0
    assert assistant.asked[0].text == "Kolik je hodin?"
    assert assistant.asked[0].model == "owl:3b"


async def test_json_is_one_object_with_the_names_that_scripts_rely_on() -> None:
    out = io.StringIO()
    told = reply(
        "Hi \x1b[31m\ud83d",
        citations=(Citation(1, "en/leave.md", "Sick leave", 0.87654321),),
        usage=Usage(prompt_tokens=7, completion_tokens=3, cached_tokens=2),
        finish_reason=FinishReason.LENGTH,
        notices=(Notice("not-saved"),),
        attached=(Attached("plan.txt", AttachedKind.TEXT, "Ship it.", 9),),
        abstained=True,
    )
    assert await asked(ScriptedAssistant([["Hi", told]]), out=pipe(out), form="json") == 0
    assert out.getvalue().count("\n") == 1
    assert json.loads(out.getvalue()) == {
        "text": "Hi \x1b[31m\ufffd",
        "citations": [{"n": 1, "document": "en/leave.md", "heading": "Sick leave", "score": 0.8765, "attached": False}],
        "attachments": [{"name": "plan.txt", "kind": "text", "characters": 9}],
        "notices": ["not-saved"],
        "model": "owl:1b",
        "engine": "scripted",
        "finish_reason": "length",
        "usage": {"prompt_tokens": 7, "completion_tokens": 3},
        "timings": {
            "queue_ms": 0.5,
            "retrieval_ms": 0.0,
            "load_ms": None,
            "ttft_ms": 1234.57,
            "total_ms": 2000.0,
            "tokens_per_second": 12.34,
        },
        "abstained": True,
        "conversation": "default",
    }
    assert "\x1b" not in out.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
async def test_an_error_goes_aside_with_its_own_exit_code(form: Form) -> None:
    out, aside = io.StringIO(), io.StringIO()
    assert await asked(ScriptedAssistant([[DOWN]]), out=pipe(out), aside=pipe(aside), form=form) == 3
    assert out.getvalue() == ""
    assert aside.getvalue().startswith("I can't reach the engine (ollama) at http://127.0.0.1:11434.")
    assert aside.getvalue().count("\n") == 1


@pytest.mark.parametrize("form", ["text", "json"])
async def test_passages_in_the_place_of_an_answer_are_plain_and_the_exit_code_tells(form: Form) -> None:
    out, aside = io.StringIO(), io.StringIO()
    why = Notice("passages-instead", {**DOWN.data(), "error": DOWN.code})
    told = reply("**Leave** \\#1", finish_reason=FinishReason.UNANSWERED, notices=(why,))
    script: list[Item] = [ReplyDelta("**Leave** \\#1", plain="Leave #1"), told]
    assert await asked(ScriptedAssistant([script]), out=pipe(out), aside=pipe(aside), form=form) == 3
    if form == "text":
        assert out.getvalue() == "Leave #1\n"
    else:
        assert json.loads(out.getvalue())["finish_reason"] == "unanswered"
        assert json.loads(out.getvalue())["notices"] == ["passages-instead"]
    assert aside.getvalue().startswith("I can't reach the engine (ollama) at http://127.0.0.1:11434.")
    assert aside.getvalue().count("\n") == 1


async def test_what_was_said_before_an_error_stays_and_is_a_whole_line() -> None:
    out = io.StringIO()
    broken = ScriptedAssistant([["Half an ans", EngineInterrupted(engine="ollama", model="owl:1b")]])
    assert await asked(broken, out=pipe(out)) == 1
    assert out.getvalue() == "Half an ans\n"


async def test_binary_input_is_wrong_usage_and_nobody_is_asked() -> None:
    assistant = ScriptedAssistant()
    assert await asked(assistant, b"\x00\x01\x02") == 2
    assert await asked(assistant, "\udcff") == 2
    assert assistant.asked == []


async def test_a_mistyped_model_is_wrong_usage_and_the_nearest_is_named() -> None:
    aside = io.StringIO()
    unknown = UnknownModel(name="owl:3b", engine="ollama", nearest=("owl:1b",))
    assert await asked(ScriptedAssistant([[unknown]]), aside=pipe(aside)) == 2
    assert "owl:1b" in aside.getvalue()


async def test_a_fault_is_said_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    aside = io.StringIO()
    assert await asked(ScriptedAssistant([[ZeroDivisionError("oh")]]), aside=pipe(aside)) == 1
    assert aside.getvalue().startswith("Something went wrong")
    assert "ZeroDivisionError: oh" in caplog.text


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
async def test_an_answer_can_be_stopped_and_what_was_said_is_shown(number: signal.Signals, code: int) -> None:
    out, aside = Recorder(), io.StringIO()
    assistant = ScriptedAssistant([["One", asyncio.Event()]])
    asking = asyncio.create_task(asked(assistant, out=pipe(out), aside=pipe(aside)))
    await out.shows("One")
    os.kill(os.getpid(), number)
    assert await asking == code
    assert out.getvalue() == "One\n"
    assert aside.getvalue() == "Stopped. What was said up to here is kept.\n"


async def test_a_stopped_answer_is_whole_json() -> None:
    out, aside = io.StringIO(), Recorder()
    assistant = ScriptedAssistant([[Progress(Stage.LOADING, "owl:1b"), asyncio.Event()]])
    asking = asyncio.create_task(asked(assistant, out=pipe(out), aside=terminal(aside), form="json"))
    await aside.shows("loading")
    os.kill(os.getpid(), signal.SIGINT)
    assert await asking == 130
    assert json.loads(out.getvalue())["finish_reason"] == "stopped"


async def test_a_reader_that_went_away_ends_the_answer_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    aside = io.StringIO()
    assistant = ScriptedAssistant([["word " * 50_000, "more"]])
    with os.fdopen(writing, "w", encoding="utf-8") as stream:
        assert await asked(assistant, out=console_on(stream), aside=pipe(aside)) == 141
        stream.write("flushed into nothing")
    assert aside.getvalue() == ""
    assert assistant.closed == 1


async def test_json_is_ascii_where_the_stream_is_not_utf_8() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="cp1250")
    assert await asked(ScriptedAssistant([["Žluťoučký kůň"]]), out=console_on(stream), form="json") == 0
    stream.flush()
    assert json.loads(raw.getvalue().decode("ascii"))["text"] == "Žluťoučký kůň"


async def test_a_letter_that_the_terminal_cannot_show_does_not_break_the_answer() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="latin-1")
    assert await asked(ScriptedAssistant([["Kůň → 1"]]), out=console_on(stream)) == 0
    stream.flush()
    assert raw.getvalue() == b"K?? ? 1\n"
