"""Owns telling what kind a file is by its bytes, where its name is only somebody's word. Pure."""

import io
import zipfile
import zlib

from bot.retrieval.formats.decoding import decode
from bot.retrieval.formats.kinds import kind_of
from bot.retrieval.loading import Kind, Reason, RefusedFile

_PDF_WITHIN = 1024
"""Readers of PDF accept so many bytes before its first line."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_MAIN_PARTS = {
    "word/document.xml": Kind.DOCX,
    "ppt/presentation.xml": Kind.PPTX,
    "xl/workbook.xml": Kind.XLSX,
}
_OPEN_DOCUMENT_TEXT = b"application/vnd.oasis.opendocument.text"
_MOST_ENTRIES = 10_000
_BINARY = frozenset({Kind.PDF, Kind.DOCX, Kind.PPTX, Kind.XLSX, Kind.ODT})


def kind_by_content(data: bytes, name: str) -> Kind:
    """What `data` is. A name only tells kinds of text apart, which bytes can't; whatever else is text is plain text.

    Raises `RefusedFile`: `UNREADABLE` for text that is named like an office file, `UNKNOWN_KIND` for an archive of
    something else, and for what is neither text nor of a known kind.
    """
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return Kind.PDF
    if data.startswith(_OLE):
        return Kind.DOCX  # its reader tells an encrypted one from one of the old formats
    if data.startswith(_ARCHIVES):
        return _office_kind(data)
    named = kind_of(name)
    if named in _BINARY:
        raise RefusedFile(Reason.UNREADABLE)
    return named or _plain_text(data)


def _plain_text(data: bytes) -> Kind:
    try:
        decode(data)
    except RefusedFile:
        raise RefusedFile(Reason.UNKNOWN_KIND) from None
    return Kind.TEXT


def _office_kind(data: bytes) -> Kind:
    """By the part that each kind must have; nothing is unpacked but the few bytes that name an OpenDocument."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > _MOST_ENTRIES:
                raise RefusedFile(Reason.ARCHIVE_BOMB)
            names = set(archive.namelist())
            if "mimetype" in names and _first_bytes(archive, "mimetype") == _OPEN_DOCUMENT_TEXT:
                return Kind.ODT
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError):
        raise RefusedFile(Reason.UNREADABLE) from None
    for part, kind in _MAIN_PARTS.items():
        if part in names:
            return kind
    raise RefusedFile(Reason.UNKNOWN_KIND)


def _first_bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(len(_OPEN_DOCUMENT_TEXT) + 1).strip()
