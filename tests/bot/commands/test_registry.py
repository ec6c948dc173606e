from dataclasses import replace

import pytest

from bot.access import Access, Permission, Rules
from bot.commands.cards import Card
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.registry import Registry
from bot.errors import BadArgument, EngineUnreachable, MissingArgument, NotAllowed, UnknownCommand
from bot.messages import Author, ConversationKey
from bot.ports import AuditEntry

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


# --- what takes more than asking ------------------------------------------------------------------------------


class Order:
    """Notes what happens, in order."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.entries: list[AuditEntry] = []

    async def record(self, entry: AuditEntry) -> None:
        self.notes.append("recorded")
        self.entries.append(entry)

    async def run(self, _invocation: Invocation, _given: Values) -> Card:
        self.notes.append("done")
        return Card("")

    @property
    def command(self) -> Command:
        scope = Parameter("scope", choices=("me", "all"))
        return Command("change", self.run, (Parameter("name"), scope), needs=for_all_an_administrators)

    async def type(self, text: str, *, author: str) -> None:
        house = Registry(Access(admins=frozenset({"slack:boss"})), self)
        house.add(self.command)
        command, given = house.parse(text)
        await house.run(replace(INVOCATION, author=Author(author, author), at=5.0), command, given)


def for_all_an_administrators(given: Values) -> Permission:
    return Permission.ADMINISTER if given.get("scope") == "all" else Permission.SWITCH


async def test_values_that_take_more_are_refused_to_those_who_lack_it() -> None:
    order = Order()
    await order.type("change owl me", author="U1")
    with pytest.raises(NotAllowed) as refused:
        await order.type("change owl all", author="U1")
    assert (refused.value.action, refused.value.needed) == ("/change … all", "administer")
    assert order.notes == ["done", "recorded"]


async def test_what_administrators_do_is_written_down_before_it_is_done() -> None:
    order = Order()
    await order.type("change owl ALL", author="boss")
    assert order.notes == ["recorded", "done"]
    assert order.entries == [
        AuditEntry(
            at=5.0,
            author="boss",
            conversation=INVOCATION.conversation,
            command="change",
            parameters={"name": "owl", "scope": "all"},
            permission="administer",
            allowed=True,
        )
    ]


async def test_what_was_refused_is_written_down_too() -> None:
    order = Order()
    with pytest.raises(NotAllowed):
        await order.type("change owl all", author="U1")
    assert [(entry.author, entry.allowed) for entry in order.entries] == [("U1", False)]


async def test_a_command_reserved_as_a_whole_is_written_down_when_refused() -> None:
    order = Order()
    house = Registry(Access(), order)
    reserved = replace(order.command, permission=Permission.ADMINISTER)
    with pytest.raises(NotAllowed):
        await house.run(INVOCATION, reserved, {"nonsense": "x"})
    assert [(entry.parameters, entry.allowed) for entry in order.entries] == [({"nonsense": "x"}, False)]


async def test_what_everybody_may_do_is_not_written_down() -> None:
    order = Order()
    await order.type("change owl", author="boss")
    assert order.entries == []


class Closed:
    """Rules that let nobody ask."""

    def rules(self) -> Rules:
        return Rules(given={"slack": {Permission.ASK: frozenset()}})


async def test_whoever_may_not_ask_is_offered_no_values() -> None:
    assert await Registry(Access(file=Closed())).completions(INVOCATION, PICK, "name") == ()


async def test_whoever_may_not_ask_may_use_no_command() -> None:
    house = Registry(Access(file=Closed()))
    house.add(PLAIN)
    with pytest.raises(NotAllowed) as refused:
        await house.run(INVOCATION, PLAIN, {})
    assert refused.value.needed == "ask"
