import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.messages import Passage, Place
from bot.retrieval.citing import Cited, Citer
from bot.retrieval.grounding import Style
from tests.bot.retrieval.passages import passage, printed_numbers

LEAVE = passage(
    "Every employee has 25 days of paid leave a year. Up to 5 unused days move to the next year and expire on 31 March."
    " Ask in the Attendance app; your team lead approves it.",
    document="hr/leave.md",
    title="Leave",
    headings=("Holidays", "Carrying over"),
    score=0.9,
)
TRAVEL = passage(
    "Meals are paid up to 45 euros a day. Reports go to Travelio within 10 days; the yearly limit is 1,500.50 euros.",
    document="hr/travel.md",
    title="Business trips",
)
KEYS = passage(
    "Type the formula and press Shift+Ctrl+Enter instead of Enter. Run `sova index --force` afterwards. "
    "The mode is called “array mode” and the setting is max_rows_2.",
    document="calc/array.md",
    title="Array formulas",
)
DOVOLENA = passage(
    "Každý zaměstnanec má 25 dní placené dovolené ročně. Až 5 nevyčerpaných dní se převádí do dalšího roku a propadá "
    "31. března. Obrat loni činil 1 250 000 Kč, růst 3,5 %.",
    document="hr/dovolena.md",
    title="Dovolená",
    language="cs",
)
ALL = (LEAVE, TRAVEL, KEYS)


def cite(
    text: str,
    passages: tuple[Passage, ...] = ALL,
    *,
    style: Style = Style.CORE_CITES,
    question: str = "",
    size: int = 4,
) -> Cited:
    """The answer as it is shown when it comes in pieces of `size` characters."""
    citer = Citer(passages, style=style, question=question)
    shown = "".join(citer.feed(text[at : at + size]) for at in range(0, len(text), size))
    cited = citer.end()
    assert shown + cited.rest == cited.text
    return cited


def by_model(text: str, passages: tuple[Passage, ...] = ALL) -> str:
    return cite(text, passages, style=Style.MODEL_CITES).text


# --- the core cites -------------------------------------------------------------------------------------------


def test_each_sentence_is_followed_by_the_passage_it_rests_on() -> None:
    cited = cite("You have 25 days of paid leave a year. Meals are paid up to 45 euros a day.")
    assert cited.text == "You have 25 days of paid leave a year. [1] Meals are paid up to 45 euros a day. [2]"
    assert [(c.n, c.document, c.heading) for c in cited.citations] == [
        (1, "hr/leave.md", "Holidays › Carrying over"),
        (2, "hr/travel.md", ""),
    ]
    assert cited.citations[0].place == Place(start=0, end=len(LEAVE.text), first=0, last=0)
    assert cited.unsupported == 0


def test_only_cited_passages_are_sources_and_keep_their_number() -> None:
    assert [c.n for c in cite("Meals are paid up to 45 euros a day.").citations] == [2]


@pytest.mark.parametrize(
    "sentence",
    [
        "You have 26 days of paid leave a year.",
        "Up to 5 unused days move to the next year and expire on 30 March.",
        "Up to 5 unused days move to the next year and expire on 31 April.",
        "Press Shift+Alt+Enter instead of Enter after you typed the formula.",
        "Type the formula and press F9 instead of Enter.",
        "Run `sova index --all` afterwards.",
        "The mode is called “matrix mode”.",
        "The setting is max_rows_3.",
        "Ask in the Payroll app; your team lead approves it.",
        "The canteen serves soup, fish and a salad bar every Friday.",
    ],
)
def test_a_sentence_with_a_fact_that_no_passage_holds_is_marked(sentence: str) -> None:
    cited = cite(sentence)
    assert cited.text == f"{sentence} [?]"
    assert cited.citations == ()
    assert cited.unsupported == 1


@pytest.mark.parametrize(
    ("sentence", "n"),
    [
        ("The yearly limit is 1500.5 euros.", 2),
        ("The yearly limit is 1 500,50 euros.", 2),
        ("The yearly limit is 1.500,50 euros.", 2),
        ("PRESS SHIFT + CONTROL + RETURN INSTEAD OF ENTER TO TYPE THE FORMULA.", 3),
        ("Run *sova index --force* afterwards.", 3),
        ('The mode is called "Array Mode".', 3),
        ("Reports go to Travelio within 10 days.", 2),
    ],
)
def test_facts_are_compared_however_they_are_written(sentence: str, n: int) -> None:
    assert cite(sentence).text == f"{sentence} [{n}]"


