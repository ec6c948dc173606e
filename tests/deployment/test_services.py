"""Tests of what the containers run, run outside them: passwords, Valkey with its configuration, health checks."""

import asyncio
import shutil
import socket
import subprocess
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff, NoBackoff
from redis.exceptions import AuthenticationError, OutOfMemoryError
from redis.exceptions import ConnectionError as NoConnection
from ruamel.yaml import YAML

from bot.backends.redis.valkey_process import find_server
from tests.deployment.files import ROOT, compose

SERVICES: dict[str, dict[str, Any]] = compose()["services"]
VALKEY = find_server()
STARTING = Retry(ConstantBackoff(0.02), 500, supported_errors=(NoConnection,))

needs_valkey = pytest.mark.skipif(VALKEY is None, reason="there is no Valkey for this system")
pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the containers have bash, this system has not")


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """The folder that `deploy/secrets.sh` makes."""
    _make_secrets(tmp_path)
    return tmp_path / "secrets"


@pytest.fixture
def port() -> int:
    """A port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_passwords_are_made_once(secrets: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        _make_secrets(secrets.parent)


def test_passwords_are_for_nobody_else_on_this_machine(secrets: Path) -> None:
    assert secrets.stat().st_mode & 0o077 == 0
    assert (secrets / "sova.env").stat().st_mode & 0o077 == 0


def test_passwords_can_be_read_by_the_users_of_the_containers(secrets: Path) -> None:
    for secret in compose()["secrets"].values():
        assert (secrets / Path(secret["file"]).name).stat().st_mode & 0o004


def test_sova_and_qdrant_are_told_the_same_key(secrets: Path) -> None:
    key = YAML(typ="safe").load(secrets / "qdrant.yaml")["service"]["api_key"]

    assert len(key) == 48
    assert _told_to_sova(secrets)["SOVA_QDRANT_API_KEY"] == key
    assert key not in _told_to_sova(secrets)["SOVA_REDIS_URL"]


@needs_valkey
async def test_sova_gets_into_its_redis_and_nobody_without_the_password(secrets: Path, port: int) -> None:
    async with _valkey(secrets, port=port) as url:
        async with Redis.from_url(url, retry=STARTING) as redis:
            assert await redis.ping()
            assert (await redis.config_get("appendonly"))["appendonly"] == "yes"
        async with Redis(port=port, retry=Retry(NoBackoff(), 0)) as stranger:
            with pytest.raises(AuthenticationError):
                await stranger.ping()


@needs_valkey
async def test_a_full_redis_refuses_and_drops_nothing(secrets: Path, port: int) -> None:
    async with _valkey(secrets, port=port) as url, Redis.from_url(url, retry=STARTING) as redis:
        await redis.set("said", "before")
        await redis.config_set("maxmemory", 1)

        with pytest.raises(OutOfMemoryError):
            await redis.set("said", "later")

        assert await redis.get("said") == b"before"


@needs_valkey
async def test_what_redis_was_told_is_there_after_it_was_killed(secrets: Path, port: int) -> None:
    async with _valkey(secrets, port=port, kill=True) as url, Redis.from_url(url, retry=STARTING) as redis:
        await redis.set("said", "before")

    async with _valkey(secrets, port=port) as url, Redis.from_url(url, retry=STARTING) as redis:
        assert await redis.get("said") == b"before"


@needs_valkey
async def test_redis_is_healthy_while_it_answers_whoever_knows_the_password(secrets: Path, port: int) -> None:
    assert not await _healthy("redis", port=port, secrets=secrets)

    async with _valkey(secrets, port=port) as url, Redis.from_url(url, retry=STARTING) as redis:
        await redis.ping()
        assert await _healthy("redis", port=port, secrets=secrets)
        await redis.config_set("requirepass", "another")
        assert not await _healthy("redis", port=port, secrets=secrets)


@pytest.mark.parametrize(
    ("status", "healthy"),
    [
        (b"HTTP/1.1 200 OK", True),
        (b"HTTP/1.0 200 OK", True),
        (b"HTTP/1.1 503 Service Unavailable", False),
        (b"", False),
    ],
)
async def test_qdrant_is_healthy_while_it_says_that_it_is_ready(port: int, status: bytes, healthy: bool) -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(status + b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", port):
        assert await _healthy("qdrant", port=port) is healthy
    assert asked[0].startswith(b"GET /readyz HTTP/1.")


async def test_qdrant_is_not_healthy_when_nobody_listens(port: int) -> None:
    assert not await _healthy("qdrant", port=port)


def _make_secrets(folder: Path) -> None:
    script = shutil.copy(ROOT / "deploy" / "secrets.sh", folder)
    subprocess.run(["sh", script], check=True, capture_output=True, timeout=10)


def _told_to_sova(secrets: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in (secrets / "sova.env").read_text().splitlines())
    return {name: value for name, _, value in lines}


@asynccontextmanager
async def _valkey(secrets: Path, *, port: int, kill: bool = False) -> AsyncIterator[str]:
    """Valkey as the Compose file configures it, but for its places; gives the URL that Sova is told, to that place."""
    places = {
        "bind * -::*": "bind 127.0.0.1",
        "port 6379": f"port {port}",
        "dir /data": f"dir {secrets}",
        "/run/secrets/redis_auth": f"{secrets}/redis.conf",
    }
    configuration = _replaced((ROOT / "deploy" / "valkey.conf").read_text(), places)
    (secrets / "valkey.conf").write_text(configuration)
    server = await asyncio.create_subprocess_exec(str(VALKEY), str(secrets / "valkey.conf"), stdout=DEVNULL)
    try:
        yield _told_to_sova(secrets)["SOVA_REDIS_URL"].replace("@redis:6379", f"@127.0.0.1:{port}")
    finally:
        (server.kill if kill else server.terminate)()
        await server.wait()


async def _healthy(service: str, *, port: int, secrets: Path | None = None) -> bool:
    """What the health check of `service` says, asked at `port`."""
    _, *command = SERVICES[service]["healthcheck"]["test"]
    script = command[-1].replace("$$", "$")
    places = {"redis": "6379", "qdrant": "6333"}
    script = _replaced(script, {f"/127.0.0.1/{places[service]}": f"/127.0.0.1/{port}"})
    if secrets:
        script = _replaced(script, {"/run/secrets/redis_auth": f"{secrets}/redis.conf"})
    check = await asyncio.create_subprocess_exec(*command[:-1], script, stdout=DEVNULL, stderr=DEVNULL)
    async with asyncio.timeout(10):
        return await check.wait() == 0


def _replaced(text: str, places: dict[str, str]) -> str:
    for there, here in places.items():
        assert there in text
        text = text.replace(there, here)
    return text
