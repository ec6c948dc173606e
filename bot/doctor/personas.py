"""Owns the check of the personas: how many there are, and which files can't be used."""

from bot.doctor.findings import Code, Finding, Report
from bot.doctor.patient import Patient
from bot.personas.folder import PersonaFolder


async def check_personas(patient: Patient, report: Report) -> None:
    """Read the folder as answering would; a team need not have any."""
    folder = patient.settings.personas_dir
    personas = await PersonaFolder(folder).read()
    if personas.usable or not personas.broken:
        report(Finding.of(Code.PERSONAS, path=str(folder), personas=len(personas.usable)))
    for error in personas.broken.values():
        report(Finding.of_error(Code.PERSONA_BAD, error))
