"""Owns a program that replaces one document again and again until it is killed, for the tests of killed programs."""

import asyncio
import sys
from pathlib import Path

from tests.contracts.passage_indexes import a_chunk, indexed, open_edge, put


async def write(folder: Path, size: int) -> None:
    """Replace `a.md`, each time by another version, and print a line after each."""
    async with open_edge(folder) as index:
        number = int(next((record.digest for record in await index.documents()), "0"))
        while True:
            number += 1
            chunks = [indexed(a_chunk("a.md", n, text=f"version {number}")) for n in range(size)]
            await put(index, *chunks, digest=str(number))
            sys.stdout.write("done\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), int(sys.argv[2])))
