"""Tests that the documentation holds together: every link in it leads somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [link for link in _links(page) if not _leads_somewhere(page, link)]

    assert broken == []


def test_every_page_can_be_found_from_the_first_one() -> None:
    linked = {_target(page, link)[0] for page in PAGES for link in _links(page)}

    assert {page for page in PAGES if page.parent.name == "docs"} <= linked


def _links(page: Path) -> Iterator[str]:
    for link in LINK.findall(BLOCK.sub("", page.read_text())):
        if not link.startswith(("http://", "https://", "mailto:")):
            yield link


def _leads_somewhere(page: Path, link: str) -> bool:
    file, anchor = _target(page, link)
    return file.exists() and (not anchor or anchor in _anchors(file))


def _target(page: Path, link: str) -> tuple[Path, str]:
    name, _, anchor = link.partition("#")
    return ((page.parent / name).resolve() if name else page), anchor


def _anchors(page: Path) -> set[str]:
    """The anchors of the page's headings, as code hosts make them."""
    headings = HEADING.findall(BLOCK.sub("", page.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
