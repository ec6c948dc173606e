"""Owns what a picture is: told by its bytes, measured without decoding it, stripped of what isn't the picture. Pure.

A picture's file may say where and when it was taken, by whom and with what; behind its end it may hold anything. What
an engine gets is put together anew from the parts that are needed to draw it. Formats: PNG (W3C, 3rd edition,
chapter 5), JPEG (ITU T.81, annex B), WebP (RFC 9649).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.messages import Image

MOST_PIXELS = 50_000_000
"""The largest pictures that telephones take by default; decoded, these are 200 MB in the engine."""

_MOST_PARTS = 50_000
"""Chunks or segments; a PNG of 50 megapixels written in the usual pieces of 8 KB has fewer than 20 000."""

_PNG, _GIF = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a")
_DRAWS_PNG = frozenset({b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"IDAT", b"IEND"})
_DRAWS_WEBP = frozenset({b"VP8X", b"ALPH", b"VP8 ", b"VP8L"})
_WEBP_ALPHA = 0x10

_STARTS_SCAN, _ENDS = 0xDA, 0xD9
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JFIF, _ADOBE = 0xE0, 0xEE  # JFIF tells the shape of a pixel, Adobe's how colours are meant
_APPLICATION_OR_COMMENT = frozenset({*range(0xE0, 0xF0), 0xFE})
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
"""In the coded data, FF 00 is a plain FF and FF D0 to FF D7 are its own restarts."""


class BadPicture(Exception):
    """A picture that can't be used; `reason` is one of the codes in `wording` (`attachment-<reason>`).

    `limit` is the bound that it breaks, in megapixels.
    """

    def __init__(self, reason: str, *, limit: float = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.limit = limit


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    height: int


def looks_like_picture(data: bytes) -> bool:
    """Whether the first bytes are those of a picture, whatever its name says."""
    return data.startswith((_PNG, b"\xff\xd8\xff", *_GIF)) or _is_webp(data)


def clean_picture(data: bytes, *, most_pixels: int = MOST_PIXELS) -> Image:
    """The picture with nothing in it but what draws it; how a camera was held is lost with the rest.

    Raises `BadPicture`: `picture-kind` for GIF and animations, `picture-damaged`, `picture-too-wide`.
    """
    try:
        image, size = _cleaned(data)
    except (IndexError, ValueError):
        raise BadPicture("picture-damaged") from None
    if size.width < 1 or size.height < 1:
        raise BadPicture("picture-damaged")
    if size.width * size.height > most_pixels:
        raise BadPicture("picture-too-wide", limit=most_pixels / 1e6)
    return image


def _cleaned(data: bytes) -> tuple[Image, _Size]:
    if data.startswith(_PNG):
        return _png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if _is_webp(data):
        return _webp(data)
    raise BadPicture("picture-kind")


# --- PNG ------------------------------------------------------------------------------------------------------


def _png(data: bytes) -> tuple[Image, _Size]:
    kept, size, kind = [_PNG], None, b""
    for kind, whole in _png_chunks(data):
        if size is None:
            _demand(kind == b"IHDR" and len(whole) == 25)
            size = _Size(_big(whole[8:12]), _big(whole[12:16]))
        if kind in _DRAWS_PNG:
            kept.append(whole)
    if size is None or kind != b"IEND":
        raise ValueError
    return Image("image/png", b"".join(kept)), size


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's name, and the whole of it: length, name, content, checksum. What follows the last one is left."""
    at = len(_PNG)
    for _ in range(_MOST_PARTS):
        end = at + 12 + _big(_taken(data, at, 4))
        kind = data[at + 4 : at + 8]
        yield kind, _taken(data, at, end - at)
        if kind == b"IEND":
            return
        at = end
    raise ValueError


# --- JPEG -----------------------------------------------------------------------------------------------------


