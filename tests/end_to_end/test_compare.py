"""Models held against each other by a whole Sova in a process of its own: in a shell, in Discord, in Slack."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.discord import Post
from tests.doubles.llama_server import llama_server
from tests.doubles.ollama_wire import OllamaWire
from tests.end_to_end import slack_office, test_discord_commands
from tests.end_to_end.slack_office import Office
from tests.end_to_end.sova import Sova
from tests.end_to_end.test_discord_commands import Desk

desk, manifest, office = test_discord_commands.desk, slack_office.manifest, slack_office.office
ASKED = "Which bird sees at night?"
PAIR = ("echo", "owl:1b")


def votes(post: Post) -> list[str]:
    """What the buttons of a comparison are called in full."""
    return [button.custom_id for button in post.buttons if "compare-vote" in button.custom_id]


@pytest.mark.engine
async def test_two_real_models_answer_one_after_the_other_each_loaded_once_and_timed(tmp_path: Path) -> None:
    async with OllamaWire(await asyncio.to_thread(llama_server)) as wire:
        settings = {
            "SOVA_ENGINE": "ollama",
            "SOVA_OLLAMA_URL": wire.url,
            "SOVA_CONTEXT_TOKENS": "512",
            "SOVA_ANSWER_TOKENS": "16",
        }
        ran = await Sova(tmp_path, settings=settings)("compare", ASKED, "--models", "smollm2:135m,seer:135m", "--json")
    assert ran.code == 0, ran.aside
    told = ran.json
    answers: Any = told["answers"]
    assert [one["model"] for one in answers] == ["smollm2:135m", "seer:135m"]
    assert answers[0]["text"] == answers[1]["text"] != "", "the same model behind both names, with the same dice"
    assert all(one["timings"]["load_ms"] > 0 and 0 < one["tokens"] <= 16 for one in answers)
    assert wire.loads == 2
    first, second = [one for one in wire.asked if getattr(one, "messages", ())]
    assert first.model != second.model
    assert (first.options, getattr(first, "messages", ())) == (second.options, getattr(second, "messages", ()))


async def test_in_a_shell_what_cant_be_compared_is_wrong_usage(tmp_path: Path, desk: Desk) -> None:
    desk.engine.models = PAIR
    ran = await Sova(tmp_path, settings=desk.sova.settings)("compare", ASKED, "--models", "echo", "--lang", "en")
    assert ran.code == 2
    assert "A comparison takes two models" in ran.aside


async def test_in_discord_everybody_sees_the_answers_and_each_voter_alone_what_they_voted(desk: Desk) -> None:
    desk.engine.models = PAIR
    async with desk.serving():
        desk.anna.slash(desk.general, "compare", question=ASKED, first="echo", second="owl:1b")
        card = await desk.discord.until(lambda: next(filter(votes, desk.general.answers), None))
        voted = desk.bob.clicks(card, votes(card)[1])
        await desk.told(voted)
        table = desk.bob.slash(desk.general, "compare")
        await desk.told(table)

    assert not card.is_ephemeral
    assert [embed["title"] for embed in card.embeds] == ["1 · echo", "2 · owl:1b"]
    assert all(ASKED in embed["description"] for embed in card.embeds)
    assert voted.answer
    assert voted.answer.is_ephemeral
    assert "2 · owl:1b" in voted.answer.text
    assert table.answer
    assert table.answer.text.index("owl:1b") < table.answer.text.index("echo")


async def test_in_slack_too_and_nobody_s_vote_counts_twice(office: Office) -> None:
    office.engine.models = PAIR
    async with office.serving():
        await office.jana.runs("/sova-compare", f"{ASKED} echo owl:1b", office.general)
        card = await office.slack.seen(office.general, lambda post: "compare-vote" in json.dumps(post.blocks))
        first, _, same = (button.value for button in card.buttons if "compare-vote" in button.value)
        await office.petr.presses(card, same)
        await office.told(office.petr, "you see no difference")
        await office.petr.presses(card, first)
        told = await office.told(office.petr, "vote counts: 1 · echo")
    assert not card.only_for
    assert card.text.count(f"You asked: {ASKED}") == 2
    votes = {row.split(" | ")[0]: row.split(" | ")[-1] for row in told.text.splitlines() if " | " in row}
    assert (votes["1 · echo"], votes["2 · owl:1b"], votes["No difference"]) == ("1", "0", "0")
