from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest

from bot.commands.cards import Card
from bot.commands.privacy import Privacy
from bot.egress.contacts import Contact, Located, Service, Use, Where
from bot.errors import NotAllowed
from bot.messages import Author
from tests.bot.commands.conftest import House

OLLAMA = Contact(Service.OLLAMA, Use.ALWAYS, "SOVA_OLLAMA_URL", "gpu-box")
INSIDE = Located(OLLAMA, Where.SITE, ("10.0.0.7", "fd00::7"), "fd00::7")
LISTED = Located(OLLAMA, Where.LISTED, ("93.184.215.14",), "93.184.215.14")
OWN = Located(Contact(Service.OWN_HISTORY, Use.ALWAYS), Where.OWN)
LISTED_HUB = Located(replace(OLLAMA, service=Service.HUB, host="18.66.0.1"), Where.LISTED, ("18.66.0.1",), "18.66.0.1")

Shown = Callable[..., Awaitable[Card]]


@pytest.fixture
def shown(house: House) -> Shown:
    """The card that an administrator sees where Sova talks to these."""

    async def show(*found: Located) -> Card:
        async def find() -> Sequence[Located]:
            return found

        (command,) = Privacy(find).commands()
        card = await command.run(house.invocation, {})
        assert isinstance(card, Card)
        return card

    return show


async def test_everyone_is_shown_with_setting_addresses_distance_use_and_purpose(shown: Shown) -> None:
    card = await shown(INSIDE, OWN)
    assert card.tables[0].columns == ("Who (setting)", "Host (addresses)", "Where", "Talked to", "What they are sent")
    assert card.tables[0].rows == (
        (
            "Ollama (SOVA_OLLAMA_URL)",
            "gpu-box (10.0.0.7, fd00::7)",
            "your network",
            "yes",
            "Questions with the conversation so far, and passages of your documents",
        ),
        (
            "My own Valkey",
            "–",
            "a process of mine on this machine",
            "yes",
            "Conversations, model choices, answer times, votes on answers and on comparisons, settings of channels",
        ),
    )


async def test_it_says_what_never_leaves(shown: Shown) -> None:
    assert "never leave your network" in (await shown(INSIDE, OWN)).text


async def test_it_does_not_say_so_where_the_operator_lets_something_out(shown: Shown) -> None:
    text = (await shown(LISTED, OWN)).text
    assert "gpu-box" in text
    assert "never leave" not in text


async def test_a_hub_that_is_listed_lets_nothing_out_and_its_address_stands_there_once(shown: Shown) -> None:
    card = await shown(LISTED_HUB)
    assert "never leave your network" in card.text
    assert card.tables[0].rows[0][1] == "18.66.0.1"


async def test_whom_these_settings_leave_out_is_sent_nothing(shown: Shown) -> None:
    card = await shown(Located(replace(OLLAMA, use=Use.NEVER), Where.UNTOLD))
    assert card.tables[0].rows == (("Ollama (SOVA_OLLAMA_URL)", "gpu-box", "–", "no", "–"),)


async def test_it_does_not_promise_for_the_platform_that_it_is_read_on(shown: Shown, house: House) -> None:
    assert "also known to Slack" in (await shown(INSIDE)).text
    at_the_machine = replace(house.invocation.conversation, platform="terminal")
    house.invocation = replace(house.invocation, conversation=at_the_machine)
    assert "also known" not in (await shown(INSIDE)).text


async def test_it_is_said_in_czech_too(shown: Shown, house: House) -> None:
    house.in_czech()
    card = await shown(INSIDE)
    assert "nikdy neopustí vaši síť" in card.text
    assert card.tables[0].rows[0][2] == "vaše síť"


async def test_only_administrators_see_it(house: House) -> None:
    with pytest.raises(NotAllowed):
        await house.type("/privacy")
    house.invocation = replace(house.invocation, author=Author("boss", "Eva"))
    assert (await house.card("/privacy")).title == "Whom I talk to"
