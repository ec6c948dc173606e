"""Holds the examination as a whole: complete, in order, bounded, and no check spoils another."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.doctor import Check, Code, Finding, HistoryServer, Level, Patient, examine, exit_code, of_refused_setting
from bot.errors import BadSetting, EngineUnreachable
from bot.ports import ChatModel, ModelInfo
from bot.stats.hardware import Hardware
from tests.bot.doctor.patients import ExaminedEngine, examined, healthy, opened, refused, stuck


class StuckOnModels(ExaminedEngine):
    async def models(self) -> Sequence[ModelInfo]:
        await asyncio.Event().wait()
        return self.offers


async def test_a_healthy_patient_is_found_so_in_every_part(tmp_path: Path) -> None:
    findings = await examine(healthy(tmp_path))
    assert {finding.level for finding in findings} == {Level.OK}
    assert [check for check in Check if check not in {finding.check for finding in findings}] == []
    assert exit_code(findings) == 0


async def test_findings_are_told_in_the_order_of_the_checks(tmp_path: Path) -> None:
    checks = [list(Check).index(finding.check) for finding in await examine(healthy(tmp_path))]
    assert checks == sorted(checks)


async def test_a_check_that_breaks_off_fails_alone_and_its_traceback_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    patient = replace(healthy(tmp_path), open_history=lambda: refused(ZeroDivisionError("owl")))
    found = await examined(patient)
    failed = found.pop(Code.CHECK_FAILED)
    assert (failed.check, failed.data["error"]) == (Check.HISTORY, "ZeroDivisionError")
    assert {finding.level for finding in found.values()} == {Level.OK}
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.exc_info


async def test_an_engine_that_never_opens_counts_as_missing_in_bounded_time(tmp_path: Path) -> None:
    patient = replace(healthy(tmp_path), open_engine=stuck, seconds=0.01)
    async with asyncio.timeout(5):
        found = await examined(patient)
    assert Code.ENGINE_SILENT in found
    assert exit_code(found.values()) == 3


async def test_what_was_found_before_a_check_got_stuck_is_kept(tmp_path: Path) -> None:
    patient = replace(healthy(tmp_path), open_engine=lambda: opened(StuckOnModels()), seconds=0.05)
    found = await examined(patient)
    assert {Code.ENGINE, Code.ENGINE_SILENT} <= set(found)


async def test_a_history_server_that_never_opens_counts_as_missing(tmp_path: Path) -> None:
    patient = replace(healthy(tmp_path), open_history=stuck, seconds=0.01)
    found = await examined(patient)
    assert found[Code.HISTORY_UNAVAILABLE].data["reason"] == "timeout"
    assert exit_code(found.values()) == 3


async def test_any_other_check_that_takes_too_long_says_so(tmp_path: Path) -> None:
    async def never() -> Hardware:
        await asyncio.Event().wait()
        raise AssertionError

    found = await examined(replace(healthy(tmp_path), hardware=never, seconds=0.01))
    assert found[Code.CHECK_SLOW].check is Check.MEMORY


async def test_the_checks_run_at_the_same_time(tmp_path: Path) -> None:
    """The engine opens only once the history was opened, and the other way round."""
    meeting = asyncio.Barrier(2)
    well = healthy(tmp_path)

    @asynccontextmanager
    async def engine() -> AsyncIterator[ChatModel]:
        await meeting.wait()
        async with well.open_engine() as opened_engine:
            yield opened_engine

    patient = replace(well, open_engine=engine, open_history=lambda: _after(meeting, well))
    assert exit_code(await examine(patient)) == 0


@asynccontextmanager
async def _after(meeting: asyncio.Barrier, patient: Patient) -> AsyncIterator[HistoryServer]:
    await meeting.wait()
    async with patient.open_history() as server:
        yield server


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        ([], 0),
        ([Code.PYTHON], 0),
        ([Code.PYTHON, Code.SETTING_UNKNOWN], 0),
        ([Code.SETTING_UNKNOWN, Code.PYTHON_OLD], 1),
        ([Code.PYTHON_OLD, Code.ENGINE_UNREACHABLE], 3),
    ],
)
def test_the_exit_code_tells_the_worst(codes: list[Code], status: int) -> None:
    missing = EngineUnreachable(engine="ollama", url="http://127.0.0.1:11434")
    findings = [Finding(code, error=missing if code is Code.ENGINE_UNREACHABLE else None) for code in codes]
    assert exit_code(findings) == status


def test_a_setting_that_was_refused_is_a_finding_too() -> None:
    findings = of_refused_setting(BadSetting(name="SOVA_ENGINE", reason="no such engine"))
    assert [(finding.code, finding.data["name"]) for finding in findings] == [(Code.SETTING_REFUSED, "SOVA_ENGINE")]
    assert exit_code(findings) == 1
