"""Owns the sentences said where the documents give no answer, or no model does: what was found speaks for itself then.

Pure. Whoever gets no answer gets the closest passages, so that nobody stands before a wall.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile

from bot.languages import detect
from bot.messages import Citation, Language, Notice, Passage
from bot.retrieval.citing import citation
from bot.retrieval.unmarked import unmarked
from bot.wording import speak

GENERAL_KNOWLEDGE = Notice("general-knowledge")
"""Goes with an answer that was given without documents because the setting allows that."""
FROM_REMARKS = Notice("from-remarks")
"""Goes with an answer that the documents don't hold, but what people said before the question may."""

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


@dataclass(frozen=True, slots=True)
class Shown:
    """Passages to be shown: in Markdown, in plain text for whoever can't draw that, and the citations in both."""

    text: str
    plain: str
    citations: tuple[Citation, ...] = ()


def closest_passages(passages: Sequence[Passage], *, shown: int = SHOWN) -> Shown:
    """Said where the model has no answer: the passages that come closest, not cited, for nothing rests on them."""
    best = passages[:shown]
    return Shown(
        "\n\n".join(_in_markdown(passage, f"· {_inert(passage.document)}") for passage in best),
        "\n\n".join(_in_plain(passage, f"· {_uncited(passage.document)}") for passage in best),
    )


def passages_instead(language: Language, passages: Sequence[Passage], *, shown: int = SHOWN) -> Shown:
    """Said when no model can answer: the best passages themselves, and that this is what they are."""
    numbered, said = tuple(enumerate(passages[:shown], start=1)), speak(language)("grounding-passages-instead")
    return Shown(
        "\n\n".join((said, *(_in_markdown(passage, f"[{number}]") for number, passage in numbered))),
        "\n\n".join((said, *(_in_plain(passage, f"[{number}]") for number, passage in numbered))),
        tuple(citation(number, passage) for number, passage in numbered),
    )


def _in_markdown(passage: Passage, mark: str) -> str:
    """The heading in bold with `mark` behind it, and below it the beginning of the passage as a quotation."""
    return f"**{_inert(_heading(passage))}** {mark}\n> {_inert(excerpt(_body(passage)))}"


def _in_plain(passage: Passage, mark: str) -> str:
    return f"{_uncited(_heading(passage))} {mark}\n> {_uncited(excerpt(_body(passage)))}"


def _heading(passage: Passage) -> str:
    """Title and headings on one line."""
    path = " › ".join(dict.fromkeys((passage.title or passage.document, *passage.headings)))
    return " ".join(path.split())


def _body(passage: Passage) -> str:
    """The passage as people read it, without the headings at its beginning, which stand above it already."""
    above = {"", *(unmarked(name).casefold() for name in (passage.title, *passage.headings))}
    read = unmarked(passage.text)
    return "\n".join(dropwhile(lambda line: line.strip().casefold() in above, read.splitlines())) or read


def excerpt(text: str, *, characters: int = EXCERPT_CHARACTERS) -> str:
    """The beginning of `text` on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= characters:
        return line
    return line[:characters].rsplit(" ", 1)[0].rstrip() + " …"


def _inert(text: str) -> str:
    """`text` so that nothing in it is Markdown or looks like a citation: a document may hold anything."""
    return _MARKS.sub(r"\\\1", _uncited(text))


def _uncited(text: str) -> str:
    """`text` so that nothing in it looks like a citation."""
    return _LOOKS_CITED.sub(r"(\1)", text)
