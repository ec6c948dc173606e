import asyncio
import io
from collections.abc import AsyncGenerator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.terminal.markdown import SafeMarkdown
from adapters.terminal.streaming import LiveAnswer, PlainAnswer, Spinning, Unseen, answer_on, show, waiting_on
from bot.errors import EngineInterrupted
from bot.messages import Language, Progress, ReplyDelta, ReplyEvent, Stage
from bot.wording import speak
from tests.adapters.terminal.doubles import HERE, Item, Recorder, ScriptedAssistant, pipe, reply, terminal
from tests.adapters.terminal.screen import Screen

SAY = speak(Language.ENGLISH)
FRAGMENTS = st.sampled_from(
    [
        "word ",
        "# ",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "> ",
        "```",
        "```py\n",
        "    ",
        "a | b",
        "\n--|--\n",
        "---",
        "**",
        "`",
        "ě",
    ]
)


def shown(pieces: list[str], *, width: int, height: int) -> Screen:
    stream = io.StringIO()
    answer = grown(pieces, stream, width=width, height=height)
    answer.close()
    return on_screen(stream, width=width, height=height)


def grown(pieces: list[str], stream: io.StringIO, *, width: int, height: int) -> LiveAnswer:
    """An answer that is still open; each piece came a second after the one before, so each was drawn."""
    now = [0.0]
    answer = LiveAnswer(terminal(stream, width=width, height=height), clock=lambda: now[0])
    for piece in pieces:
        now[0] += 1
        answer.add(piece)
    return answer


def drawn_at_once(text: str, *, width: int, height: int) -> Screen:
    stream = io.StringIO()
    terminal(stream, width=width, height=height).print(SafeMarkdown(text))
    return on_screen(stream, width=width, height=height)


def on_screen(stream: io.StringIO, *, width: int, height: int) -> Screen:
    screen = Screen(width=width, height=height)
    screen.feed(stream.getvalue())
    return screen


def without_blank_start(lines: list[str]) -> list[str]:
    return lines[next((index for index, line in enumerate(lines) if line), len(lines)) :]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(FRAGMENTS, max_size=60),
    st.integers(min_value=12, max_value=60),
    st.integers(min_value=4, max_value=20),
)
@example(["Look:\n\n", "```py\n", *(f"line {n}\n" for n in range(30)), "```\n", "\nThe end."], 40, 6)
@example([f"- item {n}\n" for n in range(30)], 40, 6)
def test_the_scrollback_holds_the_answer_once_however_it_came(pieces: list[str], width: int, height: int) -> None:
    screen = shown(pieces, width=width, height=height)
    expected = drawn_at_once("".join(pieces), width=width, height=height)
    assert without_blank_start(screen.lines) == without_blank_start(expected.lines)
    assert screen.cursor_shown


def test_a_block_taller_than_the_screen_shows_its_end_while_it_grows() -> None:
    stream = io.StringIO()
    answer = grown([f"- item {number}\n" for number in range(30)], stream, width=40, height=8)
    lines = on_screen(stream, width=40, height=8).lines
    assert "item 29" in lines[-1]
    assert len(lines) <= 8
    answer.close()


def test_many_pieces_in_one_moment_are_drawn_once() -> None:
    stream = io.StringIO()
    now = [100.0]
    answer = LiveAnswer(terminal(stream), clock=lambda: now[0])
    answer.add("first ")
    after_one = stream.getvalue()
    for _ in range(1000):
        answer.add("more ")
    assert stream.getvalue() == after_one
    now[0] += 1
    answer.tick()
    assert "more" in stream.getvalue()
    answer.close()


def test_slow_drawing_is_done_less_often() -> None:
    now = [0.0]
    stream = io.StringIO()
    answer = LiveAnswer(terminal(stream), clock=lambda: now[0])
    original = answer._draw

    def slow_draw() -> None:
        now[0] += 2.0
        original()

    answer._draw = slow_draw  # type: ignore[method-assign]
    answer.add("first ")
    now[0] = 15.0
    answer.add("second ")
    assert "second" not in stream.getvalue()
    now[0] = 20.0
    answer.tick()
    assert "second" in stream.getvalue()
    answer.close()


def test_nothing_from_the_model_steers_a_live_terminal() -> None:
    screen = shown(["a\x1b", "[2Jb\x1b]0;own", "ed\x07 \u202eback"], width=40, height=10)
    assert screen.lines == ["a[2Jb]0;owned back"]


