"""Owns which attached files a question may be about, and how they count as sources beside the passages. Pure."""

import re
from collections.abc import Sequence

from bot.languages import detect, fold
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


def are_meant(question: str, files: Sequence[Attached]) -> bool:
    """Whether `question`, which came with `files`, is about them alone, so that no document needs to be searched.

    It names one, says that it is attached, points at it ("this contract"), or begins with what is to be done with it
    ("translate", "shrň"). What it misses is searched for besides, which only costs room.
    """
    plain = " ".join(fold(question.lower()).replace("’", "'").split())
    names = {name for file in files for name in _spoken_names(file.name)}
    return _POINTS.search(plain) is not None or _BIDS.match(plain) is not None or any(name in plain for name in names)


def are_pictures_meant(question: str, names: Sequence[str]) -> bool:
    """Whether `question` is about pictures of these names: it names one, or speaks of “the photo”, “ten snímek”."""
    plain = " ".join(fold(question.lower()).replace("’", "'").split())
    return _PICTURES.search(plain) is not None or any(one in plain for name in names for one in _spoken_names(name))


_SHORTEST_NAME = 4
_THINGS = (
    "attach(?:ed|ments?)|(?:this|these|that|those|the|my|our) (?:files?|documents?|pdf|texts?|letters?|e-?mails?|mails?"
    "|spreadsheets?|tables?|presentations?|slides?|pictures?|photos?|screenshots?|images?|logs?|code|scripts?|reports?"
    "|contracts?|invoices?|drafts?)"
)
_VECI = (
    r"prilo[zh]\w*|(?:ten|tento|tenhle|tato|tahle|tuto|tuhle|toto|tohle|tyto|tyhle|tomto|tomhle|teto|tehle|techto|muj|moje"
    r"|mou|moji) (?:soubor|dokument|pdf|text|dopis|e-?mail|tabulk|prezentac|obraz|fot|snim|log|kod|skript|zprav|smlouv"
    r"|faktur|navrh)\w*"
)
_POINTS = re.compile(rf"\b(?:{_THINGS}|{_VECI})\b")
_PICTURES = re.compile(
    r"\b(?:(?:this|that|these|those|the|my|our) (?:\w+ )?(?:pictures?|photos?|photographs?|screenshots?|images?)"
    r"|(?:obraz(?:k|ek)|fotk|fotc|fotograf|snimk|snimek|screenshot)\w*)\b"
)
_BIDS = re.compile(
    r"(?:(?:please|can you|could you|would you|prosim|muzes|muzete) )*(?:(?:summari[sz]e|translate|shorten|rewrite"
    r"|rephrase|proofread|review|describe)|(?:shrn|preloz|zkrat|prepis|preformuluj|zkontroluj|popis|shrnout|prelozit"
    r"|zkratit|prepsat|zkontrolovat)(?:te)?)\b"
)


def _spoken_names(name: str) -> tuple[str, ...]:
    """How people call the file, with its ending or without, where that is a word of its own."""
    plain = fold(name.lower())
    stem = plain.rpartition(".")[0] or plain
    return tuple(spoken for spoken in (plain, stem) if len(spoken) >= _SHORTEST_NAME)


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
