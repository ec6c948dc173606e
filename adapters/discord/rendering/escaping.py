"""Owns showing plain words in Discord, where much of what people write is Markdown. Pure."""

import re

from bot.output.fences import CodeText
from bot.output.sanitizer import sanitized_plain

_CODE = re.compile(r"(`[^`\n]+`)")
_SIGN = re.compile(r"[\\`*_~|<\[\]]|:(?=//)")
_START = re.compile(r"^([ \t]*)(?:(#{1,3}|-#|[-+]|>{1,3})(?=\s)|(\d{1,9})(?=\.\s))", re.MULTILINE)


def plainly(text: str) -> str:
    """`text` in Discord's Markdown so that people see just these words: no mention, no link, no mark is active."""
    return _START.sub(_inert, _SIGN.sub(r"\\\g<0>", sanitized_plain(text)))


def spoken(sentence: str) -> str:
    """A sentence of Sova's own, with whatever data is in it: as `plainly`, but what stands in backticks is code."""
    parts = _CODE.split(sanitized_plain(sentence))
    return "".join(CodeText().feed(part) if _CODE.fullmatch(part) else plainly(part) for part in parts)


def _inert(found: re.Match[str]) -> str:
    indent, mark, number = found.groups()
    return f"{indent}{number}\\" if number else f"{indent}\\{mark}"
