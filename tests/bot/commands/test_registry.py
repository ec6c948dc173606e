from dataclasses import replace

import pytest

from bot.access import Access, Permission
from bot.commands.cards import Card
from bot.commands.registry import Command, Invocation, Parameter, Registry, Values
from bot.errors import BadArgument, EngineUnreachable, MissingArgument, NotAllowed, UnknownCommand
from bot.messages import Author, ConversationKey

INVOCATION = Invocation(id="1", conversation=ConversationKey("slack", "t", "c"), author=Author("U1", "Ana"), at=0.0)


async def echo(_invocation: Invocation, given: Values) -> Card:
    return Card(title=" ".join(f"{name}={value}" for name, value in given.items()))


async def live(_invocation: Invocation) -> list[str]:
    return ["brown owl", "owl", "lark"]


async def nobody(_invocation: Invocation) -> list[str]:
    raise EngineUnreachable(engine="ollama", url="http://127.0.0.1:1")


def registry(*commands: Command) -> Registry:
    made = Registry(Access())
    for command in commands:
        made.add(command)
    return made


SCOPE = Parameter("scope", choices=("channel", "user"), aliases={"me": "user", "kanál": "channel"})
PICK = Command("pick", echo, (Parameter("name", required=True, completions=live), SCOPE))
PLAIN = Command("plain", echo)


async def title(text: str, *commands: Command) -> str:
    house = registry(*commands)
    command, given = house.parse(text)
    result = await house.run(INVOCATION, command, given)
    assert isinstance(result, Card)
    return result.title


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("pick owl", "name=owl"),
        ("/pick owl user", "name=owl scope=user"),
        ("  /PICK  owl   USER ", "name=owl scope=user"),
        ("pick owl me", "name=owl scope=user"),
        ("pick owl Kanál", "name=owl scope=channel"),
        ("pick 'brown owl' user", "name=brown owl scope=user"),
        ("pick it's", "name=it's"),
        (r"pick C:\models\#1.gguf", r"name=C:\models\#1.gguf"),
    ],
)
async def test_words_become_values_in_order(text: str, understood: str) -> None:
    assert await title(text, PICK) == understood


def test_a_command_that_does_not_exist_gets_the_nearest_ones() -> None:
    with pytest.raises(UnknownCommand) as caught:
        registry(PICK, PLAIN).parse("/pikc owl")
    assert (caught.value.name, caught.value.nearest) == ("pikc", ("/pick",))


def test_the_beginning_of_a_command_is_near_to_it() -> None:
    with pytest.raises(UnknownCommand) as caught:
        registry(PICK, PLAIN).parse("/pl")
    assert caught.value.nearest == ("/plain",)


def test_a_word_too_many_is_named() -> None:
    with pytest.raises(BadArgument) as caught:
        registry(PICK).parse("pick owl user now please")
    assert caught.value.data() == {"command": "pick", "parameter": "none", "value": "now", "expected": "none"}


async def test_a_value_outside_the_choices_is_refused_with_the_choices() -> None:
    with pytest.raises(BadArgument) as caught:
        await title("pick owl everybody", PICK)
    assert (caught.value.parameter, caught.value.value, caught.value.expected) == (
        "scope",
        "everybody",
        "channel, user",
    )


@pytest.mark.parametrize("given", [{}, {"name": ""}, {"name": "  ", "scope": "user"}])
async def test_a_required_value_must_be_there(given: Values) -> None:
    with pytest.raises(MissingArgument) as caught:
        await registry(PICK).run(INVOCATION, PICK, given)
    assert (caught.value.command, caught.value.parameter) == ("pick", "name")


async def test_values_by_name_need_no_order_and_empty_ones_are_not_given() -> None:
    result = await registry(PICK).run(INVOCATION, PICK, {"scope": "", "name": "owl"})
    assert result == Card(title="name=owl")


async def test_a_value_for_a_parameter_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadArgument) as caught:
        await registry(PICK).run(INVOCATION, PICK, {"name": "owl", "colour": "brown"})
    assert (caught.value.parameter, caught.value.value) == ("colour", "brown")


async def test_a_command_for_administrators_is_refused_to_others_before_it_runs() -> None:
    reserved = replace(PLAIN, permission=Permission.ADMINISTER)
    with pytest.raises(NotAllowed) as caught:
        await title("plain", reserved)
    assert caught.value.action == "/plain"


@pytest.mark.parametrize(
    ("parameter", "typed", "offered"),
    [
        ("name", "", ("brown owl", "owl", "lark")),
        ("name", "OW", ("owl", "brown owl")),
        ("name", "xyz", ()),
        ("scope", "us", ("user",)),
        ("colour", "", ()),
    ],
)
async def test_completions_fit_what_was_typed_and_begin_with_it_first(
    parameter: str, typed: str, offered: tuple[str, ...]
) -> None:
    assert await registry(PICK).completions(INVOCATION, PICK, parameter, typed=typed) == offered


async def test_completions_are_bounded() -> None:
    assert await registry(PICK).completions(INVOCATION, PICK, "name", most=2) == ("brown owl", "owl")


async def test_with_nobody_to_ask_there_are_no_completions() -> None:
    lost = Command("lost", echo, (Parameter("name", completions=nobody),))
    assert await registry(lost).completions(INVOCATION, lost, "name") == ()


def test_two_commands_of_one_name_are_a_fault() -> None:
    with pytest.raises(ValueError, match="pick"):
        registry(PICK, PICK)


def test_usage_shows_what_is_required_and_what_is_optional() -> None:
    assert PICK.usage == "/pick <name> [scope]"
