"""Owns what a picture shows, whatever the platform: panes, and in them what was said.

Texts are Markdown. A link to `MENTION` is drawn as the name of somebody who is spoken to.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.messages import Language

MENTION = "mention:"


class Theme(StrEnum):
    """How bright a client is."""

    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True, slots=True)
class Author:
    """Who speaks."""

    name: str
    is_program: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A part of a message; a small one is an aside."""

    markdown: str
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Short parts side by side, `across` in a row."""

    cells: tuple[Text, ...]
    across: int


@dataclass(frozen=True, slots=True)
class Embed:
    """A box of its own within a message; `colour` is that of its bar, empty for the client's own."""

    parts: tuple[Text | Columns, ...]
    colour: str = ""


Part = Text | Columns | Embed


@dataclass(frozen=True, slots=True)
class Button:
    """Its words, its sign, or both."""

    label: str
    is_disabled: bool = False


@dataclass(frozen=True, slots=True)
class Stub:
    """What is seen of a thread from outside."""

    title: str
    messages: int


@dataclass(frozen=True, slots=True)
class Said:
    """A message. `at` is the time of day, `used` the command that it answers, `images` are PNGs."""

    author: Author
    at: str
    texts: tuple[Part, ...]
    used: str = ""
    buttons: tuple[Button, ...] = ()
    menus: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    images: tuple[bytes, ...] = ()
    is_private: bool = False
    is_edited: bool = False
    thread: Stub | None = None


@dataclass(frozen=True, slots=True)
class Blank:
    """A field of a form, and what was written into it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form while it is filled in."""

    title: str
    blanks: tuple[Blank, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a sheet, with a menu beside it."""

    text: Text | Columns
    menu: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page or a window; between its `parts` stands a rule."""

    parts: tuple[tuple[Section, ...], ...]


Line = Said | Form | Sheet


@dataclass(frozen=True, slots=True)
class Pane:
    """A channel, a thread or a conversation; `sign` stands before its title. `share` is its part of the width."""

    sign: str
    title: str
    lines: tuple[Line, ...]
    share: int = 1


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture, `width` CSS pixels wide."""

    name: str
    panes: tuple[Pane, ...]
    width: int
    theme: Theme = Theme.DARK
    language: Language = Language.ENGLISH
