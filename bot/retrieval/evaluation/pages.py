"""Owns which document is which page: the same page in another language, or in another format, counts as well. Pure."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from bot.messages import Language

_LANGUAGE_FOLDERS = frozenset(Language)


def is_page(document: str, pages: frozenset[str]) -> bool:
    """Whether `document` (its path in the knowledge folder) is one of `pages`.

    A page may leave out the language folder, the ending or both: `guide/freeze` is `cs/guide/freeze.html` too.
    """
    return not pages.isdisjoint(_names(document))


def rank_of(pages: frozenset[str], documents: Sequence[str]) -> int | None:
    """The rank, from 1, of the first of `documents` that is one of `pages`; None when none is."""
    return next((rank for rank, document in enumerate(documents, start=1) if is_page(document, pages)), None)


def _names(document: str) -> frozenset[str]:
    path = PurePosixPath(document)
    bare = PurePosixPath(*(folder for folder in path.parts[:-1] if folder not in _LANGUAGE_FOLDERS), path.name)
    return frozenset(str(name) for whole in (path, bare) for name in (whole, whole.with_suffix("")))
