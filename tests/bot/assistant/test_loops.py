import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.loops import LEAST_CHARS, LONGEST_CHARS, TIMES, LoopWatch, without_loop

TABLE = "| GPU | memory |\n|:---|---:|\n" + "".join(f"| RTX {n}0 | {n} GB |\n" for n in range(60))
PROSE = "".join(f"Sentence {n} says something that sentence {n - 1} did not say. " for n in range(1, 60))


def heard(text: str, *, size: int = 7) -> int | None:
    """After how many characters of `text`, heard in small pieces, the watch speaks up."""
    watch = LoopWatch()
    return next((at for at in range(0, len(text), size) if watch.hears(text[at : at + size])), None)


@pytest.mark.parametrize(
    "words",
    [
        "například ",
        "ha",
        "I don't know. ",
        "1. Zkontrolujte, zda Ollama běží, a pokud ne, spusťte ji znovu.\n",
        "The model needs about 4 GB of memory for its weights, and the context needs some more on top of that. " * 2,
    ],
)
def test_a_loop_is_noticed_within_a_few_hundred_characters(words: str) -> None:
    before = "Bořkův papoušek je "
    noticed = heard(before + words * 1_000)
    assert noticed is not None
    assert noticed <= len(before) + max(LEAST_CHARS, TIMES * len(words)) + 80


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        PROSE,
        "-" * 400 + "\n" + "=" * 400,
        "| a | b |\n" + "|---|---|\n" * 3,
        "    print()\n" * 20,
        "ha " * 40,
    ],
)
def test_what_people_may_have_asked_for_is_no_loop(text: str) -> None:
    assert heard(text) is None
    assert without_loop(text) == text


def test_a_line_that_never_ends_is_a_loop() -> None:
    assert heard("-" * 5_000) is not None


@given(st.text(min_size=1, max_size=60), st.text(min_size=2, max_size=LONGEST_CHARS // 2))
def test_what_is_repeated_is_said_once(before: str, words: str) -> None:
    once = without_loop(before + words * 2_000)
    assert (before + words * 2).startswith(once)
    assert len(once) <= len(before) + len(words)


@given(st.text(max_size=600), st.integers(1, 50))
def test_however_it_is_cut_the_watch_never_fails(text: str, size: int) -> None:
    heard(text, size=size)
