"""What the egress policy refuses is not connected to, by any client, whenever a name begins to lead there."""

import asyncio
import json
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.backends.engines.ollama import OllamaEngine
from bot.backends.engines.openai_compatible import OpenAICompatibleEngine
from bot.backends.gates.connecting import first_to_answer
from bot.backends.hubs.hub_listing import HubListing
from bot.backends.qdrant.server_examining import examining_server
from bot.backends.redis.connection import open_redis
from bot.egress import Gate
from bot.errors import (
    AssistantError,
    EngineOutside,
    EngineRefused,
    EngineUnreachable,
    HistoryUnavailable,
    IndexUnavailable,
)
from bot.models.embedding_catalogue import EMBEDDING_CATALOGUE
from bot.models.fetching import SourceFailed
from tests.doubles.completions import complete, request

OUTSIDE = "203.0.113.7"
NAME = "service.invalid"
"""Nobody but the test's own resolver knows it: who reaches it has asked the gate, and gone where the gate said."""

Ask = Callable[[], Awaitable[object]]


@dataclass
class Listener:
    """A server on this machine that answers every connection with the same words, and counts them."""

    words: bytes
    connections: int = 0
    port: int = 0
    told: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while heard := await reader.read(65_536):
                self.told.append(heard)
                if self.words.startswith(b"HTTP"):
                    writer.write(self.words)
                    break
                writer.write(self.words * len(re.findall(rb"^\*", heard, re.MULTILINE)))  # one for each command
        except ConnectionError:
            pass  # a client that was refused goes away as it likes
        finally:
            writer.close()


@asynccontextmanager
async def listening(words: bytes) -> AsyncIterator[Listener]:
    listener = Listener(words)
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    async with server:
        yield listener


@dataclass
class Names:
    """A resolver that gives the name each of its `answers` in turn, the last one for ever."""

    answers: list[list[str]]
    asked: int = 0

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked += 1
        if host != NAME:
            raise OSError(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def gate(*answers: list[str], allowed: frozenset[str] = frozenset()) -> Gate:
    return Gate("SOVA_TESTED", allowed, Names(list(answers)))


def page(body: object, *, status: str = "200 OK", headers: str = "") -> bytes:
    text = json.dumps(body)
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n{headers}"
        f"Content-Length: {len(text)}\r\n\r\n{text}"
    ).encode()


def moved(port: int, status: str = "307 Temporary Redirect") -> bytes:
    return page({}, status=status, headers=f"Location: http://127.0.0.1:{port}/elsewhere\r\n")


@dataclass(frozen=True)
class Client:
    """One of Sova's clients: what its server says, how it is asked, and what it raises when it is refused."""

    name: str
    words: bytes
    opened: Callable[[str, Gate], AbstractAsyncContextManager[Ask]]
    refusal: type[AssistantError]
    schemes: tuple[str, str] = ("http", "https")

    def asking(self, host: str, port: int, asked: Gate, *, secure: bool = False) -> AbstractAsyncContextManager[Ask]:
        return self.opened(f"{self.schemes[secure]}://{host}:{port}", asked)


@asynccontextmanager
async def ollama(place: str, asked: Gate) -> AsyncIterator[Ask]:
    async with OllamaEngine(place, gate=asked) as engine:
        yield engine.version


@asynccontextmanager
async def official_ollama(place: str, asked: Gate) -> AsyncIterator[Ask]:
    async with OllamaEngine(place, gate=asked) as engine:
        yield engine.loaded


@asynccontextmanager
async def openai(place: str, asked: Gate) -> AsyncIterator[Ask]:
    async with OpenAICompatibleEngine(f"{place}/v1", gate=asked) as engine:
        yield engine.models


@asynccontextmanager
async def qdrant(place: str, asked: Gate) -> AsyncIterator[Ask]:
    async with examining_server(place, gate=asked) as index:
        yield index.version


@asynccontextmanager
async def redis(place: str, asked: Gate) -> AsyncIterator[Ask]:
    async with open_redis(f"{place}/0", gate=asked) as connection:
        yield connection.ping


