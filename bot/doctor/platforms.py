"""Owns the check of the chat platforms: each that is configured lets Sova in."""

from bot.doctor.findings import Code, Finding, Report
from bot.doctor.patient import Patient
from bot.errors import AssistantError, PlatformUnreachable


async def check_platforms(patient: Patient, report: Report) -> None:
    """Ask each of them."""
    if not patient.chats:
        report(Finding.of(Code.PLATFORM_NONE))
    for platform, look in patient.chats.items():
        try:
            report(Finding.of(Code.PLATFORM, platform=platform, name=await look()))
        except PlatformUnreachable as error:
            report(Finding.of_error(Code.PLATFORM_UNREACHABLE, error))
        except AssistantError as error:
            report(Finding.of_error(Code.PLATFORM_REFUSED, error))
