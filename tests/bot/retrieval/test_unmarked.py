"""Passages are read without the signs of Markdown."""

import pytest

from bot.retrieval.unmarked import unmarked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("## Leave\n\nAsk *early*, **please**.", "Leave\n\nAsk early, please."),
        ("This line was\nonly wrapped.\n\nThis is another.", "This line was only wrapped.\n\nThis is another."),
        ("The [form](https://example.org/form) and `sova serve`.", "The form and sova serve."),
        ("One\\\ntwo  \nthree", "One\ntwo\nthree"),
        ("> Said\n> before.", "Said before."),
        ("", ""),
    ],
)
def test_signs_are_left_out_and_words_stay(text: str, shown: str) -> None:
    assert unmarked(text) == shown


def test_items_keep_their_order_and_their_depth() -> None:
    text = "1. First\n   - inside\n   - again\n\n   more of it\n2. Second\n\nAfter."

    assert unmarked(text).split("\n") == [
        "1. First",
        "  • inside",
        "  • again",
        "   more of it",
        "2. Second",
        "",
        "After.",
    ]


def test_rows_of_a_table_are_lines() -> None:
    assert unmarked("| memory | context |\n|---|---|\n| 8 GB | **4k** |\n\nSo.") == "memory · context\n8 GB · 4k\n\nSo."


def test_code_stays_as_it_is() -> None:
    assert unmarked("Run:\n\n```sh\nmake  chat\n\n# twice\n```\nDone.") == "Run:\n\nmake  chat\n\n# twice\n\nDone."
