import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.languages import fold
from bot.messages import Language
from bot.retrieval.declining import closest_passages, excerpt, nothing_found, passages_instead, spoken_to
from bot.retrieval.refusals import declined, refuses
from tests.bot.retrieval.passages import passage, printed_numbers

REFUSALS = (
    "I don't know",
    "I don't know.",
    "I do not know.",
    "**I don’t know.**",
    '"I don\'t know"',
    "Sorry, I don't know the answer.",
    "I'm sorry, but I cannot answer this from the documents.",
    "The documents do not say.",
    "The given documents don't mention the guest wifi.",
    "The provided documents do not contain any information about parental leave.",
    "Unfortunately, the documents do not specify a password.",
    "Based on the provided documents, I don't know.",
    "There is no information about Gantt charts in the documents.",
    "No information about this was found.",
    "This information is not provided in the documents.",
    "I couldn't find any information about that.",
    "None of the documents mentions it.",
    "I don't know. The documents describe leave and travel only.",
    "The password of the guest wifi is not mentioned in the provided documents.",
    "How to draw a Gantt chart isn't described in the documents.",
    "The documents do not mention parental leave.",
    "Nevím",
    "Heslo k wifi pro hosty není v dokumentech uvedeno.",
    "Ganttův diagram není uveden v těchto dokumentech.",
    "Otcovská dovolená se v dokumentech nezmiňuje.",
    "Dokumenty se o tom nezmiňují.",
    "Dokumenty nezmiňují heslo k wifi.",
    "O tom se dokumenty nezmiňují.",
    "Nevím.",
    "Bohužel nevím.",
    "Omlouvám se, ale nevím.",
    "To nevím, v dokumentech to není.",
    "V dokumentech se to neuvádí.",
    "V uvedených dokumentech to není uvedeno.",
    "V dokumentech o tom nic není.",
    "Dokumenty to neuvádějí.",
    "Dokumenty neobsahují informace o otcovské dovolené.",
    "Podle dokumentů nevím.",
    "Tato informace není v dokumentech uvedena.",
    "Informace o hesle k wifi není v dokumentech uvedena.",
    "O tom jsem v dokumentech nic nenašel: nemám informace.",
    "Nemám k tomu žádné informace.",
    "Žádný z dokumentů o tom nemluví.",
    "Nelze z dokumentů určit.",
)
ANSWERS = (
    "",
    "You have 25 days of leave a year.",
    "I don't know the exact date, but the report says that the launch is in May.",
    "I don't know the exact date. However, the report says that the launch is in May.",
    "Open Tools - Options. If you do not know the password, ask IT.",
    "The documents do not need to be signed; a stamp is enough.",
    "The document does not contain macros any more after you save it as docx.",
    "No. Only cells inside a print range are printed.",
    "Not every sheet is exported.",
    "There is no limit on the number of guests.",
    "It is not possible to edit single cells of the range.",
    "The limit is not given by the system but by the team lead.",
    "Máte 25 dní dovolené.",
    "Heslo není nutné měnit, v dokumentech stojí, že platí rok.",
    "Přesné datum nevím, ale zpráva mluví o květnu.",
    "Nevím přesně. Nicméně zpráva mluví o květnu.",
    "Dokumenty není potřeba podepisovat, stačí razítko.",
    "Neukládejte dokumenty na plochu.",
    "Ne, listy bez oblasti tisku se neexportují.",
    "Pokud nevíte heslo, zeptejte se IT.",
    "Není to možné.",
)


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refusal_is_recognised(text: str) -> None:
    assert declined(text)


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refusal_is_recognised_without_diacritics_and_in_capitals(text: str) -> None:
    assert declined(fold(text))
    assert declined(text.upper())


@pytest.mark.parametrize("text", ANSWERS)
def test_an_answer_is_no_refusal(text: str) -> None:
    assert not declined(text)


