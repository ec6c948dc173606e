"""Owns the reading of a model's Markdown as it streams in, and writing it anew so that nothing in it is active. Pure.

Each sign that could begin something active is looked at once, from left to right; what it begins is either passed on
whole, shown as code, or broken. Text waits only while it might still become such a thing, and nothing longer than a
bound is waited for. So each delta that leaves is safe by itself, and cuts make no difference.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from bot.output import signs
from bot.output.fences import FENCE, JOINER, LEAD, CodeText, Fence, Undecided, opening
from bot.output.links import AllowedHosts

_KEPT_OF_A_LINE = 300


@dataclass(slots=True)
class _Line:
    """What is known of the line that is being read, and of the one before: whether they make a table.

    A bare `|` in code ends a table's cell for some readers and the code with it. `risky` says that there was one.
    """

    text: str = ""
    risky: bool = False
    was_risky: bool = False
    in_table: bool = False

    def read(self, text: str) -> None:
        """Take in a piece of the line; of a long one the beginning is enough."""
        self.text = (self.text + text)[:_KEPT_OF_A_LINE]

    def end(self) -> None:
        """The next line begins."""
        self.in_table = self._goes_on()
        self.text, self.was_risky, self.risky = "", self.risky, False

    def _goes_on(self) -> bool:
        """Whether the next line may be a table's: there was a line of dashes and pipes, and no empty one since."""
        if not self.text.strip(" \t>"):
            return False
        return self.in_table or ("|" in self.text and "-" in self.text and bool(signs.DELIMITER.fullmatch(self.text)))


