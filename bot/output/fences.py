"""Owns blocks of code: where one begins and ends, and writing it so that everybody reads the same block. Pure.

What a model means by a fence, CommonMark and the chat platforms read differently when it is indented, quoted, in a
list, or made of other signs than three backticks. So each block is written anew in the one form that all of them read:
three backticks, indented by three columns at most, each line behind the same margin.
"""

import re
from dataclasses import dataclass

JOINER = "\u2060"
"""A word joiner: invisible, takes no room, and breaks what it stands in."""

LEAD = re.compile(r"[ \t>]*+(?:(?:[-+*]|\d{1,9}[.)])[ \t]++(?:\[[ xX]\][ \t]++)?+[ \t>]*+)*+")
"""What a line may begin with: marks of quotations, lists and tasks."""
FENCE = "```"

_BULLET = re.compile(r"[^ \t>]")
_INFO = re.compile(r"[\w+#.-]{1,40}")
_LONGEST_INFO = 200
_OPENING = re.compile(r"(?P<run>`{3,}|~{3,})(?P<info>[^\n]*)(?P<end>\n?)")
_DEEPEST = 3  # columns; four make CommonMark read indented code


@dataclass(frozen=True, slots=True)
class Opening:
    """A fence that begins: what is written for it, how long it was, and the block that it opens."""

    text: str
    length: int
    fence: "Fence"


@dataclass(frozen=True, slots=True)
class Fence:
    """An open block of code. `run` is what closes it, `quotes` and `indent` what its lines are set in by."""

    run: str
    quotes: int
    indent: int

    @property
    def margin(self) -> str:
        """What each line of the block is written behind."""
        return "> " * self.quotes + " " * min(self.indent, _DEEPEST)

    @property
    def closing(self) -> str:
        """The line that ends the block."""
        return self.margin + FENCE

    def set_in(self, line: str) -> int:
        """How many characters at the beginning of `line` are margin, not code."""
        quotes = re.match(rf"(?:[ \t]*>){{0,{self.quotes}}}", line)
        after = quotes.end() if quotes else 0
        space = 1 if after and line.startswith(" ", after) else 0
        spaces = re.compile(rf" {{0,{self.indent}}}").match(line, after + space)
        return spaces.end() if spaces else after + space

    def closes(self, line: str) -> bool:
        """Whether `line`, without its margin, ends the block."""
        bare = line.strip(" \t")
        return len(bare) >= len(self.run) and not bare.strip(self.run[0])

    def may_close(self, start: str) -> bool:
        """Whether a line that begins with `start` may still become margin and what ends the block."""
        return not start.strip(" \t>").strip(self.run[0])


def opening(line: str, *, lead: int, final: bool) -> Opening | None:
    """The block that begins with `line` (up to its end or further), behind `lead` characters of margin.

    None where there is none; raises `Undecided` when more of the line must come first.
    """
    found = _OPENING.match(line, lead)
    if found is None:
        return None
    if not found["end"] and not final and len(found["info"]) <= _LONGEST_INFO:
        raise Undecided
    if len(found["info"]) > _LONGEST_INFO or (found["run"][0] == "`" and "`" in found["info"]):
        return None
    before = line[:lead]
    fence = Fence(found["run"], before.count(">"), _indent(before))
    info = _INFO.match(found["info"].strip())
    above = before.rstrip() + "\n" if _BULLET.search(before) else ""
    text = f"{above}{fence.margin}{FENCE}{info[0] if info else ''}\n"
    return Opening(text, found.end() - lead, fence)


class Undecided(Exception):
    """More must come before anything can be said."""


def _indent(before: str) -> int:
    """The columns between the last quotation mark and the fence."""
    _, quote, inside = before.rpartition(">")
    return len(inside.expandtabs(4)) - (1 if quote and inside.startswith(" ") else 0)


class CodeText:
    """Code as it may be shown: word for word, but for what would end the block for some reader."""

    def __init__(self) -> None:
        self._is_open = False
        self.has_text = False

    def feed(self, text: str) -> str:
        """`text` with a joiner in runs of three backticks, and between `]` and `(` where `[` isn't the bracket before.

        Discord ends a block at any three backticks, and reads a link over the edges of code. A piece must not end
        within such a sign.
        """
        self.has_text = self.has_text or bool(text)
        text = re.sub("``(?=`)", "``" + JOINER, text)
        return re.sub(r"\[|\](\(?)", self._bracket, text) if "[" in text or "]" in text else text

    def _bracket(self, found: re.Match[str]) -> str:
        was_open, self._is_open = self._is_open, found[0] == "["
        return found[0] if was_open or not found[1] else f"]{JOINER}("
