import asyncio
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import replace
from socket import create_server

import pytest
from aiohttp import web
from qdrant_client import models

from bot.backends.qdrant import connection as qdrant_connection
from bot.backends.qdrant.connection import QdrantConnection
from bot.backends.qdrant.points import new_generation
from bot.backends.qdrant.server import QdrantServerIndex, open_server_index
from bot.errors import BadSetting, IndexMismatch, IndexUnavailable
from tests.contracts.passage_indexes import (
    SCHEMA,
    a_chunk,
    by_meaning,
    by_words,
    found,
    indexed,
    local_server,
    put,
)

LARGER = replace(SCHEMA, dense={"e5": ("large", 4), "mini": ("tiny", 2)})
KEY = "s3cret-key"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def connection() -> AsyncIterator[QdrantConnection]:
    async with local_server() as opened:
        yield opened


def index_on(connection: QdrantConnection, schema: object = SCHEMA) -> QdrantServerIndex:
    """The index as one program sees it."""
    return QdrantServerIndex(connection, schema, alias="sova")  # type: ignore[arg-type]


async def collections_on(connection: QdrantConnection) -> set[str]:
    return {one.name for one in (await connection.client.get_collections()).collections}


async def test_the_collection_is_named_by_its_schema_behind_an_alias(connection: QdrantConnection) -> None:
    assert list(await index_on(connection).documents()) == []
    aliases = (await connection.client.get_aliases()).aliases
    assert [(one.alias_name, one.collection_name) for one in aliases] == [("sova", f"sova-{SCHEMA.fingerprint}")]


async def test_every_program_sees_the_same_documents(connection: QdrantConnection) -> None:
    await put(index_on(connection), indexed(a_chunk("a.md")))
    assert await found(index_on(connection), by_meaning(1, 0, 0)) == [a_chunk("a.md")]


async def test_an_index_of_another_model_answers_by_words_until_it_is_rebuilt(connection: QdrantConnection) -> None:
    await put(index_on(connection), indexed(a_chunk("a.md")))
    index = index_on(connection, LARGER)
    assert await found(index, by_words(1)) == [a_chunk("a.md")]
    assert await found(index, by_meaning(1, 0, 0, 0)) == []
    assert index.schema == SCHEMA
    assert index.outdated is not None
    with pytest.raises(IndexMismatch):
        await put(index, indexed(a_chunk("b.md"), e5=(1.0, 0.0, 0.0, 0.0)))
    await index.remove(["a.md"])
    assert list(await index.documents()) == []


async def test_a_new_index_takes_over_when_it_is_complete_also_for_other_programs(
    connection: QdrantConnection,
) -> None:
    await put(index_on(connection), indexed(a_chunk("a.md")))
    index, other = index_on(connection, LARGER), index_on(connection, LARGER)
    assert await found(other, by_words(1)) == [a_chunk("a.md")]
    async with index.rebuild() as fresh:
        await put(fresh, indexed(a_chunk("b.md"), e5=(1.0, 0.0, 0.0, 0.0)))
        assert await found(index, by_words(1)) == [a_chunk("a.md")]
    for one in (index, other):
        assert await found(one, by_meaning(1, 0, 0, 0)) == [a_chunk("b.md")]
        assert one.outdated is None
    assert await collections_on(connection) == {f"sova-{LARGER.fingerprint}"}


async def test_a_rebuild_that_fails_changes_nothing_and_is_gone_on_with(connection: QdrantConnection) -> None:
    await put(index_on(connection), indexed(a_chunk("a.md")))
    index = index_on(connection, LARGER)
    with pytest.raises(ZeroDivisionError):
        await rebuild_half(index)
    assert index.outdated is not None
    assert await found(index, by_words(1)) == [a_chunk("a.md")]
    async with index.rebuild() as fresh:
        assert [record.document for record in await fresh.documents()] == ["b.md"]


