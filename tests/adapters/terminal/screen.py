"""A terminal small enough to read: it obeys what rich writes, scrolls, and keeps what scrolled away."""

import re
import unicodedata

_TOKEN = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])|([\r\n])|([^\x1b\r\n])")


class Screen:
    """A screen of `width` × `height`; `lines` is the scrollback and the screen, without trailing blank lines."""

    def __init__(self, *, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.rows: list[list[str]] = [[]]
        self.row = self.column = 0
        self.cursor_shown = True

    @property
    def lines(self) -> list[str]:
        lines = ["".join(row).rstrip() for row in self.rows]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def feed(self, output: str) -> None:
        position = 0
        for token in _TOKEN.finditer(output):
            assert token.start() == position, f"unknown sequence at {output[position : position + 20]!r}"
            position = token.end()
            private, arguments, final, control, character = token.groups()
            if control:
                self._control(control)
            elif final:
                self._sequence(private, arguments, final)
            else:
                self._put(character)
        assert position == len(output), f"unknown sequence at {output[position : position + 20]!r}"

    def _control(self, control: str) -> None:
        if control == "\r":
            self.column = 0
            return
        self.row, self.column = self.row + 1, 0
        if self.row == len(self.rows):
            self.rows.append([])

    def _sequence(self, private: str, arguments: str, final: str) -> None:
        match private + final:
            case "m":
                pass
            case "?h" | "?l":
                self.cursor_shown = final == "h"
            case "A":  # the cursor stops at the top of the screen: what scrolled away can't be reached
                top = max(0, len(self.rows) - self.height)
                self.row = max(top, self.row - int(arguments or 1))
            case "K":
                self.rows[self.row] = []
            case other:
                raise AssertionError(f"unknown sequence {other}")

    def _put(self, character: str) -> None:
        if unicodedata.combining(character):
            return
        if self.column >= self.width:
            self._control("\n")
        row = self.rows[self.row]
        row.extend(" " * (self.column + 1 - len(row)))
        row[self.column] = character
        self.column += 1
