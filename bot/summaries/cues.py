"""Owns the signs by which people show what a message is: that something is decided, taken on, or left open. Pure.

A small model finds what matters and says it readably, but calls a question a decision and misses half of the tasks.
People are plainer: "decided", "I'll order it by Friday", "no idea". So for small models these signs say of which kind a
point is, and bring in what the model has missed, in the message's own words.
"""

import re
from collections.abc import Mapping, Sequence

from bot.languages import fold
from bot.summaries.checking import quotation
from bot.summaries.cutting import entries_of
from bot.summaries.forms import Kind, Point
from bot.summaries.material import Said

# ruff: noqa: SIM905 - word lists are read and mended as prose
_DECIDED = re.compile(
    r"\b(?:decided|decision is|settled|we(?:'ve| have)? agreed?|agreed(?= (?:to|on|that)|[:,])|then we \w+"
    r"|rozhodnuto|rozhodli jsme|dohodnuto|domluveno|dohodli jsme|platí[:,]|bereme|schváleno)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:decide (?:\w+ ){0,4}(?:when|once|after|later)|leave (?:\w+ )?open|rozhodneme,? až"
    r"|nech(?:me|áme) (?:\w+ )?otevřen)",
    re.IGNORECASE,
)
_TAKEN_ON = re.compile(
    r"\b(?:i['’]ll|i will|i can do (?:that|it|this)|(?:can|could|will) you \w+[^?]* (?:by|until|before|on) "
    r"|\w+ will \w+[^?]* (?:by|until|before|on) |action item|todo)\b|\b(?:can|could) you [^?]*\bby \w+",
    re.IGNORECASE,
)
_CZECH_FUTURE = re.compile(
    r"\b(?P<verb>(?:u|o|po|při|pře|za|ze|z|s|vy|do|na|ob|roz|pro|pod|ode|ově|kou)\w*"
    r"(?:ám|ím|vedu|jdu|jedu|hnu|pnu|nesu|beru|šlu|íšu|žu))\b",
    re.IGNORECASE,
)
"""Perfective verbs begin with a prefix, and their present is what will be done: objednám, zeptám se, převedu."""
_CZECH_ASKED = re.compile(r"\b\w{3,}(?:íš|áš|neš|deš)\b[^?]*\bdo \w+", re.IGNORECASE)
_CZECH_NO_PROMISE = frozenset(
    "prosim souhlasim umim neumim navrhuji rozumim znam uznam zdravim vim ostatnim obecnim provoznim zakladnim"
    " poslednim ucetnim pristim sobotnim nasim vasim opravdovym uvodnim druhym obema oslovim obcasnym pracuji".split()
)
_CZECH_DATE = re.compile(
    r"\b(?:zítra|dnes|odpoledne|dopoledne|večer|příští|týdn\w*|týden|měsíc\w*|pondělí|úterý|středu|středy|čtvrtek|čtvrtka"
    r"|pátek|pátku|sobotu|soboty|neděli|neděle)\b|\d",
    re.IGNORECASE,
)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_NOBODY_KNOWS = re.compile(
    r"\b(?:no idea|(?:i )?don'?t know|not sure|who knows|couldn'?t find|nevím|netuším|taky ne(?:vím)?|kdo ví"
    r"|leave (?:\w+ )?open|nech(?:me|áme) \w+ otevřen\w*)",
    re.IGNORECASE,
)
_LOOKED_BACK = 4
"""An answer that isn't one stands so soon behind its question."""


def marks_of(said: Sequence[Said]) -> Mapping[int, Kind]:
    """The messages, by their numbers from 1, that show of themselves what they are."""
    marks: dict[int, Kind] = {}
    for number, one in enumerate(said, start=1):
        if kind := mark_of(one.text):
            marks[number] = kind
        if asked := _left_open(said, number):
            marks[asked] = Kind.QUESTION
    return marks


def mark_of(text: str) -> Kind | None:
    """What a message shows by itself to be: a decision, or a task."""
    plain = _CODE.sub(" ", text).replace("’", "'")
    if _OPEN.search(plain):
        return None
    if _DECIDED.search(plain) and "?" not in plain:
        return Kind.DECISION
    if _TAKEN_ON.search(plain) or _CZECH_ASKED.search(plain) or _promises_in_czech(plain):
        return Kind.TASK
    return None


def settled(points: Sequence[Point], marks: Mapping[int, Kind], said: Sequence[Said]) -> list[Point]:
    """The points, each of the kind that its messages show, and what was marked and no point tells of.

    A question that somebody seems to have answered is left out, and so is one that a model took for something else.
    """
    kept = [point for one in points if (point := _settled(one, marks))]
    told = {number for point in kept if point.kind is not Kind.POINT for number in point.sources}
    entries = {entry.sources[0]: entry for entry in entries_of(said)}
    missed = [
        Point(kind, quotation(entries[number]), (number,), quoted=True)
        for number, kind in marks.items()
        if number not in told and number in entries
    ]
    return [*kept, *missed]


def _settled(point: Point, marks: Mapping[int, Kind]) -> Point | None:
    kinds = [marks[number] for number in point.sources if number in marks]
    kind = point.kind if point.kind in kinds else next(iter(kinds), None)
    if kind is None and point.kind is not Kind.POINT and (point.kind is Kind.QUESTION or "?" in point.text):
        return None
    return Point(kind or Kind.POINT, point.text, point.sources, quoted=point.quoted)


def _promises_in_czech(text: str) -> bool:
    """A verb in the first person and a date; without one it is rather a description."""
    verbs = (fold(found["verb"].lower()) for found in _CZECH_FUTURE.finditer(text))
    return (
        "?" not in text
        and _CZECH_DATE.search(text) is not None
        and any(verb not in _CZECH_NO_PROMISE for verb in verbs)
    )


def _left_open(said: Sequence[Said], number: int) -> int | None:
    """The question to which the message `number` says that nobody knows; it may stand in that message itself."""
    found = _NOBODY_KNOWS.search(said[number - 1].text)
    if found is None:
        return None
    if "?" in said[number - 1].text[: found.start()]:
        return number
    before = range(number - 1, max(number - 1 - _LOOKED_BACK, 0), -1)
    return next((at for at in before if "?" in said[at - 1].text), None)
