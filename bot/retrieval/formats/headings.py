"""Owns finding headings in text that doesn't mark them: numbered and underlined ones. Pure."""

import re

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})\.?[ \t]+(?=\w)(?!.*…)\S.{0,98}[^\s.,;:]")
_LEADERS = re.compile(r"(?:[ \t]?\.){4,}[ \t]*(?=\d|$)", re.MULTILINE)
_ROW = re.compile(r"(\S)\1{2,}[ \t]*")
_LOOKS_MARKED = re.compile(r"^(#{1,6}[ \t])", re.MULTILINE)
_LONGEST = 120
_NO_TITLE_STARTS = "#|>-*+`~="


def marked_numbers(text: str) -> str:
    """Lines such as `1.2. Language`, standing alone, as `#` headings; deeper numbers are lower.

    `1. Introduction` counts only where a `1.1` follows somewhere: else it is as likely an item of a list.
    """
    blocks = text.split("\n\n")
    numbers = [match[1] if (match := _NUMBERED.fullmatch(block)) else None for block in blocks]
    parents = {number.partition(".")[0] for number in numbers if number and "." in number}
    return "\n\n".join(
        f"{'#' * (number.count('.') + 1)} {block}" if number and number.partition(".")[0] in parents else block
        for number, block in zip(numbers, blocks, strict=True)
    )


def escaped(text: str) -> str:
    """Text that isn't Markdown, with a backslash before what would be taken for a heading."""
    return _LOOKS_MARKED.sub(r"\\\1", text)


def without_leaders(text: str) -> str:
    """Tables of contents with `…` for their rows of dots."""
    return _LEADERS.sub(" … ", text)


def marked_underlines(text: str, *, signs: str) -> str:
    """Lines underlined with a row of one of `signs` as `#` headings; a sign that is new takes the next level."""
    levels: dict[str, int] = {}
    lines: list[str] = []
    in_code = False
    for line in text.split("\n"):
        in_code ^= line.lstrip().startswith(("```", "~~~"))
        if in_code or not line or line[0] not in signs or not _underlines(line, lines):
            lines.append(line)
            continue
        level = levels.setdefault(line[0], min(6, len(levels) + 1))
        title = lines.pop().strip()
        if lines and lines[-1].rstrip() == line.rstrip():
            lines.pop()  # reST may put a row above as well
        lines.append(f"{'#' * level} {title}")
    return "\n".join(lines)


def _underlines(line: str, before: list[str]) -> bool:
    """Whether `line` underlines the last of `before`, and that one stands by itself: else it is a rule or a table."""
    if not before or not _ROW.fullmatch(line):
        return False
    title = before[-1].strip()
    if not title or len(title) > _LONGEST or title[0] in _NO_TITLE_STARTS or len(line.rstrip()) * 2 < len(title):
        return False
    return len(before) < 2 or not before[-2].strip() or before[-2].rstrip() == line.rstrip()
