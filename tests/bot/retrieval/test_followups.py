import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.languages import fold
from bot.retrieval.followups import joined, needs_context, rewriting_request, rewritten, standing_alone

DEPENDENT = [
    "And on a Mac?",
    "What about Windows?",
    "How do I undo it?",
    "Why?",
    "Can I do the same in Impress?",
    "does that work in older versions too?",
    "How long does it take?",
    "Is it free?",
    "where can I find them?",
    "which one is faster?",
    "What else?",
    "ok, and in Czech?",
    "but I don't have admin rights",
    "is there another one?",
    "what does this mean?",
    "on Linux?",
    "tell me more",
    "A co na Macu?",
    "a jak to vypnu?",
    "Proč?",
    "Jak ho smažu?",
    "jde to i v Impressu?",
    "Kolik to stojí?",
    "A kdo to schvaluje?",
    "da se to vratit?",
    "Kde je najdu?",
    "a v angličtině?",
    "Ten druhý?",
    "Jak dlouho to trvá?",
    "pro Windows?",
    "Který z nich je rychlejší?",
    "Komu ji mám poslat?",
]

STANDALONE = [
    "How much memory does a 7B model need?",
    "A window with random hints pops up on every launch, which box do I clear?",
    "What is quantization and why does it matter?",
    "Is it possible to print two pages on one sheet?",
    "How long does it take to index a thousand documents?",
    "vacation policy",
    "My laptop is slow after the update, how do I fix it?",
    "The printer shows an error and I don't know what it means",
    "Can this assistant read PDF files?",
    "How do I compare two models so that it is fair?",
    "What happens to a document when I delete it from the folder?",
    "In which folder do I put new documents?",
    "to do list template",
    "Kolik paměti potřebuje model 7B?",
    "Co je to kvantizace?",
    "co je to kvantizace a k cemu je dobra?",
    "Kdo schvaluje cestovní náhrady?",
    "dovolená",
    "Jak poznám, že se model nevejde do paměti?",
    "Když se mi notebook zasekne, komu to mám nahlásit?",
    "Je možné tisknout oboustranně?",
    "Nejde mi tiskárna, jak ji restartuju?",
    "V kolik zavírá kantýna?",
    "Na koho se obrátím s reklamací?",
    "Proč se model načítá tak dlouho?",
]


@pytest.mark.parametrize("question", DEPENDENT)
def test_a_question_that_hangs_on_another_is_known(question: str) -> None:
    assert needs_context(question)


@pytest.mark.parametrize("question", STANDALONE)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert not needs_context(question)


@pytest.mark.parametrize("question", [q for q in DEPENDENT + STANDALONE if not q.isascii()])
def test_missing_diacritics_change_nothing(question: str) -> None:
    assert needs_context(fold(question)) is needs_context(question)


@pytest.mark.parametrize("question", ["", "???", "…", "\n"])
def test_nothing_said_depends_on_nothing(question: str) -> None:
    assert not needs_context(question)


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(question: str) -> None:
    assert needs_context(question) in {True, False}


@pytest.mark.timeout(10)
@pytest.mark.parametrize("word", ["it ", "to ", "that ", "je ", ", ", "the same ", "a", "xylophone "])
def test_a_pasted_wall_of_text_takes_no_time(word: str) -> None:
    needs_context(word * 20_000)


def test_joining_puts_the_earlier_question_first() -> None:
    assert joined("How do I name a cell?", "and a block?") == "How do I name a cell? and a block?"


def test_joining_keeps_the_end_of_a_long_question_by_whole_words() -> None:
    text = joined(" ".join(f"word{number}" for number in range(500)), "and then?")
    assert text.endswith("word499 and then?")
    assert len(text) < 620
    assert text.split()[0] in {f"word{number}" for number in range(500)}


def test_a_question_after_nothing_has_nothing_to_be_joined_with() -> None:
    assert standing_alone("and on a Mac?", []) is None


def test_a_question_that_stands_alone_is_not_joined() -> None:
    assert standing_alone("How do I print?", ["What is a cell?"]) is None


def test_a_follow_up_is_joined_with_the_question_before_it() -> None:
    earlier = ["How do I save?", "How do I print a sheet?"]
    assert standing_alone("and sideways?", earlier) == "How do I print a sheet? and sideways?"


def test_a_follow_up_of_a_follow_up_takes_in_both() -> None:
    earlier = ["How do I save?", "How do I print a sheet?", "and sideways?"]
    assert standing_alone("and on a Mac?", earlier) == "How do I print a sheet? and sideways? and on a Mac?"


def test_a_chain_of_follow_ups_is_not_followed_for_ever() -> None:
    earlier = ["How do I print a sheet?", *(f"and number {number}?" for number in range(20))]
    assert standing_alone("and then?", earlier) == "and number 17? and number 18? and number 19? and then?"


@pytest.mark.parametrize(("question", "word"), [("a jak ho zase smažu?", "Přepiš"), ("how do I undo it?", "Rewrite")])
def test_a_model_is_asked_to_rewrite_in_the_questions_language(question: str, word: str) -> None:
    request = rewriting_request(question)
    assert word in request
    assert request.endswith(f"\n\n{question}")


@pytest.mark.parametrize(
    "reply",
    [
        "How do I delete a table?",
        '"How do I delete a table?"',
        "Rewritten question: How do I delete a table?",
        "**Question:** How do I delete a table?\n",
    ],
)
def test_the_rewritten_question_is_read_out_of_the_reply(reply: str) -> None:
    assert rewritten(reply, "and how do I delete it?") == "How do I delete a table?"


@pytest.mark.parametrize(
    "reply",
    ["", "  \n", "and how do I delete it?", "x" * 401, "You delete it so:\n1. Select it\n2. Press Delete", '""'],
)
def test_a_reply_of_no_use_is_not_taken_for_a_question(reply: str) -> None:
    assert rewritten(reply, "And how do I delete it?") is None
