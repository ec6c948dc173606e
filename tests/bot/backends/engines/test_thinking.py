"""Thinking and answer are told apart wherever the engine happens to cut its text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.backends.engines.thinking import TAGS, ThinkingSplitter


def split(pieces: list[str]) -> tuple[str, str]:
    splitter = ThinkingSplitter()
    deltas = [delta for piece in pieces for delta in splitter.feed(piece)] + list(splitter.end())
    assert all(bool(delta.text) != bool(delta.thinking) for delta in deltas)
    return "".join(delta.text for delta in deltas), "".join(delta.thinking for delta in deltas)


@pytest.mark.parametrize(
    ("whole", "text", "thinking"),
    [
        ("Just an answer.", "Just an answer.", ""),
        ("<think>why</think>Because.", "Because.", "why"),
        ("\n<think>\nwhy\n</think>\n\nBecause.", "Because.", "\nwhy\n"),
        ("<thinking>why</thinking> Because.", "Because.", "why"),
        ("[THINK]why[/THINK]Because.", "Because.", "why"),
        ("<think>\n\n</think>\n\nBecause.", "Because.", "\n\n"),
        ("<think>one</think>\n<think>two</think>Three.", "Three.", "onetwo"),
        ("<think>a </thin b</think>c", "c", "a </thin b"),
        ("<think>never closed", "", "never closed"),
        ("<think>all</think>\n\n", "", "all"),
        ("<think></think>", "", ""),
        ("  indented", "  indented", ""),
        ("<th", "<th", ""),
        ("<b>bold</b>", "<b>bold</b>", ""),
        ("It wraps it in <think>…</think>.", "It wraps it in <think>…</think>.", ""),
        ("<think>x</think>Write <think>y</think>", "Write <think>y</think>", "x"),
        ("", "", ""),
        ("   ", "   ", ""),
    ],
)
def test_thinking_is_kept_apart_at_every_single_cut(whole: str, text: str, thinking: str) -> None:
    assert split([whole]) == (text, thinking)
    assert split(list(whole)) == (text, thinking)
    for cut in range(len(whole)):
        assert split([whole[:cut], whole[cut:]]) == (text, thinking)


fragments = st.sampled_from(
    [tag for pair in TAGS for tag in pair] + ["<", "</", "think", ">", "[", " ", "\n", "ě", "ano"]
)
wholes = st.lists(fragments | st.text(max_size=3), max_size=12).map("".join)


@given(whole=wholes, data=st.data())
def test_where_the_text_is_cut_never_matters(whole: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert split(pieces) == split([whole])


@given(whole=st.text().filter(lambda text: not text.lstrip().startswith(("<", "["))))
def test_a_text_without_thinking_passes_unchanged(whole: str) -> None:
    assert split(list(whole)) == (whole, "")


@given(thinking=st.text().filter(lambda text: "</think>" not in text), text=st.text(min_size=1))
def test_nothing_is_lost_and_no_thought_reaches_the_answer(thinking: str, text: str) -> None:
    answer = "." + text
    assert split(list(f"<think>{thinking}</think>{answer}")) == (answer, thinking)


def test_the_answer_is_not_held_back_once_it_has_begun() -> None:
    splitter = ThinkingSplitter()
    assert [delta.text for delta in splitter.feed("Ahoj")] == ["Ahoj"]
    assert [delta.text for delta in splitter.feed(" <th")] == [" <th"]
