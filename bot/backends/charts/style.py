"""Owns how charts look: sizes in pixels, colours, and how a text is written."""

from dataclasses import dataclass

WIDTH = 1200
USUAL_HEIGHT = 700
"""Charts with many rows are higher, charts with few are lower."""
PADDING = 40
"""From the picture's edge to what is drawn."""
CORNER = 28

TITLE_HEIGHT = 50
KEY_HEIGHT = 40
AXIS_HEIGHT = 44
PANEL_GAP = 30
LEAST_ROW, MOST_ROW = 40, 62
"""A bar and the room around it."""
LINES_HEIGHT = 360
MOST_LABEL, MOST_NOTE = 400, 260
GAP = 16
"""Between what stands beside each other."""
SWATCH = 22
"""A square of a series' colour, before its name."""

PAPER, EDGE = "#fbfaf7", "#d6d3ca"
DARK, MUTED, GRID, TRACK = "#1d2230", "#565d6d", "#e2dfd7", "#ecebe5"
COLOURS = ("#0072b2", "#e69f00", "#56b4e9", "#cc79a7", "#009e73", "#7a4a12")
"""Of Okabe and Ito, for all kinds of colour vision; neighbours differ in lightness too. The brown is darkened."""
DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (7, 2, 1.5, 2)), (0, (3, 1)), (0, (9, 3)))
"""What tells lines apart without their colours."""


@dataclass(frozen=True, slots=True)
class Ink:
    """How a text is written: its size in pixels, its colour and its weight."""

    pixels: float
    colour: str = DARK
    weight: str = "normal"


TITLE, UNIT = Ink(30, weight="bold"), Ink(23, MUTED)
LABEL, NOTE, KEY, TICK = Ink(23), Ink(22, MUTED), Ink(21), Ink(20, MUTED)


def colour_of(index: int) -> str:
    """The colour of the series at `index`; more than there are colours begin again."""
    return COLOURS[index % len(COLOURS)]
