"""Texts as models and their enemies write them, for the properties of what is made of them."""

from hypothesis import strategies as st

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
FLAGS = "🇨🇿🇸🇰"
ACCENTED = "e\u0301\u0302"

PIECES = (
    "a", "word ", "Dobrý den. ", "end. ", "[1] ", "[?] ", "\n", "\n\n", "**bold it** ", "__under it__ ",
    "__init__.py ", "```py\n", "```\n", "\n```\n", "`co de` ", "``a`b`` ", "- item\n", "* [ ] task ", "+ plus ",
    "1. one\n", "1986. It ", "> quoted ", "> > twice\n", ">>> all ", "# Head\n", "#### Deep\n", "-# small ",
    "---\n", "| a | b |\n", "|---|--:|\n", "| 1 | **x** |\n", "\\(x^2\\) ", "$$\n", "\\[\n", "\\]\n",
    "$\\alpha$ ", "&lt;b&gt; ", "&mdash;", "[^1] ", "||hid|| ", "[text](https://ok.example/a_b) ",
    "https://ok.example/x__y ", "\\", "\\*", "`", "*", "**", "__", "$", "&", "<", "[", "](", "@everyone ",
    "<@123456789012345678> ", "@", "x" * 70, FAMILY, FLAGS, ACCENTED, "\u200b", "\u202e", "日本語", "  ",
)  # fmt: skip

written = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
"""Markdown of all sorts, also broken."""


def cuts_of(text: str, sizes: list[int]) -> list[str]:
    """`text` in pieces of these sizes, over and over."""
    pieces, at, turn = [], 0, 0
    while at < len(text):
        pieces.append(text[at : at + sizes[turn % len(sizes)]])
        at += sizes[turn % len(sizes)]
        turn += 1
    return pieces


sizes = st.lists(st.integers(1, 50), min_size=1, max_size=8)
