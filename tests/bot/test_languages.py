import pytest

from bot.languages import carried, detect, fold
from bot.messages import Language


@pytest.mark.parametrize(
    "text",
    [
        "Jak nastavím tiskárnu v zasedačce?",
        "Jak nastavim tiskarnu v zasedacce?",
        "Kde najdu smlouvy?",
        "Kolik paměti potřebuje 7B model?",
        "a na Windows?",
        "Proč?",
    ],
)
def test_czech_is_known_with_and_without_diacritics(text: str) -> None:
    assert detect(text) is Language.CZECH


@pytest.mark.parametrize(
    "text", ["How do I set up the printer?", "Do I need it?", "and on Windows?", "What is kvantizace?"]
)
def test_english_is_known(text: str) -> None:
    assert detect(text) is Language.ENGLISH


@pytest.mark.parametrize(
    "text", ["What does Bořek's parrot eat?", "Where's Jiří Růžička’s desk?", "Who is Květa Dvořáková?"]
)
def test_czech_names_do_not_make_an_english_question_czech(text: str) -> None:
    assert detect(text) is Language.ENGLISH


@pytest.mark.parametrize("text", ["Jiří Růžička má kancelář", "Kdo je Květa Dvořáková?", "Řízení", "PŘÍRUČKA ŘÍZENÍ"])
def test_czech_with_names_and_capitals_is_czech(text: str) -> None:
    assert detect(text) is Language.CZECH


@pytest.mark.parametrize("text", ["", "ok", "print error 42", "Wie geht es dir?", "こんにちは", "to do list", "🦉"])
def test_what_is_neither_is_left_open(text: str) -> None:
    assert detect(text) is None


def test_folding_strips_diacritics_only() -> None:
    assert fold("Příliš žluťoučký KŮŇ, 42 %") == "Prilis zlutoucky KUN, 42 %"


def test_a_text_that_tells_no_language_goes_on_in_that_of_the_text_before() -> None:
    czech, english = Language.CZECH, Language.ENGLISH
    assert carried(["Ollama?", "Na jakém portu poslouchá LM Studio?", "A Ollama?", "And vLLM?", "vLLM?"]) == [
        None,
        czech,
        czech,
        english,
        english,
    ]
    assert carried([]) == []
