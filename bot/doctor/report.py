"""Owns how findings are told: as a card for people, as an object for programs. Pure."""

from collections.abc import Sequence
from typing import TypedDict

from bot.commands.cards import Card, Field
from bot.doctor.findings import Finding, Level
from bot.errors import AssistantError, HistoryUnavailable, IndexUnavailable
from bot.wording import Wording

_MARKS = {Level.OK: "✓", Level.WARNING: "!", Level.PROBLEM: "✗"}


class ToldFinding(TypedDict):
    """A finding for programs; `code` is the same in every language, `remedy` None where all is well."""

    check: str
    level: str
    code: str
    message: str
    remedy: str | None


class Told(TypedDict):
    """All findings for programs; `ok` is False when there is a problem."""

    ok: bool
    findings: list[ToldFinding]


def card_of(findings: Sequence[Finding], say: Wording) -> Card:
    """A line for each finding: ✓ ! or ✗, what was examined, what was found, and what to do about it."""
    return Card(
        title=say("doctor-title"),
        text=_summary(findings, say),
        fields=tuple(_field(finding, say) for finding in findings),
    )


def as_json(findings: Sequence[Finding], say: Wording) -> Told:
    """The findings for `sova doctor --json`."""
    return {
        "ok": all(finding.level is not Level.PROBLEM for finding in findings),
        "findings": [
            {
                "check": finding.check.value,
                "level": finding.level.value,
                "code": finding.code.key,
                "message": message_of(finding, say),
                "remedy": remedy_of(finding, say),
            }
            for finding in findings
        ],
    }


def message_of(finding: Finding, say: Wording) -> str:
    """What was found, in a sentence."""
    problem = {"problem": _problem(finding.error, say)} if finding.error else {}
    return say(f"doctor-{finding.code.key}", **{**finding.data, **problem, **_contact(finding, say)})


def remedy_of(finding: Finding, say: Wording) -> str | None:
    """What to do about it; None where all is well."""
    if finding.level is Level.OK:
        return None
    return say(f"doctor-{finding.code.key}-remedy", **finding.data)


def _summary(findings: Sequence[Finding], say: Wording) -> str:
    levels = [finding.level for finding in findings]
    problems, warnings = levels.count(Level.PROBLEM), levels.count(Level.WARNING)
    if not problems and not warnings:
        return say("doctor-fine")
    return say("doctor-summary", problems=problems, warnings=warnings)


def _field(finding: Finding, say: Wording) -> Field:
    name = f"{_MARKS[finding.level]} {say(f'doctor-check-{finding.check}')}"
    remedy = remedy_of(finding, say)
    message = message_of(finding, say)
    return Field(name, f"{message}\n→ {remedy}" if remedy else message)


def _contact(finding: Finding, say: Wording) -> dict[str, str]:
    """Who a finding about somebody whom Sova talks to is about, and what they are sent."""
    if "service" not in finding.data:
        return {}
    service = finding.data["service"]
    return {"who": say(f"contact-{service}"), "sent": say(f"contact-sent-{service}")}


def _problem(error: AssistantError, say: Wording) -> str:
    """What a service failed with; of history and index only what is wrong, not what that means for an answer."""
    if isinstance(error, HistoryUnavailable):
        return say("history-trouble", **error.data())
    if isinstance(error, IndexUnavailable):
        return say("index-trouble", **error.data())
    return say.of_error(error)
