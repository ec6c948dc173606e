"""The self-examination: what `sova doctor` looks at, finds, and advises."""

from bot.doctor.examination import examine
from bot.doctor.findings import Check, Code, Finding, Level, exit_code, of_refused_setting
from bot.doctor.patient import DocumentIndex, HistoryServer, Interpreter, Patient
from bot.doctor.report import as_json, card_of

__all__ = [
    "Check",
    "Code",
    "DocumentIndex",
    "Finding",
    "HistoryServer",
    "Interpreter",
    "Level",
    "Patient",
    "as_json",
    "card_of",
    "examine",
    "exit_code",
    "of_refused_setting",
]
