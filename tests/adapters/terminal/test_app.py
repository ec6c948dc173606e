import asyncio
import io
import os
import pty
import signal
import stat
import termios
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from prompt_toolkit.input import PipeInput, create_input, create_pipe_input
from prompt_toolkit.output import DummyOutput

from adapters.terminal.app import Banner, Streams, TerminalApp
from adapters.terminal.translate import Speaker
from bot.access import Access
from bot.commands.cards import Card
from bot.commands.command import Command, Invocation, Parameter, ReplyStream
from bot.commands.registry import Registry
from bot.errors import EngineBusy, EngineUnreachable
from bot.messages import Language, Notice
from bot.wording import Wording
from tests.adapters.terminal.doubles import Recorder, ScriptedAssistant, pipe, reply, terminal

CTRL_C, CTRL_D, ENTER, ALT_ENTER = "\x03", "\x04", "\r", "\x1b\r"
PASTE_BEGIN, PASTE_END = "\x1b[200~", "\x1b[201~"


def registry_for(assistant: ScriptedAssistant, *, hang: asyncio.Event | None = None) -> Registry:
    async def model(invocation: Invocation, values: Mapping[str, str]) -> Card:
        return Card("Models", text=f"asked for {values.get('name', 'nothing')} by {invocation.author.id}")

    async def regenerate(invocation: Invocation, values: Mapping[str, str]) -> ReplyStream:
        return assistant.play(["Said", " again."], invocation.conversation)

    async def wait(invocation: Invocation, values: Mapping[str, str]) -> Card:
        assert hang is not None
        await hang.wait()
        return Card("Done waiting")

    registry = Registry(Access())
    registry.add(Told("model", model, parameters=(Parameter("name"),)))
    registry.add(Told("regenerate", regenerate))
    registry.add(Told("wait", wait))
    return registry


class Told(Command):
    """A command that brings its description along."""

    def description(self, say: Wording) -> str:
        return f"what /{self.name} does"


@dataclass
class Chat:
    assistant: ScriptedAssistant
    keyboard: PipeInput
    screen: Recorder
    running: asyncio.Task[int]

    def press(self, keys: str) -> None:
        self.keyboard.send_text(keys)

    async def leave(self) -> int:
        self.press(CTRL_D)
        async with asyncio.timeout(5):
            return await self.running


@asynccontextmanager
async def chatting(
    assistant: ScriptedAssistant | None = None, *, keys: str = "", hang: asyncio.Event | None = None, **changes: object
) -> AsyncIterator[Chat]:
    assistant = assistant or ScriptedAssistant()
    with create_pipe_input() as keyboard:
        screen = Recorder()
        console = terminal(screen)
        streams = Streams(out=console, aside=console, interactive=True, keyboard=keyboard, display=DummyOutput())
        told = {"speaker": Speaker(user="jana"), "banner": Banner("ollama", "owl:1b"), **changes}
        app = TerminalApp(assistant, registry_for(assistant, hang=hang), streams=streams, **told)  # type: ignore[arg-type]
        running = asyncio.create_task(app.run())
        keyboard.send_text(keys)
        try:
            yield Chat(assistant, keyboard, screen, running)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_a_question_is_answered_and_ctrl_d_leaves() -> None:
    async with chatting(keys="How are you?" + ENTER) as chat:
        await chat.screen.shows("Hello there.")
        await chat.screen.shows("owl:1b · 3 tokens · 12.3 tokens/s · first word after 1.2 s")
        assert await chat.leave() == 0
    question = chat.assistant.asked[0]
    assert question.text == "How are you?"
    assert str(question.conversation) == "terminal/jana/default/"


async def test_the_banner_says_engine_model_and_how_to_get_help() -> None:
    async with chatting(banner=Banner("ollama", "owl:1b", notes=("Ollama at 127.0.0.1",))) as chat:
        await chat.screen.shows("Ollama at 127.0.0.1")
        first = chat.screen.text.splitlines()[0]
        assert all(part in first for part in ("owl:1b", "ollama", "/help", "Ctrl-D"))
        assert await chat.leave() == 0


async def test_sova_speaks_czech_when_asked_to() -> None:
    async with chatting(speaker=Speaker(language=Language.CZECH), keys="/modle" + ENTER) as chat:
        await chat.screen.shows("Příkaz „modle“ neznám.")
        assert "Co umím, ukáže /help" in chat.screen.text