MODELS = {"object": "list", "data": [{"id": "owl", "object": "model", "max_model_len": 4096}]}
CLIENTS = (
    Client("ollama", page({"version": "0.17.1"}), ollama, EngineOutside),
    Client("official ollama", page({"models": []}), official_ollama, EngineOutside),
    Client("openai", page(MODELS), openai, EngineOutside),
    Client("qdrant", page({"title": "qdrant", "version": "1.16.2"}), qdrant, IndexUnavailable),
    Client("redis", b"+PONG\r\n", redis, HistoryUnavailable, ("redis", "rediss")),
)
every_client = pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)


@every_client
async def test_a_client_connects_to_the_address_that_the_gate_gave(client: Client) -> None:
    async with (
        asyncio.timeout(5),
        listening(client.words) as server,
        client.asking(NAME, server.port, gate(["127.0.0.1"])) as ask,
    ):
        await ask()
    assert server.connections >= 1


@every_client
async def test_a_name_that_begins_to_lead_outside_is_refused_and_nothing_connects(
    client: Client, connections: list[object]
) -> None:
    async with asyncio.timeout(5), listening(client.words) as server:
        rebinding = gate(["127.0.0.1"], [OUTSIDE]) if client.name != "redis" else gate([OUTSIDE])
        async with client.asking(NAME, server.port, rebinding) as ask:
            if client.name != "redis":  # its connection is kept, so there is no second one
                await ask()
            connections.clear()
            with pytest.raises(client.refusal) as refused:
                await until_refused(ask)
    assert connections == []
    assert "outside" in str(refused.value)


async def until_refused(ask: Ask) -> None:
    """A kept connection may serve once more: what is refused is a new one."""
    for _ in range(3):
        await ask()


@every_client
async def test_a_host_with_one_address_outside_is_not_reached_by_its_other_one(
    client: Client, connections: list[object]
) -> None:
    async with (
        asyncio.timeout(5),
        listening(client.words) as server,
        client.asking(NAME, server.port, gate(["127.0.0.1", OUTSIDE])) as ask,
    ):
        with pytest.raises(client.refusal):
            await ask()
    assert connections == []
    assert server.connections == 0


@every_client
async def test_a_literal_address_outside_is_refused_by_the_client_itself(
    client: Client, connections: list[object]
) -> None:
    async with asyncio.timeout(5), client.asking(OUTSIDE, 9, gate(["127.0.0.1"])) as ask:
        with pytest.raises(client.refusal):
            await ask()
    assert connections == []


@every_client
async def test_a_service_that_moves_inside_the_network_is_followed(client: Client) -> None:
    async with (
        asyncio.timeout(5),
        listening(client.words) as server,
        client.asking(NAME, server.port, gate(["127.0.0.3"], ["127.0.0.1"])) as ask,
    ):
        if client.name != "redis":  # it has met nobody at its start
            with pytest.raises(AssistantError):
                await ask()
        await ask()
    assert server.connections >= 1


@every_client
async def test_the_address_that_answers_is_used_when_another_does_not(client: Client) -> None:
    async with (
        asyncio.timeout(5),
        listening(client.words) as server,
        client.asking(NAME, server.port, gate(["127.0.0.3", "127.0.0.1"])) as ask,
    ):
        await ask()
    assert server.connections >= 1


@every_client
async def test_an_encrypted_connection_is_still_for_the_name_and_not_for_the_address(client: Client) -> None:
    asked: list[str] = []

    def note(_socket: object, name: str, _context: object) -> int:
        asked.append(name)
        return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    encrypted = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    encrypted.sni_callback = note
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=encrypted)
    port = server.sockets[0].getsockname()[1]
    async with asyncio.timeout(5), server, client.asking(NAME, port, gate(["127.0.0.1"]), secure=True) as ask:
        with pytest.raises(AssistantError):
            await ask()
    assert set(asked) == {NAME}


@every_client
async def test_a_host_that_the_operator_listed_may_be_anywhere(client: Client, connections: list[Any]) -> None:
    allowed = gate([OUTSIDE], allowed=frozenset({NAME}))
    async with asyncio.timeout(5), client.asking(NAME, 9, allowed) as ask:
        with pytest.raises(AssistantError) as failed:
            await ask()
    assert (OUTSIDE, 9) in [address[:2] for address in connections]
    assert "outside" not in str(failed.value)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