def _jpeg(data: bytes) -> tuple[Image, _Size]:
    kept, size, drawn = [b"\xff\xd8"], None, False
    for marker, whole in _jpeg_segments(data):
        if marker in _FRAMES:
            size = _larger(size or _Size(0, 0), _Size(_big(whole[7:9]), _big(whole[5:7])))
        kept.append(_jpeg_header(marker, whole) if marker in _APPLICATION_OR_COMMENT else whole)
        drawn = drawn or marker == _STARTS_SCAN
    if size is None or not drawn:
        raise ValueError
    return Image("image/jpeg", b"".join(kept)), size


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each segment's marker and the whole of it; a scan's with the coded data behind it. Ends at the picture's end."""
    at = 2
    for _ in range(_MOST_PARTS):
        found = _MARKER.match(data, at)
        if found is None:
            raise ValueError
        marker, start = found[1][0], found.end() - 2
        if marker == _ENDS:
            yield marker, b"\xff\xd9"
            return
        at = start + 2 + _big(_taken(data, start + 2, 2))
        if marker == _STARTS_SCAN:
            after = _MARKER.search(data, at)
            at = after.start() if after else len(data)
        yield marker, _taken(data, start, at - start)
    raise ValueError


def _jpeg_header(marker: int, segment: bytes) -> bytes:
    """JFIF's and Adobe's few bytes without what may hang on them, such as a smaller copy of the picture; else none."""
    if marker == _JFIF and segment[4:9] == b"JFIF\0" and len(segment) >= 18:
        return b"\xff\xe0\x00\x10" + segment[4:16] + b"\0\0"
    if marker == _ADOBE and segment[4:9] == b"Adobe" and len(segment) >= 16:
        return b"\xff\xee\x00\x0e" + segment[4:16]
    return b""


# --- WebP -----------------------------------------------------------------------------------------------------


def _is_webp(data: bytes) -> bool:
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP"


def _webp(data: bytes) -> tuple[Image, _Size]:
    chunks = dict(_webp_chunks(data))
    if b"ANIM" in chunks or b"ANMF" in chunks:
        raise BadPicture("picture-kind")
    drawing = b"VP8L" if b"VP8L" in chunks else b"VP8 "
    _demand(drawing in chunks)
    size = _larger(_webp_size(drawing, chunks[drawing]), _webp_canvas(chunks.get(b"VP8X")))
    kept = [(kind, content) for kind, content in chunks.items() if kind in _DRAWS_WEBP]
    body = b"WEBP" + b"".join(map(_webp_chunk, kept))
    return Image("image/webp", b"RIFF" + len(body).to_bytes(4, "little") + body), size


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, end = 12, 8 + int.from_bytes(data[4:8], "little")
    _demand(end <= len(data))
    for _ in range(_MOST_PARTS):
        if at >= end:
            return
        length = int.from_bytes(_taken(data, at + 4, 4), "little")
        yield data[at : at + 4], _taken(data, at + 8, length)
        at += 8 + length + length % 2
    raise ValueError


def _webp_chunk(chunk: tuple[bytes, bytes]) -> bytes:
    """The chunk as it is written; of what the extended header promises only transparency is left."""
    kind, content = chunk
    if kind == b"VP8X":
        content = bytes([content[0] & _WEBP_ALPHA]) + content[1:]
    return kind + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)


def _webp_size(kind: bytes, content: bytes) -> _Size:
    """What the drawing itself says."""
    if kind == b"VP8L":
        _demand(content[:1] == b"\x2f" and len(content) > 5)
        bits = int.from_bytes(content[1:5], "little")
        return _Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    _demand(content[3:6] == b"\x9d\x01\x2a" and len(content) > 10)
    return _Size(
        int.from_bytes(content[6:8], "little") & 0x3FFF,
        int.from_bytes(content[8:10], "little") & 0x3FFF,
    )


def _webp_canvas(content: bytes | None) -> _Size:
    """What the extended header says, where there is one: some decoders make room for that."""
    if content is None:
        return _Size(0, 0)
    _demand(len(content) == 10)
    return _Size(int.from_bytes(content[4:7], "little") + 1, int.from_bytes(content[7:10], "little") + 1)


# --- all ------------------------------------------------------------------------------------------------------


def _larger(one: _Size, other: _Size) -> _Size:
    return _Size(max(one.width, other.width), max(one.height, other.height))


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _taken(data: bytes, at: int, length: int) -> bytes:
    """So many bytes from `at`; a `ValueError` where there are fewer."""
    _demand(length >= 0 and at + length <= len(data))
    return data[at : at + length]


def _demand(condition: bool) -> None:
    if not condition:
        raise ValueError
