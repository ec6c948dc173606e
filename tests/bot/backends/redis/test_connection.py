"""Owns the tests of the way to a server: faults in our own words, a deadline, and recovery without a restart."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backends.redis import connection as redis_connection
from bot.backends.redis.connection import Fault, RedisConnection, disk_full, open_redis, open_socket
from bot.backends.redis.conversations import RedisHistory
from bot.backends.redis.valkey import open_valkey
from bot.errors import BadSetting, DiskFull, HistoryUnavailable
from bot.messages import ConversationKey, Language, Turn
from bot.wording import speak

NO_SPACE = "MISCONF Errors writing to the AOF file: No space left on device"
CONVERSATION = ConversationKey("terminal", "", "default")
TURN = Turn(id="1", question="a secret question", answer="a secret answer", model="owl:1b", at=1.0)

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("r")  # short: a socket's path has room for about 100 bytes


def history_on(connection: RedisConnection) -> RedisHistory:
    return RedisHistory(connection, prefix="test", max_turns=5, max_age=timedelta(days=1))


@asynccontextmanager
async def a_server(socket: Path, talk: Conversation) -> AsyncIterator[str]:
    """A server that says to everyone what `talk` writes; its URL."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_unix_server(serve, socket)
    async with server:
        yield f"unix://{socket}"


def answering(line: str) -> Conversation:
    """Answers each command with `line`."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readline():
            for _ in range(2 * int(head[1:])):
                await reader.readline()
            writer.write(line.encode() + b"\r\n")

    return talk


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("-LOADING Valkey is loading the dataset in memory", Fault.LOADING),
        ("-READONLY You can't write against a read only replica.", Fault.READ_ONLY),
        ("-OOM command not allowed when used memory > 'maxmemory'.", Fault.MEMORY_FULL),
        ("-NOAUTH Authentication required.", Fault.AUTHENTICATION),
        ("-WRONGPASS invalid username-password pair or user is disabled.", Fault.AUTHENTICATION),
        ("-NOPERM this user has no permissions to run the 'ping' command", Fault.AUTHENTICATION),
        (f"-{NO_SPACE}", Fault.DISK),
        ("-MISCONF Valkey is configured to save RDB snapshots, but it's currently unable to persist.", Fault.DISK),
        ("-ERR max number of clients reached", Fault.LOST),
        ("-CLUSTERDOWN The cluster is down", "CLUSTERDOWN"),
        ("HTTP/1.1 400 Bad Request", Fault.NOT_REDIS),
    ],
)
async def test_what_a_server_complains_of_becomes_the_reason(folder: Path, answer: str, reason: str) -> None:
    async with a_server(folder / "s", answering(answer)) as url:
        with pytest.raises(HistoryUnavailable) as fault:
            async with open_redis(url, required=True):
                pass
    assert (fault.value.where, fault.value.reason) == (str(folder / "s"), reason)


async def test_a_full_disk_of_our_own_server_is_named(folder: Path) -> None:
    async with (
        a_server(folder / "s", answering(f"-{NO_SPACE}")),
        open_socket(folder / "s", where="embedded", folder=folder) as connection,
    ):
        with pytest.raises(DiskFull) as fault:
            await connection.ping()
    assert fault.value.path == str(folder)
    assert fault.value.free > 0


def test_a_disk_too_full_for_the_folder_itself_is_named_too(folder: Path) -> None:
    fault = disk_full(folder / "not" / "there")
    assert fault.path == str(folder / "not" / "there")
    assert fault.free > 0


async def test_no_message_text_gets_into_a_faults_traceback(folder: Path) -> None:
    async with open_valkey(folder, required=True) as connection:
        history = history_on(connection)
        await history.append(CONVERSATION, TURN)
        await connection.run(lambda redis: redis.config_set("maxmemory", "1"))
        with pytest.raises(HistoryUnavailable) as fault:
            await history.append(CONVERSATION, TURN, replaces=TURN.id)
        await connection.run(lambda redis: redis.config_set("maxmemory", "0"))
    assert fault.value.reason == Fault.MEMORY_FULL
    assert "secret" not in "".join(traceback.format_exception(fault.value))


async def test_a_server_that_says_nothing_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    monkeypatch.setattr(redis_connection, "DEADLINE_S", 0.1)
    async with a_server(folder / "s", silence) as url:
        with pytest.raises(HistoryUnavailable) as fault:
            async with open_redis(url, required=True):
                pass
    assert fault.value.reason == Fault.TIMEOUT


async def test_a_server_that_hangs_up_is_lost(folder: Path) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()

    async with a_server(folder / "s", hang_up) as url:
        with pytest.raises(HistoryUnavailable) as fault:
            async with open_redis(url, required=True):
                pass
    assert fault.value.reason == Fault.LOST


async def test_nobody_there_is_said_with_the_address_and_without_the_password() -> None:
    url = "redis://ola:top-secret@127.0.0.1:1/3"
    async with asyncio.timeout(3):
        with pytest.raises(HistoryUnavailable) as fault:
            async with open_redis(url, required=True):
                pass
    assert (fault.value.where, fault.value.reason) == ("127.0.0.1:1/3", Fault.REFUSED)
    assert "top-secret" not in "".join(traceback.format_exception(fault.value))


async def test_a_host_that_does_not_exist_is_told_from_one_that_is_down() -> None:
    with pytest.raises(HistoryUnavailable) as fault:
        async with open_redis("redis://no-such-host.invalid", required=True):
            pass
    assert (fault.value.where, fault.value.reason) == ("no-such-host.invalid:6379/0", Fault.UNKNOWN_HOST)


async def test_a_server_that_speaks_no_tls_is_told_from_one_that_is_down() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"-ERR what?\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(HistoryUnavailable) as fault:
            async with open_redis(f"rediss://127.0.0.1:{port}", required=True):
                pass
    assert fault.value.reason == Fault.TLS


@pytest.mark.parametrize(
    "url",
    ["localhost:6379", "http://localhost", "redis://:top/secret@localhost", "redis://h?db=x", "redis://h?owl=1", ""],
)
async def test_an_address_that_cannot_be_understood_is_a_bad_setting(url: str) -> None:
    with pytest.raises(BadSetting) as fault:
        async with open_redis(url):
            pass
    assert fault.value.name == "SOVA_REDIS_URL"
    assert "secret" not in "".join(traceback.format_exception(fault.value))


async def test_the_program_starts_without_the_server_and_goes_on_when_it_comes_and_comes_back(folder: Path) -> None:
    socket = folder / "history" / "valkey.sock"
    async with open_redis(f"unix://{socket}") as connection:
        history = history_on(connection)
        with pytest.raises(HistoryUnavailable) as fault:
            await history.turns(CONVERSATION)
        assert fault.value.reason == Fault.REFUSED
        async with open_valkey(folder, required=True):
            await history.append(CONVERSATION, TURN)
        with pytest.raises(HistoryUnavailable):
            await history.turns(CONVERSATION)
        async with open_valkey(folder, required=True):
            assert list(await history.turns(CONVERSATION)) == [TURN]


async def test_the_server_says_what_it_is(folder: Path) -> None:
    async with open_valkey(folder, required=True) as connection:
        kind, version = (await connection.version()).split()
    assert kind == "Valkey"
    assert version[0].isdigit()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_words_of_its_own(fault: Fault, language: Language) -> None:
    wording = speak(language)
    said = wording.of_error(HistoryUnavailable(where="h:1/0", reason=fault))
    unworded = wording.of_error(HistoryUnavailable(where="h:1/0", reason="?"))
    assert said.replace(fault.value, "?") != unworded
