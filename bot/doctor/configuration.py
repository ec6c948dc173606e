"""Owns the check of the settings: typing errors, and secrets that others can read."""

import asyncio
import os
from pathlib import Path

from bot.doctor.findings import Code, Finding, Report
from bot.doctor.patient import Patient
from bot.models.naming import nearest
from bot.settings import PREFIX, Settings

OTHERS_READ = 0o044


async def check_settings(_patient: Patient, report: Report) -> None:
    """Name the variables that nobody reads, and a file of secrets that is open to others."""
    unknown, exposed = await asyncio.to_thread(_read)
    for name in unknown:
        report(Finding.of(Code.SETTING_UNKNOWN, name=name, nearest=_likeliest_meant(name)))
    if exposed:
        report(Finding.of(Code.SECRETS_READABLE, path=str(exposed)))
    if not unknown and not exposed:
        report(Finding.of(Code.SETTINGS))


def _likeliest_meant(name: str) -> str:
    """The real variable that looks most like `name`, or `none`; what all begin with makes none alike."""
    real = {variable.removeprefix(PREFIX): variable for variable in Settings.variables()}
    alike = nearest(name.removeprefix(PREFIX), real, most=1)
    return real[alike[0]] if alike else "none"


def _read() -> tuple[tuple[str, ...], Path | None]:
    secrets = Settings.file_with_secrets()
    exposed = secrets if secrets and is_open(secrets, bits=OTHERS_READ) else None
    return Settings.unknown_variables(), exposed


def is_open(path: Path, *, bits: int) -> bool:
    """Whether any of the mode's `bits` is set; Windows has no such bits, its home folders are private anyway."""
    return os.name == "posix" and bool(path.stat().st_mode & bits)
