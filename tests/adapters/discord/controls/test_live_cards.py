"""Cards that change while a command works, and texts side by side, in a strict Discord over real sockets."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from adapters.discord.controls import card_screen
from bot.chat.showing.live import Rhythm
from bot.commands.cards import Action, Card, Field, Pane, Picture
from bot.commands.command import Command, Invocation, Values
from bot.errors import EngineUnreachable
from bot.messages import Language
from bot.wording import speak
from tests.adapters.discord.controls import test_over_http as wire
from tests.adapters.discord.controls.stage import Behind
from tests.doubles.discord import Interaction, Post
from tests.doubles.live_commands import Pull

line = wire.line
Line = wire.Line
T = TypeVar("T")
SAY = speak(Language.ENGLISH)
TOKEN_LIVES = 15 * 60


class Waiting(logging.Handler):
    """Tells when something is logged there."""

    def __init__(self, name: str) -> None:
        super().__init__(logging.WARNING)
        self.logged = asyncio.Event()
        logging.getLogger(name).addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        logging.getLogger(record.name).removeHandler(self)
        self.logged.set()


@dataclass
class Pulls:
    """One that is for the caller alone, one for everybody."""

    own: Pull = field(default_factory=Pull)
    common: Pull = field(default_factory=Pull)


async def _with_panes(_invocation: Invocation, _values: Values) -> Card:
    return Card("", panes=(Pane("owl", "one"),))


@pytest.fixture
def pulls(made: Behind, monkeypatch: pytest.MonkeyPatch) -> Pulls:
    monkeypatch.setattr(card_screen, "RHYTHM", Rhythm(every=0.0))
    pulls = Pulls()
    made.registry.add(Command("persona", pulls.own.run))
    made.registry.add(Command("model-fit", pulls.common.run, concerns_others=lambda _: True))
    made.registry.add(Command("attach", _with_panes))
    return pulls


@pytest.fixture
async def shown(pulls: Pulls, line: Line) -> tuple[Pulls, Line]:
    return pulls, line


Shown = tuple[Pulls, Line]


async def until(line: Line, happened: Callable[[], T | None]) -> T:
    """Wait for it, but not for ever."""
    try:
        async with asyncio.timeout(5):
            return await line.service.until(happened)
    except TimeoutError:
        raise AssertionError([post.text for post in line.service.posts()]) from None


async def says(line: Line, sent: Interaction, words: str) -> Post:
    """The answer to the caller, once it says that."""
    return await until(line, lambda: sent.answer if sent.answer and words in sent.answer.text else None)


def common(line: Line) -> list[Post]:
    """What Sova says for everybody in the channel."""
    return [post for post in line.general.answers if not post.is_ephemeral]


async def posted(line: Line, words: str) -> Post:
    """A message of Sova's for everybody in the channel, once it says that."""

    def found() -> Post | None:
        return next((post for post in common(line) if words in post.text), None)

    return await until(line, found)


async def test_a_card_for_the_caller_changes_in_its_message_and_the_last_stays(shown: Shown) -> None:
    pulls, line = shown
    sent = line.bob.slash(line.general, "persona")
    pulls.own.tell(Card("Pull", "10 %", actions=(Action("Pause", "stop"),)))
    first = await says(line, sent, "10 %")
    assert [button.label for button in first.buttons] == ["Pause"]

    pulls.own.tell(Card("Pull", "50 %"))
    second = await says(line, sent, "50 %")
    pulls.own.tell(Card("Pull", "done", picture=Picture(b"\x89PNG", "how it went")), None)
    last = await says(line, sent, "done")

    assert first.id == second.id == last.id
    assert last.is_ephemeral
    assert not last.buttons
    assert [file["description"] for file in last.attachments] == ["how it went"]
    assert sent.follow_ups == []


async def test_a_card_for_everybody_is_a_message_that_outlives_the_token(shown: Shown) -> None:
    pulls, line = shown
    sent = line.bob.slash(line.general, "model-fit")
    pulls.common.tell(Card("Compare", "one of two"))
    post = await posted(line, "one of two")
    await says(line, sent, SAY("live-shared"))

    line.service.advance(TOKEN_LIVES)
    pulls.common.tell(Card("Compare", "both"), None)

    assert (await posted(line, "both")).id == post.id


async def test_a_channel_that_sova_cannot_write_into_is_reached_by_the_token(shown: Shown) -> None:
    pulls, line = shown
    secret = line.guild.channel("secret")
    secret.denies("send_messages")
    sent = line.bob.slash(secret, "model-fit")
    pulls.common.tell(Card("Compare", "one of two"))
    (post,) = await until(line, lambda: sent.follow_ups)
    assert not post.is_ephemeral

    pulls.common.tell(Card("Compare", "both"), None)

    await until(line, lambda: "both" in post.text)


async def test_after_the_token_has_expired_the_end_comes_directly(shown: Shown) -> None:
    pulls, line = shown
    sent = line.bob.slash(line.general, "persona")
    pulls.own.tell(Card("Pull", "10 %"))
    await says(line, sent, "10 %")

    line.service.advance(TOKEN_LIVES)
    pulls.own.tell(Card("Pull", "50 %"), Card("Pull", "done", actions=(Action("Use it", "model owl"),)), None)

    direct = line.service.direct(line.bob)
    why, card = await until(line, lambda: direct.answers if len(direct.answers) == 2 else None)
    assert why.text == SAY("live-elsewhere")
    assert "done" in card.text
    assert [button.label for button in card.buttons] == ["Use it"]


