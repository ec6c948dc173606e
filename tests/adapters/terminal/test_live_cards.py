"""Cards that change, at a keyboard and in a pipe; and texts side by side."""

import asyncio
import io

import pytest

from adapters.terminal.dialogue import Dialogue
from adapters.terminal.interrupts import Interrupts
from adapters.terminal.live_cards import InLines
from adapters.terminal.render import print_card
from adapters.terminal.translate import Speaker
from bot.access import Access
from bot.commands.cards import Action, Card, Field, Pane
from bot.commands.command import Command
from bot.commands.registry import Registry
from bot.errors import EngineUnreachable
from bot.messages import Language
from bot.wording import speak
from tests.adapters.terminal.doubles import Recorder, ScriptedAssistant, pipe, terminal
from tests.doubles.live_commands import Pull

SAY = speak(Language.ENGLISH)
DOWN = EngineUnreachable(engine="ollama", url="http://127.0.0.1:11434")


@pytest.fixture
def pull() -> Pull:
    return Pull()


def dialogue(pull: Pull, out: io.StringIO, aside: io.StringIO | None = None) -> Dialogue:
    """At a keyboard, or in a pipe where there is something `aside`."""
    registry = Registry(Access())
    registry.add(Command("pull", pull.run))
    console = terminal(out) if aside is None else pipe(out)
    return Dialogue(
        assistant=ScriptedAssistant(),
        registry=registry,
        speaker=Speaker(),
        out=console,
        aside=console if aside is None else pipe(aside),
        interrupts=Interrupts(),
    )


async def test_a_card_is_drawn_over_and_the_last_one_stays(pull: Pull) -> None:
    screen = Recorder()
    running = asyncio.create_task(dialogue(pull, screen).respond("/pull"))
    pull.tell(Card("Pull", "10 %"))
    await screen.shows("10 %")
    pull.tell(Card("Pull", "50 %"))
    await screen.shows("50 %")
    assert "10 %" not in screen.text

    pull.tell(Card("Pull", "done", actions=(Action("Use it", "model owl"),)), None)

    assert await running
    assert screen.text.splitlines() == ["Pull", "done", "Next:", "  /model owl  Use it"]
    assert screen.screen.cursor_shown


async def test_ctrl_c_ends_the_work_and_the_last_card_stays_with_a_word_about_it(pull: Pull) -> None:
    screen = Recorder()
    talk = dialogue(pull, screen)
    running = asyncio.create_task(talk.respond("/pull"))
    pull.tell(Card("Pull", "10 %"))
    await screen.shows("10 %")

    talk.interrupts.press()

    assert not await running
    assert pull.has_ended.is_set()
    assert screen.text.splitlines() == ["Pull", "10 %", SAY("terminal-stopped")]


async def test_an_error_is_said_below_the_last_card(pull: Pull) -> None:
    screen = Recorder()
    pull.tell(Card("Pull", "10 %"), DOWN)

    assert not await dialogue(pull, screen).respond("/pull")

    assert screen.text.startswith("Pull\n10 %\n")
    assert "ollama" in screen.text


async def test_in_a_pipe_only_the_last_card_is_the_answer(pull: Pull) -> None:
    out, aside = io.StringIO(), io.StringIO()
    pull.tell(Card("Pull", "10 %"), Card("Pull", "50 %"), Card("Pull", "done"), None)

    assert await dialogue(pull, out, aside).respond("/pull")

    assert out.getvalue() == "Pull\n\ndone\n"
    assert aside.getvalue() == "Pull · 10 %\n"


def test_in_a_pipe_lines_tell_what_is_new_at_growing_distances() -> None:
    now, out = [0.0], io.StringIO()
    lines = InLines(pipe(out), SAY, clock=lambda: now[0])
    for second in range(3_600):
        now[0] = float(second)
        lines.add(Card("Pull", f"{second} s", fields=(Field("Speed", "1 MB/s"),)))

    told = out.getvalue().splitlines()
    assert told[:4] == ["Pull · 0 s · Speed: 1 MB/s", "2 s", "4 s", "6 s"]
    assert len(told) < 70


# --- texts side by side ---------------------------------------------------------------------------------------------

PANES = (
    Pane("owl:3b", "**Yes**, it is.\n\n- one\n- two", (Field("Speed", "12 tokens/s"), Field("First word", "0.3 s"))),
    Pane("lark:7b", "No. \x1b[31mIt [isn't](https://evil.example)."),
)


def shown(width: int) -> list[str]:
    out = io.StringIO()
    print_card(terminal(out, width=width), Card("Compare", panes=PANES), SAY)
    assert "\x1b[31mIt" not in out.getvalue()
    recorder = Recorder()
    recorder.write(out.getvalue())
    return recorder.text.splitlines()


def test_texts_stand_beside_each_other_where_there_is_room() -> None:
    (headings,) = [line for line in shown(80) if "owl:3b" in line]

    assert headings.split() == ["owl:3b", "lark:7b"]
    assert any("Speed: 12 tokens/s" in line for line in shown(80))


def test_and_below_each_other_where_there_is_not() -> None:
    lines = shown(60)

    assert lines.index("owl:3b") < lines.index("lark:7b")
    assert "Yes, it is." in lines


def test_in_a_pipe_they_stand_below_each_other() -> None:
    out = io.StringIO()

    print_card(pipe(out), Card("Compare", panes=PANES), SAY)

    assert out.getvalue() == (
        "Compare\n\n--- owl:3b ---\n\n**Yes**, it is.\n\n- one\n- two\n\nSpeed: 12 tokens/s\nFirst word: 0.3 s\n\n"
        "--- lark:7b ---\n\nNo. [31mIt [isn't](https://evil.example).\n"
    )
