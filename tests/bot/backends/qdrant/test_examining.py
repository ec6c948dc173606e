import asyncio
import json
from pathlib import Path

import pytest
from aiohttp import web

from bot.backends.qdrant.edge_examining import EdgeIndexExamined
from bot.backends.qdrant.server import QdrantServerIndex
from bot.backends.qdrant.server_examining import ServerIndexExamined, examining_server
from bot.errors import IndexLocked, IndexUnavailable
from bot.settings import child_environment
from tests.bot.backends.qdrant.test_server import Handler, free_port, says, serving
from tests.contracts.passage_indexes import SCHEMA, a_chunk, indexed, local_server, open_edge, put


def edge(folder: Path) -> EdgeIndexExamined:
    return EdgeIndexExamined(folder, environment=child_environment())


# --- Sova's own -----------------------------------------------------------------------------------------------


async def test_the_documents_of_the_own_index_are_counted_and_stay(tmp_path: Path) -> None:
    async with open_edge(tmp_path / "store") as index:
        await put(index, indexed(a_chunk("a.md")), indexed(a_chunk("a.md", 1)))
        await put(index, indexed(a_chunk("b.md")))
    assert await edge(tmp_path / "store").documents() == 2
    async with open_edge(tmp_path / "store") as index:
        assert [record.document for record in await index.documents()] == ["a.md", "b.md"]


async def test_where_nothing_was_ever_indexed_no_index_is_made(tmp_path: Path) -> None:
    assert await edge(tmp_path / "store").documents() is None
    assert not (tmp_path / "store").exists()


async def test_an_index_that_another_program_has_is_not_opened(tmp_path: Path) -> None:
    async with open_edge(tmp_path / "store") as index:
        with pytest.raises(IndexLocked):
            await edge(tmp_path / "store").documents()
        await put(index, indexed(a_chunk("a.md")))


async def test_a_damaged_index_is_told(tmp_path: Path) -> None:
    (tmp_path / "store" / "0123456789ab" / "shard").mkdir(parents=True)
    (tmp_path / "store" / "current").write_text("0123456789ab")
    with pytest.raises(IndexUnavailable) as caught:
        await edge(tmp_path / "store").documents()
    assert caught.value.reason == "damaged"


# --- a server's -----------------------------------------------------------------------------------------------


async def test_the_documents_on_a_server_are_counted() -> None:
    async with local_server() as connection:
        index = QdrantServerIndex(connection, SCHEMA, alias="sova")
        await put(index, indexed(a_chunk("a.md")), indexed(a_chunk("a.md", 1)))
        await put(index, indexed(a_chunk("b.md")))
        assert await ServerIndexExamined(connection, alias="sova").documents() == 2


async def test_on_a_server_without_an_index_none_is_made() -> None:
    async with local_server() as connection:
        assert await ServerIndexExamined(connection, alias="sova").documents() is None
        assert (await connection.client.get_collections()).collections == []


async def test_a_server_tells_its_version_and_gets_the_key() -> None:
    keys: list[str | None] = []

    async def server(request: web.Request) -> web.StreamResponse:
        keys.append(request.headers.get("api-key"))
        return web.Response(text=json.dumps({"title": "qdrant", "version": "1.16.2"}), content_type="application/json")

    async with asyncio.timeout(5), serving(server) as url, examining_server(url, api_key="owl") as index:
        assert await index.version() == "1.16.2"
        assert index.where == url.removeprefix("http://")
    assert keys == ["owl"]


@pytest.mark.parametrize(
    ("handler", "reason"), [(says(404), "not-qdrant"), (says(200, "{}"), "not-qdrant"), (says(401), "authentication")]
)
async def test_what_is_no_server_of_ours_is_told(handler: Handler, reason: str) -> None:
    async with asyncio.timeout(5), serving(handler) as url, examining_server(url) as index:
        with pytest.raises(IndexUnavailable) as caught:
            await index.version()
    assert caught.value.reason == reason


async def test_a_server_that_is_not_there_is_told() -> None:
    async with examining_server(f"http://127.0.0.1:{free_port()}") as index:
        for asked in (index.version, index.documents):
            with pytest.raises(IndexUnavailable) as caught:
                await asked()
            assert caught.value.reason == "refused"
