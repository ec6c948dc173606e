"""Owns xberg: PDF and Office files to Markdown-like text. It runs in the document reader's process alone."""

import asyncio
import re
from typing import TYPE_CHECKING

from bot.retrieval.formats import titles
from bot.retrieval.formats.archives import office_parts
from bot.retrieval.formats.decoding import clean, tidy
from bot.retrieval.formats.headings import escaped, marked_numbers, without_leaders
from bot.retrieval.formats.prose import Parsed
from bot.retrieval.loading import Kind, LoadLimits, Reason, RefusedFile

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from xberg import ExtractedDocument, ExtractionResult

_MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.ODT: "application/vnd.oasis.opendocument.text",
}
_SCANNED_CHARS = 25
"""A page of a PDF with fewer letters holds a picture of its text, or next to none."""
_PICTURE = re.compile(rb"/Subtype\s*/Image\b|\bBI\s")


class OfficeDocuments:
    """xberg with everything off that isn't reading text: no OCR, no cache, no models."""

    def __init__(self, limits: LoadLimits) -> None:
        import xberg

        self._xberg = xberg
        self._limits = limits
        self._runner = asyncio.Runner()

    def read(self, data: bytes, kind: Kind) -> Parsed:
        """The file's text and title; `RefusedFile` when it can't be had."""
        bounded = data if kind is Kind.PDF else office_parts(data, self._limits)
        found = self._extract(bounded, kind)
        text = tidy(clean(found.content))
        if kind is Kind.PDF:
            _demand_letters(found, text, data)
            text = marked_numbers(without_leaders(escaped(text)))
        return Parsed(text, titles.sensible(clean(found.metadata.title or "")) or _title_in(text, kind))

    def _extract(self, data: bytes, kind: Kind) -> "ExtractedDocument":
        given = self._xberg.ExtractInput(kind="bytes", bytes=data, mime_type=_MEDIA_TYPES[kind])
        config = self._xberg.ExtractionConfig(
            use_cache=False,
            enable_quality_processing=False,
            disable_ocr=True,
            escape_markdown=False,
            # its Markdown of PDFs takes letters for list marks: `#it-podpora` became `fiit-podpora`
            output_format="plain" if kind is Kind.PDF else "markdown",
        )
        try:
            result = self._runner.run(_extracted(self._xberg.extract(given, config)))
        except (self._xberg.XbergError, RuntimeError) as error:  # it raises plain ones as well
            raise RefusedFile(_reason(str(error))) from None
        if not result.results:
            raise RefusedFile(_reason(" ".join(str(item.message) for item in result.errors)))
        return result.results[0]


async def _extracted(awaitable: "Awaitable[ExtractionResult]") -> "ExtractionResult":
    return await awaitable


def _title_in(text: str, kind: Kind) -> str | None:
    """A PDF's first line may be its title; the headings of a workbook are the names of its sheets."""
    match kind:
        case Kind.PDF:
            return titles.first_line(text)
        case Kind.XLSX:
            return None
        case _:
            return titles.first_heading(text)


def _reason(message: str) -> Reason:
    """Tell why: there is one error for all that is wrong with a PDF, whose words tell a locked one."""
    return Reason.ENCRYPTED if re.search(r"(?i)encrypt|password", message) else Reason.UNREADABLE


def _demand_letters(found: "ExtractedDocument", text: str, data: bytes) -> None:
    """Refuse a PDF of pictures, which would be indexed as silence, and one that ends too early to hold anything."""
    letters = sum(map(str.isalnum, text))
    about = found.metadata.format.pdf if found.metadata.format else None
    pages = (about.page_count if about else None) or 1
    if letters < _SCANNED_CHARS * pages and _PICTURE.search(data):
        raise RefusedFile(Reason.SCANNED)
    if not letters and b"startxref" not in data:
        raise RefusedFile(Reason.UNREADABLE)
