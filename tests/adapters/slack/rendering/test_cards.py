"""Holds what people see of commands in Slack: cards, pages of sources."""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.rendering.cards import SOURCES_PAGE, card_messages, picture_block, source_pages
from bot.commands.cards import Card, Field, Picture, Table
from bot.messages import Language
from bot.wording import speak
from tests.adapters.slack.rendering.messages import checked
from tests.doubles.slack.blocks import faults_of

EN, CS = speak(Language.ENGLISH), speak(Language.CZECH)


def rows_of(block: dict[str, Any]) -> list[list[str]]:
    return [[cell["text"] for cell in row] for row in block["rows"]]


def test_a_card_has_its_title_its_fields_and_its_table() -> None:
    table = Table(("Model", "Size"), (("qwen<7b>", "4.7 GB"), ("", "12 GB")), frozenset({1}), title="Here & there")
    fields = (Field("Engine", "Ollama"), Field("Load", "< 1"))
    (message,) = checked(card_messages(Card("Models", "`sova models` lists all.", fields, (table,)), EN))
    header, text, side_by_side, title, drawn = message["blocks"]
    assert header["text"] == {"type": "plain_text", "text": "Models", "emoji": False}
    assert text["text"]["text"] == "`sova models` lists all."
    assert [field["text"] for field in side_by_side["fields"]] == ["*Engine*\nOllama", "*Load*\n&lt; 1"]
    assert title["text"]["text"] == "*Here &amp; there*"
    assert rows_of(drawn) == [["Model", "Size"], ["qwen<7b>", "4.7 GB"], [" ", "12 GB"]]
    assert [column["align"] for column in drawn["column_settings"]] == ["left", "right"]
    assert message["text"] == "Models\nsova models lists all."


def test_each_table_is_in_a_message_of_its_own_for_slack_takes_one() -> None:
    card = Card("Stats", "All.", tables=(Table(("A",), (("1",),), title="One"), Table(("B",), (("2",),), title="Two")))
    first, second = checked(card_messages(card, EN))
    assert [block["type"] for block in first["blocks"]] == ["header", "section", "section", "table"]
    assert [block["type"] for block in second["blocks"]] == ["section", "table"]


def test_a_long_or_wide_table_goes_on_with_its_headings_and_loses_no_cell() -> None:
    wide = tuple(f"c{number}" for number in range(45))
    table = Table(wide, tuple(tuple(f"{row}.{column}" for column in range(45)) for row in range(150)))
    messages = checked(card_messages(Card("Wide", tables=(table,)), EN))
    long = Table(("A", "B"), tuple((f"{row} " + "w" * 300, "x") for row in range(60)))
    assert len(checked(card_messages(Card("Long", tables=(long,)), EN))) == 2
    cells = [cell for message in messages for row in rows_of(message["blocks"][-1])[1:] for cell in row]
    assert sorted(cells) == sorted(cell for row in table.rows for cell in row)


def test_many_fields_are_several_sections_and_a_long_one_stands_across() -> None:
    fields = (*(Field(f"Name {number}", "v") for number in range(12)), Field("Long", "word " * 1_500))
    (message,) = checked(card_messages(Card("Fields", fields=fields), EN))
    assert [len(block.get("fields", [])) for block in message["blocks"][1:]] == [10, 2, 0, 0, 0]


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200), st.lists(st.tuples(st.text(max_size=90), st.text(max_size=90)), max_size=40))
def test_cards_of_any_words_fit_and_mention_nobody(text: str, rows: list[tuple[str, str]]) -> None:
    hostile = "<@U012ABCDEF> <!channel> <https://evil.example|x>"
    card = Card(f"@channel {text}", text * 40, (Field(text, hostile),), (Table(("A", "B"), tuple(rows)),))
    messages = checked(card_messages(card, EN))
    assert sum(len(rows_of(block)) - 1 for one in messages for block in one["blocks"] if block["type"] == "table") == (
        len(rows)
    )


def test_a_picture_stands_below_with_words_for_who_cannot_see_it() -> None:
    block = picture_block(Picture(b"", "Latency, by hour"), file="F1").to_dict()
    assert block == {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "Latency, by hour"}
    assert faults_of([block]) == []


def test_sources_are_sections_with_each_passage_quoted_below_its_name() -> None:
    card = Card("Sources", "[1] faq.txt › Memory\n# Not <this>\n\nIt helps.\n\n[2] This source may not be shown here.")
    (page,) = checked(source_pages(card, EN))
    assert [block["text"]["text"] for block in page["blocks"]] == [
        "Sources",
        "*[1] faq.txt › Memory*\n># Not &lt;this&gt;\n>\n>It helps.",
        "[2] This source may not be shown here.",
    ]


def test_many_sources_are_numbered_pages_and_nothing_is_lost() -> None:
    text = "\n\n".join(f"[{number}] doc_{number}.txt\n{'All about it. ' * 60}" for number in range(1, 21))
    for say, mark in ((EN, "page 1 of 4"), (CS, "strana 1 z 4")):
        pages = checked(source_pages(Card("Sources", text), say))
        assert len(pages) == 4
        assert pages[0]["blocks"][-1]["elements"][0]["text"] == mark
        sections = [block["text"]["text"] for page in pages for block in page["blocks"] if block["type"] == "section"]
        assert "".join(sections).count("All about it.") == 20 * 60
    long = checked(source_pages(Card("Sources", "[1] a.txt" + f"\n{'w' * 3_990}" * 5), EN))
    assert len(re.findall("w", str(long))) >= 5 * 3_990
    assert all(len(str(page["blocks"])) < 2 * SOURCES_PAGE for page in long)
