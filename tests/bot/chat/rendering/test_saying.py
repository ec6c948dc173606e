"""What is said around an answer, before a platform gives it its looks."""

from dataclasses import replace

import pytest

from bot.chat.rendering.saying import Escapes, Source, nothing_said, page_mark, remarks, sources_line, sources_of, state
from bot.messages import Citation, FinishReason, Language, Notice, Progress, Stage
from bot.wording import Wording, speak
from tests.bot.chat.showing.replies import a_reply

EN, CS = speak(Language.ENGLISH), speak(Language.CZECH)
LOUD = Escapes(str.upper, str.lower)


@pytest.mark.parametrize("say", [EN, CS], ids=["en", "cs"])
@pytest.mark.parametrize("reason", FinishReason)
def test_how_an_answer_ended_is_said_unless_it_simply_did(reason: FinishReason, say: Wording) -> None:
    said = list(remarks(a_reply("So.", reason=reason), say))
    assert len(said) == (reason not in {FinishReason.COMPLETE, FinishReason.UNANSWERED})


def test_notices_follow_the_ending_in_their_order() -> None:
    reply = replace(a_reply("So.", reason=FinishReason.STOPPED), notices=(Notice("unindexed"), Notice("not-saved")))
    ending, first, second = remarks(reply, EN)
    assert ending.startswith("Stopped.")
    assert (first, second) == tuple(EN.of_notice(notice) for notice in reply.notices)


def test_names_of_sources_are_escaped_as_data_and_sovas_words_as_hers() -> None:
    citations = (Citation(1, "faq.txt", "Memory", 0.9), Citation(2, "plan.txt", "", 0.8, attached=True))
    assert sources_line(citations, EN, LOUD) == "sources: [1] FAQ.TXT · MEMORY  [2] PLAN.TXT (ATTACHED)"


def test_the_first_source_is_always_named_and_those_that_do_not_fit_are_counted() -> None:
    citations = tuple(Citation(number, "d" * 200, "h" * 200, 0.5) for number in (1, 2, 3))
    line = sources_line(citations, CS, LOUD)
    assert line.startswith("zdroje: [1] …DDD")
    assert line.endswith("a 2 další")
    assert len(line) < 200


def test_states_pages_and_nothing_are_said_in_the_persons_language() -> None:
    assert state(Progress(Stage.LOADING, "owl:1b"), EN) == "Loading owl:1b…"
    assert state(Progress(Stage.QUEUED, "owl:1b"), CS) == "Čekám, až na mě přijde řada…"
    assert page_mark(2, 3, CS) == "strana 2 z 3"
    assert "owl:1b" in nothing_said(a_reply(""), EN)


def test_the_card_of_sources_is_taken_apart_into_names_and_passages() -> None:
    text = "[1] faq.txt › Memory\nOne.\n\nTwo [3] three.\n\n[2] This source may not be shown here."
    assert sources_of(text) == (
        Source("[1] faq.txt › Memory", "One.\n\nTwo [3] three."),
        Source("[2] This source may not be shown here.", ""),
    )
