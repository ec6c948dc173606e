"""Where every text of each picture stands, told by a process of its own: `python -m tests.bot.backends.charts.boxes`.

Reads pickled charts from standard input, and writes JSON: a picture's size and its texts with their boxes.
"""

import json
import pickle
import sys

from matplotlib.text import Text

from bot.backends.charts.drawing import page_of


def main() -> None:
    told = []
    for charts in pickle.load(sys.stdin.buffer):  # noqa: S301  # from the test
        figure = page_of(charts).figure
        figure.canvas.draw()
        texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
        boxes = [(text.get_text(), *text.get_window_extent().extents) for text in texts]
        told.append({"size": tuple(figure.bbox.size), "texts": boxes})
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
