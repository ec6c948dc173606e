"""Owns the tests of the embedded server: shared, reused, stopped by the last one out, brought back when it dies."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from redis.asyncio import Redis

from bot.backends.redis import valkey
from bot.backends.redis.connection import Fault, RedisConnection
from bot.backends.redis.conversations import RedisHistory
from bot.backends.redis.valkey import open_valkey
from bot.backends.redis.valkey_process import ServerFiles, files_in, find_server, holder, is_gone
from bot.errors import DiskFull, HistoryNotHere, HistoryUnavailable
from bot.file_locks import FileLock
from bot.messages import ConversationKey, Turn
from tests.processes import children_named, zombies

CONVERSATION = ConversationKey("terminal", "", "default")

PROGRAM = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from bot.backends.redis.conversations import RedisHistory
from bot.backends.redis.valkey import open_valkey
from bot.messages import ConversationKey, Turn

async def main():
    async with open_valkey(Path(sys.argv[1]), required=True) as connection:
        history = RedisHistory(connection, prefix="test", max_turns=50, max_age=timedelta(days=1))
        turn = Turn(id=sys.argv[2], question="q", answer="a", model="owl:1b", at=1.0)
        await history.append(ConversationKey("terminal", "", "default"), turn)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""
"""A Sova beside this one: it keeps one turn, says so, and goes on until its input ends."""


@pytest.fixture
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("s")  # short: a socket's path has room for about 100 bytes


@pytest.fixture
def files(state: Path) -> ServerFiles:
    return files_in(state / "history")


def history_on(connection: RedisConnection) -> RedisHistory:
    return RedisHistory(connection, prefix="test", max_turns=50, max_age=timedelta(days=1))


async def keep(connection: RedisConnection, id_: str) -> None:
    turn = Turn(id=id_, question="q", answer="a", model="owl:1b", at=1.0)
    await history_on(connection).append(CONVERSATION, turn)


async def kept(connection: RedisConnection) -> list[str]:
    return [turn.id for turn in await history_on(connection).turns(CONVERSATION)]


@asynccontextmanager
async def another_sova(state: Path, turn: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A second program on the same state folder, once it has kept its turn; killed at the end if it still runs."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, state, turn, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout is not None
    try:
        async with asyncio.timeout(20):
            assert await program.stdout.readline() == b"ready\n"
        yield program
    finally:
        if program.returncode is None:
            program.kill()
        await program.communicate()


def kill_server(files: ServerFiles) -> int:
    pid = holder(files)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


async def test_turns_outlive_the_program_and_the_server(state: Path, files: ServerFiles) -> None:
    async with open_valkey(state, required=True) as connection:
        await keep(connection, "1")
    assert is_gone(files)
    async with open_valkey(state, required=True) as connection:
        assert await kept(connection) == ["1"]


async def test_the_data_is_for_our_eyes_only_and_no_port_is_open(state: Path, files: ServerFiles) -> None:
    async with open_valkey(state, required=True) as connection:
        assert await connection.run(lambda redis: redis.config_get("port")) == {"port": "0"}
        assert files.folder.stat().st_mode & 0o777 == 0o700
        assert files.socket.stat().st_mode & 0o777 == 0o700


async def test_turns_are_written_down_every_second(state: Path) -> None:
    async with open_valkey(state, required=True) as connection:
        written = await connection.run(lambda redis: redis.config_get("append*"))
    assert (written["appendonly"], written["appendfsync"]) == ("yes", "everysec")


async def test_the_last_one_out_stops_the_server_and_the_others_leave_it(state: Path, files: ServerFiles) -> None:
    async with open_valkey(state, required=True) as first:
        async with open_valkey(state, required=True) as second:
            await keep(second, "1")
            server = holder(files)
        assert holder(files) == server
        assert await kept(first) == ["1"]
    assert is_gone(files)
    assert not files.socket.exists()


async def test_the_first_may_leave_before_the_second(state: Path, files: ServerFiles) -> None:
    async with another_sova(state, "theirs") as program, open_valkey(state, required=True) as connection:
        await keep(connection, "ours")
        server = holder(files)
        await program.communicate(b"")  # the end of its input
        assert program.returncode == 0
        assert holder(files) == server
        assert await kept(connection) == ["theirs", "ours"]
    assert is_gone(files)


async def test_a_conversation_goes_on_after_the_program_was_killed(state: Path, files: ServerFiles) -> None:
    async with another_sova(state, "1") as program:
        server = holder(files)
        program.kill()
        await program.wait()
        assert holder(files) == server
        async with open_valkey(state, required=True) as connection:
            assert holder(files) == server
            assert await kept(connection) == ["1"]
    assert is_gone(files)


async def test_a_conversation_goes_on_after_program_and_server_were_killed(state: Path, files: ServerFiles) -> None:
    async with another_sova(state, "1") as program:
        program.kill()
        await program.wait()
        kill_server(files)
        async with open_valkey(state, required=True) as connection:
            assert await kept(connection) == ["1"]


async def test_many_programs_coming_and_going_at_once_share_one_server(state: Path, files: ServerFiles) -> None:
    async def come_and_go(number: int) -> None:
        async with open_valkey(state, required=True) as connection:
            await keep(connection, str(number))

    for _ in range(3):
        await asyncio.gather(*(come_and_go(number) for number in range(6)))
    assert is_gone(files)
    async with open_valkey(state, required=True) as connection:
        assert set(await kept(connection)) == {"0", "1", "2", "3", "4", "5"}


async def test_the_next_call_brings_back_a_server_that_died(state: Path, files: ServerFiles) -> None:
    async with open_valkey(state, required=True) as connection:
        await keep(connection, "1")
        first = kill_server(files)
        await keep(connection, "2")
        second = kill_server(files)
        assert await kept(connection) == ["1", "2"]
        assert len({first, second, holder(files)}) == 3
        assert zombies() == []


async def test_many_calls_after_a_death_start_one_server(state: Path, files: ServerFiles) -> None:
    async with open_valkey(state, required=True) as connection:
        await keep(connection, "1")
        kill_server(files)
        answers = await asyncio.gather(*(kept(connection) for _ in range(40)))
        assert answers == [["1"]] * 40
        assert len(children_named("valkey-server", about=str(files.socket))) == 1


async def test_a_ctrl_c_in_the_terminal_does_not_reach_the_server(state: Path, files: ServerFiles) -> None:
    async with open_valkey(state, required=True):
        server = holder(files)
        assert server is not None
        assert os.getsid(server) == server
        assert os.getpgid(server) != os.getpgid(0)


async def test_the_server_is_told_none_of_our_secrets(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVA_DISCORD_TOKEN", "top-secret")
    told = state / "told"
    nosy = state / "valkey-server"
    nosy.write_text(f'#!/bin/sh\nset > {told}\nexec {find_server()} "$@"\n')
    nosy.chmod(0o755)
    monkeypatch.setattr(valkey, "find_server", lambda: nosy)
    async with open_valkey(state, required=True):
        assert "top-secret" not in told.read_text()


async def test_nobody_starts_a_server_while_another_program_starts_or_stops_one(
    state: Path, files: ServerFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.folder.mkdir()
    with FileLock(files.starting_lock) as theirs, monkeypatch.context() as hurried:
        hurried.setattr(valkey, "SILENCE_S", 0.1)
        assert theirs.seize()
        with pytest.raises(HistoryUnavailable) as fault:
            async with open_valkey(state, required=True):
                pass
        assert fault.value.reason == Fault.TIMEOUT
        assert is_gone(files)
    async with open_valkey(state, required=True) as connection:
        assert await kept(connection) == []


async def test_a_state_folder_too_deep_for_a_socket_gets_a_short_private_one(state: Path) -> None:
    deep = state / ("d" * 120)
    files = files_in(deep / "history")
    async with open_valkey(deep, required=True) as connection:
        await keep(connection, "1")
        assert files.socket.parent.stat().st_mode & 0o777 == 0o700
        assert len(os.fsencode(files.socket)) < 104
    assert not files.socket.parent.exists()
    async with open_valkey(deep, required=True) as connection:
        assert await kept(connection) == ["1"]


async def test_a_short_folder_that_others_may_enter_is_refused(state: Path) -> None:
    deep = state / ("d" * 120)
    short = files_in(deep / "history").socket.parent
    short.mkdir()
    short.chmod(0o755)
    try:
        with pytest.raises(HistoryUnavailable) as fault:
            async with open_valkey(deep, required=True):
                pass
    finally:
        short.rmdir()
    assert (fault.value.where, fault.value.reason) == (str(short), Fault.NOT_PRIVATE)


async def test_half_a_command_at_the_end_of_the_data_is_dropped(state: Path) -> None:
    data = await data_with_two_turns(state)
    data.write_bytes(data.read_bytes()[:-20])
    async with open_valkey(state, required=True) as connection:
        assert await kept(connection) == ["1"]


@pytest.mark.parametrize("zeros", [1, 100_000])
async def test_zeros_that_a_power_cut_left_behind_the_data_are_dropped(state: Path, zeros: int) -> None:
    data = await data_with_two_turns(state)
    data.write_bytes(data.read_bytes() + bytes(zeros))
    async with open_valkey(state, required=True) as connection:
        assert await kept(connection) == ["1", "2"]


async def test_damaged_data_is_reported_with_its_folder_and_left_as_it_is(state: Path, files: ServerFiles) -> None:
    data = await data_with_two_turns(state)
    damaged = b"#rubbish" + data.read_bytes()
    data.write_bytes(damaged)
    with pytest.raises(HistoryUnavailable) as fault:
        async with open_valkey(state, required=True):
            pass
    assert (fault.value.where, fault.value.reason) == (str(files.folder), Fault.DAMAGED)
    assert data.read_bytes() == damaged
    assert is_gone(files)


async def test_the_program_starts_with_damaged_data_and_goes_on_once_it_is_repaired(state: Path) -> None:
    data = await data_with_two_turns(state)
    whole = data.read_bytes()
    data.write_bytes(b"#rubbish" + whole)
    async with open_valkey(state) as connection:
        with pytest.raises(HistoryUnavailable) as fault:
            await kept(connection)
        assert fault.value.reason == Fault.DAMAGED
        data.write_bytes(whole)
        assert await kept(connection) == ["1", "2"]


async def data_with_two_turns(state: Path) -> Path:
    """The file that holds the turns, the server stopped."""
    async with open_valkey(state, required=True) as connection:
        await keep(connection, "1")
        await keep(connection, "2")
    (data,) = (state / "history").glob("appendonlydir/*.incr.aof")
    return data


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
async def test_a_full_disk_is_named_and_the_server_not_stopped_with_unwritten_turns(
    state: Path, files: ServerFiles
) -> None:
    data = await data_with_two_turns(state)
    data.unlink()
    data.symlink_to("/dev/full")
    async with open_valkey(state, required=True) as connection:
        await keep(connection, "3")
        with pytest.raises(DiskFull) as fault:
            await keep(connection, "4")
        assert fault.value.path == str(files.folder)
        assert await kept(connection) == ["3"]
    assert not is_gone(files)
    kill_server(files)


async def test_a_file_where_the_folder_should_be_is_reported(state: Path, files: ServerFiles) -> None:
    files.folder.write_text("in the way")
    with pytest.raises(HistoryUnavailable) as fault:
        async with open_valkey(state, required=True):
            pass
    assert (fault.value.where, fault.value.reason) == (str(files.folder), Fault.NOT_WRITABLE)


async def test_a_server_that_cannot_be_run_is_reported(
    state: Path, files: ServerFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = state / "valkey-server"
    broken.write_text("#!/bin/false\n")
    broken.chmod(0o755)
    monkeypatch.setattr(valkey, "find_server", lambda: broken)
    with pytest.raises(HistoryUnavailable) as fault:
        async with open_valkey(state, required=True):
            pass
    assert (fault.value.where, fault.value.reason) == (str(files.folder), Fault.NOT_STARTED)


async def test_a_leftover_socket_of_a_dead_server_is_no_obstacle(state: Path, files: ServerFiles) -> None:
    files.folder.mkdir()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(files.socket))
    async with open_valkey(state, required=True) as connection:
        assert await kept(connection) == []


async def test_a_server_whose_socket_was_tidied_away_is_replaced_without_losing_a_turn(
    state: Path, files: ServerFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey, "NO_SOCKET_S", 0.05)
    async with open_valkey(state, required=True) as first:
        await keep(first, "1")
        server = holder(files)
        files.socket.unlink()
        async with open_valkey(state, required=True) as second:
            assert await kept(second) == ["1"]
            assert holder(files) != server
            await keep(first, "2")
            assert await kept(second) == ["1", "2"]


async def test_a_server_that_hangs_is_given_up_within_three_seconds_and_used_again_when_it_goes_on(
    state: Path, files: ServerFiles
) -> None:
    async with open_valkey(state, required=True) as connection:
        server = psutil.Process(holder(files))
        server.suspend()
        try:
            async with asyncio.timeout(3):
                with pytest.raises(HistoryUnavailable) as fault:
                    await kept(connection)
        finally:
            server.resume()
        assert fault.value.reason == Fault.TIMEOUT
        assert await kept(connection) == []
        assert holder(files) == server.pid


async def test_a_server_that_hangs_at_the_start_is_given_up_and_no_second_one_started(
    state: Path, files: ServerFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey, "SILENCE_S", 0.3)
    async with open_valkey(state, required=True):
        server = psutil.Process(holder(files))
        server.suspend()
        try:
            with pytest.raises(HistoryUnavailable) as fault:
                async with open_valkey(state, required=True):
                    pass
            assert holder(files) == server.pid
        finally:
            server.resume()
    assert fault.value.reason == Fault.TIMEOUT


async def test_a_long_history_is_waited_for_while_the_server_says_that_it_loads(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_valkey(state, required=True) as connection:
        await connection.run(fill)
        await keep(connection, "1")
    slow = state / "valkey-server"
    slow.write_text(f'#!/bin/sh\nexec {find_server()} "$@" --key-load-delay 300\n')
    slow.chmod(0o755)
    monkeypatch.setattr(valkey, "find_server", lambda: slow)
    monkeypatch.setattr(valkey, "SILENCE_S", 2.0)  # it answers after every 1024 commands: each 0.3 s of 2.5
    async with open_valkey(state, required=True) as connection:
        assert await kept(connection) == ["1"]


async def fill(redis: Redis) -> None:
    async with redis.pipeline(transaction=False) as pipe:
        for number in range(8192):
            pipe.set(f"key-{number}", "")
        await pipe.execute()


async def test_a_system_without_the_embedded_server_says_so(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(valkey, "find_server", lambda: None)
    with pytest.raises(HistoryNotHere):
        async with open_valkey(state):
            pass