async def test_who_takes_no_direct_messages_leaves_a_line_in_the_log(
    shown: Shown, caplog: pytest.LogCaptureFixture
) -> None:
    pulls, line = shown
    sent = line.bob.slash(line.general, "persona")
    pulls.own.tell(Card("Pull", "10 %"))
    await says(line, sent, "10 %")
    line.bob.blocks()
    refused = Waiting("adapters.discord.controls.responding")

    line.service.advance(TOKEN_LIVES)
    pulls.own.tell(Card("Pull", "done"), None)

    async with asyncio.timeout(5):
        await refused.logged.wait()
    assert "50007" in caplog.text


async def test_what_ends_the_work_is_said_on_the_card(shown: Shown) -> None:
    pulls, line = shown
    sent = line.bob.slash(line.general, "persona")
    pulls.own.tell(Card("Pull", "10 %"))
    await says(line, sent, "10 %")

    pulls.own.tell(EngineUnreachable(engine="ollama", url="http://127.0.0.1:11434"))

    card = await says(line, sent, "⚠️")
    assert "10 %" in card.text
    assert [button.label for button in card.buttons] == [SAY("live-again")]


async def test_what_ends_it_before_anything_is_shown_is_told_to_the_caller(shown: Shown) -> None:
    pulls, line = shown
    sent = line.bob.slash(line.general, "persona")

    pulls.own.tell(EngineUnreachable(engine="ollama", url="http://127.0.0.1:11434"))

    await says(line, sent, "ollama")


async def test_when_sova_ends_the_work_ends_and_the_card_says_so(shown: Shown) -> None:
    pulls, line = shown
    sent = line.bob.slash(line.general, "persona")
    pulls.own.tell(Card("Pull", "10 %"))
    await says(line, sent, "10 %")

    await line.client.controls.close()

    assert SAY("live-interrupted").partition(".")[0] in (await says(line, sent, "⚠️")).text
    assert pulls.own.has_ended.is_set()


async def test_two_cards_change_beside_each_other(shown: Shown) -> None:
    pulls, line = shown
    own, shared = line.bob.slash(line.general, "persona"), line.anna.slash(line.general, "model-fit")
    pulls.own.tell(Card("Pull", "10 %"))
    pulls.common.tell(Card("Compare", "one of two"))
    await says(line, own, "10 %")
    await posted(line, "one of two")

    pulls.common.tell(Card("Compare", "both"), None)
    pulls.own.tell(Card("Pull", "done"), None)

    await says(line, own, "done")
    await posted(line, "both")
    assert shared.is_answered


async def test_who_took_the_card_away_is_told_how_it_ended_all_the_same(shown: Shown) -> None:
    pulls, line = shown
    line.bob.slash(line.general, "model-fit")
    pulls.common.tell(Card("Compare", "one of two"))
    post = await posted(line, "one of two")
    line.anna.deletes(post)

    pulls.common.tell(Card("Compare", "still one"), Card("Compare", "both"), None)

    assert (await posted(line, "both")).id != post.id


async def test_a_card_has_a_name_by_which_discord_posts_it_once(shown: Shown) -> None:
    pulls, line = shown
    sent = line.bob.slash(line.general, "model-fit")
    pulls.common.tell(Card("Long", "word " * 500), None)

    await until(line, lambda: len(common(line)) == 2)

    assert [post.nonce for post in common(line)] == [f"{sent.record.id}-0", f"{sent.record.id}-1"]


async def test_a_card_may_grow_to_several_messages_and_shrink_again(shown: Shown) -> None:
    pulls, line = shown
    line.bob.slash(line.general, "model-fit")
    pulls.common.tell(Card("Long", "word " * 500))
    await until(line, lambda: len(common(line)) == 2)

    pulls.common.tell(Card("Long", "short"), None)

    await until(line, lambda: [post.text for post in common(line)] == ["**Long**\n\nshort"])


# --- texts side by side ---------------------------------------------------------------------------------------------


async def test_panes_are_embeds_that_are_seen_and_ping_nobody(shown: Shown) -> None:
    pulls, line = shown
    line.bob.slash(line.general, "model-fit")
    texts = [f"@everyone <@{line.anna.id}> **one**\n\n```py\n{'x = 1' * 2_000}\n```", "two"]
    panes = tuple(Pane(f"owl:{n}b", text, (Field("Speed", "12 tokens/s"),)) for n, text in enumerate(texts))

    pulls.common.tell(Card("Compare", "half", panes=panes[1:]), Card("Compare", "Which is better?", panes=panes), None)

    post = await posted(line, "Which is better?")
    first, second = post.embeds
    assert (first["title"], second["description"]) == ("owl:0b", "two")
    assert first["description"].endswith(SAY("pane-cut"))
    assert first["description"].count("```") == 2
    assert first["fields"][0]["value"] == "12 tokens/s"
    assert post.pings == []
    assert not post.flags & 1 << 2


async def test_a_list_below_a_pane_takes_the_whole_width_and_figures_stand_in_columns(shown: Shown) -> None:
    pulls, line = shown
    line.bob.slash(line.general, "model-fit")
    fields = (Field("Speed", "12 tokens/s"), Field("Sources", "[1] a\n[2] b"), Field("Note", "word " * 20))

    pulls.common.tell(Card("Compare", "Which is better?", panes=(Pane("owl", "one", fields),)), None)

    (embed,) = (await posted(line, "Which is better?")).embeds
    assert [field["inline"] for field in embed["fields"]] == [True, False, False]


async def test_panes_of_a_card_that_stays_are_embeds_too(shown: Shown) -> None:
    _, line = shown
    sent = line.bob.slash(line.general, "attach")

    answer = await until(line, lambda: sent.answer if sent.answer and sent.answer.embeds else None)
    assert answer.embeds[0]["description"] == "one"