@pytest.mark.parametrize(
    "sentence",
    [
        "Zaměstnanec má 25 dní placené dovolené.",
        "Zamestnanec ma 25 dni placene dovolene.",
        "Obrat loni činil 1.250.000 Kč a růst 3.5 %.",
        "Obrat loni činil 1250000 Kč.",
        "Do dalšího roku se převádí až 5 nevyčerpaných dní.",
    ],
)
def test_czech_is_compared_without_diacritics_and_by_stems(sentence: str) -> None:
    assert cite(sentence, (TRAVEL, DOVOLENA)).text == f"{sentence} [2]"


def test_a_czech_sentence_is_held_against_an_english_passage_by_its_facts() -> None:
    question = "Jakou zkratkou zadám vzorec?"
    assert cite("Stiskněte klávesy Shift+Ctrl+Enter.", question=question).text.endswith("[3]")
    assert cite("Stiskněte klávesy Alt+F9.", question=question).text.endswith("[?]")


def test_two_passages_support_a_sentence_together() -> None:
    text = "Unused days expire on 31 March, and meals are paid up to 45 euros a day."
    assert cite(text).text == f"{text} [1][2]"


def test_repeating_the_question_proves_nothing() -> None:
    answer = "The office dog may sleep under the desk of a team lead."
    assert cite(answer, question="May the office dog sleep under the desk?").unsupported == 1


@pytest.mark.parametrize(
    "text",
    [
        "Yes.",
        "Ano.",
        "These are the rules:",
        "Do you mean the yearly leave?",
        "I don't know.",
        "V dokumentech se to neuvádí.",
        "",
    ],
)
def test_what_claims_nothing_is_neither_cited_nor_marked(text: str) -> None:
    assert cite(text) == Cited(text, cite(text).rest, (), 0)


def test_list_items_are_cited_at_their_end_and_headings_and_tables_never() -> None:
    text = (
        "## Holidays of 25 days\n\n- 25 days of paid leave\n- 5 unused days move to the next year\n\n"
        "| days | paid leave |\n|---|---|\n| 25 | paid leave. Yes |\n\n1. Meals: up to 45 euros a day\n"
    )
    assert cite(text).text == (
        "## Holidays of 25 days\n\n- 25 days of paid leave [1]\n- 5 unused days move to the next year [1]\n\n"
        "| days | paid leave |\n|---|---|\n| 25 | paid leave. Yes |\n\n1. Meals: up to 45 euros a day [2]\n"
    )


def test_code_comes_through_untouched() -> None:
    text = "Run this:\n\n```python\nrows[7] = max_rows_2  # Array mode. Yes [9]\n```\n"
    assert cite(text).text == text


def test_what_a_small_model_cites_itself_is_dropped() -> None:
    assert cite("[1] [2] [3]").text == ""
    assert cite("Meals are paid up to 45 euros a day [1].").text == "Meals are paid up to 45 euros a day. [2]"


def test_a_document_that_is_named_in_running_text_is_cited_there() -> None:
    cited = cite("According to Document 2, meals are paid up to 45 euros a day. Document 7 is missing.")
    assert cited.text.startswith(
        "According to Document [2], meals are paid up to 45 euros a day. Document 7 is missing."
    )
    assert [citation.n for citation in cited.citations] == [2]


@pytest.mark.parametrize("text", ["- [ ] to do\n- [x] done\n", "An empty list is [].", "[a](b) and [1.5]"])
def test_other_brackets_stay(text: str) -> None:
    assert cite(text).text.replace(" [?]", "") == text


def test_text_is_shown_as_it_comes() -> None:
    citer = Citer(ALL, style=Style.CORE_CITES)
    assert [citer.feed(piece) for piece in ("Meals", " are", " paid", " up")] == ["Meals", " are", " paid", " up"]


def test_a_measure_of_likeness_supports_what_words_do_not() -> None:
    paraphrase = "Staff may rest for several weeks."
    citer = Citer(ALL, style=Style.CORE_CITES, likeness=lambda _, text: 0.9 if "paid leave" in text else 0.1)
    citer.feed(paraphrase)
    assert citer.end().text == f"{paraphrase} [1]"


def test_likeness_never_outweighs_a_wrong_number() -> None:
    citer = Citer(ALL, style=Style.CORE_CITES, likeness=lambda *_: 1.0)
    citer.feed("You have 26 days of paid leave a year.")
    assert citer.end().unsupported == 1


# --- the model cites ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["[2]", "[ 2 ]", "【2】", "【2†source】", "[Document 2]", "(Document 2)", "[^2]", "[2, 9]"]
)
def test_every_spelling_of_a_citation_becomes_one(written: str) -> None:
    assert by_model(f"Meals are paid up to 45 euros a day {written}.") == "Meals are paid up to 45 euros a day [2]."


