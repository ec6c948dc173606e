"""Owns making a PNG of a page, by a Chromium that shows nothing and reaches nothing."""

import os
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from PIL import Image

SCALE = 2
"""Pixels a CSS pixel, for sharp letters on today's screens."""
TALLEST = 4_000
"""CSS pixels that a page may be high; what is left over is cut away."""
FONTS = ("Inter", "Noto Color Emoji", "DejaVu Sans Mono")

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE_S = 60
_COLOURS = 255


def missing() -> str:
    """What this machine lacks to draw, as a sentence with its remedy; empty where it can."""
    if _program() is None:
        return "Pictures need Chromium; on Debian and Ubuntu: apt install chromium"
    listed = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=True).stdout
    absent = [font for font in FONTS if font not in listed]
    if absent:
        fonts = "fonts-inter fonts-noto-color-emoji fonts-dejavu-core"
        return f"Pictures need the fonts {', '.join(absent)}; on Debian and Ubuntu: apt install {fonts}"
    return ""


def png(page: str, *, width: int) -> bytes:
    """The page cut out of its transparent ground, `width` CSS pixels wide."""
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.png"
        source.write_text(page, encoding="utf-8")
        subprocess.run(_command(source, target, width), check=True, capture_output=True, timeout=_PATIENCE_S)
        return cut_out(target)


def cut_out(screenshot: Path | IO[bytes]) -> bytes:
    """What isn't transparent of it, as a PNG. Raises ValueError when that reaches the lower edge."""
    with Image.open(screenshot) as drawn:
        shown = drawn.convert("RGBA")
    cut = shown.crop(shown.getchannel("A").getbbox())
    if cut.height >= TALLEST * SCALE:
        raise ValueError("the page is taller than the window")
    written = BytesIO()
    _of_few_colours(cut).save(written, "PNG", optimize=True, transparency=_COLOURS)
    return written.getvalue()


def _of_few_colours(picture: Image.Image) -> Image.Image:
    """A third of the size. One more colour is transparent: it is where less than half of a pixel was drawn."""
    few = picture.convert("RGB").quantize(
        _COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE
    )
    few.paste(_COLOURS, mask=picture.getchannel("A").point(lambda drawn: 255 * (drawn < 128)))
    return few


def _command(source: Path, target: Path, width: int) -> list[str]:
    no_sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to start as root otherwise
    return [
        str(_program()),
        "--headless",
        *no_sandbox,
        "--disable-gpu",
        "--disable-background-networking",
        "--hide-scrollbars",
        "--default-background-color=00000000",
        f"--force-device-scale-factor={SCALE}",
        f"--window-size={width},{TALLEST}",
        f"--user-data-dir={source.parent / 'profile'}",
        f"--screenshot={target}",
        source.as_uri(),
    ]


def _program() -> str | None:
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)
