"""Owns writing safe Markdown anew in a platform's dialect while it streams: what it lacks is made readable. Pure.

What comes in is what `bot.output` has made inert, and it stays so: nothing here brings two signs together that were
apart without looking for mentions again, or turns code into text. Text waits only as long as it might still become
something else, so cuts of the stream make no difference.
"""

import copy
import html
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from unicodedata import category

from bot.chat.rendering import tables
from bot.chat.rendering.formulas import readable
from bot.chat.rendering.splitting import OPENING
from bot.output.disarming import without_mentions
from bot.output.fences import CodeText

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_QUOTES = re.compile(r" {0,3}(?:> ?)+")
_HEADING = re.compile(r"(?P<marks>#{1,6})[ \t]+(?P<text>.*?)[ \t]*#*[ \t]*")
_RULE = re.compile(r"[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|={3,}[ \t]*)")
_MARKER = re.compile(
    r"(?P<indent>[ \t]*)(?:(?:(?P<bullet>[-*+])|(?P<number>\d{1,9})(?P<sign>[.)]))[ \t]+"
    r"(?:\[(?P<done>[ xX])\][ \t]+)?|(?P<small>-#)(?=[ \t])|\[\^(?P<note>[\w-]{1,20})\] ?:[ \t]*)"
)
_DISPLAY = re.compile(r"[ \t]*(?P<mark>\\\[|\$\$)[ \t]*")
_CLOSES_DISPLAY = {"\\[": "\\]", "$$": "$$"}
_MAY_CLOSE = re.compile(r"[> \t]*`{0,3}[ \t]*")
_HELD = re.compile(
    r"[ \t]*(?:> ?)*[ \t]*(?:[|#]|[-*_=+> \t]*\Z|-#\Z|\d{1,9}[.)]?\Z"
    r"|(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[(?:[ xX]\]?)?[ \t]*)?\Z|```[\w+#.-]*[ \t]*\Z|`{1,2}\Z"
    r"|(?:\\\[|\\|\$\$?)[ \t]*\Z|\[\^[\w-]{0,20}(?:\] ?:?[ \t]*)?\Z|\[\Z)"
)
_TOKEN = re.compile(
    r"(?P<entity>\\&\w{2,8};|&(?:amp|lt|gt|quot|nbsp);)"
    r"|(?P<formula>\\\((?P<round>[^\n`]{1,300}?)\\\)|\\\[(?P<square>[^\n`]{1,300}?)\\\]|\$\$(?P<display>[^\n`$]{1,300})\$\$"
    r"|(?<![\w$])\$(?=[^\s$`\d])(?P<dollars>[^$\n`]{0,199}[\\^_][^$\n`]{0,199})(?<!\s)\$(?![\w$]))"
    r"|(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<code>(?<!`)(?P<run>`+)(?!`)[^\n]*?(?<!`)(?P=run)(?!`))|(?P<ticks>`+)"
    r"|(?P<auto><https?://[^\s<>`|]{0,300}>)|(?P<link>\[[^\[\]\n]{1,200}\]\([^\s()]*\))|(?P<url>https?://[^\s<>`|\[\]\"]*)"
    r"|\[\^(?P<note>[\w-]{1,20})\]|(?P<spoiler>\|\|+)"
    r"|(?P<dunder>(?<!\w)__[a-z]\w{0,40}?__(?!\w))|(?P<under>__+)",
    re.IGNORECASE,
)
_PENDING = re.compile(
    r"(?:\\?&\w{0,8}|\\(?:[(\[][^\n`]{0,302})?|\$[^\n`]{0,402}|\[[^\[\]\n]{0,200}(?:\](?:\([^\s()]*)?)?|\|+"
    r"|<(?:h[^\s<>`|]{0,308})?|_+|(?<!\w)__\w{0,42}|h(?:tt?)?|https?(?::/{0,2})?)\Z",
    re.IGNORECASE,
)


