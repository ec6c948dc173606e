"""Owns the course of an examination: all checks at once, each in bounded time, and none spoils another."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.doctor.access import check_access
from bot.doctor.configuration import check_settings
from bot.doctor.documents import check_documents
from bot.doctor.engine import check_engine, silent_engine
from bot.doctor.findings import Check, Code, Finding, Report
from bot.doctor.history import check_history, silent_history
from bot.doctor.index import check_index, silent_index
from bot.doctor.machine import check_folders, check_memory, check_python
from bot.doctor.network import check_network
from bot.doctor.patient import Patient
from bot.doctor.personas import check_personas
from bot.doctor.platforms import check_platforms
from bot.doctor.pulls import check_pulls

logger = logging.getLogger(__name__)


async def examine(patient: Patient) -> tuple[Finding, ...]:
    """Everything that was found, in the order of the checks; never raises. Takes no longer than `patient.seconds`."""
    found = await asyncio.gather(*(_carry_out(examination, patient) for examination in _EXAMINATIONS))
    order = list(Check)
    return tuple(sorted((finding for part in found for finding in part), key=lambda one: order.index(one.check)))


@dataclass(frozen=True, slots=True)
class _Examination:
    """A check, what carries it out, and what it means when that takes too long."""

    check: Check
    run: Callable[[Patient, Report], Awaitable[None]]
    silence: Callable[[Patient], Finding] | None = None


_EXAMINATIONS = (
    _Examination(Check.PYTHON, check_python),
    _Examination(Check.SETTINGS, check_settings),
    _Examination(Check.ACCESS, check_access),
    _Examination(Check.FOLDERS, check_folders),
    _Examination(Check.MEMORY, check_memory),
    _Examination(Check.ENGINE, check_engine, silent_engine),
    _Examination(Check.MODEL, check_pulls),
    _Examination(Check.PERSONAS, check_personas),
    _Examination(Check.HISTORY, check_history, silent_history),
    _Examination(Check.DOCUMENTS, check_documents),
    _Examination(Check.INDEX, check_index, silent_index),
    _Examination(Check.PLATFORMS, check_platforms),
    _Examination(Check.NETWORK, check_network),
)


async def _carry_out(examination: _Examination, patient: Patient) -> list[Finding]:
    """What was found until it ended, was too slow, or broke."""
    found: list[Finding] = []
    try:
        async with asyncio.timeout(patient.seconds):
            await examination.run(patient, found.append)
    except TimeoutError:
        logger.warning("the check of %s took longer than %s s", examination.check, patient.seconds)
        found.append(_too_slow(examination, patient))
    except Exception as error:
        logger.exception("the check of %s failed", examination.check)
        found.append(Finding.of(Code.CHECK_FAILED, check=examination.check, error=type(error).__name__))
    return found


def _too_slow(examination: _Examination, patient: Patient) -> Finding:
    if examination.silence:
        return examination.silence(patient)
    return Finding.of(Code.CHECK_SLOW, check=examination.check, seconds=patient.seconds)