class Disarmer:
    """Reads one text. Links to `hosts` stay, if they are written plainly."""

    def __init__(self, hosts: AllowedHosts) -> None:
        self._hosts = hosts
        self._text = ""
        self._at = 0
        self._final = False
        self._restart()

    def _restart(self) -> None:
        self._shown: list[str] = []
        self._last = ""
        self._line = _Line()
        self._line_starts = True
        self._fence: Fence | None = None
        self._code = CodeText()
        self._behind_bracket = False
        self._in_definition = False

    def feed(self, piece: str) -> str:
        """What is safe to be shown now that `piece` has come."""
        done = max(self._at - 1, 0)  # the character before is looked back at
        self._text, self._at = self._text[done:] + piece, self._at - done
        try:
            while self._at < len(self._text):
                self._step()
        except Undecided:
            pass
        shown, self._shown = "".join(self._shown), []
        return shown

    def end(self) -> str:
        """The rest, with an open block of code closed; another text may follow."""
        self._final = True
        rest = self.feed("")
        if self._fence:
            rest += ("" if self._last == "\n" else "\n") + self._closing(self._fence)
        self._text, self._at, self._final = "", 0, False
        self._restart()
        return rest

    def _step(self) -> None:
        """Take the next sign from the text; `Undecided` when more must come first."""
        if self._fence:
            self._code_line(self._fence)
        elif self._line_starts:
            self._start_of_line()
        else:
            self._inline()

    # --- taking and writing -----------------------------------------------------------------------------------

    def _await(self, end: int) -> None:
        """More must come if what is held ends at `end`."""
        if end >= len(self._text) and not self._final:
            raise Undecided

    def _take(self, length: int, shown: str | None = None) -> None:
        """Go on behind the next `length` characters, which are shown as they are, or as `shown`."""
        taken = self._text[self._at : self._at + length]
        self._at += length
        self._line.read(taken)
        self._behind_bracket = False
        self._write(taken if shown is None else shown)

    def _write(self, text: str) -> None:
        if text:
            self._shown.append(text)
            self._last = text[-1]

    def _take_as_code(self, length: int, code: str) -> None:
        self._take(length, self._apart + f"`{CodeText().feed(code)}`")

    @property
    def _apart(self) -> str:
        """What keeps code from what stands before it: another run of backticks, or a backslash."""
        return " " if self._last in {"`", "\\"} else ""

    # --- lines ------------------------------------------------------------------------------------------------

    def _start_of_line(self) -> None:
        """A block of code begins, or what a line begins with is passed on."""
        found = LEAD.match(self._text, self._at)
        lead = found.end() if found else self._at
        if lead - self._at > signs.LONGEST_LEAD:
            self._at += signs.LONGEST_LEAD  # nobody indents as far
            return
        newline = self._text.find("\n", self._at)
        line = self._text[self._at : newline + 1 or None]
        if newline < 0 and not self._final and signs.UNDECIDED_LEAD.match(self._text, lead):
            raise Undecided
        if begun := opening(line, lead=lead - self._at, final=self._final):
            self._take(lead - self._at + begun.length, begun.text)
            self._fence, self._code = begun.fence, CodeText()
            self._line.end()
            return
        if self._line.was_risky and signs.DELIMITER.fullmatch(line.rstrip("\n")):
            self._await(self._at + len(line.rstrip("\n")))
            if "|" in line:
                self._take(len(line) - len(line.lstrip(" \t>")))
                self._write("\\")
        elif self._text.startswith("~~~", lead):
            self._take(lead - self._at)
            self._write("\\")
        else:
            self._take(lead - self._at)
        self._line_starts = False

    def _code_line(self, fence: Fence) -> None:
        """Code as far as the line has come, behind the block's margin, or the end of the block."""
        newline = self._text.find("\n", self._at)
        line = self._text[self._at : newline if newline >= 0 else None]
        if self._line_starts:
            if newline < 0 and not self._final and fence.may_close(line):
                raise Undecided
            margin = fence.set_in(line)
            if fence.closes(line[margin:]):
                self._take(len(line), self._closing(fence))
                self._fence, self._line_starts = None, False
                return
            self._take(margin, fence.margin if line[margin:].strip() else fence.margin.rstrip())
            self._line_starts = False
            line = line[margin:]
        if newline < 0 and not self._final:
            line = line.rstrip("`]")
            if not line:
                raise Undecided
        self._take(len(line), self._code.feed(line))
        if newline >= 0:
            self._end_line()

    def _closing(self, fence: Fence) -> str:
        """What ends the block; Discord doesn't see the end of an empty one."""
        return ("" if self._code.has_text else f"{fence.margin} \n") + fence.closing

    def _end_line(self) -> None:
        self._line.end()
        self._take(1)
        self._line.text, self._line_starts = "", True

    # --- inside a line ----------------------------------------------------------------------------------------

    def _inline(self) -> None:
        """Text up to the next sign that may begin something, or what it begins."""
        found = signs.SPECIAL.search(self._text, self._at)
        decided = self._decided_end()
        if decided == self._at:
            raise Undecided
        if found is None or found.start() > self._at:
            self._take(min(found.start() if found else decided, decided) - self._at)
        elif found["url"] or found["rest"]:
            self._url(found)
        else:
            self._SIGNS[found[0]](self)

    def _decided_end(self) -> int:
        """How far the text so far can't be the beginning of an address."""
        if self._final:
            return len(self._text)
        tail = max(self._at, len(self._text) - signs.LONGEST_START)
        for pattern in signs.PARTIAL_STARTS:
            found = pattern.search(self._text, tail)
            if found and found[0].replace("\\", "").lower() in signs.BEGINNINGS:
                return found.start()
        return len(self._text)

    def _backslash(self) -> None:
        """An escaped sign stays escaped; but platforms may read mentions and Discord links for all that."""
        self._await(self._at + 1)
        escaped = self._text[self._at + 1 : self._at + 2]
        if not signs.PUNCTUATION.match(escaped):
            self._take(1)
        elif escaped in "<@":
            self._broken("\\" + escaped)
        else:
            self._take(2)
            self._behind_bracket = escaped == "]"

    def _at_sign(self) -> None:
        self._broken("@")

    def _broken(self, sign: str) -> None:
        """Take `sign`, and put a joiner behind it where it would begin a mention."""
        after = self._at + len(sign)
        is_mention = self._begins_mass_mention(after) if sign[-1] == "@" else self._begins_mention(after)
        self._take(len(sign), sign + (JOINER if is_mention else ""))

    def _begins_mention(self, after: int) -> bool:
        self._await(after + self._text.startswith("\\", after))
        return bool(signs.SIGIL.match(self._text, after))

    def _begins_mass_mention(self, after: int) -> bool:
        if signs.MASS.match(self._text, after):
            return True
        if not self._final and (found := signs.MAY_BE_MASS.match(self._text, after)):
            letters = found[0].lstrip("\\!&").lower()
            if letters.isdigit() or any(name.startswith(letters) for name in signs.MASS_NAMES):
                raise Undecided
        return False

    def _ampersand(self) -> None:
        """A character reference can spell anything; those that people use may stay."""
        if not self._final and signs.MAY_BE_ENTITY.match(self._text, self._at):
            raise Undecided
        found = signs.ENTITY.match(self._text, self._at)
        if found is None:
            self._take(1)
        elif found[0] == "&lt;":
            self._broken(found[0])
        elif found[0] in signs.HARMLESS_ENTITIES:
            self._take(len(found[0]))
        else:
            self._take(1, "\\&")

    def _angle(self) -> None:
        """HTML and addresses in angle brackets are shown as code, mentions are broken."""
        if self._begins_mention(self._at + 1):
            self._broken("<")
            return
        body = signs.TAG_BODY.match(self._text, self._at + 1)
        if body is None:
            self._take(1)
            return
        self._await(body.end())
        if not self._text.startswith(">", body.end()):
            self._take(1, "\\<")
        elif self._hosts.allow(body[0]):
            self._take(len(body[0]) + 2)
        else:
            self._take_as_code(len(body[0]) + 2, body[0] if signs.ADDRESS.fullmatch(body[0]) else f"<{body[0]}>")

    def _bang(self) -> None:
        """An image loses its `!`; what is left is read as a link that may not stay."""
        if not self._final and signs.MAY_BE_IMAGE.match(self._text, self._at):
            raise Undecided
        self._take(1, "" if signs.IMAGE.match(self._text, self._at) else "!")

    def _open_bracket(self) -> None:
        if self._hosts and self._text[max(self._at - 1, 0)] != "!":
            if not self._final and signs.MAY_BE_LINK.match(self._text, self._at):
                raise Undecided
            found = signs.LINK.match(self._text, self._at)
            if found and self._hosts.allow(found["url"]) and _is_harmless(found["label"]):
                self._take(len(found[0]))
                return
        self._in_definition = bool(signs.AT_START.fullmatch(self._line.text))
        self._take(1)

    def _close_bracket(self) -> None:
        self._take(1)
        self._behind_bracket = True

    def _parenthesis(self) -> None:
        """Right behind a bracket it would make a link."""
        self._take(1, " (" if self._behind_bracket else "(")

    def _colon(self) -> None:
        """Right behind a bracket that a line began with it would say where links lead."""
        separated, self._in_definition = self._behind_bracket and self._in_definition, False
        self._take(1, " :" if separated else ":")

    def _ticks(self) -> None:
        """Code in a line, word for word; backticks that nothing closes are no code."""
        found = signs.TICKS.match(self._text, self._at)
        run = found[0] if found else ""
        start = self._at + len(run)
        self._await(start)
        newline = self._text.find("\n", start)
        end = newline if newline >= 0 else len(self._text)
        closing = re.compile(rf"(?<!`){run}(?!`)").search(self._text, start, min(end, start + signs.LONGEST_CODE))
        if closing is None:
            if newline < 0 and not self._final and end - start < signs.LONGEST_CODE:
                raise Undecided
            self._take(len(run), "\\`" * len(run))
            return
        if newline < 0:
            self._await(closing.end())
        code = self._text[start : closing.start()]
        if "```" in code:
            self._take(len(run), "\\`" * len(run))
            return
        length, run = closing.end() - self._at, run[: len(FENCE)]  # Discord knows no more than three
        self._take(length, f"{self._apart}{run}{self._code_in_line(code)}{run}")

    def _code_in_line(self, code: str) -> str:
        if signs.BARE_PIPE.search(code):
            if self._line.in_table:
                code = signs.BARE_PIPE.sub(r"\\|", code)
            self._line.risky = True
        return CodeText().feed(code)

    def _url(self, start: re.Match[str]) -> None:
        """An address is shown as code, unless it is plain and its host allowed."""
        found = signs.URL.match(self._text, start.end())
        end = found.end() if found else start.end()
        self._await(end)
        if end == start.end() and not start[0].endswith("/"):
            self._take(len(start[0]))
            return
        url = _trimmed(self._text[self._at : end], least=start.end() - self._at)
        if start["rest"]:
            colon = url.index(":") + 1
            self._take(colon, ":")
            self._take_as_code(len(url) - colon, signs.ESCAPED.sub(r"\1", url[colon:]))
        elif self._hosts.allow(url) and self._stands_apart(self._at, self._at + len(url)):
            self._take(len(url))
        else:
            self._take_as_code(len(url), signs.ESCAPED.sub(r"\1", url))

    def _stands_apart(self, start: int, end: int) -> bool:
        """Whether nothing stands around an address that others may read as a part of it, such as `)@evil.com`."""
        before = self._text[max(start - 1, 0) : start]
        return not signs.PART_OF_URL.match(before) and bool(signs.BEHIND_URL.match(self._text, end))

    _SIGNS: ClassVar[dict[str, Callable[["Disarmer"], None]]] = {
        "\\": _backslash,
        "`": _ticks,
        "<": _angle,
        "[": _open_bracket,
        "]": _close_bracket,
        "(": _parenthesis,
        ":": _colon,
        "@": _at_sign,
        "&": _ampersand,
        "!": _bang,
        "\n": _end_line,
    }


def without_mentions(text: str) -> str:
    """A whole text without Markdown, in which each mention is broken."""
    return signs.MENTION.sub(lambda found: found[0] + JOINER, text)


def _is_harmless(label: str) -> bool:
    """Whether nothing in the text of a link is active by itself."""
    disarmer = Disarmer(AllowedHosts())
    return disarmer.feed("x " + label) + disarmer.end() == "x " + label


def _trimmed(url: str, *, least: int) -> str:
    """`url` without the signs behind it that belong to the sentence; at least its scheme is left."""
    depth = 0
    for index, sign in enumerate(url):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            url = url[:index]
            break
    trailing = signs.TRAILING.search(url, least)
    return url[: trailing.start()] if trailing else url
