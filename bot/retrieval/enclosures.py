"""Owns which attached files a question may be about, and how they count as sources beside the passages. Pure."""

from collections.abc import Sequence

from bot.languages import detect
from bot.messages import Attached, AttachedKind, Passage, Turn

RECENT_TURNS = 3
"""A conversation is about a file as long as one of so many last answers came with it or rests on it."""

_LANGUAGE_SAMPLE = 2_000


def in_talk(turns: Sequence[Turn]) -> tuple[Attached, ...]:
    """The files of earlier turns that the next question may still be about, newest first."""
    recent = turns[-RECENT_TURNS:]
    cited = {citation.document for turn in recent for citation in turn.citations if citation.attached}
    came = {id(turn) for turn in recent}
    return tuple(
        file
        for turn in reversed(turns)
        for file in turn.attached
        if id(turn) in came or (file.kind is AttachedKind.TEXT and file.name in cited)
    )


def as_passages(files: Sequence[Attached]) -> tuple[Passage, ...]:
    """Those with a text, as sources; of several that have one name, the first."""
    named = {file.name: file for file in reversed(files) if file.kind is AttachedKind.TEXT and file.text}
    kept = [file for file in files if named.get(file.name) is file]
    return tuple(map(_passage, kept))


def are_about_files(files: Sequence[Attached]) -> bool:
    """Whether any of `files` may hold what is asked: a text, or a picture that was described."""
    return any(file.kind is not AttachedKind.UNREAD for file in files)


def _passage(file: Attached) -> Passage:
    return Passage(
        document=file.name,
        title=file.name,
        headings=(),
        text=file.text,
        start=0,
        end=len(file.text),
        language=detect(file.text[:_LANGUAGE_SAMPLE]) or "",
        scope="",
        score=1.0,
        first=0,
        last=0,
        attached=True,
    )