def test_several_citations_are_set_apart() -> None:
    text = "Days expire on 31 March and meals are paid up to 45 euros {}."
    for written in ("[1, 2]", "[1][2]", "[1-2]", "[Documents 1 and 2]"):
        assert by_model(text.format(written)) == text.format("[1][2]")


@pytest.mark.parametrize("unknown", ["[4]", "[0]", "[99]", "[2024]", "【12】", "[?]", "[99999999999999999999999]"])
def test_a_number_that_was_not_given_is_dropped(unknown: str) -> None:
    assert by_model(f"Meals are paid up to 45 euros a day {unknown}.") == "Meals are paid up to 45 euros a day. [2]"


def test_a_citation_behind_the_full_stop_counts_for_the_sentence_before() -> None:
    assert by_model("Meals are paid up to 45 euros a day. [2] Yes.") == "Meals are paid up to 45 euros a day. [2] Yes."


def test_a_cited_sentence_that_its_passage_does_not_support_is_marked() -> None:
    cited = cite("Meals are paid up to 90 euros a day [2].", style=Style.MODEL_CITES)
    assert cited.text == "Meals are paid up to 90 euros a day [2]. [?]"
    assert (cited.unsupported, [c.n for c in cited.citations]) == (1, [2])


def test_where_another_passage_supports_the_sentence_it_is_added() -> None:
    assert by_model("Meals are paid up to 45 euros a day [1].") == "Meals are paid up to 45 euros a day [1]. [2]"


def test_a_citation_in_a_table_stays_and_its_passage_is_a_source() -> None:
    cited = cite("| leave | 25 days [1] |\n| meals | 45 [8] |\n", style=Style.MODEL_CITES)
    assert cited.text == "| leave | 25 days [1] |\n| meals | 45 |\n"
    assert [c.n for c in cited.citations] == [1]


# --- whatever a model says ------------------------------------------------------------------------------------

PIECES = (
    *("Meals are paid up to 45 euros a day.", "25 days of paid leave", "word", "Dr.", "Document", "Document 1"),
    *("document 9", "dokumentu 2", ".", "!", ":", "[", "]", "(", ")", "【", "】", "†", "[1]", "[2]", "[7]", "[?]"),
    *("[[9]1]", "[[9]7]", "[1]: http://evil.example", "[1](http://evil.example)", ",", ";", "-", "1", "7", "٣", "^"),
    *("- ", "1. ", "# ", "> ", "|", "**", "_", "<b>", "\\", " ", " ", "\n", "\n\n"),
)
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=40).map("".join)
styles = st.sampled_from(Style)


def _without_code(text: str) -> str:
    return re.sub(r"`+|~{3,}", "", text)


@given(hostile.map(_without_code), styles, st.integers(1, 9))
@example("[[9]1]]", Style.MODEL_CITES, 1)
@example("[[9]7]: http://evil.example", Style.CORE_CITES, 3)
def test_every_number_that_is_shown_is_that_of_a_listed_passage(text: str, style: Style, size: int) -> None:
    cited = cite(text, style=style, size=size)
    assert set(printed_numbers(cited.text)) == {citation.n for citation in cited.citations} <= {1, 2, 3}


@given(hostile, styles, st.integers(1, 9))
def test_nothing_else_of_the_answer_changes(text: str, style: Style, size: int) -> None:
    """What is left of both when references and white space are taken out is the same, in order."""
    shown, said = (_bare(one) for one in (cite(text, style=style, size=size).text, text))
    assert shown == said


def _bare(text: str) -> str:
    """Without white space and all that references are made of."""
    return re.sub(r"(?i)documents?|dokumentu?|[\s\d\[\]【】()†,;:?^-]", "", text)


@given(hostile, styles, st.integers(1, 9))
def test_how_the_answer_is_cut_into_pieces_changes_nothing(text: str, style: Style, size: int) -> None:
    cited, whole = cite(text, style=style, size=size), cite(text, style=style, size=len(text) or 1)
    assert (cited.text, cited.citations, cited.unsupported) == (whole.text, whole.citations, whole.unsupported)


@given(hostile.map(_without_code), styles)
def test_without_passages_nothing_is_cited(text: str, style: Style) -> None:
    cited = cite(text, (), style=style)
    assert cited.citations == ()
    assert printed_numbers(cited.text) == []


@pytest.mark.parametrize("definition", ["[1]: http://evil.example", "[ 1\n]: http://evil.example"])
def test_a_link_definition_cannot_turn_citations_into_links(definition: str) -> None:
    shown = by_model(f"Meals are paid up to 45 euros a day [2].\n\n{definition}\n")
    assert re.search(r"\[\s*\d+\s*\]:", shown) is None


def test_a_citation_is_never_a_link() -> None:
    assert re.search(r"\[\d+\]\(", by_model("Meals are paid up to 45 euros a day [2](http://evil.example).")) is None
