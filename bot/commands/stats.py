"""Owns `/stats`: the machine, the engine and how long answers take, each part shown though another be down."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.commands.cards import Card, Field, Table
from bot.commands.charting import pictured
from bot.commands.parts import attempt, engine_line, gigabytes, promptly, tokens, unknown
from bot.commands.registry import Command, Invocation, Values
from bot.commands.stats_charts import stats_charts
from bot.errors import AssistantError
from bot.ports import Charts, ChatModel, EngineHost, Feedback, HasHosts, LatencyLog, LatencySample, LoadedModel, Votes
from bot.stats.gpus import Gpu
from bot.stats.hardware import Cpu, Disk, Hardware, HardwareProbe, Memory
from bot.stats.latency import ModelLatency, Spread, summarize
from bot.stats.stages import stages
from bot.wording import Wording

_LOADED_COLUMNS = ("model", "ram", "vram", "context", "leaves")
_HOST_COLUMNS = ("url", "state", "loaded", "answering")
_LATENCY_COLUMNS = ("model", "turns", "cold", "load", "ttft", "rate", "total")
_FOREVER_SECONDS = 365 * 24 * 3600
"""Engines tell "keep it" as a moment centuries ahead; nobody keeps a model for a year otherwise."""

Samples = Mapping[str, Sequence[LatencySample]]


@dataclass(frozen=True, slots=True)
class Stats:
    """Asks the machine, the engine, the latency log and the votes at once, and tells what each said.

    `charts` draws some of it; without, the card has no picture.
    """

    engine: ChatModel
    latency: LatencyLog
    hardware: HardwareProbe
    feedback: Feedback | None = None
    charts: Charts | None = None

    def commands(self) -> tuple[Command, ...]:
        """`/stats`."""
        return (Command("stats", self._run),)

    async def _run(self, invocation: Invocation, _values: Values) -> Card:
        hardware, version, loaded, hosts, samples, votes = await asyncio.gather(
            self.hardware.read(),
            attempt(promptly(self.engine, self.engine.version())),
            attempt(promptly(self.engine, self.engine.loaded())),
            attempt(promptly(self.engine, _asked_hosts(self.engine))),
            attempt(self.latency.samples()),
            attempt(_counted(self.feedback)),
        )
        say = invocation.say
        loaded_fields, loaded_tables = _loaded(loaded, say, now=invocation.at)
        latency_fields, latency_tables = _latency(samples, say)
        vote_fields, vote_tables = _votes(votes, say)
        spent = () if isinstance(samples, AssistantError) else stages(samples)
        engine = Field(say("stats-field-engine"), _engine(self.engine, version, say))
        return Card(
            title=say("stats-title"),
            fields=(*_hardware(hardware, say), engine, *loaded_fields, *latency_fields, *vote_fields),
            tables=(*_hosts(hosts, say), *loaded_tables, *latency_tables, *vote_tables),
            picture=await pictured(self.charts, stats_charts(spent, hardware, say), invocation),
        )


Part = tuple[tuple[Field, ...], tuple[Table, ...]]


def _engine(engine: ChatModel, version: str | AssistantError | None, say: Wording) -> str:
    if isinstance(version, AssistantError):
        return say.of_error(version)
    return engine_line(engine, version, say)


def _hardware(hardware: Hardware, say: Wording) -> tuple[Field, ...]:
    return (
        Field(say("stats-field-cpu"), _cpu(hardware.cpu, say)),
        Field(say("stats-field-ram"), _ram(hardware.memory, say)),
        *(Field(say("stats-field-gpu", number=number), _gpu(gpu, say)) for number, gpu in enumerate(hardware.gpus)),
        Field(say("stats-field-disk"), _disk(hardware.disk, say)),
    )


def _cpu(cpu: Cpu | None, say: Wording) -> str:
    if cpu is None:
        return unknown(say)
    size = say("stats-threads", threads=cpu.threads)
    if cpu.cores is not None:
        size = f"{say('stats-cores', cores=cpu.cores)}, {size}"
    return " · ".join((cpu.name, size, say("stats-load", load=cpu.load)))


def _ram(memory: Memory | None, say: Wording) -> str:
    if memory is None:
        return unknown(say)
    used, total = gigabytes(memory.used, say), gigabytes(memory.total, say)
    return say("stats-ram", used=used, total=total, process=memory.process / 1e6)


def _gpu(gpu: Gpu, say: Wording) -> str:
    said = [gpu.name]
    if gpu.utilisation is not None:
        said.append(say("stats-gpu-busy", percent=gpu.utilisation))
    if gpu.vram_used is not None and gpu.vram_total is not None:
        used, total = gigabytes(gpu.vram_used, say), gigabytes(gpu.vram_total, say)
        said.append(say("stats-gpu-vram", used=used, total=total))
    return " · ".join(said)


def _disk(disk: Disk | None, say: Wording) -> str:
    if disk is None:
        return unknown(say)
    return say("stats-disk", free=gigabytes(disk.free, say), total=gigabytes(disk.total, say), path=disk.path)


def _loaded(loaded: Sequence[LoadedModel] | AssistantError, say: Wording, *, now: float) -> Part:
    if isinstance(loaded, AssistantError):  # the engine's own field says it already
        return (), ()
    if not loaded:
        return (Field(say("stats-field-loaded"), say("stats-none-loaded")),), ()
    rows = tuple(
        (
            model.name,
            gigabytes(model.ram_bytes, say),
            gigabytes(model.vram_bytes, say),
            tokens(model.context_tokens, say),
            _leaves(model.expires_at, say, now=now),
        )
        for model in loaded
    )
    columns = tuple(say(f"stats-loaded-{name}") for name in _LOADED_COLUMNS)
    return (), (Table(columns, rows, frozenset({1, 2, 3}), title=say("stats-loaded-title")),)


async def _asked_hosts(engine: ChatModel) -> Sequence[EngineHost]:
    """How each host of the engine does; none where it has no several."""
    return await engine.hosts() if isinstance(engine, HasHosts) else ()


def _hosts(hosts: Sequence[EngineHost] | AssistantError, say: Wording) -> tuple[Table, ...]:
    if isinstance(hosts, AssistantError) or not hosts:
        return ()
    columns = tuple(say(f"stats-host-{name}") for name in _HOST_COLUMNS)
    return (Table(columns, tuple(_host(host, say) for host in hosts), title=say("stats-hosts-title")),)


def _host(host: EngineHost, say: Wording) -> tuple[str, ...]:
    return (
        host.url,
        _state(host, say),
        ", ".join(model.name for model in host.loaded) or unknown(say),
        say("stats-host-of", answering=host.answering, parallel=host.parallel),
    )


def _state(host: EngineHost, say: Wording) -> str:
    if host.trouble is None:
        return say("stats-host-answers", version=host.version or "none")
    return say("stats-host-left-out", trouble=host.trouble.code, problem=say.of_error(host.trouble))


def _leaves(expires_at: float | None, say: Wording, *, now: float) -> str:
    if expires_at is None:
        return unknown(say)
    seconds = expires_at - now
    if seconds > _FOREVER_SECONDS:
        return say("stats-stays")
    return say("stats-leaves", minutes=max(0, round(seconds / 60)))


def _latency(samples: Samples | AssistantError, say: Wording) -> Part:
    if isinstance(samples, AssistantError):
        return (Field(say("stats-field-latency"), say.of_error(samples)),), ()
    summaries = summarize(samples)
    if not summaries:
        return (Field(say("stats-field-latency"), say("stats-no-turns")),), ()
    rows = tuple(_latency_row(summary, say) for summary in summaries)
    columns = tuple(say(f"stats-latency-{name}") for name in _LATENCY_COLUMNS)
    return (), (Table(columns, rows, frozenset(range(1, 7)), title=say("stats-latency-title")),)


def _latency_row(summary: ModelLatency, say: Wording) -> tuple[str, ...]:
    return (
        summary.model,
        say("amount-whole", value=summary.turns),
        say("amount-whole", value=summary.cold_starts),
        _seconds(summary.load, say),
        _seconds(summary.ttft, say),
        _rate(summary.tokens_per_second, say),
        _seconds(summary.total, say),
    )


async def _counted(feedback: Feedback | None) -> Mapping[str, Votes]:
    """The votes by model; none where none are kept."""
    return await feedback.counts() if feedback else {}


def _votes(votes: Mapping[str, Votes] | AssistantError, say: Wording) -> Part:
    if isinstance(votes, AssistantError):
        return (Field(say("stats-field-votes"), say.of_error(votes)),), ()
    if not votes:
        return (), ()
    rows = tuple(
        (model or say("stats-votes-unknown"), *(say("amount-whole", value=number) for number in (kept.up, kept.down)))
        for model, kept in votes.items()
    )
    columns = (say("stats-votes-model"), "👍", "👎")
    return (), (Table(columns, rows, frozenset({1, 2}), title=say("stats-votes-title")),)


def _seconds(spread: Spread | None, say: Wording) -> str:
    if spread is None:
        return unknown(say)
    return say("stats-seconds", p50=spread.p50 / 1000, p95=spread.p95 / 1000)


def _rate(spread: Spread | None, say: Wording) -> str:
    return unknown(say) if spread is None else say("stats-rate", p50=spread.p50, p95=spread.p95)
