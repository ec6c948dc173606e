"""Owns `/model-fit`: whether a model fits this machine, with the sums, and what would fit better."""

import re
from collections.abc import Mapping, Sequence

from bot.commands.cards import Card, Field, Table
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.commands.models.fit_advice import Advice, Amount, Wanted, Width
from bot.commands.models.fit_advisor import FitAdvisor
from bot.commands.parts import gigabytes, promptly, tokens, unknown
from bot.errors import BadArgument
from bot.models.fit import CACHE_BYTES
from bot.models.fit_verdict import Place, Verdict
from bot.ports import ChatModel, ModelInfo
from bot.wording import Wording

NAME = "model-fit"
SLOW_BYTES = 2_000_000_000
"""A model with more weights than this answers slowly from main memory alone."""
_SMALL_BYTES = 100_000_000
_MOST_PARALLEL = 256
_MOST_TOKENS = 10_000_000
_NUMBER = re.compile(r"(\d+)(k?)", re.IGNORECASE)
_NONE = "none"


def read(values: Values) -> Wanted | None:
    """What the values ask for; None: about every model. In words, a size may be two: `model fit 13B Q4 16k`.

    Raises `BadArgument` on what is no number where one belongs.
    """
    model, context, parallel = (values.get(name) for name in ("model", "context", "parallel"))
    if model and context and not _NUMBER.fullmatch(context):
        model, context, parallel = f"{model} {context}", parallel, None
    if model is None:
        return None
    return Wanted(
        model=model,
        context_tokens=_number("context", context, least=1, most=_MOST_TOKENS),
        parallel=_number("parallel", parallel, least=1, most=_MOST_PARALLEL),
        cache=values.get("cache"),
    )


class Fit:
    """Tells what fits."""

    def __init__(self, engine: ChatModel, advisor: FitAdvisor) -> None:
        self._engine = engine
        self._advisor = advisor

    def commands(self) -> tuple[Command, ...]:
        """`/model-fit [model] [context] [parallel] [cache]`, which is also typed `/model fit …`."""
        parameters = (
            Parameter("model", completions=self._names),
            Parameter("context"),
            Parameter("parallel"),
            Parameter("cache", choices=tuple(CACHE_BYTES)),
        )
        return (Command(NAME, self._run, parameters),)

    async def _run(self, invocation: Invocation, values: Values) -> Card:
        wanted = read(values)
        if wanted is not None:
            return advice_card(await self._advisor.advise(wanted), invocation.say, url=self._engine.url)
        models = await promptly(self._engine, self._engine.models())
        return every_card(models, await self._advisor.verdicts(models), invocation.say, url=self._engine.url)

    async def _names(self, _invocation: Invocation) -> tuple[str, ...]:
        return tuple(model.name for model in await promptly(self._engine, self._engine.models()))


def every_card(models: Sequence[ModelInfo], verdicts: Mapping[str, Verdict], say: Wording, *, url: str) -> Card:
    """What each of `models` needs and where it would run, as a table."""
    columns = ("model", "weights", "needed", "place")
    rows = tuple(
        (
            model.name,
            _amount(model.size_bytes, say),
            _amount(verdict.need.total if (verdict := verdicts.get(model.name)) else None, say),
            place_of(verdict, say),
        )
        for model in models
    )
    table = Table(tuple(say(f"fit-column-{column}") for column in columns), rows, frozenset({1, 2}))
    text = [] if verdicts else [say("fit-elsewhere", url=url)]
    return Card(say("fit-title"), text="\n".join([*text, say("fit-how")]), tables=(table,))


def advice_card(advice: Advice, say: Wording, *, url: str) -> Card:
    """The verdict on one model, the sums, and the table of widths."""
    return Card(
        title=say("fit-title"),
        text="\n".join(_sentences(advice, say, url=url)),
        fields=(*_need_fields(advice, say), *(_machine_fields(advice, say) if advice.is_here else ())),
        tables=(_widths_table(advice, say),) if advice.widths else (),
    )


def place_of(verdict: Verdict | None, say: Wording) -> str:
    """Where it runs, in a few words; a dash where that isn't known."""
    if verdict is None:
        return unknown(say)
    return say("fit-place", place=_place(verdict), layers=verdict.layers_on_cards, of=verdict.layers)


def advice_as_json(advice: Advice) -> dict[str, object]:
    """The same for programs, in bytes and tokens."""
    machine, plan = advice.machine, advice.plan
    return {
        "model": advice.model.name,
        "quantization": advice.model.quantization,
        "estimated": not (advice.model.is_measured and advice.model.is_told),
        "context_tokens": plan.context_tokens,
        "parallel": plan.parallel,
        "cache": plan.cache,
        "here": advice.is_here,
        "loaded": advice.is_loaded,
        "verdict": _verdict_as_json(advice.now) if advice.is_here else None,
        "verdict_on_empty_machine": _verdict_as_json(advice.empty) if advice.is_here else None,
        "need": {
            "weights": advice.now.need.weights,
            "cache": advice.now.need.cache,
            "overhead": advice.now.need.overhead,
            "prompts": advice.now.need.prompts,
            "total": advice.now.need.total,
            "margin": advice.now.need.margin,
        },
        "ram": _amount_as_json(machine.ram),
        "gpus": [_amount_as_json(card) for card in machine.cards],
        "largest_context_tokens": advice.longest if advice.is_here else None,
        "largest_quantization": advice.quantization if advice.is_here else None,
        "widths": [_width_as_json(width, is_here=advice.is_here) for width in advice.widths],
        "loaded_models": [held.name for held in machine.loaded],
        "measurements": machine.measured,
    }


