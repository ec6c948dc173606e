"""Owns the sentences said where the documents give no answer, or no model does: what was found speaks for itself then.

Pure. Whoever gets no answer gets the closest passages, so that nobody stands before a wall.
"""

import re
from collections.abc import Sequence

from bot.languages import detect
from bot.messages import Language, Notice, Passage
from bot.retrieval.citing import Cited, citation
from bot.wording import speak

GENERAL_KNOWLEDGE = Notice("general-knowledge")
"""Goes with an answer that was given without documents because the setting allows that."""

SHOWN = 3
EXCERPT_CHARACTERS = 300

_LOOKS_CITED = re.compile(r"[\[【]([\s\d,;^?–-]+)[\]】]")
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def spoken_to(question: str, *, person: Language) -> Language:
    """The language to say it in: the question's, else the person's."""
    return detect(question) or person


def nothing_found(language: Language, *, documents: int) -> str:
    """Said when the search found nothing that is about the question; `documents` is how many were searched."""
    return speak(language)("grounding-nothing-found", documents=documents)


def closest_passages(passages: Sequence[Passage], *, shown: int = SHOWN) -> str:
    """Said where the model has no answer: the passages that come closest, not cited, for nothing rests on them."""
    return "\n\n".join(
        f"**{_heading(passage)}** · {_inert(passage.document)}\n{_quoted(passage)}" for passage in passages[:shown]
    )


def passages_instead(language: Language, passages: Sequence[Passage], *, shown: int = SHOWN) -> Cited:
    """Said when no model can answer: the best passages themselves, and that this is what they are."""
    numbered = tuple(enumerate(passages[:shown], start=1))
    entries = (f"**{_heading(passage)}** [{number}]\n{_quoted(passage)}" for number, passage in numbered)
    text = "\n\n".join((speak(language)("grounding-passages-instead"), *entries))
    return Cited(text, text, tuple(citation(number, passage) for number, passage in numbered), unsupported=0)


def _heading(passage: Passage) -> str:
    """Title and headings as Markdown, on one line."""
    path = " › ".join(dict.fromkeys((passage.title or passage.document, *passage.headings)))
    return _inert(" ".join(path.split()))


def _quoted(passage: Passage) -> str:
    """The beginning of the passage as a quotation in Markdown."""
    return f"> {_inert(excerpt(passage.text))}"


def excerpt(text: str, *, characters: int = EXCERPT_CHARACTERS) -> str:
    """The beginning of `text` on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= characters:
        return line
    return line[:characters].rsplit(" ", 1)[0].rstrip() + " …"


def _inert(text: str) -> str:
    """`text` so that nothing in it is Markdown or looks like a citation: a document may hold anything."""
    return _MARKS.sub(r"\\\1", _LOOKS_CITED.sub(r"(\1)", text))
