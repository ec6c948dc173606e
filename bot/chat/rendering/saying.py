"""Owns what is said around an answer, before a platform gives it its looks: endings, notices, sources, states. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from bot.messages import Citation, FinishReason, Progress, Reply, Stage
from bot.wording import Wording

SOURCES_CHARACTERS = 160
"""Of the sources under an answer: about two lines; the rest is behind the button."""

_LONGEST_NAME = 80
_ENTRY = re.compile(r"\n\n(?=\[\d+\] )")

_ENDINGS = {
    FinishReason.LENGTH: "rendering-ended-length",
    FinishReason.REPEATING: "rendering-ended-repeating",
    FinishReason.STOPPED: "rendering-ended-stopped",
    FinishReason.INTERRUPTED: "rendering-ended-interrupted",
}


@dataclass(frozen=True, slots=True)
class Escapes:
    """How a platform writes words that are no markup of its own.

    `plainly` makes people see just these words, whoever wrote them. `spoken` is for sentences of Sova's own, with
    whatever data is in them: the same, but what stands in backticks is code.
    """

    plainly: Callable[[str], str]
    spoken: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of the card of `/sources`: what it is called, and its passage, empty where that may not be shown."""

    name: str
    passage: str


def remarks(reply: Reply, say: Wording) -> Iterator[str]:
    """How the answer ended, unless it simply did, and every notice: sentences of Sova's own."""
    if reply.finish_reason in _ENDINGS:
        yield say(_ENDINGS[reply.finish_reason])
    for notice in reply.notices:
        yield say.of_notice(notice)


def nothing_said(reply: Reply, say: Wording) -> str:
    """What is said of an answer that shows nothing."""
    return say("notice-empty-answer", model=reply.model)


def sources_line(citations: Sequence[Citation], say: Wording, escapes: Escapes) -> str:
    """As many sources as fit, the first one always, and how many more there are; escaped. There is at least one."""
    names = [_source(citation, say, escapes) for citation in citations]
    shown = [names[0]]
    for name in names[1:]:
        if sum(map(len, [*shown, name])) > SOURCES_CHARACTERS:
            break
        shown.append(name)
    hidden = len(names) - len(shown)
    more = [escapes.spoken(say("rendering-more-sources", count=hidden))] if hidden else []
    return f"{escapes.spoken(say('rendering-sources'))} {'  '.join([*shown, *more])}"


def state(progress: Progress, say: Wording) -> str:
    """What an answer waits for before its first word."""
    match progress.stage:
        case Stage.QUEUED:
            return say("rendering-queued")
        case Stage.LOADING:
            return say("rendering-loading", model=progress.model)
        case Stage.READING:
            return say("rendering-reading")
        case unreachable:
            assert_never(unreachable)


def sources_of(text: str) -> tuple[Source, ...]:
    """The entries that the text of the card of `/sources` consists of."""
    return tuple(Source(name, passage) for name, _, passage in (entry.partition("\n") for entry in _ENTRY.split(text)))


def page_mark(page: int, pages: int, say: Wording) -> str:
    """Which page of how many this is, from 1."""
    return say("rendering-page", page=page, pages=pages)


def _source(citation: Citation, say: Wording, escapes: Escapes) -> str:
    document = _shortened(citation.document)
    name = say("source-attached", name=document) if citation.attached else document
    heading = f" · {_shortened(citation.heading)}" if citation.heading else ""
    return f"[{citation.n}] {escapes.plainly(' '.join(f'{name}{heading}'.split()))}"


def _shortened(name: str) -> str:
    """The end of a path says more than its beginning."""
    return name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"
