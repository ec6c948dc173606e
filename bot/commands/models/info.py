"""Owns `/model-info`: all that is known of one model, and what can be done with it."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.access import Access, Permission
from bot.commands.cards import Action, Card, Field
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.models.fit import place_of
from bot.commands.models.fit_advisor import FitAdvisor
from bot.commands.models.parts import button, may, places, size, time_left, variants
from bot.commands.parts import attempt, promptly, tokens
from bot.commands.pin_scopes import where
from bot.errors import AssistantError
from bot.models.fit_verdict import Verdict
from bot.models.naming import resolve, same
from bot.models.selection import can_chat
from bot.output.sanitizer import sanitized_plain
from bot.ports import (
    ChatModel,
    DeletesModels,
    DescribesModels,
    LoadedModel,
    ModelDetails,
    ModelFile,
    ModelInfo,
    ModelPins,
    Pin,
    PinScope,
    UnloadsModels,
)
from bot.wording import Wording

INFO = "model-info"
_DIGEST_CHARS = 12


@dataclass(frozen=True, slots=True)
class Known:
    """What was found out about one model. `own` are the pins of this place and person, `holders` all, by scope.

    `variants` are other models of the same name; `verdict` is what it would take here, where that is known.
    """

    details: ModelDetails
    held: LoadedModel | None = None
    own: Sequence[Pin] = ()
    holders: Mapping[PinScope, int] | None = None
    variants: tuple[str, ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Info:
    """Tells all about one model. Without `pins` nobody's choices are told, without `advisor` not what fits."""

    engine: ChatModel
    access: Access
    pins: ModelPins | None = None
    advisor: FitAdvisor | None = None

    def commands(self) -> tuple[Command, ...]:
        """`/model-info NAME`, which is also typed `/model info NAME`."""
        return (Command(INFO, self._run, (Parameter("name", required=True, completions=self.names),)),)

    async def names(self, _invocation: Invocation) -> tuple[str, ...]:
        """What the engine has."""
        return tuple(model.name for model in await promptly(self.engine, self.engine.models()))

    async def _run(self, invocation: Invocation, values: Values) -> Card:
        known = await self.known(values["name"], invocation)
        return info_card(known, invocation, actions=self._actions(known.details.info, invocation))

    async def known(self, name: str, invocation: Invocation) -> Known:
        """All about the model that is meant; `UnknownModel` with the nearest names."""
        models = await promptly(self.engine, self.engine.models())
        model = resolve(name, models, engine=self.engine.engine)
        details, held, verdict = await asyncio.gather(
            promptly(self.engine, self._details(model)), attempt(self.engine.loaded()), self._verdict(model, models)
        )
        own, holders = await self._choices(model, invocation)
        return Known(
            details=details,
            held=None if isinstance(held, AssistantError) else _of(model, held),
            own=own,
            holders=holders,
            variants=variants(model, models),
            verdict=verdict,
        )

    async def _details(self, model: ModelInfo) -> ModelDetails:
        """One that doesn't describe its models tells what its list does."""
        if isinstance(self.engine, DescribesModels):
            return await self.engine.details(model.name)
        return ModelDetails(model)

    async def _verdict(self, model: ModelInfo, models: Sequence[ModelInfo]) -> Verdict | None:
        return (await self.advisor.verdicts(models)).get(model.name) if self.advisor else None

    async def _choices(
        self, model: ModelInfo, invocation: Invocation
    ) -> tuple[Sequence[Pin], Mapping[PinScope, int] | None]:
        """Who has chosen it; nobody knows while the choices can't be read."""
        if self.pins is None:
            return (), None
        own = await attempt(self.pins.pins(invocation.conversation, invocation.author))
        holders = await attempt(self.pins.holders(model.name))
        if isinstance(own, AssistantError) or isinstance(holders, AssistantError):
            return (), None
        return [pin for pin in own if same(pin.model) == same(model.name)], holders

    def _actions(self, model: ModelInfo, invocation: Invocation) -> tuple[Action, ...]:
        say, administers = invocation.say, may(invocation, self.access, Permission.ADMINISTER)
        use = can_chat(model) and may(invocation, self.access, Permission.SWITCH)
        unloads = administers and isinstance(self.engine, UnloadsModels) and model.loaded
        warms = administers and can_chat(model) and not model.loaded
        deletes = administers and isinstance(self.engine, DeletesModels)
        return (
            *(button(say("model-action-use", model=model.name), "model", model.name) if use else ()),
            *(button(say("care-action-unload"), "model-unload", model.name) if unloads else ()),
            *(button(say("care-action-warm"), "model-warm", model.name) if warms else ()),
            *(button(say("care-action-fit"), "model-fit", model.name) if self.advisor else ()),
            *(button(say("care-action-delete"), "model-delete", model.name) if deletes else ()),
        )


