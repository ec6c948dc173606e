"""Owns how a scene looks: one HTML page that needs nothing but itself, in the manner of chat clients. Pure."""

import base64
from collections.abc import Iterable
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

from bot.messages import Language
from tests.pictures.scene import (
    MENTION,
    Author,
    Blank,
    Button,
    Columns,
    Embed,
    Form,
    Line,
    Pane,
    Part,
    Said,
    Scene,
    Section,
    Sheet,
    Stub,
    Text,
)

_STYLE = Path(__file__).with_name("style.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_GOLDEN_ANGLE = 137
"""Degrees: neighbours in the alphabet are far apart in colour."""
_MANY = 5
_OF_CLIENT = {
    Language.ENGLISH: {
        "private": "Only you can see this",
        "edited": "edited",
        "program": "App",
        "one": "message",
        "few": "messages",
        "many": "messages",
        "cancel": "Cancel",
        "send": "Submit",
        "used": "used",
    },
    Language.CZECH: {
        "private": "Vidíte to jen vy",
        "edited": "upraveno",
        "program": "Aplikace",
        "one": "zpráva",
        "few": "zprávy",
        "many": "zpráv",
        "cancel": "Zrušit",
        "send": "Odeslat",
        "used": "→",
    },
}
"""What the client says itself; it is scenery, not Sova's."""


def page(scene: Scene) -> str:
    """The whole page. What isn't the client itself is transparent, so that the picture can be cut out."""
    words = _OF_CLIENT[scene.language]
    panes = "".join(_pane(pane, words) for pane in scene.panes)
    return (
        f'<!doctype html><html lang="{scene.language}" data-theme="{scene.theme}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<style>{_STYLE.read_text(encoding='utf-8')}</style></head>"
        f'<body><main style="width:{scene.width}px">{panes}</main></body></html>'
    )


def _pane(pane: Pane, words: dict[str, str]) -> str:
    lines = "".join(_line(line, words) for line in pane.lines)
    header = f"<header><b>{escape(pane.sign)}</b>{escape(pane.title)}</header>"
    return f'<section style="flex:{pane.share}">{header}<div class="lines">{lines}</div></section>'


def _line(line: Line, words: dict[str, str]) -> str:
    match line:
        case Said():
            return _said(line, words)
        case Form():
            return _form(line, words)
        case Sheet():
            return _sheet(line)


# --- a message ------------------------------------------------------------------------------------------------------


def _said(said: Said, words: dict[str, str]) -> str:
    kind = "said private" if said.is_private else "said"
    return (
        f'<article class="{kind}">{_used(said, words)}{_avatar(said.author)}<div class="body">{_head(said, words)}'
        f"{''.join(map(_part, said.texts))}{_attached(said)}{_controls(said)}"
        f"{_stub(said.thread, words)}{_aside(said, words)}</div></article>"
    )


def _head(said: Said, words: dict[str, str]) -> str:
    badge = f'<span class="badge">{words["program"]}</span>' if said.author.is_program else ""
    name = f'<b style="--hue:{_hue(said.author)}">{escape(said.author.name)}</b>'
    edited = f" · {words['edited']}" if said.is_edited else ""
    return f'<p class="head">{name}{badge}<time>{escape(said.at)}{edited}</time></p>'


def _avatar(author: Author) -> str:
    initial = escape(author.name[:1].upper())
    kind = "avatar program" if author.is_program else "avatar"
    return f'<span class="{kind}" style="--hue:{_hue(author)}">{initial}</span>'


def _hue(author: Author) -> int:
    """The same for a name in every picture."""
    return ord(author.name[:1] or "?") * _GOLDEN_ANGLE % 360


def _part(part: Part) -> str:
    match part:
        case Text():
            return _text(part)
        case Columns():
            cells = "".join(map(_text, part.cells))
            return f'<div class="columns" style="--across:{part.across}">{cells}</div>'
        case Embed():
            bar = f' style="--bar:{escape(part.colour)}"' if part.colour else ""
            return f'<div class="embed"{bar}>{"".join(map(_part, part.parts))}</div>'


def _text(text: Text) -> str:
    html = _MARKDOWN.render(text.markdown).replace(f'<a href="{MENTION}">', '<a class="mention">')
    return f'<div class="{"text small" if text.is_small else "text"}">{html}</div>'


def _attached(said: Said) -> str:
    files = "".join(f'<span class="file">📎 {escape(name)}</span>' for name in said.files)
    images = "".join(f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}">' for png in said.images)
    return files + images


def _controls(said: Said) -> str:
    controls = "".join([*map(_button, said.buttons), *map(_menu, said.menus)])
    return f'<p class="controls">{controls}</p>' if controls else ""


def _button(button: Button) -> str:
    state = ' class="disabled"' if button.is_disabled else ""
    return f"<button{state}>{escape(button.label)}</button>"


def _menu(menu: str) -> str:
    return f'<span class="menu">{escape(menu)}<i>⌄</i></span>'


def _stub(stub: Stub | None, words: dict[str, str]) -> str:
    if stub is None:
        return ""
    form = "one" if stub.messages == 1 else "few" if stub.messages < _MANY else "many"
    count = f"<i>{stub.messages} {words[form]} ›</i>"
    return f'<p class="stub"><span>{escape(stub.title)}</span>{count}</p>'


def _used(said: Said, words: dict[str, str]) -> str:
    """Who used which command to get this; a client shows it above the answer."""
    if not said.used:
        return ""
    who, _, command = said.used.partition(" ")
    return f'<p class="used"><b>{escape(who)}</b> {words["used"]} <span>{escape(command)}</span></p>'


def _aside(said: Said, words: dict[str, str]) -> str:
    return f'<p class="aside">👁 {words["private"]}</p>' if said.is_private else ""


# --- a form ---------------------------------------------------------------------------------------------------------


def _form(form: Form, words: dict[str, str]) -> str:
    buttons = f'<p class="send"><span>{words["cancel"]}</span><button>{words["send"]}</button></p>'
    return f'<div class="form"><h2>{escape(form.title)}</h2>{_blanks(form.blanks)}{buttons}</div>'


def _blanks(blanks: Iterable[Blank]) -> str:
    return "".join(f"<label>{escape(blank.label)}<span>{escape(blank.text)}</span></label>" for blank in blanks)


# --- a page ---------------------------------------------------------------------------------------------------------


def _sheet(sheet: Sheet) -> str:
    parts = "<hr>".join("".join(map(_section, part)) for part in sheet.parts)
    return f'<div class="sheet">{parts}</div>'


def _section(section: Section) -> str:
    menu = _menu(section.menu) if section.menu else ""
    return f'<div class="row">{_part(section.text)}{menu}</div>'
