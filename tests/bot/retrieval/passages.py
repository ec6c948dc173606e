"""Passages for tests, and reading the citations of a text as a person would."""

import re

from bot.messages import Passage


def passage(
    text: str,
    *,
    document: str = "en/handbook.md",
    title: str = "Handbook",
    headings: tuple[str, ...] = (),
    language: str = "en",
    score: float = 0.5,
) -> Passage:
    return Passage(document, title, headings, text, 0, len(text), language, "everyone", score, 0, 0)


def printed_numbers(text: str) -> list[int]:
    """Every `[n]` in the text."""
    return [int(number) for number in re.findall(r"\[(\d+)\]", text)]
