"""Owns the way from bytes to clean text: encodings, line ends, and characters that nobody can see. Pure."""

import codecs
import re
import unicodedata

from bot.languages import detect
from bot.messages import Language
from bot.retrieval.loading import Reason, RefusedFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CZECH_LETTERS = frozenset("áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ")
_UTF16_SAMPLE = 4096
_CONTROLS_BEARABLE = 0.002
"""The share of control characters above which something is no text, whatever its name says."""
_FEW_FAULTS = 1000
"""One byte in so many may be wrong before a file stops counting as UTF-8."""

_LANGUAGE_SAMPLES = 8
_SAMPLE_LEAST, _SAMPLE_MOST = 400, 2000
_FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1`*~*[ \t]*$", re.MULTILINE | re.DOTALL)

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u00ad\u200b\u200e\u200f\u2060\ufeff"  # soft hyphens, spaces without width, marks of direction
    "\u202a-\u202e\u2066-\u2069"  # they show text in another order than it is read in
    "\ud800-\udfff"  # halves of characters: bytes of a mail's header that were no text
    "\U000e0000-\U000e007f]"  # tags: an alphabet that models read and people can't see
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def decode(data: bytes) -> str:
    """The text in `data`: UTF-8, UTF-16 or UTF-32, else what Czech Windows or Unix wrote; `NOT_TEXT` when it is none.

    An old eight-bit encoding can't be told for sure; of Windows-1250 and ISO 8859-2 the one with more Czech letters is
    taken.
    """
    if not data:
        return ""
    text = _decoded(data)
    if len(_CONTROLS.findall(text)) > _CONTROLS_BEARABLE * len(text):
        raise RefusedFile(Reason.NOT_TEXT)
    return clean(text)


def clean(text: str) -> str:
    """`text` with composed letters, one line feed at the end of each line, and nothing in it that can't be seen."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))


def tidy(text: str) -> str:
    """`text` with no blanks at the ends of lines, at most one empty line in a row, and one line end at the end."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"


def language_of(text: str) -> Language | None:
    """The language that most samples from all over `text` are in; None when it is neither Czech nor English."""
    prose = _FENCE.sub("", text) if len(text) <= _LANGUAGE_SAMPLES * _SAMPLE_MOST else text
    guesses = [detect(sample) for sample in _samples(prose or text)]
    votes = {language: guesses.count(language) for language in Language}
    winner = max(votes, key=lambda language: votes[language])
    return winner if votes[winner] else None


def _samples(text: str) -> list[str]:
    size = min(_SAMPLE_MOST, max(_SAMPLE_LEAST, len(text) // _LANGUAGE_SAMPLES))
    step = max(size, len(text) // _LANGUAGE_SAMPLES)
    return [text[start : start + size] for start in range(0, len(text), step)][:_LANGUAGE_SAMPLES]


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if b"\0" in data:
        return _unmarked_utf16(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        patched = data.decode("utf-8", errors="replace")
    if patched.count("\ufffd") * _FEW_FAULTS < len(data) and _has_letters_beyond_ascii(patched):
        return patched
    return _eight_bit(data)


def _has_letters_beyond_ascii(text: str) -> bool:
    return any(character > "\x7f" and character.isalpha() for character in text)


def _unmarked_utf16(data: bytes) -> str:
    """Latin letters have a NUL in every other byte; anything else with NULs in it is no text."""
    sample = data[:_UTF16_SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 4 < len(sample) or min(even, odd) * 20 > len(sample):
        raise RefusedFile(Reason.NOT_TEXT)
    return data.decode("utf-16-le" if odd > even else "utf-16-be", errors="replace")


def _eight_bit(data: bytes) -> str:
    try:
        texts = [data.decode("cp1250"), data.decode("iso8859-2")]
    except UnicodeDecodeError:  # five bytes mean nothing in Windows-1250
        raise RefusedFile(Reason.NOT_TEXT) from None
    return max(texts, key=lambda text: sum(map(text.count, _CZECH_LETTERS)))
