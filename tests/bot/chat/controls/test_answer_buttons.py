import pytest

from bot.chat.controls.answer_buttons import answer_buttons, page_buttons
from bot.chat.controls.presses import Action, Press
from bot.messages import Author, Citation, ConversationKey, Incoming, Language
from tests.doubles.behind import reply_to

QUESTION = Incoming("1", ConversationKey("board", "team", "here"), Author("7", "Ana"), "?", 1.0)
CITED = Citation(1, "hr/leave.md", "Holidays", 0.9)
ROOMY = 2_000


def actions(*citations: Citation, running: bool = False, answered: bool = True) -> list[Action]:
    reply = reply_to(QUESTION, *citations) if answered else None
    buttons = answer_buttons(QUESTION, running=running, longest=ROOMY, reply=reply)
    return [button.press.action for button in buttons]


def test_what_stands_under_an_answer_is_what_can_be_done_about_it() -> None:
    assert actions(running=True, answered=False) == [Action.STOP]
    assert actions(answered=False) == [Action.AGAIN, Action.OTHER]
    assert actions() == [Action.AGAIN, Action.OTHER, Action.UP, Action.DOWN]
    assert actions(CITED) == [Action.AGAIN, Action.OTHER, Action.SOURCES, Action.UP, Action.DOWN]


def test_a_button_says_in_the_questions_language_what_its_sign_does_not() -> None:
    czech = Incoming("1", QUESTION.conversation, QUESTION.author, "?", 1.0, Language.CZECH)
    buttons = answer_buttons(czech, running=False, longest=ROOMY, reply=reply_to(czech, CITED))

    assert [(button.sign, button.label) for button in buttons] == [
        ("🔁", ""),
        ("🔀", ""),
        ("📚", "Zdroje"),
        ("👍", ""),
        ("👎", ""),
    ]


def test_buttons_are_the_askers_and_about_the_turn() -> None:
    (button,) = answer_buttons(QUESTION, running=True, longest=ROOMY, private=True)

    assert button.press == Press(Action.STOP, turn="1", asker="7", private=True)


@pytest.mark.parametrize(("has_words", "turn"), [(True, "2"), (False, "1")])
def test_buttons_are_about_the_turn_that_the_history_has(turn: str, *, has_words: bool) -> None:
    again = Incoming("2", QUESTION.conversation, Author("9", "Boss"), "", 1.0, again=True, turn="1", asker="7")

    first, *_ = answer_buttons(again, running=False, longest=ROOMY, has_words=has_words)

    assert (first.press.turn, first.press.asker) == (turn, "7")


def test_the_answers_earlier_messages_are_named_by_its_buttons() -> None:
    buttons = answer_buttons(QUESTION, running=False, longest=ROOMY, earlier=["3", "4"])

    assert {button.press.parts for button in buttons} == {("3", "4")}


def test_pages_are_turned_as_far_as_there_are_any() -> None:
    shown = Press(Action.PAGE, turn="1", asker="7", page=0)

    assert page_buttons(shown, 1) == ()
    back, on = page_buttons(shown, 2)
    assert ((back.sign, back.is_enabled), (on.sign, on.is_enabled)) == (("◀", False), ("▶", True))
    assert on.press.page == 1
    back, on = page_buttons(on.press, 2)
    assert (back.is_enabled, back.press.page, on.is_enabled) == (True, 0, False)


@pytest.mark.parametrize("page", [0, 1, 2])
def test_no_two_buttons_beside_a_page_keep_the_same_words(page: int) -> None:
    back, on = page_buttons(Press(Action.PAGE, turn="1", asker="7", page=page), 3)

    assert back.press.words != on.press.words


def test_under_a_private_answer_stands_where_it_was_asked_for() -> None:
    place = ConversationKey("board", "team", "here", "private:7", direct=True)
    private = Incoming("1", place, QUESTION.author, "?", 1.0)
    (button,) = answer_buttons(private, running=True, longest=ROOMY, private=True)

    assert button.press.beside == ("team", "here")
