"""Owns `/bench` and `/bench-stop`: models measured from a chat, with how far it is, and then tables and a chart."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing

from bot.access import Permission
from bot.benchmarks.benchmarks import Benchmarks, Misfits, Outcome
from bot.benchmarks.charting import charts_of
from bot.benchmarks.inputs import WantedModel, read_prompts
from bot.benchmarks.plan import Order, Progress
from bot.benchmarks.records import Run
from bot.benchmarks.report import failures, headline, sections
from bot.benchmarks.telling import Section
from bot.commands.cards import Action, Card, LiveCard, Picture, Table
from bot.commands.charting import described
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.models.fit_advisor import FitAdvisor
from bot.commands.parts import attempt, promptly
from bot.errors import AssistantError, BadArgument, NotEnoughMemory
from bot.models import memory
from bot.models.fit_verdict import Place
from bot.models.selection import can_chat
from bot.ports import Charts, ChatModel, ModelInfo
from bot.wording import Wording

NAME, STOP = "bench", "bench-stop"
MOST_ROUNDS = 10
_SHOWN = ("speed", "latency", "resources", "quality")
"""The tables on a card; the file and its exports have them all."""


class Bench:
    """Measures the models of `engine`."""

    def __init__(self, benchmarks: Benchmarks, engine: ChatModel, charts: Charts | None = None) -> None:
        self._benchmarks = benchmarks
        self._engine = engine
        self._charts = charts

    def commands(self) -> tuple[Command, ...]:
        """`/bench [models] [rounds]` and `/bench-stop`, which are also typed `/bench stop`."""
        parameters = (Parameter("models", completions=self._names), Parameter("rounds"))
        return (
            Command(NAME, self._run, parameters, Permission.ADMINISTER, concerns_others=lambda _values: True),
            Command(STOP, self._end, permission=Permission.ADMINISTER),
        )

    async def _run(self, invocation: Invocation, values: Values) -> LiveCard:
        rounds = _rounds(values.get("rounds"))
        names = [name.strip() for name in values.get("models", "").split(",")]
        wanted = tuple(WantedModel(name=name) for name in dict.fromkeys(names) if name)
        order = Order(await asyncio.to_thread(read_prompts), rounds=rounds)
        return LiveCard(self.cards(invocation, order, wanted))

    async def cards(
        self, invocation: Invocation, order: Order, wanted: Sequence[WantedModel]
    ) -> AsyncGenerator[Card, None]:
        """How far it is, again and again, and in the end what was measured."""
        async with aclosing(self._benchmarks.measure(order, wanted)) as told:
            async for one in told:
                if isinstance(one, Progress):
                    yield progress_card(one, invocation.say)
                else:
                    yield outcome_card(one, invocation.say, picture=await self._picture(one.run, invocation))

    async def _end(self, invocation: Invocation, _values: Values) -> Card:
        self._benchmarks.stop()
        return Card(invocation.say("bench-title"), invocation.say("bench-stopping"))

    async def _picture(self, run: Run, invocation: Invocation) -> Picture | None:
        """Worth waiting for, after all the rest; a card that can't have it does without."""
        charts = charts_of(run, invocation.say)
        if self._charts is None or not charts:
            return None
        png = await attempt(self._charts.draw(*charts)) if invocation.shows_pictures else b""
        return None if isinstance(png, AssistantError) else Picture(png, described(charts, invocation.say))

    async def _names(self, _invocation: Invocation) -> tuple[str, ...]:
        models = await promptly(self._engine, self._engine.models())
        return tuple(model.name for model in models if can_chat(model))


def misfits_of(advisor: FitAdvisor) -> Misfits:
    """Asks `advisor` which models don't fit."""

    async def ask(models: Sequence[ModelInfo]) -> Mapping[str, AssistantError]:
        verdicts = await advisor.verdicts(models)
        free = await asyncio.to_thread(memory.free_bytes) / 1e9
        return {
            name: NotEnoughMemory(model=name, needed=verdict.need.total / 1e9, free=free)
            for name, verdict in verdicts.items()
            if verdict.place is Place.NOWHERE
        }

    return ask


def progress_card(progress: Progress, say: Wording) -> Card:
    """How far it is, how long it still takes, and how to end it."""
    return Card(
        title=say("bench-title"),
        text="\n".join((progress_line(progress, say), eta_line(progress, say), say("bench-running"))),
        actions=(Action(say("bench-stop"), STOP),),
    )


def progress_line(progress: Progress, say: Wording) -> str:
    """What is being done now."""
    doing = "loading" if progress.loading else "judging" if progress.judging else "asking"
    each = progress.total // max(1, progress.models)
    done = progress.done - (0 if progress.judging else (progress.number - 1) * each)
    return say(
        "bench-progress",
        doing=doing,
        model=progress.model,
        number=progress.number,
        models=progress.models,
        done=done,
        total=progress.total if progress.judging else each,
    )


def eta_line(progress: Progress, say: Wording) -> str:
    """About how long it still takes."""
    if progress.seconds is None:
        return say("bench-eta-unknown")
    minutes = 0 if progress.seconds < 60 else round(progress.seconds / 60)  # a minute
    return say("bench-eta", minutes=minutes)


def outcome_card(
    outcome: Outcome,
    say: Wording,
    *,
    picture: Picture | None = None,
    earlier: Run | None = None,
    shown: Sequence[str] = _SHOWN,
) -> Card:
    """What was measured; `shown` are the keys of the tables, none for all."""
    run = outcome.run
    told = [one for one in sections(run, say, earlier=earlier) if not shown or one.key in shown]
    text = [*headline(run, say), *failures(run, say), *([] if run.has_figures else [say("bench-nothing")])]
    notes = [note for section in told for note in section.notes]
    return Card(
        title=say("bench-title"),
        text="\n".join([*text, *notes, *_kept(outcome, say)]),
        tables=tuple(_table(section) for section in told),
        picture=picture,
    )


def _kept(outcome: Outcome, say: Wording) -> list[str]:
    if outcome.trouble:
        return [say("bench-not-kept", reason=say.of_error(outcome.trouble))]
    return [say("bench-kept", path=outcome.path.name)] if outcome.path else []


def _table(section: Section) -> Table:
    return Table(section.columns, section.rows, section.numeric, section.title)


def _rounds(written: str | None) -> int:
    if written is None:
        return Order(()).rounds
    number = int(written) if written.isdecimal() and len(written) <= len(str(MOST_ROUNDS)) else 0
    if not 1 <= number <= MOST_ROUNDS:
        raise BadArgument(command=NAME, parameter="rounds", value=written, expected=f"1–{MOST_ROUNDS}")
    return number