async def test_a_line_with_a_slash_is_a_command() -> None:
    async with chatting(keys="/model owl:3b" + ENTER) as chat:
        await chat.screen.shows("asked for owl:3b by jana")
        assert await chat.leave() == 0
    assert chat.assistant.asked == []


async def test_a_command_can_answer_with_a_stream() -> None:
    async with chatting(keys="/regenerate" + ENTER) as chat:
        await chat.screen.shows("Said again.")
        assert await chat.leave() == 0


async def test_an_unknown_command_names_the_nearest_and_the_chat_goes_on() -> None:
    async with chatting(keys="/modle" + ENTER + "Hello" + ENTER) as chat:
        await chat.screen.shows("There is no command “modle”.")
        await chat.screen.shows("Hello there.")
        assert await chat.leave() == 0


async def test_ctrl_c_stops_the_answer_and_not_the_program() -> None:
    never = asyncio.Event()
    assistant = ScriptedAssistant([["One", never, "two"], ["Next answer."]])
    async with chatting(assistant, keys="Tell me" + ENTER) as chat:
        await chat.screen.shows("One")
        chat.press(CTRL_C)
        await chat.screen.shows("Stopped. What was said up to here is kept.")
        chat.press("Go on" + ENTER)
        await chat.screen.shows("Next answer.")
        assert await chat.leave() == 0
    assert assistant.kept[0] == "One"


async def test_a_signal_stops_the_answer_like_the_key_does() -> None:
    async with chatting(ScriptedAssistant([["One", asyncio.Event()]]), keys="Tell me" + ENTER) as chat:
        await chat.screen.shows("One")
        os.kill(os.getpid(), signal.SIGINT)
        await chat.screen.shows("Stopped. What was said up to here is kept.")
        assert await chat.leave() == 0


async def test_ctrl_c_closes_an_answer_that_cannot_be_stopped() -> None:
    assistant = ScriptedAssistant([["One", asyncio.Event()]], can_stop=False)
    async with chatting(assistant, keys="Tell me" + ENTER) as chat:
        await chat.screen.shows("One")
        chat.press(CTRL_C)
        await chat.screen.shows("Stopped.")
        assert await chat.leave() == 0
    assert assistant.kept == ["One"]


class Deaf(ScriptedAssistant):
    """Promises to stop, and doesn't."""

    async def stop(self, conversation: object) -> bool:
        self.stops = getattr(self, "stops", 0) + 1
        return True


async def test_a_second_ctrl_c_closes_an_answer_that_does_not_stop() -> None:
    assistant = Deaf([["One", asyncio.Event()]])
    async with chatting(assistant, keys="Tell me" + ENTER) as chat:
        await chat.screen.shows("One")
        chat.press(CTRL_C + CTRL_C)
        await chat.screen.shows("Stopped.")
        assert await chat.leave() == 0
    assert assistant.kept == ["One"]


async def test_ctrl_c_ends_a_command_that_takes_too_long() -> None:
    async with chatting(hang=asyncio.Event(), keys="/wait" + ENTER) as chat:
        await chat.screen.shows("one moment…")
        chat.press(CTRL_C)
        await chat.screen.shows("Stopped.")
        assert "one moment" not in chat.screen.text
        assert "Done waiting" not in chat.screen.text
        assert await chat.leave() == 0


async def test_ctrl_c_typed_ahead_ends_what_it_was_meant_for() -> None:
    async with chatting(hang=asyncio.Event(), keys="/wait" + ENTER + CTRL_C) as chat:
        await chat.screen.shows("Stopped.")
        assert await chat.leave() == 0


async def test_ctrl_c_at_the_prompt_clears_the_line() -> None:
    async with chatting(keys="wrong" + CTRL_C + "right" + ENTER) as chat:
        await chat.screen.shows("Hello there.")
    assert [question.text for question in chat.assistant.asked] == ["right"]


async def test_a_second_ctrl_c_at_the_prompt_says_how_to_leave() -> None:
    async with chatting(keys="wrong" + CTRL_C + CTRL_C) as chat:
        await chat.screen.shows("Ctrl-D leaves. Ctrl-C only stops")
        chat.press("still here" + ENTER)
        await chat.screen.shows("Hello there.")
        assert await chat.leave() == 0


