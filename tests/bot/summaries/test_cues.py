import pytest

from bot.summaries.cues import mark_of, marks_of, settled
from bot.summaries.forms import Kind, Point
from bot.summaries.material import Said
from tests.bot.summaries.conftest import discussion


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("OK, decided: we buy the Dell.", Kind.DECISION),
        ("Then we migrate on Saturday.", Kind.DECISION),
        ("Dobře, rozhodnuto: bereme Kvasar.", Kind.DECISION),
        ("Petr, can you order it by Friday?", Kind.TASK),
        ("Yes, I'll order it.", Kind.TASK),
        ("Martine, objednáš licenci do pátku?", Kind.TASK),
        ("Ano, zeptám se ho v pondělí na poradě.", Kind.TASK),
        ("Is it decided?", None),
        ("Let's decide about the room when Legal has answered.", None),
        ("O čtečkách rozhodneme, až se vyjádří ředitel.", None),
        ("It has 4 GB of memory.", None),
        ("Vybíráme ze dvou možností do konce týdne.", None),
        ("Souhlasím, v pondělí.", None),
        ("```\nvytáhnu 2023\n```", None),
    ],
)
def test_people_show_what_a_message_is(text: str, kind: Kind | None) -> None:
    assert mark_of(text) is kind


def test_a_question_to_which_nobody_knows_the_answer_is_open() -> None:
    said = [Said("A", "What about the scanners?"), Said("B", "No idea."), Said("A", "Is it warm?"), Said("B", "Yes.")]
    assert marks_of(said) == {1: Kind.QUESTION}
    assert marks_of([Said("A", "Co brigádníci?"), Said("B", "Hm."), Said("C", "To nevím.")]) == {1: Kind.QUESTION}


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("en", Kind.DECISION, ("decided: we buy the Dell", "migrate on Saturday 14 March")),
        ("en", Kind.TASK, ("order it by Friday", "draft on Wednesday", "ask Legal tomorrow", "announcement")),
        ("en", Kind.QUESTION, ("scanners",)),
        ("cs", Kind.DECISION, ("bereme Kvasar", "přepínáme 1. června")),
        ("cs", Kind.TASK, ("do pátku ji objednám", "zeptám se ho v pondělí", "převedu všechno", "Připravím školení")),
        ("cs", Kind.QUESTION, ("brigádníci",)),
    ],
)
def test_what_was_agreed_in_a_discussion_is_noticed(name: str, kind: Kind, words: tuple[str, ...]) -> None:
    said = discussion(name)
    texts = [said[number - 1].text for number, mark in marks_of(said).items() if mark is kind]
    assert all(any(word in text for text in texts) for word in words)


def test_points_become_what_their_messages_show_and_what_was_missed_is_quoted() -> None:
    said = [
        Said("Jana", "Decided: we buy the Dell."),
        Said("Petr", "I'll order it."),
        Said("Jana", "Thanks. It is for room 12."),
        Said("Petr", "How large is it?"),
    ]
    points = [
        Point(Kind.POINT, "The Dell is bought.", (1,)),
        Point(Kind.TASK, "It is for room 12.", (3,)),
        Point(Kind.QUESTION, "How large is it?", (4,)),
    ]
    assert settled(points, marks_of(said), said) == [
        Point(Kind.DECISION, "The Dell is bought.", (1,)),
        Point(Kind.POINT, "It is for room 12.", (3,)),
        Point(Kind.TASK, "Petr: I'll order it.", (2,), quoted=True),
    ]
