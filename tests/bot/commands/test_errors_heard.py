"""Whoever counts errors hears of each that ends a command, once, and of nothing else."""

from collections.abc import AsyncGenerator

import pytest

from bot.access import Access, Permission
from bot.commands.cards import Card, LiveCard
from bot.commands.command import Command, Invocation, Values
from bot.commands.registry import Registry
from bot.errors import AssistantError, EngineBusy, NotAllowed
from bot.messages import Author, ConversationKey

INVOCATION = Invocation(id="1", conversation=ConversationKey("slack", "t", "c"), author=Author("U1", "Ana"), at=0.0)


async def busy(_invocation: Invocation, _values: Values) -> Card:
    raise EngineBusy("ollama")


async def shown(_invocation: Invocation, _values: Values) -> Card:
    return Card("shown")


async def breaking_off(_invocation: Invocation, _values: Values) -> LiveCard:
    async def cards() -> AsyncGenerator[Card, None]:
        yield Card("first")
        raise EngineBusy("ollama")

    return LiveCard(cards())


@pytest.fixture
def heard() -> list[AssistantError]:
    return []


@pytest.fixture
def registry(heard: list[AssistantError]) -> Registry:
    made = Registry(Access(), on_error=heard.append)
    for command in (
        Command("busy", busy),
        Command("shown", shown),
        Command("live", breaking_off),
        Command("closed", shown, permission=Permission.ADMINISTER),
    ):
        made.add(command)
    return made


async def test_the_error_that_ends_a_command_is_heard_and_raised(
    registry: Registry, heard: list[AssistantError]
) -> None:
    with pytest.raises(EngineBusy):
        await registry.run(INVOCATION, registry.named("busy"), {})
    with pytest.raises(NotAllowed):
        await registry.run(INVOCATION, registry.named("closed"), {})
    assert [error.code for error in heard] == ["engine-busy", "not-allowed"]


async def test_of_a_command_that_ends_well_nothing_is_heard(registry: Registry, heard: list[AssistantError]) -> None:
    await registry.run(INVOCATION, registry.named("shown"), {})
    assert heard == []


async def test_an_error_in_the_middle_of_changing_cards_is_heard(
    registry: Registry, heard: list[AssistantError]
) -> None:
    live = await registry.run(INVOCATION, registry.named("live"), {})
    assert isinstance(live, LiveCard)
    titles = []
    with pytest.raises(EngineBusy):
        titles = [card.title async for card in live.cards]
    assert ([error.code for error in heard], titles) == (["engine-busy"], [])


async def test_closing_changing_cards_ends_the_work_behind_them(
    registry: Registry, heard: list[AssistantError]
) -> None:
    ended = []

    async def working(_invocation: Invocation, _values: Values) -> LiveCard:
        async def cards() -> AsyncGenerator[Card, None]:
            try:
                yield Card("first")
                yield Card("second")
            finally:
                ended.append(True)

        return LiveCard(cards())

    registry.add(Command("working", working))
    live = await registry.run(INVOCATION, registry.named("working"), {})
    assert isinstance(live, LiveCard)
    assert (await anext(live.cards)).title == "first"
    await live.cards.aclose()
    assert (ended, heard) == ([True], [])
