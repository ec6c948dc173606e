"""Owns the paper of a picture: a figure of matplotlib that is addressed in pixels, from its top left corner."""

import io
from functools import cache
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.transforms import IdentityTransform
from PIL import Image

from bot.backends.charts.style import CORNER, EDGE, PAPER, WIDTH, Ink

_DPI = 100
POINTS = 72 / _DPI
"""Of a pixel: matplotlib measures letters and strokes in points."""
_FONT = "DejaVu Sans"
"""It comes with matplotlib and has all letters of Czech."""
_CUT = "…"
_COLOURS = 128


@cache
def font_of(ink: Ink) -> FontProperties:
    """The font that `ink` writes with."""
    return FontProperties(family=_FONT, size=ink.pixels * POINTS, weight=ink.weight)


def width_of(text: str, ink: Ink) -> float:
    """How wide `text` is."""
    width, _, _ = _ruler().get_text_width_height_descent(text, font_of(ink), ismath=False)  # type: ignore[no-untyped-call]
    return float(width)


def fitted(text: str, ink: Ink, *, most: float) -> str:
    """`text` in one line that is at most `most` wide: of a longer one the middle is left out, for ends tell more."""
    line = "".join(character if character.isprintable() else " " for character in text)
    if width_of(line, ink) <= most:
        return line
    kept = len(line) - 1
    while kept and width_of(shortened := _without_middle(line, kept=kept), ink) > most:
        kept -= 1
    return shortened if kept else _CUT


class Page:
    """A picture that is drawn on: `height` pixels high, on its own background with round corners."""

    def __init__(self, height: float) -> None:
        self.figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor="none")
        self._canvas = FigureCanvasAgg(self.figure)
        self._height = height
        shape = f"round,pad=0,rounding_size={CORNER}"
        paper = FancyBboxPatch(
            (1, 1), WIDTH - 2, height - 2, boxstyle=shape, facecolor=PAPER, edgecolor=EDGE, zorder=-1
        )
        self._add(paper)

    def write(
        self, text: str, ink: Ink, *, x: float, y: float, align: Literal["left", "center", "right"] = "left"
    ) -> None:
        """Write `text` on the line whose middle is at `y`."""
        self.figure.text(
            x,
            self._height - y,
            text,
            transform=IdentityTransform(),
            color=ink.colour,
            fontproperties=font_of(ink),
            ha=align,
            va="center_baseline",
            parse_math=False,  # a model may be called `$a$`
        )

    def square(self, colour: str, *, x: float, y: float, size: float, width: float | None = None) -> None:
        """A square whose left edge is at `x` and whose middle is at `y`; narrower with a `width`."""
        corner = (x, self._height - y - size / 2)
        self._add(Rectangle(corner, width or size, size, facecolor=colour, edgecolor="none"))

    def stroke(self, colour: str, *, x: float, y: float, width: float, style: object = "-") -> None:
        """A short line to the right of `x`."""
        up = self._height - y
        self._add(Line2D([x, x + width], [up, up], color=colour, linewidth=3, linestyle=style))  # type: ignore[arg-type]

    def axes(self, *, left: float, top: float, right: float, bottom: float) -> Axes:
        """Axes whose frame goes from `left`, `top` to `right`, `bottom`."""
        box = (left / WIDTH, 1 - bottom / self._height, (right - left) / WIDTH, (bottom - top) / self._height)
        return self.figure.add_axes(box, facecolor="none")

    def png(self) -> bytes:
        """The picture, of few colours: a quarter of the bytes, and nobody sees it."""
        self._canvas.draw()  # type: ignore[no-untyped-call]
        drawn = self._canvas.buffer_rgba()  # type: ignore[no-untyped-call]
        picture = Image.frombuffer("RGBA", self._canvas.get_width_height(), drawn, "raw", "RGBA", 0, 1)
        few = picture.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        file = io.BytesIO()
        few.save(file, "PNG", optimize=True)
        return file.getvalue()

    def _add(self, artist: FancyBboxPatch | Rectangle | Line2D) -> None:
        artist.set_transform(IdentityTransform())
        self.figure.add_artist(artist, clip=False)


@cache
def _ruler() -> RendererAgg:
    return RendererAgg(1, 1, _DPI)  # type: ignore[no-untyped-call]


def _without_middle(text: str, *, kept: int) -> str:
    head = round(kept * 0.6)
    return text[:head].rstrip() + _CUT + text[len(text) - (kept - head) :].lstrip()