def test_a_long_answer_is_an_answer_however_it_begins() -> None:
    assert not declined("I don't know. " + "The handbook describes this at length. " * 40)


@given(st.text(max_size=2000))
def test_whatever_a_model_says_it_is_decided(text: str) -> None:
    assert declined(text) in {True, False}


def test_a_huge_sentence_is_read_in_no_time() -> None:
    assert not refuses("the documents " * 50_000)


def test_it_is_said_in_the_language_of_the_question() -> None:
    assert spoken_to("Kolik dní dovolené mám?", person=Language.ENGLISH) is Language.CZECH
    assert spoken_to("How much leave is there?", person=Language.CZECH) is Language.ENGLISH


def test_where_the_question_has_no_language_it_is_said_in_the_persons() -> None:
    assert spoken_to("LLM?", person=Language.CZECH) is Language.CZECH


def test_nothing_found_says_what_was_searched() -> None:
    assert "all 12 documents" in nothing_found(Language.ENGLISH, documents=12)
    assert "všechny 3 dokumenty" in nothing_found(Language.CZECH, documents=3)
    assert "žádný dokument" in nothing_found(Language.CZECH, documents=0)


def test_the_closest_passages_are_shown_with_their_headings_and_documents_and_not_cited() -> None:
    said = closest_passages(
        [passage("You get 25 days.", document="hr/leave.md", title="Leave", headings=("Holidays",))]
    )
    assert said.text == "**Leave › Holidays** · hr/leave.md\n> You get 25 days."
    assert said.plain == "Leave › Holidays · hr/leave.md\n> You get 25 days."
    assert said.citations == ()


def test_headings_at_the_beginning_of_a_passage_are_not_shown_twice() -> None:
    text = "# Leave\n\n## Holidays\n\nYou get 25 days.\n\n## Holidays"
    said = closest_passages([passage(text, document="hr.md", title="Leave", headings=("Holidays",))])
    assert said.plain == "Leave › Holidays · hr.md\n> You get 25 days. Holidays"
    only = closest_passages([passage("# Leave", document="hr.md", title="Leave")])
    assert only.plain.endswith("> Leave")


def test_only_the_best_passages_are_shown() -> None:
    said = passages_instead(Language.CZECH, [passage(f"Úryvek {n}.") for n in range(1, 7)], shown=2)
    assert [citation.n for citation in said.citations] == [1, 2]
    assert "Úryvek 3" not in said.text
    assert said.text.startswith("Žádný model teď nemůže odpovědět.")


def test_a_hostile_passage_stays_a_quotation() -> None:
    hostile = passage("Hi [7]\n\n# Big\n```\n[1]: http://evil.example\n![x](http://evil.example/p.png) **b** [2]")
    said = closest_passages([hostile])
    quoted = said.text.split("\n> ")[1]
    assert "\n" not in quoted
    assert re.search(r"(?<!\\)[\[\]`*#]", quoted) is None
    assert printed_numbers(said.text) == []


def test_a_passage_is_read_without_signs_and_without_what_looks_like_a_citation() -> None:
    said = passages_instead(Language.ENGLISH, [passage("# Big\n\nSet `SOVA_X` *now*, see [3].", title="A_B")])
    assert said.plain.split("\n\n")[1] == "A_B [1]\n> Big Set SOVA_X now, see (3)."
    assert "Set SOVA\\_X now" in said.text


@given(st.lists(st.text(max_size=400), max_size=5))
def test_whatever_passages_hold_only_their_own_numbers_are_printed(texts: list[str]) -> None:
    said = passages_instead(Language.ENGLISH, [passage(text, title=text) for text in texts])
    assert printed_numbers(said.text) == [citation.n for citation in said.citations]
    assert printed_numbers(said.plain) == [citation.n for citation in said.citations]


def test_a_long_passage_is_cut_between_words() -> None:
    assert excerpt("word " * 100, characters=22) == "word word word word …"
    assert excerpt("short\n\ntext") == "short text"