class Style(ABC):
    """How a platform writes each thing of Markdown; as it is here, just as Markdown does.

    A platform overrides what it knows otherwise, or not at all. What is given is inert, and so must be what comes back.
    """

    def rule(self, line: str) -> str:
        """A horizontal rule."""
        return line

    def quotes(self, marks: str) -> str:
        """What makes a line a quotation, of whichever depth."""
        return marks

    def heading(self, marks: str, text: str) -> str:
        """A heading with that many `marks`."""
        return f"{marks} {text}"

    def marker(self, found: re.Match[str]) -> str:
        """What an item of a list begins with: a `bullet` or a `number` with its `sign`, and whether it is `done`."""
        return found[0].removeprefix(found["indent"])

    def character(self, entity: str) -> str:
        """A reference to one of the characters that Markdown itself knows as references: `& < > "` and a space."""
        return entity

    def autolink(self, address: str) -> str:
        """An address that may be linked to, without the angle brackets around it."""
        return f"<{address}>"

    def bars(self, bars: str) -> str:
        """Two bars or more in a line."""
        return bars

    @abstractmethod
    def with_row(self, grid: tables.Grid, row: tuple[str, ...]) -> tuple[str, tables.Grid]:
        """The table with one more row; before it, what is written for good because that would be too long."""

    @abstractmethod
    def table(self, grid: tables.Grid) -> str:
        """A table, without the end of its last line."""


@dataclass(slots=True)
class Dialect:
    """Reads one text. What `feed` gave never changes; `tail` tells how the rest would look if nothing more came."""

    style: Style
    _line: str = ""
    _at: int = 0
    _in_block: bool = False
    _display: str = ""
    _header: str | None = None
    _table: tables.Grid | None = None
    _out: tuple[str, ...] = ()

    def feed(self, piece: str) -> str:
        """What is certain now that `piece` has come."""
        self._line += piece
        while (end := self._line.find("\n")) >= 0:
            line, self._line = self._line[:end], self._line[end + 1 :]
            self._whole(line)
            self._at = 0
        self._part()
        return self._taken()

    def tail(self) -> str:
        """How the text goes on if nothing more comes."""
        return copy.copy(self).end()

    def end(self) -> str:
        """The rest, now that nothing more comes."""
        if self._line:
            self._whole(self._line)
        self._line, self._at = "", 0
        self._end_table()
        self._end_display()
        return self._taken()

    def _taken(self) -> str:
        taken, self._out = "".join(self._out), ()
        return taken

    # --- whole lines ------------------------------------------------------------------------------------------

    def _whole(self, line: str) -> None:
        """Write a line, or what is left of it."""
        if self._in_block:
            self._code_line(line)
        elif self._at:
            self._write(_inline(line, self._at, style=self.style, final=True)[0])
        elif self._display:
            self._display_line(line)
        elif not self._is_of_table(line):
            self._text_line(line)

    def _write(self, text: str) -> None:
        self._out += (text + "\n",)

    def _code_line(self, line: str) -> None:
        if not self._at and line.strip("> \t") == "```":
            self._in_block = False
            line = line.rstrip()
        self._write(line[self._at :])

    def _text_line(self, line: str) -> None:
        if OPENING.fullmatch(line):
            self._in_block = True
            self._write(line.rstrip())
        elif found := _DISPLAY.fullmatch(line):
            self._display = _CLOSES_DISPLAY[found["mark"]]
            self._write("```")
        else:
            self._write(_written(line, self.style))

    def _display_line(self, line: str) -> None:
        """A line of a formula that stands by itself; an empty one ends it, too."""
        if OPENING.fullmatch(line):
            self._end_display()
            self._text_line(line)
            return
        body, closing, _ = line.partition(self._display)
        if body.strip():
            self._write(_as_code(body))
        if closing or not line.strip():
            self._end_display()

    def _end_display(self) -> None:
        if self._display:
            self._display = ""
            self._write("```")

    # --- tables -----------------------------------------------------------------------------------------------

    def _is_of_table(self, line: str) -> bool:
        """Take `line` into a table, or end the one before; False where it is none of a table."""
        if self._table and tables.is_row(line):
            self._row(self._table, line)
            return True
        if self._header is not None and (table := tables.begun(self._header, line)):
            columns = tuple(self._cell(cell) for cell in table.columns)
            self._table, self._header = tables.Grid(columns, (), table.right, table.margin), None
            return True
        self._end_table()
        if tables.may_be_header(line):
            self._header = line
            return True
        return False

    def _row(self, table: tables.Grid, line: str) -> None:
        """Add a row; a table that grows too long goes on in another one."""
        full, self._table = self.style.with_row(table, tuple(map(self._cell, tables.cells(line))))
        if full:
            self._write(full)

    def _cell(self, cell: str) -> str:
        return _inline(cell, 0, style=self.style, final=True)[0]

    def _end_table(self) -> None:
        if self._header is not None:
            self._write(_written(self._header, self.style))
        if self._table:
            self._write(self.style.table(self._table))
        self._header = self._table = None

    # --- parts of lines ---------------------------------------------------------------------------------------

    def _part(self) -> None:
        """Write what is certain of the line that is still being read."""
        if self._in_block:
            self._part_of_code()
            return
        if not self._at and (self._is_held or _HELD.match(self._line)):
            return
        lead = ""
        if not self._at:
            lead, self._at = _lead(self._line, self.style)
        text, self._at = _inline(self._line, self._at, style=self.style, final=False)
        self._out += (lead + text,)

    @property
    def _is_held(self) -> bool:
        return not self._line or bool(self._display) or self._header is not None or self._table is not None

    def _part_of_code(self) -> None:
        if self._at or not _MAY_CLOSE.fullmatch(self._line):
            self._out += (self._line[self._at :],)
            self._at = len(self._line)


