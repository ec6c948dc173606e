"""Which words are a command, with which values, and which are a question that only begins like one."""

import pytest

from bot.access import Access
from bot.chat.controls.typed_commands import TypedCommands
from bot.commands.catalogue import outlined_commands
from bot.commands.registry import Registry
from bot.errors import BadArgument, UnknownCommand


@pytest.fixture(scope="module")
def typed() -> TypedCommands:
    registry = Registry(Access())
    for command in outlined_commands():
        registry.add(command)
    return TypedCommands(registry)


@pytest.mark.parametrize(
    "text",
    [
        "help",
        "Help model",
        "nápověda",
        "napoveda",
        "model",
        "model llama3",
        "model fit llama3",
        "MODEL llama3.2:3b",
        "model llama3 channel",
        "model llama3 kanál",
        "model qwen2.5-coder thread",
        "model name:llama3 scope:me",
        "model rozsah:kanál název:llama3",
        "stats",
        "stats latency 24h",
        "stats since:7d",
        "statistiky",
        "stop",
        "Zastavit",
        "regenerate",
        "znovu",
        "sources",
        "sources 2",
        "zdroje [2]",
        "forget",
        "forget me",
        "forget person U012345",
        "privacy",
        "soukromi",
        "settings",
        "settings language",
        "settings language cs",
        "settings jazyk čeština workspace",
        "knowledge reindex",
        "compare",
        'compare "why is it blue" owl:1b,lark',
        "compare-vote 3f9a 2",
        "compare-vote 3f9a stejné",
        "/compare why is it blue?",
        "/model",
        "/stop the printer please",
    ],
)
def test_it_is_a_command(typed: TypedCommands, text: str) -> None:
    assert typed.is_command(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "model?",
        "stats?",
        "help me with my laptop",
        "help!",
        "model for the new printer",
        "model pro češtinu",
        "model llama3 is slow.",
        "model training.",
        "stop the printer",
        "stop that, please",
        "stats of last week",
        "stats latency yesterday",
        "sources of error",
        "sources for this",
        "forget it",
        "forget about the meeting",
        "privacy policy",
        "settings for the printer",
        "knowledge of physics",
        "compare the two plans",
        "compare these",
        "compare vote counts of the last elections",
        'compare "why is it blue" owl:1b?',
        "regenerate the report",
        "znovu otevřít lístek",
        "statistiky za minulý týden",
        "stop\nthe printer",
        "how do I stop",
        "/etc/hosts",
        "/unknown",
        "modelling",
        "What is a model",
    ],
)
def test_it_is_a_question(typed: TypedCommands, text: str) -> None:
    assert not typed.is_command(text)


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("", "help", {}),
        ("/model", "model", {}),
        ("model llama3 me", "model", {"name": "llama3", "scope": "user"}),
        ("model scope:channel llama3:8b", "model", {"scope": "channel", "name": "llama3:8b"}),
        ("model llama3:8b", "model", {"name": "llama3:8b"}),
        ("model fit llama3:8b", "model-fit", {"model": "llama3:8b"}),
        ("model 'my model' Channel", "model", {"name": "my model", "scope": "channel"}),
        ('model název:llama3 rozsah:"tento kanál"', "model", {"name": "llama3", "scope": "channel"}),
        ("nastavení jazyk cs", "settings", {"option": "language", "value": "cs"}),
        ("model llama3 nonsense", "model", {"name": "llama3", "scope": "nonsense"}),
        ("/compare why is it blue? owl:1b", "compare", {"question": "why is it blue? owl:1b"}),
        ("compare 'why is it blue' a,b", "compare", {"question": "why is it blue", "first": "a,b"}),
        (
            "compare question:'why so' third:b naslepo:ano",
            "compare",
            {"question": "why so", "third": "b", "blind": "yes"},
        ),
        ("compare vote 3f9a stejné", "compare-vote", {"comparison": "3f9a", "answer": "same"}),
    ],
)
def test_values_are_read_in_order_and_by_name(
    typed: TypedCommands, text: str, name: str, values: dict[str, str]
) -> None:
    command, read = typed.read(text)

    assert (command.name, read) == (name, values)


def test_what_is_one_word_too_many_is_refused(typed: TypedCommands) -> None:
    with pytest.raises(BadArgument) as caught:
        typed.read("model a channel b")

    assert caught.value.value == "b"


def test_an_unknown_name_is_refused_with_the_nearest_ones(typed: TypedCommands) -> None:
    with pytest.raises(UnknownCommand) as caught:
        typed.read("modle x")

    assert caught.value.nearest == ("/model",)