async def test_a_pasted_text_is_one_question() -> None:
    async with chatting(keys=f"{PASTE_BEGIN}first\r\nsecond\n\n/third{PASTE_END}" + ENTER) as chat:
        await chat.screen.shows("Hello there.")
    assert [question.text for question in chat.assistant.asked] == ["first\nsecond\n\n/third"]


async def test_a_very_long_paste_is_one_question() -> None:
    word = "sova " * 200_000
    async with chatting() as chat:
        await asyncio.to_thread(chat.press, PASTE_BEGIN + word + PASTE_END + ENTER)
        await chat.screen.shows("Hello there.")
    assert chat.assistant.asked[0].text == word.rstrip()


async def test_alt_enter_starts_a_new_line() -> None:
    async with chatting(keys="one" + ALT_ENTER + "two" + ENTER) as chat:
        await chat.screen.shows("Hello there.")
    assert chat.assistant.asked[0].text == "one\ntwo"


async def test_what_is_typed_during_an_answer_is_the_next_question() -> None:
    go = asyncio.Event()
    assistant = ScriptedAssistant([["One", go], ["Two"]])
    async with chatting(assistant, keys="First" + ENTER) as chat:
        await chat.screen.shows("One")
        chat.press("Second" + ENTER)
        go.set()
        await chat.screen.shows("Two")
        assert await chat.leave() == 0
    assert [question.text for question in assistant.asked] == ["First", "Second"]


async def test_an_empty_line_asks_nothing() -> None:
    async with chatting(keys=ENTER + "  " + ENTER + "Hello" + ENTER) as chat:
        await chat.screen.shows("Hello there.")
    assert [question.text for question in chat.assistant.asked] == ["Hello"]


async def test_an_error_is_one_sentence_and_the_chat_goes_on() -> None:
    assistant = ScriptedAssistant([["Half", EngineBusy(engine="ollama")], ["Better."]])
    async with chatting(assistant, keys="First" + ENTER + "Again" + ENTER) as chat:
        await chat.screen.shows("Better.")
        assert await chat.leave() == 0
    assert "Half\nThe engine (ollama) has more to do" in chat.screen.text
    assert "\x1b[31mThe engine" in chat.screen.getvalue()


async def test_a_fault_is_logged_with_its_traceback_and_the_chat_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    assistant = ScriptedAssistant([[ZeroDivisionError("oh")], ["Better."]])
    async with chatting(assistant, keys="First" + ENTER + "Again" + ENTER) as chat:
        await chat.screen.shows("Better.")
        assert await chat.leave() == 0
    assert "Something went wrong here" in chat.screen.text
    assert "ZeroDivisionError: oh" in caplog.text


async def test_notices_and_the_end_of_an_answer_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.wording.Wording.of_notice", lambda _self, notice: f"notice {notice.code}")
    assistant = ScriptedAssistant([[reply("Text.", notices=(Notice("cut"),))]])
    async with chatting(assistant, keys="Hello" + ENTER) as chat:
        await chat.screen.shows("notice cut")


async def test_the_signal_to_end_leaves_the_prompt_cleanly() -> None:
    async with chatting(keys="half a lin") as chat:
        await chat.screen.shows("Ctrl-D leaves")
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(5):
            assert await chat.running == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_the_signal_to_end_closes_a_running_answer(number: signal.Signals) -> None:
    async with chatting(ScriptedAssistant([["One", asyncio.Event()]]), keys="Tell me" + ENTER) as chat:
        await chat.screen.shows("One")
        os.kill(os.getpid(), number)
        async with asyncio.timeout(5):
            assert await chat.running == 0
    assert chat.assistant.kept == ["One"]
    assert chat.screen.screen.cursor_shown


async def test_what_was_typed_is_kept_for_next_time_and_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "typed"
    async with chatting(keys="Remember me" + ENTER, history_file=path) as chat:
        await chat.screen.shows("Hello there.")
        await chat.leave()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    async with chatting(keys="\x1b[A" + ENTER, history_file=path) as chat:
        await chat.screen.shows("Hello there.")
    assert chat.assistant.asked[0].text == "Remember me"


async def test_a_history_file_that_cannot_be_used_is_told_and_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    async with chatting(keys="Hello" + ENTER, history_file=tmp_path / "file" / "typed") as chat:
        await chat.screen.shows("Hello there.")
        assert "can't be kept for next time" in chat.screen.text
        assert await chat.leave() == 0


