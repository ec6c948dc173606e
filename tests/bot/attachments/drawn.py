"""Draws pictures as cameras and programs write them, with all that they tell besides."""

import io
import zlib

from PIL import Image as Pillow

SECRET = b"taken at 50.0875 N 14.4213 E by Jana"


def drawn(form: str, *, width: int = 8, height: int = 6, mode: str = "RGB", **options: object) -> bytes:
    """A small picture of two colours, without anything besides."""
    made = Pillow.new(mode, (width, height), 40)
    made.paste(200, (0, 0, width // 2, height))
    stream = io.BytesIO()
    made.save(stream, form, **options)
    return stream.getvalue()


def pixels(data: bytes) -> tuple[tuple[int, int], bytes]:
    """What a decoder makes of a picture."""
    with Pillow.open(io.BytesIO(data)) as opened:
        shown = opened.convert("RGBA")
        return shown.size, shown.tobytes()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk with its length and checksum."""
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def jpeg_segment(marker: int, content: bytes) -> bytes:
    """A segment as it stands before the picture's data."""
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def webp_chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a RIFF file."""
    return kind + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)
