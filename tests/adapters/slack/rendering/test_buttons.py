"""Holds the controls below answers and cards to Slack's form, and to keeping what a press means."""

import pytest

from adapters.slack.rendering.buttons import FEEDBACK, PRESS, RUN, answer_actions, card_actions
from adapters.slack.rendering.limits import BUTTON_WORDS
from bot.chat.controls.answer_buttons import answer_buttons, page_buttons
from bot.chat.controls.presses import Action, Press, read_press
from bot.commands.cards import Action as Next
from bot.commands.cards import Card
from bot.messages import Author, Citation, ConversationKey, FinishReason, Incoming, Language, Reply, Timings, Usage
from bot.wording import speak
from tests.doubles.slack.blocks import faults_of

ASKED = Incoming("1726.001", ConversationKey("slack", "T1", "C1"), Author("U1", "Anna"), "?", received_at=0.0)
REPLY = Reply(
    "So.", ASKED.conversation, "owl:1b", "Ollama", FinishReason.COMPLETE, Usage(), Timings(), (Citation(1, "a", "", 1),)
)


@pytest.mark.parametrize(
    ("language", "texts", "thumbs"),
    [
        (Language.ENGLISH, ["🔁 Answer again", "🔀 Another model", "📚 Sources"], "Helpful"),
        (Language.CZECH, ["🔁 Odpovědět znovu", "🔀 Jiný model", "📚 Sources"], "Pomohlo mi to"),
    ],
)
def test_below_an_answer_is_a_row_of_buttons_and_the_thumbs(language: Language, texts: list[str], thumbs: str) -> None:
    buttons = answer_buttons(ASKED, running=False, longest=BUTTON_WORDS, reply=REPLY)
    row, feedback = (block.to_dict() for block in answer_actions(buttons, speak(language)))
    assert faults_of([row, feedback]) == []
    assert [button["text"]["text"] for button in row["elements"]] == texts
    assert all(button["action_id"].startswith(PRESS) for button in row["elements"])
    assert [read_press(button["value"]).action for button in row["elements"]] == [  # type: ignore[union-attr]
        Action.AGAIN,
        Action.OTHER,
        Action.SOURCES,
    ]
    (element,) = feedback["elements"]
    assert (element["action_id"], element["positive_button"]["text"]["text"]) == (FEEDBACK, thumbs)
    votes = [read_press(element[side]["value"]) for side in ("positive_button", "negative_button")]
    assert [vote and (vote.action, vote.turn, vote.asker) for vote in votes] == [
        (Action.UP, "1726.001", "U1"),
        (Action.DOWN, "1726.001", "U1"),
    ]


def test_while_it_is_given_there_is_stop_and_where_there_is_no_answer_no_thumbs() -> None:
    say = speak(Language.ENGLISH)
    (running,) = answer_actions(answer_buttons(ASKED, running=True, longest=BUTTON_WORDS), say)
    assert [button["text"]["text"] for button in running.to_dict()["elements"]] == ["⏹️ Stop"]
    (ended,) = answer_actions(answer_buttons(ASKED, running=False, longest=BUTTON_WORDS), say)
    assert len(ended.to_dict()["elements"]) == 2


def test_a_page_of_sources_can_be_turned_where_there_is_another() -> None:
    say, press = speak(Language.ENGLISH), Press(Action.SOURCES, turn="1", asker="U1")
    assert answer_actions(page_buttons(press, 1), say) == ()
    (first,) = answer_actions(page_buttons(press, 3), say)
    assert [button["text"]["text"] for button in first.to_dict()["elements"]] == ["▶"]
    (second,) = answer_actions(page_buttons(press.to(Action.PAGE, page=1), 3), say)
    assert faults_of([second.to_dict()]) == []
    assert [button["text"]["text"] for button in second.to_dict()["elements"]] == ["◀", "▶"]


def test_what_to_do_next_stands_below_a_card() -> None:
    assert card_actions(Card("Title")) == ()
    (row,) = card_actions(Card("Title", actions=(Next("Reset " * 20, "model reset"), Next("Help", "help"))))
    block = row.to_dict()
    assert faults_of([block]) == []
    assert [button["value"] for button in block["elements"]] == ["sova-run:model reset", "sova-run:help"]
    assert all(button["action_id"].startswith(RUN) for button in block["elements"])
