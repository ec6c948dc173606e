"""Owns what a document is called: by what stands in it, else by its file's name. Pure."""

import re

_TITLE_CHARS = 200
_MEANINGLESS = re.compile(
    r"(?i)(untitled|bez názvu|document|dokument|presentation|prezentace|sešit|book|slide|snímek|microsoft \w+)?"
    r"[\s\d_.()-]*"
)
_PRODUCED = re.compile(r"(?i)^microsoft (word|powerpoint|excel) - |\.(docx?|pptx?|xlsx?|odt|pdf|indd|rtf|tex|dvi)$")
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*?)[ \t]*#*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_SEPARATORS = re.compile(r"[\s_]+|(?<=\w)-(?=\w)")


def sensible(title: str | None) -> str | None:
    """`title` in one line when a person may have written it; None for what programs put there."""
    line = " ".join((title or "").split())[:_TITLE_CHARS].strip()
    if not line or _MEANINGLESS.fullmatch(line) or _PRODUCED.search(line):
        return None
    return line


def first_heading(text: str) -> str | None:
    """The text of the first heading of the highest level in a Markdown-like text, outside code fences."""
    best: tuple[int, str] | None = None
    fence = ""
    for line in text.splitlines():
        if mark := _FENCE.match(line):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        elif not fence and (heading := _HEADING.match(line)) and (best is None or len(heading[1]) < best[0]):
            best = len(heading[1]), heading[2]
            if best[0] == 1:
                break
    return sensible(best[1]) if best else None


def first_line(text: str) -> str | None:
    """The first line of a plain text when it stands alone above the rest, as a title does: short, and no sentence."""
    lines = text.lstrip("\n").split("\n", 2)
    if (
        len(lines) < 3
        or lines[1].strip()
        or not lines[2].strip()
        or len(lines[0]) > 100
        or lines[0].rstrip().endswith((".", ",", ";", ":"))
    ):
        return None
    return sensible(lines[0])


def of_file_name(document: str) -> str:
    """The file's name without folders and ending, made readable: `dovolena_2025-navrh.docx` → `Dovolena 2025 navrh`."""
    name = document.rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    words = _SEPARATORS.sub(" ", stem).strip()
    return words[:1].upper() + words[1:] if words else name