async def test_an_engine_that_is_down_does_not_take_the_prompt_along() -> None:
    async def label() -> str:
        raise EngineUnreachable(engine="ollama", url="http://127.0.0.1:1")

    async with chatting(keys="Hello" + ENTER, model_label=label) as chat:
        await chat.screen.shows("Hello there.")
        assert await chat.leave() == 0


async def test_keys_are_never_echoed_and_the_terminal_is_given_back_as_it_was() -> None:
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    go = asyncio.Event()
    with os.fdopen(theirs, "r+b", buffering=0) as raw, io.TextIOWrapper(raw) as stdin:
        keyboard, screen = create_input(stdin), Recorder()
        console = terminal(screen)
        streams = Streams(out=console, aside=console, interactive=True, keyboard=keyboard, display=DummyOutput())
        assistant = ScriptedAssistant([["One", go]])
        app = TerminalApp(
            assistant, registry_for(assistant), speaker=Speaker(), banner=Banner("ollama"), streams=streams
        )
        running = asyncio.create_task(app.run())
        os.write(ours, b"Hello\r")
        await screen.shows("One")
        assert not termios.tcgetattr(theirs)[3] & termios.ECHO
        os.write(ours, CTRL_C.encode())
        await screen.shows("Stopped.")
        os.write(ours, CTRL_D.encode())
        async with asyncio.timeout(5):
            assert await running == 0
        assert termios.tcgetattr(theirs) == before
    os.close(ours)


# --- in a pipe ------------------------------------------------------------------------------------------------


@contextmanager
def stdin() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    ends = [reading, writing]
    try:
        yield reading, writing
    finally:
        for end in ends:
            try:
                os.close(end)
            except OSError:
                assert end == writing  # a test may have closed it to end the input


@dataclass
class Piped:
    out: Recorder
    aside: Recorder
    app: TerminalApp


def piped(assistant: ScriptedAssistant, descriptor: int) -> Piped:
    out, aside = Recorder(), Recorder()
    streams = Streams(out=pipe(out), aside=pipe(aside), interactive=False, descriptor=descriptor)
    app = TerminalApp(
        assistant, registry_for(assistant), speaker=Speaker(), banner=Banner("ollama", "owl:1b"), streams=streams
    )
    return Piped(out, aside, app)


async def test_each_piped_line_is_a_message_and_the_end_of_input_is_success() -> None:
    assistant = ScriptedAssistant([["**One**"], ["Two\n"]])
    with stdin() as (reading, writing):
        chat = piped(assistant, reading)
        os.write(writing, "první otázka\n\n  \r\nsecond".encode())
        os.close(writing)
        async with asyncio.timeout(5):
            assert await chat.app.run() == 0
    assert chat.out.getvalue() == "**One**\n\nTwo\n\n"
    assert chat.aside.getvalue() == ""
    assert [question.text for question in assistant.asked] == ["první otázka", "second"]


async def test_in_a_pipe_errors_go_aside_and_the_next_line_is_answered() -> None:
    assistant = ScriptedAssistant([[EngineBusy(engine="ollama")], ["Fine."]])
    with stdin() as (reading, writing):
        chat = piped(assistant, reading)
        os.write(writing, b"one\n/nope\n\xff\xfe\ntwo\n")
        os.close(writing)
        async with asyncio.timeout(5):
            assert await chat.app.run() == 0
    assert chat.out.getvalue() == "Fine.\n\n"
    assert [line.split()[:4] for line in chat.aside.getvalue().splitlines()] == [
        ["The", "engine", "(ollama)", "has"],
        ["There", "is", "no", "command"],
        ["That", "is", "not", "text"],
    ]


async def test_in_a_pipe_cards_are_plain_text() -> None:
    with stdin() as (reading, writing):
        chat = piped(ScriptedAssistant(), reading)
        os.write(writing, b"/model owl:3b\n")
        os.close(writing)
        async with asyncio.timeout(5):
            assert await chat.app.run() == 0
    assert chat.out.getvalue() == "Models\n\nasked for owl:3b by local\n\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
async def test_a_piped_chat_that_waits_for_input_can_be_ended(number: signal.Signals, code: int) -> None:
    with stdin() as (reading, writing):
        chat = piped(ScriptedAssistant(), reading)
        os.write(writing, b"one\n")
        running = asyncio.create_task(chat.app.run())
        await chat.out.shows("Hello there.")
        os.kill(os.getpid(), number)
        async with asyncio.timeout(5):
            assert await running == code
