"""Cards that change while a command works, and texts side by side, in a strict Slack."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.slack.controls import card_screens
from bot.chat.showing.live import Rhythm
from bot.chat.showing.pacing import Budgets
from bot.commands.cards import Action, Card, Field, Pane, Picture
from bot.commands.command import Command
from bot.errors import EngineUnreachable
from tests.adapters.slack.controls.stage import SAY, Scene, scened
from tests.doubles.live_commands import Pull
from tests.doubles.slack import Place, Post

URL_LIVES = 30 * 60


@dataclass
class Pulls:
    """A workspace with two commands: one that is for the caller alone, one for everybody."""

    scene: Scene
    own: Pull = field(default_factory=Pull)
    common: Pull = field(default_factory=Pull)

    async def posted(self, words: str, place: Place | None = None) -> Post:
        """A message for everybody there, once it says that."""
        there = place or self.scene.general

        def found() -> Post | None:
            return next((post for post in there.answers if not post.only_for and words in post.text), None)

        shown: Post = await self.scene.until(found)
        return shown


@pytest.fixture
async def pulls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pulls]:
    monkeypatch.setattr(card_screens, "POSTED", Rhythm(every=0.0))
    monkeypatch.setattr(card_screens, "SENT", Rhythm(pauses=(0.0, 0.0, 0.0)))
    async with scened(tmp_path) as scene:
        scene.slack.app.manifest = type(scene.slack.app.manifest)()  # it knows every command
        pulls = Pulls(scene)
        scene.behind.registry.add(Command("pull", pulls.own.run))
        scene.behind.registry.add(Command("compare-all", pulls.common.run, concerns_others=lambda _: True))
        yield pulls


async def test_a_card_for_everybody_is_posted_and_changed_in_place(pulls: Pulls) -> None:
    await pulls.scene.jana.runs("/sova-compare-all", "", pulls.scene.general)
    pulls.common.tell(Card("Compare", "one of two", actions=(Action("Stop", "stop"),)))
    first = await pulls.posted("one of two")
    await pulls.scene.told(pulls.scene.jana, SAY("live-shared"))
    assert [button.label for button in first.buttons] == ["Stop"]

    pulls.common.tell(Card("Compare", "both", picture=Picture(b"\x89PNG", "how fast")), None)
    last = await pulls.posted("both")

    assert last.ts == first.ts
    assert not last.buttons
    assert [block["alt_text"] for block in last.blocks if block["type"] == "image"] == ["how fast"]


async def test_a_card_for_the_caller_is_sent_a_few_times_and_its_end_always(pulls: Pulls) -> None:
    await pulls.scene.jana.runs("/sova-pull", "", pulls.scene.general)
    for number in range(6):
        pulls.own.tell(Card("Pull", f"{number}0 %"))
        if number < 4:
            await pulls.scene.told(pulls.scene.jana, f"{number}0 %")
    pulls.own.tell(Card("Pull", "done"), None)

    await pulls.scene.told(pulls.scene.jana, "done")
    shown = [post.text for post in pulls.scene.general.answers if post.only_for == pulls.scene.jana.id]
    assert len(shown) == 5
    assert not pulls.scene.jana.direct.answers


async def test_what_takes_longer_than_slack_waits_ends_in_direct_messages(pulls: Pulls) -> None:
    await pulls.scene.jana.runs("/sova-pull", "", pulls.scene.general)
    pulls.own.tell(Card("Pull", "10 %"))
    await pulls.scene.told(pulls.scene.jana, "10 %")

    await pulls.scene.slack.advance(URL_LIVES)
    pulls.own.tell(Card("Pull", "done"), None)

    await pulls.posted("done", pulls.scene.jana.direct)
    assert pulls.scene.jana.direct.answers[0].text.startswith(SAY("live-elsewhere")[:20])


async def test_in_a_thread_a_card_for_everybody_changes_below_the_mention(pulls: Pulls) -> None:
    question = await pulls.scene.asked()
    await pulls.scene.jana.says(pulls.scene.general, "compare-all", mention=True, thread=question)
    pulls.common.tell(Card("Compare", "one of two"))
    first = await pulls.posted("one of two")

    pulls.common.tell(Card("Compare", "both"), None)

    last = await pulls.posted("both")
    assert (first.thread, last.ts) == (question.ts, first.ts)


async def test_what_is_personal_changes_in_direct_messages_and_the_thread_is_told(pulls: Pulls) -> None:
    question = await pulls.scene.asked()
    await pulls.scene.jana.says(pulls.scene.general, "pull", mention=True, thread=question)
    pulls.own.tell(Card("Pull", "10 %"))
    first = await pulls.posted("10 %", pulls.scene.jana.direct)
    pointing = await pulls.scene.told(pulls.scene.jana, "direct messages")

    pulls.own.tell(Card("Pull", "done"), None)

    assert pointing.thread == question.ts
    assert (await pulls.posted("done", pulls.scene.jana.direct)).ts == first.ts


async def test_in_direct_messages_every_card_changes_in_place(pulls: Pulls) -> None:
    await pulls.scene.jana.says(pulls.scene.jana.direct, "pull")
    pulls.own.tell(Card("Pull", "10 %"))
    first = await pulls.posted("10 %", pulls.scene.jana.direct)

    pulls.own.tell(Card("Pull", "done"), None)

    assert (await pulls.posted("done", pulls.scene.jana.direct)).ts == first.ts


async def test_a_channel_without_sova_is_reached_where_slack_waits(pulls: Pulls) -> None:
    scene = pulls.scene
    elsewhere = scene.slack.team.channel("elsewhere", with_bot=False)
    await scene.jana.runs("/sova-compare-all", "", elsewhere)
    pulls.common.tell(Card("Compare", "one of two"))
    await pulls.posted("one of two", elsewhere)

    pulls.common.tell(Card("Compare", "both"), None)

    await pulls.posted("both", elsewhere)


async def test_what_ends_the_work_is_said_on_the_card(pulls: Pulls) -> None:
    await pulls.scene.jana.runs("/sova-compare-all", "", pulls.scene.general)
    pulls.common.tell(Card("Compare", "one of two"))
    await pulls.posted("one of two")

    pulls.common.tell(EngineUnreachable(engine="ollama", url="http://127.0.0.1:11434"))

    card = await pulls.posted("⚠️")
    assert "one of two" in card.text
    assert [button.label for button in card.buttons] == [SAY("live-again")]


async def test_what_ends_it_before_anything_is_shown_is_told_to_the_caller(pulls: Pulls) -> None:
    await pulls.scene.jana.runs("/sova-pull", "", pulls.scene.general)

    pulls.own.tell(EngineUnreachable(engine="ollama", url="http://127.0.0.1:11434"))

    await pulls.scene.told(pulls.scene.jana, "ollama")


async def test_when_sova_ends_the_work_ends_and_the_card_says_so(pulls: Pulls) -> None:
    await pulls.scene.jana.runs("/sova-compare-all", "", pulls.scene.general)
    pulls.common.tell(Card("Compare", "one of two"))
    await pulls.posted("one of two")

    await pulls.scene.controls.close()

    await pulls.posted(SAY("live-interrupted").partition(".")[0])
    assert pulls.common.has_ended.is_set()


async def test_two_cards_change_beside_each_other(pulls: Pulls) -> None:
    scene = pulls.scene
    await scene.jana.runs("/sova-compare-all", "", scene.general)
    await scene.petr.runs("/sova-pull", "", scene.general)
    pulls.common.tell(Card("Compare", "one of two"))
    pulls.own.tell(Card("Pull", "10 %"))
    await pulls.posted("one of two")
    await scene.told(scene.petr, "10 %")

    pulls.own.tell(Card("Pull", "done"), None)
    pulls.common.tell(Card("Compare", "both"), None)

    await scene.told(scene.petr, "done")
    await pulls.posted("both")


async def test_a_card_that_was_taken_away_is_posted_anew_when_it_has_ended(pulls: Pulls) -> None:
    await pulls.scene.jana.runs("/sova-compare-all", "", pulls.scene.general)
    pulls.common.tell(Card("Compare", "one of two"))
    first = await pulls.posted("one of two")
    pulls.scene.slack.world.remove(first.message)

    pulls.common.tell(Card("Compare", "still one"), Card("Compare", "both"), None)

    assert (await pulls.posted("both")).ts != first.ts


def test_cards_leave_answers_most_of_what_slack_takes_and_their_last_states_some_of_it() -> None:
    changes = Budgets(card_screens.CHANGES, clock=lambda: 0.0)
    for _ in range(16):
        changes.spend("C1")

    assert changes.wait("C1", last=False) == 60.0
    assert changes.wait("C1", last=True) == 0.0
    assert changes.wait("C2", last=False) == 0.0


async def test_a_list_below_a_pane_keeps_its_lines_and_figures_stand_in_columns(pulls: Pulls) -> None:
    fields = (Field("Speed", "12 tokens/s"), Field("Sources", "[1] a\n[2] b"), Field("Note", "word " * 20))
    await pulls.scene.jana.runs("/sova-compare-all", "", pulls.scene.general)

    pulls.common.tell(Card("Compare", "Which is better?", panes=(Pane("owl", "one", fields),)), None)

    post = await pulls.posted("Which is better?")
    *_, figures, others = [block for block in post.blocks if block["type"] == "section"]
    assert [field["text"] for field in figures["fields"]] == ["*Speed*\n12 tokens/s"]
    assert "*Sources*\n[1] a\n[2] b\n*Note*" in others["text"]["text"]


async def test_panes_stand_below_each_other_and_call_nobody(pulls: Pulls) -> None:
    texts = [f"<!channel> <@{pulls.scene.petr.id}> **one**\n\n```\n{'x = 1' * 4_000}\n```", "two", "three" * 2_000]
    panes = tuple(Pane(f"owl:{n}b", text, (Field("Speed", "12 tokens/s"),)) for n, text in enumerate(texts))
    await pulls.scene.jana.runs("/sova-compare-all", "", pulls.scene.general)

    pulls.common.tell(Card("Compare", "Which is better?", panes=panes), None)

    post = await pulls.posted("Which is better?")
    markdown = [block["text"] for block in post.blocks if block["type"] == "markdown"]
    assert sum(map(len, markdown)) <= 12_000
    assert markdown[1] == "two"
    assert markdown[0].endswith(SAY("pane-cut"))
    assert [block["text"]["text"] for block in post.blocks if block["type"] == "header"] == [
        "Compare",
        "owl:0b",
        "owl:1b",
        "owl:2b",
    ]