def info_card(known: Known, invocation: Invocation, *, actions: tuple[Action, ...] = ()) -> Card:
    """All about one model; what isn't known is left out."""
    say, info = invocation.say, known.details.info
    fields = tuple(Field(say(f"info-field-{key}"), value) for key, value in _values(known, invocation) if value)
    return Card(say("info-title", model=info.name), "\n".join(_sentences(known, invocation)), fields, actions=actions)


def _sentences(known: Known, invocation: Invocation) -> Iterator[str]:
    say = invocation.say
    for pin in known.own:
        yield say("model-field-pin", **where(pin.scope, invocation)) + "."
    if known.holders is not None:
        told = places(known.holders, say)
        yield say("info-holders", places=told) if told else say("info-holders-none")


def _values(known: Known, invocation: Invocation) -> Iterator[tuple[str, str]]:
    """The fields by their names, in their order."""
    say, details, info = invocation.say, known.details, known.details.info
    yield "size", size(info.size_bytes, say) if info.size_bytes else ""
    yield "parameters", info.parameters or ""
    yield "quantization", info.quantization or ""
    yield "context", tokens(info.context_tokens, say) if info.context_tokens else ""
    yield "family", sanitized_plain(info.family or "")
    yield "experts", say("info-experts", every=info.experts[0], used=info.experts[1]) if info.experts else ""
    yield "capabilities", ", ".join(say(f"capability-{able}") for able in sorted(info.capabilities))
    yield "licence", _licence(details, say)
    yield "memory", _memory(known, invocation)
    yield "needs", _needs(known.verdict, say)
    yield "format", sanitized_plain(details.format or "")
    yield "template", "" if details.has_template is None else say("info-template", there=_yes(details.has_template))
    yield "base", sanitized_plain(details.base or "")
    yield "own", sanitized_plain(" · ".join(details.parameters))
    yield "changed", "" if details.modified_at is None else _day(details.modified_at)
    yield "digest", (details.digest or "")[:_DIGEST_CHARS]
    yield "files", ", ".join(_file(file, say) for file in details.files)
    yield "tags", ", ".join(known.variants)


def _licence(details: ModelDetails, say: Wording) -> str:
    if details.info.licence:
        return sanitized_plain(details.info.licence)
    line = sanitized_plain(details.licence_begins)
    return say("info-licence-begins", line=line) if line else ""


def _memory(known: Known, invocation: Invocation) -> str:
    """Where it is in memory, and for how long; nothing where the engine doesn't tell."""
    say, held = invocation.say, known.held
    if held is None:
        return "" if known.details.info.loaded is None else say("info-not-loaded")
    ram = "none" if held.ram_bytes is None else size(held.ram_bytes, say)
    vram = "none" if held.vram_bytes is None else size(held.vram_bytes, say)
    told = [say("info-memory", ram=ram, vram=vram)]
    if held.context_tokens:
        told.append(say("info-memory-context", tokens=tokens(held.context_tokens, say)))
    if (left := time_left(held, at=invocation.at, say=say)) != "none":
        told.append(say("info-memory-left", left=left))
    return ", ".join(told)


def _needs(verdict: Verdict | None, say: Wording) -> str:
    if verdict is None:
        return ""
    return say("info-needs", total=size(verdict.need.total, say), place=place_of(verdict, say))


def _file(file: ModelFile, say: Wording) -> str:
    known = "none" if file.size_bytes is None else size(file.size_bytes, say)
    return say("info-file", name=sanitized_plain(file.name), size=known)


def _of(model: ModelInfo, held: Sequence[LoadedModel]) -> LoadedModel | None:
    return next((one for one in held if one.name == model.name), None)


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def _yes(there: bool) -> str:
    return "yes" if there else "no"