def in_dialect(text: str, style: Style) -> str:
    """A whole text."""
    dialect = Dialect(style)
    return dialect.feed(text) + dialect.end()


# --- what a line begins with ----------------------------------------------------------------------------------------


def _written(line: str, style: Style) -> str:
    """A whole line outside of code and tables."""
    quote, start = _quote(line, style)
    if _RULE.fullmatch(line, start):
        return quote + style.rule(line[start:])
    if heading := _HEADING.fullmatch(line, start):
        text = _inline(heading["text"], 0, style=style, final=True)[0]
        return quote + style.heading(heading["marks"], text)
    lead, start = _lead(line, style)
    return lead + _inline(line, start, style=style, final=True)[0]


def _quote(line: str, style: Style) -> tuple[str, int]:
    """The marks of a quotation, and where they end."""
    found = _QUOTES.match(line)
    return (style.quotes(found[0]), found.end()) if found else ("", 0)


def _lead(line: str, style: Style) -> tuple[str, int]:
    """What stands before the text of a line, and where that begins."""
    quote, start = _quote(line, style)
    found = _MARKER.match(line, start)
    if found is None:
        return quote, start
    marker = f"{_note(found['note'])} " if found["note"] else style.marker(found)
    return quote + found["indent"] + marker, found.end()


# --- inside a line --------------------------------------------------------------------------------------------------


def _inline(text: str, at: int, *, style: Style, final: bool) -> tuple[str, int]:
    """The text of a line from `at` on, and how far it is certain; with `final` all of it is."""
    pending = None if final else _PENDING.search(text, at)
    stop = pending.start() if pending else len(text)
    written = []
    for found in _TOKEN.finditer(text, at):
        undecided = not final and (found.end() == len(text) or found["ticks"])
        if undecided or found.end() > stop:
            stop = min(stop, found.start())
            break
        written += [text[at : found.start()], _token(found, style)]
        at = found.end()
    return "".join([*written, text[at:stop]]), max(stop, at)


def _token(found: re.Match[str], style: Style) -> str:
    """One thing that is written otherwise than it came; all else as it is."""
    text = found[0]
    if found["entity"]:
        return _harmless_character(text) if text.startswith("\\") else style.character(text)
    if found["formula"]:
        return _formula(found)
    if found["auto"]:
        return style.autolink(text[1:-1])
    if found["spoiler"]:
        return style.bars(text)
    if found["ticks"] or found["dunder"]:
        return re.sub(r"[`_]", r"\\\g<0>", text)
    if found["note"]:
        return _note(found["note"])
    if found["under"]:
        return _bold(found)
    return text


def _harmless_character(entity: str) -> str:
    """The character that an escaped reference means, where it is one that can't do anything."""
    character = html.unescape(entity[1:])
    is_harmless = len(character) == 1 and not character.isascii() and category(character)[0] in "LNPS"
    return character if is_harmless else entity


def _formula(found: re.Match[str]) -> str:
    """A formula in a line, as code, where no other code touches it."""
    inside = found["round"] or found["square"] or found["display"] or found["dollars"]
    around = found.string[max(found.start() - 1, 0) : found.start()] + found.string[found.end() : found.end() + 1]
    code = _as_code(inside)
    return found[0] if "`" in around or not code.strip() else f"`{code}`"


def _as_code(formula: str) -> str:
    return CodeText().feed(without_mentions(readable(formula.replace("`", "'"))))


def _note(name: str) -> str:
    return name.translate(_SUPERSCRIPT) if name.isdecimal() and name.isascii() else f"({name})"


def _bold(found: re.Match[str]) -> str:
    """Two underscores make bold in Markdown, but for names in programs; other ones are just shown."""
    before, behind = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    inside_word = before.isalnum() and behind.isalnum()
    alone = not before.strip() and not behind.strip()
    if found[0] != "__" or inside_word or alone or "*" in before + behind:
        return "\\_" * len(found[0])
    return "**"