@pytest.mark.parametrize("client", CLIENTS[:4], ids=lambda client: client.name)
async def test_a_redirect_is_not_followed(client: Client, status: str) -> None:
    async with asyncio.timeout(5), listening(client.words) as elsewhere, listening(b"") as server:
        server.words = moved(elsewhere.port, status)
        async with client.asking("127.0.0.1", server.port, gate(["127.0.0.1"])) as ask:
            with pytest.raises(AssistantError):
                await ask()
    assert server.connections >= 1
    assert elsewhere.connections == 0


@pytest.mark.parametrize("engine", [OllamaEngine, OpenAICompatibleEngine])
async def test_a_question_is_not_sent_after_a_redirect(engine: type[OllamaEngine | OpenAICompatibleEngine]) -> None:
    async with (
        asyncio.timeout(5),
        listening(page({})) as elsewhere,
        listening(moved(elsewhere.port)) as server,
        engine(f"http://127.0.0.1:{server.port}") as opened,
    ):
        with pytest.raises((EngineRefused, EngineUnreachable)):
            await complete(opened, request("owl", "A secret question"))
    assert elsewhere.told == []


async def test_a_redis_that_sends_its_clients_elsewhere_is_not_followed() -> None:
    async with asyncio.timeout(5), listening(b"+PONG\r\n") as elsewhere, listening(b"") as server:
        server.words = f"-MOVED 1 127.0.0.1:{elsewhere.port}\r\n".encode()
        async with open_redis(f"redis://127.0.0.1:{server.port}/0", gate=gate(["127.0.0.1"])) as connection:
            with pytest.raises(HistoryUnavailable):
                await connection.ping()
    assert elsewhere.connections == 0


async def test_a_hub_that_sends_its_list_elsewhere_is_not_followed() -> None:
    async with asyncio.timeout(5), listening(page([])) as elsewhere, listening(moved(elsewhere.port)) as server:
        with pytest.raises(SourceFailed):
            await HubListing(f"http://127.0.0.1:{server.port}")(EMBEDDING_CATALOGUE[0])
    assert elsewhere.connections == 0


@pytest.mark.parametrize("query", [f"host={OUTSIDE}", f"host={OUTSIDE}&gate=open"])
async def test_a_redis_url_cannot_smuggle_in_a_host_behind_its_question_mark(
    query: str, connections: list[object]
) -> None:
    async with asyncio.timeout(5):
        async with open_redis(f"redis:///0?{query}", gate=gate(["127.0.0.1"])) as connection:
            with pytest.raises(HistoryUnavailable) as refused:
                await connection.ping()
    assert refused.value.reason == "outside"
    assert connections == []


async def test_a_name_that_is_not_looked_up_in_time_is_an_engine_that_is_not_there() -> None:
    async def never(_host: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    slow = Gate("SOVA_TESTED", frozenset(), never)
    async with asyncio.timeout(4), OllamaEngine(f"http://{NAME}", gate=slow) as engine:
        with pytest.raises(EngineUnreachable):
            await engine.version()


async def test_addresses_share_the_time_and_the_last_fault_is_told() -> None:
    given: list[tuple[str, float | None]] = []

    async def connect(address: str, seconds: float | None) -> str:
        given.append((address, seconds))
        raise OSError(address)

    with pytest.raises(OSError, match="b"):
        await first_to_answer(["a", "b"], connect, seconds=3.0, faults=(OSError,))
    assert given == [("a", 1.5), ("b", 1.5)]


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that the event loop connects to; those outside are refused before anything is sent there."""
    tried: list[Any] = []
    connect = asyncio.SelectorEventLoop.sock_connect

    async def watched(loop: asyncio.SelectorEventLoop, sock: Any, address: Any) -> None:  # noqa: ANN401
        tried.append(address)
        if address[0] == OUTSIDE:
            raise ConnectionRefusedError
        await connect(loop, sock, address)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", watched)
    return tried
