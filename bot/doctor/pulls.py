"""Owns the check of pulls: which models somebody began to fetch that aren't all there."""

import asyncio

from bot.doctor.findings import Code, Finding, Report
from bot.doctor.patient import Patient
from bot.models.pull_notes import FOLDER, PullNotes


async def check_pulls(patient: Patient, report: Report) -> None:
    """Read what is remembered in the state folder; what goes on at this moment is no finding."""
    notes = PullNotes(patient.settings.state_dir / FOLDER)
    for note in await asyncio.to_thread(notes.unfinished):
        done, total = (note.done_bytes or 0) / 1e9, (note.total_bytes or 0) / 1e9
        report(Finding.of(Code.PULL_UNFINISHED, model=note.model, by=note.by, done=done, total=total))
