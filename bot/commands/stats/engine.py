"""Owns what `/stats` shows of the engine: its version, who waits for it, its hosts, and what it has in memory."""

from collections.abc import Iterator, Sequence

from bot.commands.cards import Field, Table
from bot.commands.parts import engine_line, gigabytes, tokens, unknown
from bot.commands.stats.gathering import EngineState
from bot.commands.stats.sections import Section
from bot.errors import AssistantError
from bot.ports import ChatModel, EngineHost, LoadedModel
from bot.wording import Wording

_LOADED_COLUMNS = ("model", "ram", "vram", "context", "leaves")
_HOST_COLUMNS = ("url", "state", "loaded", "answering")
_FOREVER_SECONDS = 365 * 24 * 3600
"""Engines tell "keep it" as a moment centuries ahead; nobody keeps a model for a year otherwise."""


def engine_section(engine: ChatModel, state: EngineState, say: Wording, *, now: float) -> Section:
    """The engine, the queue before it, its hosts where it has several, and the models in memory."""
    about = Section((Field(say("stats-field-engine"), _engine(engine, state.version, say)), *_queue(state, say)))
    return about + Section(tables=_hosts(state.hosts, say)) + _loaded(state.loaded, say, now=now)


def _engine(engine: ChatModel, version: str | AssistantError | None, say: Wording) -> str:
    if isinstance(version, AssistantError):
        return say.of_error(version)
    return engine_line(engine, version, say)


def _queue(state: EngineState, say: Wording) -> Iterator[Field]:
    """Who waits, and how many are answered at once; nothing where the store is away, for other fields tell that."""
    if isinstance(state.waiting, AssistantError) or state.waiting is None:
        return
    hosts = () if isinstance(state.hosts, AssistantError) else state.hosts
    told = [say("stats-queue-waiting", waiting=state.waiting)]
    if hosts:
        told.append(say("stats-queue-answering", answering=sum(host.answering for host in hosts)))
    if state.parallel:
        told.append(say("stats-queue-parallel", parallel=state.parallel))
    yield Field(say("stats-field-queue"), " · ".join(told))


def _loaded(loaded: Sequence[LoadedModel] | AssistantError, say: Wording, *, now: float) -> Section:
    if isinstance(loaded, AssistantError):  # the engine's own field says it already
        return Section()
    if not loaded:
        return Section((Field(say("stats-field-loaded"), say("stats-none-loaded")),))
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
    tells_end = any(model.expires_at is not None for model in loaded)  # not every engine does
    shown = len(_LOADED_COLUMNS) if tells_end else len(_LOADED_COLUMNS) - 1
    columns = tuple(say(f"stats-loaded-{name}") for name in _LOADED_COLUMNS[:shown])
    told = tuple(row[:shown] for row in rows)
    return Section(tables=(Table(columns, told, frozenset({1, 2, 3}), title=say("stats-loaded-title")),))


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