def every_as_json(models: Sequence[ModelInfo], verdicts: Mapping[str, Verdict]) -> list[dict[str, object]]:
    """The same of every model, for programs."""
    return [
        {
            "model": model.name,
            "size_bytes": model.size_bytes,
            "total": verdict.need.total if (verdict := verdicts.get(model.name)) else None,
            "verdict": _verdict_as_json(verdict) if verdict else None,
        }
        for model in models
    ]


def _verdict_as_json(verdict: Verdict) -> dict[str, object]:
    return {
        "fits": verdict.fits,
        "place": verdict.place.value,
        "layers_on_gpu": verdict.layers_on_cards,
        "layers": verdict.layers,
    }


def _amount_as_json(amount: Amount) -> dict[str, int]:
    return {"free": amount.free, "total": amount.total}


def _width_as_json(width: Width, *, is_here: bool) -> dict[str, object]:
    return {
        "bits": width.bits,
        "quantization": width.quantization,
        "weights": width.verdict.need.weights,
        "total": width.verdict.need.total,
        "place": width.verdict.place.value if is_here else None,
    }


def _sentences(advice: Advice, say: Wording, *, url: str) -> list[str]:
    told = [*_verdict(advice, say)] if advice.is_here else [say("fit-elsewhere", url=url)]
    if advice.model.experts:
        every, used = advice.model.experts
        told.append(say("fit-experts", every=every, used=used))
    if not advice.model.is_told:
        told.append(say("fit-guessed", quantization=advice.model.quantization or _NONE))
    return [*told, say("fit-measured", count=advice.machine.measured)]


def _verdict(advice: Advice, say: Wording) -> list[str]:
    now = advice.now
    place, layers = _place(now), now.layers_on_cards
    told = [say("fit-verdict", model=advice.model.name, place=place, layers=layers, of=now.layers)]
    if advice.longest is not None:
        told.append(say("fit-longest", tokens=advice.longest, place=now.place.value))
    if advice.quantization is not None:
        told.append(say("fit-better", quantization=advice.quantization, place=_aim(advice).value))
    if advice.empty.place.rank < now.place.rank:
        told.append(say("fit-empty", place=advice.empty.place.value))
        if advice.machine.loaded:
            told.append(say("fit-loaded", models=", ".join(held.name for held in advice.machine.loaded)))
    return told


def _aim(advice: Advice) -> Place:
    """Where the better quantization would run."""
    widths = {width.quantization: width.verdict.place for width in advice.widths}
    usual = Place.VRAM if advice.machine.cards else Place.RAM
    return widths.get(advice.quantization or "", usual)


def _place(verdict: Verdict) -> str:
    """The place, and whether it is slow there."""
    is_slow = verdict.place is Place.RAM and verdict.need.weights > SLOW_BYTES
    return "slow" if is_slow else verdict.place.value


def _need_fields(advice: Advice, say: Wording) -> tuple[Field, ...]:
    need, plan = advice.now.need, advice.plan
    context = min(plan.context_tokens, advice.model.context_tokens or plan.context_tokens)
    cache = say(
        "fit-cache",
        size=_amount(need.cache, say),
        tokens=tokens(context, say),
        parallel=plan.parallel,
        kind=plan.cache,
    )
    return (
        Field(say("fit-field-weights"), _amount(need.weights, say)),
        Field(say("fit-field-cache"), cache),
        Field(say("fit-field-engine"), _amount(need.overhead + need.prompts, say)),
        Field(
            say("fit-field-needed"),
            say("fit-needed", total=_amount(need.total, say), margin=_amount(need.margin, say)),
        ),
    )


def _machine_fields(advice: Advice, say: Wording) -> tuple[Field, ...]:
    machine = advice.machine
    cards = (Field(say("fit-field-card", number=at), _free(card, say)) for at, card in enumerate(machine.cards))
    return (Field(say("fit-field-ram"), _free(machine.ram, say)), *cards)


def _free(amount: Amount, say: Wording) -> str:
    return say("fit-free", free=_amount(amount.free, say), total=_amount(amount.total, say))


def _widths_table(advice: Advice, say: Wording) -> Table:
    columns = ("width", "weights", "needed", *(("place",) if advice.is_here else ()))
    rows = tuple(
        (
            say("fit-width", bits=width.bits, quantization=width.quantization),
            _amount(width.verdict.need.weights, say),
            _amount(width.verdict.need.total, say),
            *((place_of(width.verdict, say),) if advice.is_here else ()),
        )
        for width in advice.widths
    )
    return Table(tuple(say(f"fit-column-{column}") for column in columns), rows, frozenset({1, 2}))


def _amount(count: int | None, say: Wording) -> str:
    """A number of bytes in GB, a small one in MB."""
    if count is not None and count < _SMALL_BYTES:
        return say("fit-megabytes", value=count / 1e6)
    return gigabytes(count, say)


def _number(name: str, written: str | None, *, least: int, most: int) -> int | None:
    """A whole number, in thousands with a `k` behind it (a context of `16k` is one of 16,384 tokens)."""
    if written is None:
        return None
    found = _NUMBER.fullmatch(written.strip())
    value = int(found[1]) * (1024 if found[2] else 1) if found and len(found[1]) <= len(str(most)) else 0
    if not least <= value <= most:
        raise BadArgument(command=NAME, parameter=name, value=written, expected=f"{least}–{most}")
    return value
