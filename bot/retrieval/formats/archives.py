"""Owns the check of files that are ZIP archives inside (docx, pptx, xlsx, odt), before a parser sees them. Pure.

A parser gets a copy that holds nothing but the document's own XML, unpacked here within bounds. So it can't be made to
unpack more than it says, nor to go down into archives that lie within: those, and pictures, aren't copied.
"""

import io
import zipfile
import zlib

from bot.retrieval.loading import LoadLimits, Reason, RefusedFile

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How the container of older Office files begins; an encrypted new one is put in it."""
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_KEPT = (".xml", ".rels")
_ENCRYPTED_FLAG = 0x1
_RATIO_COUNTS_FROM = 1_000_000
_BLOCK = 1 << 20


def office_parts(data: bytes, limits: LoadLimits) -> bytes:
    """A ZIP archive with the XML parts of `data`, stored as they are; `RefusedFile` when `data` is up to something."""
    if data.startswith(_OLE):
        raise RefusedFile(Reason.ENCRYPTED if _ENCRYPTED_PACKAGE in data else Reason.UNREADABLE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive.infolist(), limits)
            return _copy(archive, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, UnicodeError):
        raise RefusedFile(Reason.UNREADABLE) from None


def _check(entries: list[zipfile.ZipInfo], limits: LoadLimits) -> None:
    """What the archive says about itself; `_copy` checks that it is true of what is used."""
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise RefusedFile(Reason.ENCRYPTED)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    swollen = unpacked > _RATIO_COUNTS_FROM and unpacked > limits.unpacking_ratio * packed
    if len(entries) > limits.archive_entries or unpacked > limits.unpacked_bytes or swollen:
        raise RefusedFile(Reason.ARCHIVE_BOMB)


def _copy(archive: zipfile.ZipFile, limits: LoadLimits) -> bytes:
    copied = io.BytesIO()
    room = limits.unpacked_bytes
    with zipfile.ZipFile(copied, "w", zipfile.ZIP_STORED) as copy:
        for name in dict.fromkeys(archive.namelist()):
            if name.endswith(_KEPT) or name == "mimetype":
                part = _unpacked(archive, name, room)
                _check_xml(name, part)
                room -= len(part)
                copy.writestr(zipfile.ZipInfo(name), part)
    return copied.getvalue()


def _unpacked(archive: zipfile.ZipFile, name: str, room: int) -> bytes:
    blocks: list[bytes] = []
    with archive.open(name) as part:
        while block := part.read(_BLOCK):
            room -= len(block)
            if room < 0:
                raise RefusedFile(Reason.ARCHIVE_BOMB)
            blocks.append(block)
    return b"".join(blocks)


def _check_xml(name: str, part: bytes) -> None:
    """Office files define no entities of their own; one that does means to blow up in the parser's memory."""
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part or (b"\0" in part and b"<!DOCTYPE" in part.replace(b"\0", b"")):
        raise RefusedFile(Reason.ARCHIVE_BOMB)
    if name == "META-INF/manifest.xml" and b"encryption-data" in part:
        raise RefusedFile(Reason.ENCRYPTED)
