import pytest

from bot.retrieval.evaluation.pages import is_page, rank_of


@pytest.mark.parametrize(
    "document", ["en/guide/freeze.html", "cs/guide/freeze.md", "guide/freeze.txt", "cs/guide/freeze"]
)
def test_a_bare_page_is_meant_in_every_language_and_format(document: str) -> None:
    assert is_page(document, frozenset({"guide/freeze"}))


@pytest.mark.parametrize(
    ("document", "page"),
    [
        ("en/guide/freeze.html", "freeze"),
        ("en/freeze.html", "guide/freeze"),
        ("en/guide/freezer.html", "guide/freeze"),
        ("de/guide/freeze.html", "guide/freeze"),
        ("cs/guide/freeze.html", "en/guide/freeze"),
        ("en/guide/freeze.html", "guide/freeze.md"),
    ],
)
def test_another_page_is_not_meant(document: str, page: str) -> None:
    assert not is_page(document, frozenset({page}))


@pytest.mark.parametrize(
    "page", ["en/guide/freeze.html", "en/guide/freeze", "guide/freeze.html", "guide/freeze", "other"]
)
def test_a_page_may_be_written_with_or_without_language_and_ending(page: str) -> None:
    assert is_page("en/guide/freeze.html", frozenset({page})) is (page != "other")


def test_only_the_last_ending_is_one() -> None:
    assert is_page("en/release-1.2.md", frozenset({"release-1.2"}))
    assert not is_page("en/release-1.2.md", frozenset({"release-1"}))


def test_a_page_that_is_called_like_a_language_keeps_its_name() -> None:
    assert is_page("en/cs", frozenset({"cs"}))


def test_the_rank_is_that_of_the_first_right_page() -> None:
    pages = frozenset({"b", "c"})
    assert rank_of(pages, ["en/a.md", "cs/c.md", "en/b.md"]) == 2
    assert rank_of(pages, ["en/a.md"]) is None
    assert rank_of(frozenset(), ["en/a.md"]) is None
