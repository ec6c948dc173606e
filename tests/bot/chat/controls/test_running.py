import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.chat.controls import running
from bot.chat.controls.card_buttons import card_buttons, command_of
from bot.chat.controls.running import Commands, last_of, typed_again
from bot.commands.cards import Action, Card, LiveCard
from bot.commands.catalogue import outlined_commands
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.errors import HistoryUnavailable, UnknownCommand
from bot.messages import Author, ConversationKey, ReplyDelta
from tests.doubles.behind import LARK, Behind, behind

CALL = Invocation("1", ConversationKey("slack", "T1", "C1"), Author("U1", "Ana"), 7.0)


@pytest.fixture
def made(tmp_path: Path) -> Behind:
    return behind(tmp_path, admins=())


@pytest.fixture
def commands(made: Behind) -> Commands:
    return Commands(made.registry)


@pytest.mark.parametrize(
    ("command", "values", "expected"),
    [
        ("model", {}, False),
        ("model", {"name": "owl"}, True),
        ("model", {"name": "owl", "scope": "user"}, False),
        ("forget", {}, True),
        ("forget", {"what": "here"}, True),
        ("forget", {"what": "me"}, False),
        ("persona", {}, False),
        ("persona", {"action": "show", "name": "scribe"}, False),
        ("persona", {"action": "use", "name": "scribe"}, True),
        ("persona", {"action": "use", "name": "scribe", "scope": "user"}, False),
        ("persona", {"action": "reset"}, True),
        ("persona", {"action": "reset", "scope": "user"}, False),
        ("help", {}, False),
    ],
)
def test_only_what_concerns_the_others_is_shown_to_them(command: str, values: Values, *, expected: bool) -> None:
    commands = {one.name: one for one in outlined_commands()}

    assert commands[command].concerns_others(values) is expected


async def test_the_caller_alone_reads_what_concerns_nobody_else(commands: Commands) -> None:
    ran = await commands.run_typed(CALL, "help")

    assert isinstance(ran.card, Card)
    assert ran.card.title
    assert ran.said is None


async def test_where_the_card_is_for_everybody_the_caller_is_told_so(made: Behind, commands: Commands) -> None:
    ran = await commands.run_typed(CALL, f"model {LARK.name}")

    assert ran.said == CALL.say("slash-shared")
    assert list(made.pins.kept.values()) == [LARK.name]


async def test_an_empty_value_counts_as_not_given(made: Behind, commands: Commands) -> None:
    ran = await commands.run(CALL, made.registry.named("model"), {"name": "", "scope": ""})

    assert ran.said is None


async def test_a_button_under_a_card_runs_its_command(made: Behind, commands: Commands) -> None:
    card = Card("Next", actions=(Action("Use it", f"model {LARK.name}"),))
    (button,) = card_buttons(card, most=5, longest_words=100, longest_label=3)

    await commands.run_button(CALL, button.words)

    assert button.label == "Use"
    assert list(made.pins.kept.values()) == [LARK.name]


async def test_words_that_name_no_command_are_refused(commands: Commands) -> None:
    with pytest.raises(UnknownCommand):
        await commands.run_button(CALL, "sova-run:fly")


def test_as_many_buttons_stand_under_a_card_as_the_platform_takes() -> None:
    card = Card("Next", actions=(Action("a", "stop"), Action("b", "model " + "o" * 99), Action("c", "help")))

    assert [button.label for button in card_buttons(card, most=5, longest_words=100, longest_label=80)] == ["a", "c"]
    assert [button.label for button in card_buttons(card, most=2, longest_words=2_000, longest_label=80)] == ["a", "b"]


def test_a_buttons_command_is_read_whole() -> None:
    (button,) = card_buttons(
        Card("Next", actions=(Action("a", "model a:b"),)), most=1, longest_words=99, longest_label=9
    )

    assert command_of(button.words) == "model a:b"


