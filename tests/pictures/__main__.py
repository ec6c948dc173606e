"""Owns `make pictures`: plays every walk, and writes what was seen there into docs/pictures."""

import argparse
import asyncio
import sys
from collections.abc import Collection, Iterator
from itertools import chain
from pathlib import Path

from tests.pictures import discord_walks, slack_walks
from tests.pictures.browser import missing, png
from tests.pictures.drawing import page

_FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
_MOST_BYTES = 160_000
"""A page with a few pictures is to open at once."""


def main() -> int:
    """0 when all pictures are written; 1 when something to draw them with is missing, or one is too large."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("--into", type=Path, default=_FOLDER, help="where the pictures go")
    parser.add_argument(
        "--only", nargs="+", default=(), metavar="NAME", help="the first pictures of walks to be played"
    )
    given = parser.parse_args()
    folder: Path = given.into
    if lacking := missing():
        sys.stderr.write(f"{lacking}\n")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    too_large = [name for name, size in _drawn(folder, given.only) if size > _MOST_BYTES]
    if too_large:
        sys.stderr.write(f"larger than {_MOST_BYTES // 1000} kB: {', '.join(too_large)}\n")
    return int(bool(too_large))


def _drawn(folder: Path, only: Collection[str]) -> Iterator[tuple[str, int]]:
    """The name and the bytes of each picture, as soon as it is written."""
    for scene in chain.from_iterable(asyncio.run(walks.played(only)) for walks in (slack_walks, discord_walks)):
        written = png(page(scene), width=scene.width)
        (folder / f"{scene.name}.png").write_bytes(written)
        sys.stdout.write(f"{scene.name}.png: {len(written) // 1000} kB\n")
        yield scene.name, len(written)


if __name__ == "__main__":
    sys.exit(main())
