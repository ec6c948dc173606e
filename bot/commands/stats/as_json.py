"""Owns what `/stats` tells as plain figures, for programs: those of the overview, units in their names. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TypeVar

from bot.commands.stats.gathering import ERRORS_OVER, Answers, EngineState, Gathered, IndexState, Machines, Told
from bot.errors import AssistantError
from bot.ports import ChatModel, EngineHost, Votes
from bot.stats.hour import Extent, MachineHour, hours
from bot.stats.latency import ModelLatency, Spread
from bot.stats.spans import Span

Part = TypeVar("Part")
Plain = Mapping[str, object]


def stats_as_json(told: Gathered, span: Span | None, *, engine: ChatModel, now: float) -> Plain:
    """Everything that was told; `{"error": code}` where an error came instead, null where there is nobody to ask."""
    return {
        "at": now,
        "hardware": asdict(told.hardware),
        "machines": _plain(told.machines, lambda machines: _machines(machines, now=now)),
        "engine": _engine(told.engine, engine),
        "answers": _plain(told.answers, _answers),
        "votes": _plain(told.votes, _votes),
        "errors": _plain(told.errors, lambda codes: {"span": str(span or ERRORS_OVER), "codes": dict(codes)}),
        "index": _plain(told.index, _index),
    }


def _plain(told: Told[Part], plain: Callable[[Part], object]) -> object:
    if told is None:
        return None
    return {"error": told.code} if isinstance(told, AssistantError) else plain(told)


def _machines(machines: Machines, *, now: float) -> Plain:
    return {hour.machine: _hour(hour) for hour in hours(machines, now=now)}


def _hour(hour: MachineHour) -> Plain:
    return {
        "age_seconds": round(hour.age, 1),
        "cpu_percent": _extent(hour.cpu),
        "ram_percent": _extent(hour.ram),
        "gpu_percent": _extent(hour.gpu),
        "vram_percent": _extent(hour.vram),
        "celsius": _extent(hour.celsius),
        "watts": _extent(hour.watts),
    }


def _extent(extent: Extent | None) -> Plain | None:
    if extent is None:
        return None
    return {"now": None if extent.now is None else round(extent.now, 1), "most": round(extent.most, 1)}


def _engine(state: EngineState, engine: ChatModel) -> Plain:
    return {
        "engine": engine.engine,
        "url": engine.url,
        "version": _plain(state.version, str),
        "parallel": state.parallel,
        "waiting": _plain(state.waiting, int),
        "loaded": _plain(state.loaded, lambda models: [asdict(model) for model in models]),
        "hosts": _plain(state.hosts, lambda hosts: [_host(host) for host in hosts]),
    }


def _host(host: EngineHost) -> Plain:
    return {
        "url": host.url,
        "version": host.version,
        "parallel": host.parallel,
        "answering": host.answering,
        "loaded": [asdict(model) for model in host.loaded],
        "trouble": host.trouble.code if host.trouble else None,
    }


def _answers(answers: Answers) -> Plain:
    span = str(answers.span) if answers.span else None
    return {"span": span, "models": {summary.model: _latency(summary) for summary in answers.summaries}}


def _latency(summary: ModelLatency) -> Plain:
    return {
        "turns": summary.turns,
        "abstained": summary.abstained,
        "cold_starts": summary.cold_starts,
        "queue_ms": _spread(summary.queue),
        "retrieval_ms": _spread(summary.search),
        "load_ms": _spread(summary.load),
        "ttft_ms": _spread(summary.ttft),
        "total_ms": _spread(summary.total),
        "tokens_per_second": _spread(summary.tokens_per_second),
    }


def _spread(spread: Spread | None) -> Plain | None:
    return None if spread is None else {"p50": round(spread.p50, 2), "p95": round(spread.p95, 2)}


def _votes(votes: Mapping[str, Votes]) -> Plain:
    return {model: asdict(counted) for model, counted in votes.items()}


def _index(state: IndexState) -> Plain:
    return {
        "size": _plain(state.size, lambda size: {"chunks": size[0], "bytes": size[1]}),
        "changed_at": state.standing.changed_at,
        "unreadable_files": len(state.standing.failures),
        "embedding_models": list(state.models),
    }
