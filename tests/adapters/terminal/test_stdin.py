import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.terminal.stdin import lines, read_all
from adapters.terminal.translate import MAX_BYTES


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)


async def test_lines_come_as_soon_as_they_end(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    stream = lines(reading)
    os.write(writing, b"one\ntw")
    async with asyncio.timeout(5):
        assert await anext(stream) == b"one"
        os.write(writing, b"o\n\nthree")
        assert [await anext(stream), await anext(stream)] == [b"two", b""]
        os.close(writing)
        assert [line async for line in stream] == [b"three"]


async def test_a_file_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "question"
    path.write_bytes(b"long " * 50_000)
    descriptor = os.open(path, os.O_RDONLY)
    assert await read_all(descriptor) == path.read_bytes()
    os.close(descriptor)


async def test_endless_input_is_not_read_for_ever() -> None:
    descriptor = os.open("/dev/zero", os.O_RDONLY)
    async with asyncio.timeout(20):
        assert MAX_BYTES < len(await read_all(descriptor)) < 2 * MAX_BYTES
    os.close(descriptor)


async def test_an_endless_line_does_not_fill_the_memory(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    total = MAX_BYTES + 300_000

    def write() -> None:
        with os.fdopen(writing, "wb") as stream:
            stream.write(b"x" * total + b"\nnext")

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(asyncio.to_thread(write))
        assert [len(line) async for line in lines(reading)] == [MAX_BYTES + 1, 4]


async def test_input_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    with pytest.raises(IsADirectoryError):
        await read_all(descriptor)
    os.close(descriptor)