async def test_a_command_that_streams_is_a_fault_and_its_stream_is_closed(made: Behind, commands: Commands) -> None:
    closed = asyncio.Event()

    async def stream() -> AsyncGenerator[ReplyDelta, None]:
        try:
            yield ReplyDelta("word")
        finally:
            closed.set()

    async def run(_invocation: Invocation, _values: Values) -> AsyncGenerator[ReplyDelta, None]:
        events = stream()
        await anext(events)
        return events

    made.registry.add(Command("flow", run))

    with pytest.raises(TypeError, match="flow"):
        await commands.run_typed(CALL, "flow")
    assert closed.is_set()


# --- cards that change ----------------------------------------------------------------------------------------------


def changing(made: Behind, ends: list[str], *, concerns_others: bool = False) -> Command:
    """A command that shows two cards and notes that it has ended."""

    async def cards() -> AsyncGenerator[Card, None]:
        try:
            yield Card("At work")
            yield Card("Done")
        finally:
            ends.append("ended")

    async def run(_invocation: Invocation, _values: Values) -> LiveCard:
        return LiveCard(cards())

    parameters = (Parameter("name"), Parameter("scope"))
    command = Command("pull", run, parameters, concerns_others=lambda _: concerns_others)
    made.registry.add(command)
    return command


async def test_a_card_that_changes_is_for_whoever_shows_it(made: Behind, commands: Commands) -> None:
    ends: list[str] = []
    changing(made, ends, concerns_others=True)

    ran = await commands.run_typed(CALL, "pull owl")

    assert isinstance(ran.card, LiveCard)
    assert (ran.said, ran.again) == (CALL.say("live-shared"), "pull owl")
    assert (await last_of(ran.card)).title == "Done"
    assert ends == ["ended"]


async def test_a_glance_sees_its_first_state_and_ends_its_work(made: Behind, commands: Commands) -> None:
    ends: list[str] = []
    changing(made, ends)

    assert (await commands.glance(CALL, "pull")).title == "At work"
    assert ends == ["ended"]


@pytest.mark.parametrize(
    ("values", "typed"),
    [
        ({}, "pull"),
        ({"name": "owl"}, "pull owl"),
        ({"scope": "me"}, 'pull "" me'),
        ({"name": "two words", "scope": 'a "b"'}, 'pull "two words" \'a "b"\''),
        ({"name": "'\""}, ""),
        ({"hidden": "x"}, ""),
    ],
)
def test_a_command_is_typed_again_as_it_was_given(made: Behind, values: Values, typed: str) -> None:
    command = changing(made, [])

    assert typed_again(command, values) == typed
    if typed:
        assert {name: value for name, value in made.registry.parse(typed)[1].items() if value} == values


# --- what is offered ------------------------------------------------------------------------------------------------


async def offered(made: Behind, commands: Commands, typed: str = "", *, longest: int = 75) -> tuple[str, ...]:
    command = made.registry.named("model")
    return tuple(await commands.offered(CALL, command, "name", typed=typed, most=100, longest=longest))


async def test_values_that_fit_are_offered(made: Behind, commands: Commands) -> None:
    assert await offered(made, commands, "lar") == (LARK.name,)
    assert await offered(made, commands, "lar", longest=3) == ()


async def test_nothing_is_offered_where_it_takes_too_long(
    made: Behind, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forever(_invocation: Invocation) -> tuple[str, ...]:
        await asyncio.Event().wait()
        return ("never",)

    async def run(_invocation: Invocation, _values: Values) -> Card:
        return Card("?")

    slow = Command("slow", run, (Parameter("x", completions=forever),))
    made.registry.add(slow)
    monkeypatch.setattr(running, "OFFER_S", 0.0)

    assert await commands.offered(CALL, slow, "x", typed="", most=25, longest=100) == ()


async def test_nothing_is_offered_where_nobody_can_be_asked(made: Behind, commands: Commands) -> None:
    made.history.down = HistoryUnavailable(where="redis", reason="refused")

    command = made.registry.named("sources")
    assert await commands.offered(CALL, command, "number", typed="", most=25, longest=100) == ()