def test_in_a_pipe_text_is_written_as_it_comes() -> None:
    stream = io.StringIO()
    answer = answer_on(pipe(stream))
    answer.add("Hello **wor")
    assert stream.getvalue() == "Hello **wor"
    answer.add("ld**\x1b[31m")
    answer.close()
    assert stream.getvalue() == "Hello **world**[31m\n"


def test_in_a_pipe_what_sova_shows_has_no_markdown_and_on_a_terminal_it_is_drawn() -> None:
    stream, recorder = io.StringIO(), Recorder()
    for answer in (answer_on(pipe(stream)), LiveAnswer(terminal(recorder))):
        answer.add("**A\\_B** [1]\n> \\# Big", plain="A_B [1]\n> # Big")
        answer.close()
    assert stream.getvalue() == "A_B [1]\n> # Big\n"
    assert "A_B [1]" in recorder.text
    assert "\\" not in recorder.text


def test_a_terminal_that_cannot_move_its_cursor_is_treated_like_a_pipe() -> None:
    console = terminal(io.StringIO())
    console._environ = {"TERM": "dumb"}
    assert isinstance(answer_on(console), PlainAnswer)
    assert isinstance(waiting_on(console), Unseen)


def test_an_answer_that_is_empty_leaves_nothing() -> None:
    stream = io.StringIO()
    PlainAnswer(pipe(stream)).close()
    LiveAnswer(terminal(stream)).close()
    assert stream.getvalue() == ""


def test_waiting_says_what_for_and_how_long_and_leaves_no_trace() -> None:
    stream, now = io.StringIO(), [10.0]
    spinner = Spinning(terminal(stream), clock=lambda: now[0])
    spinner.show("loading owl:1b…")
    assert "loading owl:1b…" in on_screen(stream, width=80, height=24).lines[0]
    now[0] = 22.4
    spinner.tick()
    spinner.show("reading…")
    assert "reading… 12 s" in on_screen(stream, width=80, height=24).lines[0]
    spinner.close()
    after = on_screen(stream, width=80, height=24)
    assert after.lines == []
    assert after.cursor_shown


async def played(script: list[Item], recorder: Recorder) -> str:
    console = terminal(recorder)
    events = ScriptedAssistant().play(script, HERE)
    told = await show(events, answer=answer_on(console), waiting=waiting_on(console), say=SAY)
    return told.text


async def test_progress_is_shown_until_the_first_word() -> None:
    recorder, go = Recorder(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(played([Progress(Stage.LOADING, "owl:1b"), go, "Hello."], recorder))
        await recorder.shows("loading owl:1b…")
        go.set()
    assert recorder.text == "Hello."


async def test_thinking_is_announced_and_kept_to_itself() -> None:
    recorder, go = Recorder(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(played([ReplyDelta(thinking="secret doubts"), go, "Hello."], recorder))
        await recorder.shows("thinking…")
        go.set()
    assert "secret" not in recorder.getvalue()
    assert recorder.text == "Hello."


async def test_thinking_in_the_middle_of_an_answer_does_not_disturb_it() -> None:
    recorder = Recorder()
    await played(
        ["Hello", ReplyDelta(thinking="hm"), ReplyDelta(), Progress(Stage.READING, "owl:1b"), " there."], recorder
    )
    assert "thinking" not in recorder.getvalue()
    assert recorder.text == "Hello there."


async def test_a_pause_in_the_answer_does_not_hide_what_came_before_it() -> None:
    recorder, go = Recorder(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(played(["one ", "two ", "three", go], recorder))
        await recorder.shows("one two three")
        go.set()


async def test_an_answer_that_was_never_streamed_is_shown_whole() -> None:
    recorder = Recorder()
    await played([reply("Said at once.")], recorder)
    assert recorder.text == "Said at once."


async def test_what_the_whole_answer_adds_is_shown_once() -> None:
    recorder = Recorder()
    await played(["Hello", reply("Hello there.")], recorder)
    assert recorder.text == "Hello there."


async def test_an_error_in_the_middle_leaves_the_text_and_the_cursor() -> None:
    recorder = Recorder()
    with pytest.raises(EngineInterrupted):
        await played(["Half an ans", EngineInterrupted(engine="scripted", model="owl:1b")], recorder)
    assert recorder.text == "Half an ans"
    assert recorder.screen.cursor_shown


async def test_events_that_end_without_a_reply_are_a_fault() -> None:
    async def events() -> AsyncGenerator[ReplyEvent, None]:
        yield ReplyDelta(text="a")

    with pytest.raises(RuntimeError, match="without a Reply"):
        await show(events(), answer=Unseen(), waiting=Unseen(), say=SAY)
