"""Owns the words that Discord keeps with a button: what it does, to which answer, and for whom.

They are all that is left of an answer after a restart, so everything that a press needs stands in them. Ids are packed
into 11 characters each, for Discord keeps no more than 100.
"""

import base64
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

VERSION = 1
"""Counted up when the meaning changes: a button of another version says that it is too old."""
TEMPLATE = re.compile(r"sova:(?P<version>\d+):(?P<rest>[\w:-]*)")
MOST_PARTS = 5
"""Of how many messages the names fit in."""
_REST = re.compile(
    r"(?P<action>[a-z]+):(?P<turn>[\w-]{11})(?P<asker>[\w-]{11})(?P<private>[p-]):(?P<page>\d{0,3}):(?P<parts>([\w-]{11})*)"
)
_PACKED = 11
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

    `turn` is the id of the answer's question, and `asker` Discord's id of who asked it. A `private` answer was given to
    the asker alone. `page` is which page of the sources to show, from 0. `parts` are the ids of the answer's earlier
    messages, None when there are more than fit in.
    """

    action: Action
    turn: str
    asker: str
    private: bool = False
    page: int = 0
    parts: tuple[str, ...] | None = ()

    def to(self, action: Action, *, page: int = 0) -> Self:
        """Another control of the same answer."""
        return replace(self, action=action, page=page)

    def of_message(self, message: str) -> Self:
        """The same press as it is kept elsewhere than on the answer's last `message`, which is then named, too."""
        parts = None if self.parts is None else (*self.parts, message)
        return replace(self, parts=parts if parts is None or len(parts) <= MOST_PARTS else None)

    @property
    def custom_id(self) -> str:
        """The words to keep; at most 100 characters."""
        parts = _TOO_MANY if self.parts is None else "".join(map(_packed, self.parts))
        private = "p" if self.private else "-"
        own = f"{self.action}:{_packed(self.turn)}{_packed(self.asker)}{private}"
        return f"sova:{VERSION}:{own}:{self.page}:{parts}"


def read(custom_id: str) -> Press | None:
    """What the words mean; None when another version of Sova wrote them."""
    whole = TEMPLATE.fullmatch(custom_id)
    found = _REST.fullmatch(whole["rest"]) if whole and int(whole["version"]) == VERSION else None
    if found is None or found["action"] not in set(Action):
        return None
    return Press(
        action=Action(found["action"]),
        turn=_unpacked(found["turn"]),
        asker=_unpacked(found["asker"]),
        private=found["private"] == "p",
        page=int(found["page"] or 0),
        parts=_parts(found["parts"]),
    )


def _parts(packed: str) -> tuple[str, ...] | None:
    if packed == _TOO_MANY:
        return None
    return tuple(_unpacked(packed[start : start + _PACKED]) for start in range(0, len(packed), _PACKED))


def _packed(id_: str) -> str:
    """A snowflake, which has 64 bits, in URL-safe base64 without its padding."""
    return base64.urlsafe_b64encode(int(id_).to_bytes(8, "big")).decode("ascii").rstrip("=")


def _unpacked(packed: str) -> str:
    return str(int.from_bytes(base64.urlsafe_b64decode(packed + "="), "big"))
