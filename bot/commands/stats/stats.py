"""Owns `/stats`: what it can show and over which span, each part shown though another be down."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from bot.commands.cards import Card
from bot.commands.charting import pictured
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.stats import gathering
from bot.commands.stats.answers import (
    answers_section,
    errors_line,
    errors_section,
    ratings_section,
    stages_section,
    votes_section,
)
from bot.commands.stats.charts import answer_charts, machine_charts
from bot.commands.stats.engine import engine_section
from bot.commands.stats.gathering import Answers, Gathered, Measured, Sources
from bot.commands.stats.index import index_line, index_section
from bot.commands.stats.machine import hardware_section, machines_section
from bot.commands.stats.sections import Section, known
from bot.errors import AssistantError, BadArgument
from bot.ports import Chart, Charts, ChatModel, Feedback, LatencyLog
from bot.stats.hardware import Hardware, HardwareProbe
from bot.stats.spans import SPANS, Span, read_span


class What(StrEnum):
    """What may be looked at: everything in brief, or one thing at length."""

    OVERVIEW = "overview"
    MODELS = "models"
    HARDWARE = "hardware"
    LATENCY = "latency"
    INDEX = "index"
    ERRORS = "errors"


_WORDS = {
    "přehled": What.OVERVIEW.value,
    "prehled": What.OVERVIEW.value,
    "modely": What.MODELS.value,
    "počítač": What.HARDWARE.value,
    "pocitac": What.HARDWARE.value,
    "odezva": What.LATENCY.value,
    "dokumenty": What.INDEX.value,
    "chyby": What.ERRORS.value,
}


@dataclass(frozen=True, slots=True)
class Stats:
    """Asks the machine, the engine and the stores at once, and tells what each said.

    `measured` are those who may be asked besides. `charts` draws some of it; without, the card has no picture.
    """

    engine: ChatModel
    latency: LatencyLog
    hardware: HardwareProbe
    feedback: Feedback | None = None
    charts: Charts | None = None
    measured: Measured = field(default_factory=Measured)

    def commands(self) -> tuple[Command, ...]:
        """`/stats [what] [since]`."""
        what = Parameter("what", choices=tuple(What), aliases=_WORDS)
        return (Command("stats", self._run, (what, Parameter("since", completions=_offered))),)

    @property
    def sources(self) -> Sources:
        """Everybody who is asked."""
        return Sources(self.engine, self.latency, self.hardware, self.feedback, self.measured)

    async def _run(self, invocation: Invocation, values: Values) -> Card:
        span, what = asked_span(values.get("since", "")), What(values.get("what", What.OVERVIEW))
        match what:
            case What.OVERVIEW:
                return await self._overview(span, invocation)
            case What.MODELS:
                return await self._models(invocation)
            case What.HARDWARE:
                return await self._hardware(invocation)
            case What.LATENCY:
                return await self._latency(span, invocation)
            case What.INDEX:
                state = await gathering.index_state(self.sources, counted=True)
                return _card(what, index_section(state, invocation.say, now=invocation.at), invocation)
            case What.ERRORS:
                counts = await gathering.errors(self.sources, span, now=invocation.at)
                return _card(what, errors_section(counts, span, invocation.say), invocation)
            case _:
                assert_never(what)

    async def _overview(self, span: Span | None, invocation: Invocation) -> Card:
        told = await gathering.gather(self.sources, span, now=invocation.at)
        charts = (*self._answer_charts(told.answers, invocation), *self._machine_charts(told, invocation))
        return await self._drawn(What.OVERVIEW, self._brief(told, span, invocation), charts, invocation)

    def _brief(self, told: Gathered, span: Span | None, invocation: Invocation) -> Section:
        say, now = invocation.say, invocation.at
        return (
            hardware_section(told.hardware, say)
            + machines_section(known(told.machines), say, now=now)
            + engine_section(self.engine, told.engine, say, now=now)
            + index_line(told.index, say, now=now)
            + answers_section(told.answers, say)
            + errors_line(known(told.errors), span, say)
            + votes_section(told.votes, say)
        )

    async def _models(self, invocation: Invocation) -> Card:
        state = await gathering.engine_state(self.sources)
        voted, rated = await gathering.votes(self.sources), await gathering.ratings(self.sources, invocation.say)
        section = engine_section(self.engine, state, invocation.say, now=invocation.at)
        section += votes_section(voted, invocation.say) + ratings_section(rated, invocation.say)
        return _card(What.MODELS, section, invocation)

    async def _hardware(self, invocation: Invocation) -> Card:
        here, told = await self.sources.hardware.read(), await gathering.machines(self.sources)
        section = hardware_section(here, invocation.say) + machines_section(told, invocation.say, now=invocation.at)
        charts = self._charts_of(here, told, invocation)
        return await self._drawn(What.HARDWARE, section, charts, invocation)

    async def _latency(self, span: Span | None, invocation: Invocation) -> Card:
        told = await gathering.answers(self.sources, span, now=invocation.at)
        charts = self._answer_charts(told, invocation)
        return await self._drawn(What.LATENCY, stages_section(told, invocation.say), charts, invocation)

    def _answer_charts(self, told: Answers | AssistantError, invocation: Invocation) -> tuple[Chart, ...]:
        return () if isinstance(told, AssistantError) else answer_charts(told.stages, invocation.say)

    def _machine_charts(self, told: Gathered, invocation: Invocation) -> tuple[Chart, ...]:
        return self._charts_of(told.hardware, told.machines, invocation)

    def _charts_of(
        self, here: Hardware, told: gathering.Told[gathering.Machines], invocation: Invocation
    ) -> tuple[Chart, ...]:
        return machine_charts(here, known(told) or {}, invocation.say, machine=self.measured.machine, now=invocation.at)

    async def _drawn(self, what: What, section: Section, charts: Sequence[Chart], invocation: Invocation) -> Card:
        picture = await pictured(self.charts, charts, invocation)
        card = _card(what, section, invocation)
        return Card(card.title, fields=card.fields, tables=card.tables, picture=picture)


def asked_span(written: str) -> Span | None:
    """The span that somebody asks for, None where nobody does; `BadArgument` where it is none."""
    if not written:
        return None
    try:
        return read_span(written)
    except ValueError as error:
        expected = ", ".join((*SPANS, "90m"))
        raise BadArgument(command="stats", parameter="since", value=written, expected=expected) from error


async def _offered(_invocation: Invocation) -> Sequence[str]:
    return SPANS


def _card(what: What, section: Section, invocation: Invocation) -> Card:
    return Card(invocation.say(f"stats-title-{what}"), fields=section.fields, tables=section.tables)
