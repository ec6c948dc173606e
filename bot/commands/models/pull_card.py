"""Owns how a pull looks: on its way, when it is there, and when it stopped. Pure."""

from collections.abc import Sequence

from bot.commands.cards import Action, Card, Field, Table
from bot.commands.models.fit import place_of
from bot.commands.models.parts import button, duration, size
from bot.errors import CannotManageModels, ModelNotOffered, UnknownModel
from bot.models.fit_verdict import Verdict
from bot.models.pull import PullEnd, PullState
from bot.models.pull_notes import PullNote
from bot.ports import PullProgress
from bot.wording import Wording

PULL, PAUSE = "model-pull", "model-pause"
ANYWAY = "anyway"


def pull_card(state: PullState, say: Wording, *, doubts: Sequence[str] = (), verdict: Verdict | None = None) -> Card:
    """The pull at this moment. `doubts` were had before it began; `verdict` tells where a model that is here runs."""
    return Card(
        title=say("pull-title", model=state.model),
        text="\n".join((*_sentences(state, say, verdict), *(() if state.end else doubts))),
        fields=_fields(state, say),
        tables=_hosts(state, say),
        actions=_actions(state, say),
    )


def doubtful_card(name: str, doubts: Sequence[str], say: Wording) -> Card:
    """Why a model had better not be fetched, and the button for whoever means it."""
    text = "\n".join((*doubts, say("pull-too-large", model=name)))
    anyway = button(say("care-action-anyway"), PULL, name, ANYWAY)
    return Card(say("pull-title", model=name), text, actions=anyway)


def progress_line(state: PullState, say: Wording) -> str:
    """How far it is in one line: bytes where they are known, else what is being done."""
    return _bytes(state, say) or say("pull-phase", phase=state.phase.value, model=state.model)


def unfinished_line(note: PullNote, say: Wording) -> str:
    """That a pull isn't done, why, and how far it came."""
    part = percent(note.done_bytes, note.total_bytes)
    progress = say("model-unfinished-at", percent=part) if part is not None else ""
    return say("model-unfinished", model=note.model, why=note.why, by=note.by, progress=progress)


def percent(done: int | None, total: int | None) -> int | None:
    """The whole percent that are there; 100 only when all is."""
    return None if done is None or not total else min(100, done * 100 // total)


def _sentences(state: PullState, say: Wording, verdict: Verdict | None) -> list[str]:
    match state.end:
        case None:
            together = [say("pull-together", people=", ".join(state.by))] if len(state.by) > 1 else []
            phase = say("pull-phase", phase=state.phase.value, model=state.model)
            return [phase, *together, say("pull-goes-on", model=state.model)]
        case PullEnd.DONE:
            return _arrived(state, say, verdict)
        case PullEnd.FAILED:
            told = [say.of_error(state.error)] if state.error else [say("error-unexpected")]
            return [*told, say("pull-kept")] if can_go_on(state) else told
        case _:
            return [say(f"pull-{state.end.value}", model=state.model)]


def _arrived(state: PullState, say: Wording, verdict: Verdict | None) -> list[str]:
    info = state.info
    name, bytes_ = (info.name, info.size_bytes) if info else (state.model, state.total_bytes)
    told = [say("pull-arrived", model=name, size=size(bytes_, say))]
    if verdict:
        told.append(say("pull-fits", place=place_of(verdict, say) if verdict.fits else "nowhere"))
    return [*told, say("pull-some-hosts")] if _lacking(state) else told


def can_go_on(state: PullState) -> bool:
    """Whether trying once more may help."""
    if state.end is PullEnd.DONE:
        return _lacking(state)
    return state.end is not None and not isinstance(state.error, UnknownModel | ModelNotOffered | CannotManageModels)


def _lacking(state: PullState) -> bool:
    """Whether some of the hosts gave up."""
    return any(step.trouble for step in state.hosts.values())


def _fields(state: PullState, say: Wording) -> tuple[Field, ...]:
    if state.end is PullEnd.DONE:
        return ()
    fields = [Field(say("pull-field-done"), told)] if (told := _bytes(state, say)) else []
    if state.end is None and state.rate:
        fields.append(Field(say("pull-field-rate"), say("pull-rate", value=state.rate / 1e6)))
    if state.end is None and state.seconds_left:
        fields.append(Field(say("pull-field-left"), duration(state.seconds_left, say)))
    return tuple(fields)


def _bytes(state: PullState, say: Wording) -> str:
    part = percent(state.done_bytes, state.total_bytes)
    if part is None:
        return ""
    return say("pull-done", percent=part, done=size(state.done_bytes, say), total=size(state.total_bytes, say))


def _hosts(state: PullState, say: Wording) -> tuple[Table, ...]:
    """A row for each host, where there are several."""
    if set(state.hosts) <= {""}:
        return ()
    columns = tuple(say(f"pull-column-{name}") for name in ("host", "state", "done"))
    rows = tuple((host, _phase(step, say), _part(step)) for host, step in sorted(state.hosts.items()))
    return (Table(columns, rows, frozenset({2})),)


def _phase(step: PullProgress, say: Wording) -> str:
    trouble = say.of_error(step.trouble) if step.trouble else ""
    return say("pull-host-phase", phase="trouble" if trouble else step.phase.value, trouble=trouble)


def _part(step: PullProgress) -> str:
    part = percent(step.done_bytes, step.total_bytes)
    return "–" if part is None else f"{part} %"


def _actions(state: PullState, say: Wording) -> tuple[Action, ...]:
    if state.end is None:
        return button(say("care-action-pause"), PAUSE, state.model)
    go_on = button(say("care-action-continue"), PULL, state.model, ANYWAY) if can_go_on(state) else ()
    if state.end is not PullEnd.DONE or state.info is None:
        return go_on
    name = state.info.name
    return (
        *go_on,
        *button(say("model-action-use", model=name), "model", name),
        *button(say("care-action-warm"), "model-warm", name),
        *button(say("care-action-info", model=name), "model-info", name),
    )
