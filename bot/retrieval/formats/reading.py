"""Owns which reader a kind of document gets, and what all of them have in common: title, language, bounds. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.messages import Language
from bot.retrieval.formats import prose, titles
from bot.retrieval.formats.contents import kind_by_content
from bot.retrieval.formats.decoding import decode, language_of
from bot.retrieval.formats.kinds import kind_of, programming_language, suffix_of
from bot.retrieval.formats.mail import mail
from bot.retrieval.formats.prose import Parsed
from bot.retrieval.formats.tables import table
from bot.retrieval.formats.webpages import webpage
from bot.retrieval.loading import Kind, LoadLimits, Reason, RefusedFile

OfficeReader = Callable[[bytes, Kind], Parsed]
"""Reads pdf, docx, pptx, xlsx and odt; a vendor's work, so it is given from outside."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a document from its bytes and its name alone."""

    text: str
    title: str
    language: Language | None
    kind: Kind


def read_document(data: bytes, document: str, *, limits: LoadLimits, office: OfficeReader) -> Reading:
    """Make a document of a file's bytes; `RefusedFile` when there is no text in it, or too much."""
    kind = kind_of(document.rpartition("/")[2])
    if kind is None:
        raise RefusedFile(Reason.UNKNOWN_KIND)
    return _read(data, document, kind, limits=limits, office=office)


def read_attached(data: bytes, name: str, *, limits: LoadLimits, office: OfficeReader) -> Reading:
    """The same for a file of which somebody else says what it is called: its kind is told by its bytes first."""
    if len(data) > limits.file_bytes:
        raise RefusedFile(Reason.TOO_LARGE)
    return _read(data, name, kind_by_content(data, name), limits=limits, office=office)


def _read(data: bytes, document: str, kind: Kind, *, limits: LoadLimits, office: OfficeReader) -> Reading:
    name = document.rpartition("/")[2]
    parsed = _parse(data, name, kind, office)
    if len(parsed.text) > limits.text_chars:
        raise RefusedFile(Reason.TOO_MUCH_TEXT)
    if not any(map(str.isalnum, parsed.text)):
        raise RefusedFile(Reason.EMPTY)
    title = parsed.title or titles.of_file_name(document)
    return Reading(parsed.text, title, language_of(parsed.text), kind)


def _parse(data: bytes, name: str, kind: Kind, office: OfficeReader) -> Parsed:
    match kind:
        case Kind.PDF | Kind.DOCX | Kind.PPTX | Kind.XLSX | Kind.ODT:
            return office(data, kind)
        case Kind.EMAIL:
            return mail(data)
        case Kind.HTML:
            return webpage(decode(data))
        case Kind.MARKDOWN:
            return prose.markdown(decode(data))
        case Kind.CSV:
            return table(decode(data))
        case Kind.CODE:
            return _code(decode(data), name)
        case Kind.TEXT:
            return (
                prose.asciidoc(decode(data)) if suffix_of(name) in {"adoc", "asciidoc"} else prose.plain(decode(data))
            )


def _code(text: str, name: str) -> Parsed:
    if not text.strip():
        raise RefusedFile(Reason.EMPTY)
    return Parsed(prose.code(text, language=programming_language(name) or "").text, name)
