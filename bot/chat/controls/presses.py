"""Owns the words that a platform keeps with a control: what it does, to which answer, and for whom. Pure.

They are all that is left of an answer after a restart, so everything that a press needs stands in them. Platforms keep
few of them: Discord 100 characters with a button, Slack 255 with a menu and 2,000 with a button. So ids that are
numbers are packed, and the names of an answer's messages are spread over all its buttons where one can't hold them.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self
from urllib.parse import quote, unquote

VERSION = 1
"""Counted up when the meaning changes: a button of another version says that it is too old."""
TEMPLATE = re.compile(r"sova:(?P<version>\d+):(?P<rest>[\w:.%~-]*)", re.ASCII)
_PACKED = 11
_ID = rf"(?:[\w-]{{{_PACKED}}}|\.[\w%~-]*\.)"
_REST = re.compile(
    rf"(?P<action>[a-z]+):(?P<turn>{_ID})(?P<asker>{_ID})(?P<private>[p-])(?:(?P<workspace>{_ID})(?P<channel>{_ID}))?"
    rf":(?P<page>\d{{0,3}}):(?P<parts>(?:{_ID})*)",
    re.ASCII,
)
_EACH_ID = re.compile(_ID, re.ASCII)
_TOO_MANY = "_" * _PACKED
"""No id is packed like that: the last of 11 characters holds four bits, and so is never the underscore."""


class Action(StrEnum):
    """What a control does."""

    STOP = "stop"
    AGAIN = "again"
    OTHER = "other"
    """Offers the models to answer again with."""
    MODEL = "model"
    SOURCES = "sources"
    PAGE = "page"
    """Turns a page of the sources that are shown."""
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Press:
    """What pressing a control means.

    `turn` is the id of the answer's question, and `asker` the platform's id of whose question it is. A `private` answer
    was given to the asker alone; `beside` are the workspace and the channel where it was asked for, as it may have had
    to be shown elsewhere. `page` is which page of the sources to show, from 0. `parts` are the ids of the answer's
    earlier messages, None when there are more than fit in; under an answer `page` says which portion of them
    this button holds (see `spread`).
    """

    action: Action
    turn: str
    asker: str
    private: bool = False
    beside: tuple[str, str] | None = None
    page: int = 0
    parts: tuple[str, ...] | None = ()

    def to(self, action: Action, *, page: int = 0) -> Self:
        """Another control of the same answer."""
        return replace(self, action=action, page=page)

    @property
    def words(self) -> str:
        """The words to keep."""
        parts = _TOO_MANY if self.parts is None else "".join(map(_packed, self.parts))
        private = "p" if self.private else "-"
        beside = "".join(map(_packed, self.beside or ()))
        own = f"{self.action}:{_packed(self.turn)}{_packed(self.asker)}{private}{beside}"
        return f"sova:{VERSION}:{own}:{self.page}:{parts}"


def read_press(words: str) -> Press | None:
    """What the words mean; None when another version of Sova wrote them, or somebody else."""
    whole = TEMPLATE.fullmatch(words)
    found = _REST.fullmatch(whole["rest"]) if whole and int(whole["version"]) == VERSION else None
    if found is None or found["action"] not in set(Action):
        return None
    return Press(
        action=Action(found["action"]),
        turn=_unpacked(found["turn"]),
        asker=_unpacked(found["asker"]),
        private=found["private"] == "p",
        beside=_beside(found["workspace"], found["channel"]),
        page=int(found["page"] or 0),
        parts=_parts(found["parts"]),
    )


def spread(press: Press, actions: Sequence[Action], *, longest: int) -> tuple[Press, ...]:
    """The controls under one answer, the words of each at most `longest` characters.

    Where all of the press's `parts` fit into each they stand in each. Else every control holds the next portion of
    them, numbered by `page`; and none where all controls together can't hold them.
    """
    controls = [press.to(action) for action in actions]
    if press.parts is None or all(len(control.words) <= longest for control in controls):
        return tuple(controls)
    portions, left = list[Press](), press.parts
    for page, control in enumerate(controls):
        portion = _as_many_as_fit(replace(control, page=page, parts=left), longest=longest)
        portions.append(portion)
        left = left[len(portion.parts or ()) :]
    return tuple(replace(control, parts=None) for control in controls) if left else tuple(portions)


def gathered(controls: Iterable[Press]) -> tuple[str, ...] | None:
    """The ids that `spread` put into the controls under one answer; None where they didn't fit."""
    portions = {control.page: control.parts for control in controls}
    ordered = [portions[page] for page in sorted(portions)]
    if any(portion is None for portion in ordered):
        return None
    return tuple(part for portion in ordered for part in portion or ())


def _as_many_as_fit(control: Press, *, longest: int) -> Press:
    while len(control.words) > longest and control.parts:
        control = replace(control, parts=control.parts[:-1])
    return control


def _parts(packed: str) -> tuple[str, ...] | None:
    return None if packed == _TOO_MANY else tuple(map(_unpacked, _EACH_ID.findall(packed)))


def _beside(workspace: str | None, channel: str | None) -> tuple[str, str] | None:
    return None if workspace is None or channel is None else (_unpacked(workspace), _unpacked(channel))


def _packed(id_: str) -> str:
    """A number of at most 64 bits in URL-safe base64 without its padding, any other id quoted between two dots."""
    if re.fullmatch(r"0|[1-9][0-9]{0,19}", id_) and int(id_) < 2**64:
        return base64.urlsafe_b64encode(int(id_).to_bytes(8, "big")).decode("ascii").rstrip("=")
    return f".{quote(id_, safe='').replace('.', '%2E')}."


def _unpacked(packed: str) -> str:
    if packed.startswith("."):
        return unquote(packed[1:-1])
    return str(int.from_bytes(base64.urlsafe_b64decode(packed + "="), "big"))
