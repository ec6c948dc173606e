from dataclasses import replace
from pathlib import Path

import pytest

from bot.backends.redis.valkey import open_valkey
from bot.doctor import Code, Level, examine, exit_code
from bot.errors import AssistantError, BadSetting, DiskFull, HistoryNotHere, HistoryUnavailable
from tests.bot.doctor.patients import ExaminedServer, examined, healthy, knows, refused, with_history

DENIED = HistoryUnavailable(where="box:6379/0", reason="authentication")


async def test_the_server_is_told_by_its_version_and_place(tmp_path: Path) -> None:
    found = await examined(healthy(tmp_path))
    assert found[Code.HISTORY].data == {"version": "Valkey 9.1.2", "where": "embedded"}


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (HistoryUnavailable(where="box:6379/0", reason="refused"), Code.HISTORY_UNAVAILABLE, 3),
        (HistoryNotHere(), Code.HISTORY_NOT_HERE, 3),
        (DiskFull(path="/state", needed=0, free=0), Code.HISTORY_TROUBLE, 1),
        (BadSetting(name="SOVA_REDIS_URL", reason="no address"), Code.HISTORY_TROUBLE, 1),
    ],
)
async def test_a_server_that_cannot_be_opened_is_a_problem(
    tmp_path: Path, error: AssistantError, code: Code, status: int
) -> None:
    findings = await examine(replace(healthy(tmp_path), open_history=lambda: refused(error)))
    assert [finding.code for finding in findings if finding.level is Level.PROBLEM] == [code]
    assert exit_code(findings) == status


async def test_a_server_that_is_handed_out_and_does_not_answer_is_a_problem(tmp_path: Path) -> None:
    found = await examined(with_history(healthy(tmp_path), ExaminedServer(pinged=DENIED)))
    assert found[Code.HISTORY_UNAVAILABLE].data["reason"] == "authentication"
    assert Code.HISTORY not in found


@pytest.mark.parametrize(("keeps", "code"), [(False, Code.HISTORY_VOLATILE), (None, Code.HISTORY_UNTOLD)])
async def test_a_server_that_may_lose_what_it_is_given_is_warned_of(
    tmp_path: Path, keeps: bool | None, code: Code
) -> None:
    found = await examined(with_history(healthy(tmp_path), ExaminedServer(where="box:6379/0", keeps=keeps)))
    assert found[code].data == {"where": "box:6379/0"}


async def test_a_server_that_lets_nobody_ask_about_it_is_there_all_the_same(tmp_path: Path) -> None:
    found = await examined(with_history(healthy(tmp_path), ExaminedServer(told_version=DENIED, keeps=DENIED)))
    assert found[Code.HISTORY].data["version"] == "none"
    assert Code.HISTORY_UNTOLD in found
    assert Code.HISTORY_UNAVAILABLE not in found


@pytest.mark.parametrize(
    ("url", "is_in_the_open"),
    [
        ("redis://:owl@box.lan:6379/0", True),
        ("redis://sova:owl@10.0.0.7", True),
        ("redis://box.lan?password=owl", True),
        ("rediss://:owl@box.lan", False),
        ("redis://box.lan", False),
        ("redis://:owl@127.0.0.1", False),
        ("redis://:owl@localhost", False),
        ("redis://:owl@unknown.lan", False),
        ("unix://:owl@/run/redis.sock", False),
    ],
)
async def test_a_password_that_travels_unencrypted_is_warned_of(tmp_path: Path, url: str, is_in_the_open: bool) -> None:
    names = {"box.lan": ["10.0.0.7"], "localhost": ["127.0.0.1", "::1"]}
    found = await examined(replace(healthy(tmp_path, redis_url=url), resolve=knows(names)))
    assert (Code.PASSWORD_IN_THE_OPEN in found) is is_in_the_open
    assert "owl" not in repr(found.get(Code.PASSWORD_IN_THE_OPEN))


async def test_sovas_own_server_is_found_in_good_health_and_without_its_file_is_not(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    folder = tmp_path_factory.mktemp("d")
    async with open_valkey(folder, required=True) as server:
        patient = replace(with_history(healthy(tmp_path), server), seconds=30)
        found = await examined(patient)
        assert found[Code.HISTORY].data["where"] == "embedded"
        assert str(found[Code.HISTORY].data["version"]).startswith("Valkey ")
        assert not {Code.HISTORY_VOLATILE, Code.HISTORY_UNTOLD} & set(found)
        await server.run(lambda redis: redis.config_set("appendonly", "no"))
        assert Code.HISTORY_VOLATILE in await examined(patient)