async def test_collections_of_others_are_left_alone(connection: QdrantConnection) -> None:
    for name in ("sova-notes", "other", "sova-0123456789ab"):
        await connection.client.create_collection(name, vectors_config={})
    async with index_on(connection).rebuild():
        pass
    assert await collections_on(connection) == {"sova-notes", "other", f"sova-{SCHEMA.fingerprint}"}


async def test_a_replacement_that_breaks_off_leaves_the_old_version(
    connection: QdrantConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = index_on(connection)
    await put(index, indexed(a_chunk("a.md", text="old")))

    async def broken(*_: object) -> None:
        raise TimeoutError

    with monkeypatch.context() as server:
        server.setattr(connection.client, "batch_update_points", broken)
        with pytest.raises(IndexUnavailable):
            await put(index, *(indexed(a_chunk("a.md", n, text="new")) for n in range(200)))
    assert [chunk.text for chunk in await found(index, by_words(1))] == ["old"]
    assert [chunk.text for chunk in await index.chunks("a.md", first=0, last=999)] == ["old"]
    assert (await connection.client.count(f"sova-{SCHEMA.fingerprint}")).count == 3  # chunk, record, schema


async def test_what_a_dead_program_staged_long_ago_goes_and_what_is_being_staged_stays(
    connection: QdrantConnection,
) -> None:
    index, name = index_on(connection), f"sova-{SCHEMA.fingerprint}"
    await put(index, indexed(a_chunk("a.md")))
    recent = new_generation()
    for generation in (1, recent):
        payload = {"kind": "chunk", "document": "b.md", "generation": generation}
        point = models.PointStruct(id=generation, vector={}, payload=payload)
        await connection.client.upsert(name, [point])
    await index_on(connection).documents()
    assert {1, recent} & {point.id for point in await points_in(connection, name)} == {recent}


async def test_two_versions_of_a_document_are_never_mixed(connection: QdrantConnection) -> None:
    index, name = index_on(connection), f"sova-{SCHEMA.fingerprint}"
    await put(index, *(indexed(a_chunk("a.md", n, text="old")) for n in range(3)), digest="old")
    old = await connection.client.scroll(name, limit=10, with_vectors=True)
    await put(index, indexed(a_chunk("a.md", text="new")), digest="new")
    back = [models.PointStruct(id=one.id, vector=one.vector or {}, payload=one.payload) for one in old[0]]
    await connection.client.upsert(name, back)
    assert [chunk.text for chunk in await found(index, by_meaning(1, 0, 0))] == ["new"]
    assert [record.digest for record in await index.documents()] == ["new"]
    assert [chunk.text for chunk in await index.chunks("a.md", first=0, last=9)] == ["new"]


async def test_a_collection_without_its_schema_is_damaged(connection: QdrantConnection) -> None:
    await connection.client.create_collection("strange", vectors_config={})
    alias = models.CreateAlias(collection_name="strange", alias_name="sova")
    await connection.client.update_collection_aliases([models.CreateAliasOperation(create_alias=alias)])
    with pytest.raises(IndexUnavailable) as raised:
        await index_on(connection).documents()
    assert raised.value.reason == "damaged"


async def rebuild_half(index: QdrantServerIndex) -> None:
    """Put `b.md` into a new index, and fail."""
    async with index.rebuild() as fresh:
        await put(fresh, indexed(a_chunk("b.md"), e5=(1.0, 0.0, 0.0, 0.0)))
        raise ZeroDivisionError


async def points_in(connection: QdrantConnection, name: str) -> list[models.Record]:
    points, _ = await connection.client.scroll(name, limit=100)
    return points


# --- a server that isn't well ---------------------------------------------------------------------------------


async def drops(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def says(status: int, text: str = "", **headers: str) -> Handler:
    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, headers=headers)

    return handler


NO_ROOM = '{"status":{"error":"Service internal error: No space left on device: WAL buffer size exceeds"},"time":0.1}'


@asynccontextmanager
async def serving(handler: Handler, *, port: int = 0) -> AsyncIterator[str]:
    """A server on a free port that answers everything alike."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def free_port() -> int:
    with closing(create_server(("127.0.0.1", 0))) as socket:
        port: int = socket.getsockname()[1]
        return port


def open_required(url: str, *, api_key: str = "") -> AbstractAsyncContextManager[QdrantServerIndex]:
    return open_server_index(url, SCHEMA, required=True, api_key=api_key)


async def why_not(url: str) -> IndexUnavailable:
    """The fault of the index at `url`, which must be told within 3 s."""
    async with asyncio.timeout(3):
        with pytest.raises(IndexUnavailable) as raised:
            async with open_required(url):
                pass
    assert raised.value.__cause__ is None
    return raised.value


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (says(401, "Must provide an API key or an Authorization bearer token"), "authentication"),
        (says(403, "forbidden"), "authentication"),
        (says(200, "<html>It works!</html>"), "not-qdrant"),
        (says(200, '{"result": 7}'), "not-qdrant"),
        (says(200, "{}"), "not-qdrant"),
        (says(307, Location="http://127.0.0.1:1/"), "not-qdrant"),
        (says(404, "no such page"), "not-qdrant"),
        (says(429, "slow down"), "busy"),
        (says(429, "slow down", **{"Retry-After": "3"}), "busy"),
        (says(503, "starting"), "busy"),
        (says(500, "oops"), "failed"),
        (says(500, NO_ROOM), "disk"),
        (drops, "lost"),
    ],
)
async def test_a_server_that_is_not_well_is_told_by_its_fault(handler: Handler, reason: str) -> None:
    async with serving(handler) as url:
        error = await why_not(url)
    assert (error.reason, error.where) == (reason, url.removeprefix("http://"))


async def test_a_server_that_hangs_is_told_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert qdrant_connection.READ_S < 3
    monkeypatch.setattr(qdrant_connection, "READ_S", 0.1)
    with closing(create_server(("127.0.0.1", 0))) as silent:  # the system takes connections, nobody reads them
        assert (await why_not(f"http://127.0.0.1:{silent.getsockname()[1]}")).reason == "timeout"


async def test_nobody_listening_is_told() -> None:
    assert (await why_not(f"http://127.0.0.1:{free_port()}")).reason == "refused"


async def test_an_unknown_host_is_told() -> None:
    assert (await why_not("http://qdrant.invalid:6333")).reason in {"unknown-host", "timeout"}


async def test_a_server_without_encryption_is_told_apart() -> None:
    async with serving(says(200)) as url:
        assert (await why_not(url.replace("http:", "https:"))).reason == "tls"


@pytest.mark.parametrize("url", ["", "qdrant", "ftp://host", "http://", "http://h:port", "redis://h"])
async def test_an_address_that_is_none_is_a_bad_setting(url: str) -> None:
    with pytest.raises(BadSetting) as raised:
        async with open_required(url):
            pass
    assert raised.value.name == "SOVA_QDRANT_URL"


async def test_the_key_goes_with_every_request_and_nowhere_else() -> None:
    seen: list[str | None] = []

    async def server(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers.get("api-key"))
        return web.Response(status=500)

    async with serving(server) as url:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(IndexUnavailable) as raised:
                async with open_required(url, api_key=KEY):
                    pass
    assert seen == [KEY]
    assert KEY not in repr(raised.value)


async def test_who_starts_without_the_server_uses_it_once_it_is_there(caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    async with open_server_index(f"http://127.0.0.1:{port}", SCHEMA) as index:
        assert "starting without the index of documents" in caplog.text
        assert index.schema is None
        with pytest.raises(IndexUnavailable):
            await index.rankings([by_words(1)])
        async with serving(says(401), port=port):
            with pytest.raises(IndexUnavailable) as raised:
                await index.rankings([by_words(1)])
    assert raised.value.reason == "authentication"
