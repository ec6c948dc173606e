"""Owns the wiring of advice on memory, and `sova models fit`."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.assistant.answering import Explain
from bot.commands.cards import Card
from bot.commands.models.fit import advice_as_json, advice_card, every_as_json, every_card
from bot.commands.models.fit_advice import Wanted
from bot.commands.models.fit_advisor import FitAdvisor
from bot.composition.engines import open_engine, parallel_of
from bot.errors import EngineError, NoEngine
from bot.models.alternatives import with_others
from bot.models.fit_file import FILE, CalibrationFile
from bot.models.sight import Sight
from bot.ports import ChatModel
from bot.settings import Settings
from bot.stats.hardware import HardwareProbe
from bot.wording import Wording


def advisor_of(settings: Settings, engine: ChatModel) -> FitAdvisor:
    """Who advises on the models of `engine`, with what was learnt on this machine."""
    return FitAdvisor(
        engine,
        hardware=HardwareProbe(disk_of=settings.state_dir),
        calibration=CalibrationFile(settings.state_dir / FILE),
        context_tokens=settings.context_tokens,
        parallel=parallel_of(settings, engine.engine),
    )


def explaining(advisor: FitAdvisor, sight: Sight, engine: ChatModel) -> Explain:
    """What adds to an engine's error what helps: what fits, what sees, and who else could answer."""

    async def explain(error: EngineError) -> EngineError:
        return await with_others(await sight.explain(await advisor.explain(error)), engine)

    return explain


async def fit(settings: Settings, say: Wording, *, wanted: Wanted | None, as_json: bool) -> int:
    """Print what `wanted` needs and whether it fits; without one, the same of every model there is."""
    async with _engine(settings) as engine:
        advisor = advisor_of(settings, engine)
        if wanted is None:
            models = await engine.models()
            verdicts = await advisor.verdicts(models)
            card = every_card(models, verdicts, say, url=engine.url)
            _print(every_as_json(models, verdicts), card, say, as_json=as_json)
        else:
            advice = await advisor.advise(wanted)
            _print(advice_as_json(advice), advice_card(advice, say, url=engine.url), say, as_json=as_json)
    return 0


@asynccontextmanager
async def _engine(settings: Settings) -> AsyncIterator[ChatModel]:
    """The engine that answers; Ollama where there is none yet, for a size such as “13B Q4” can be judged before."""
    async with AsyncExitStack() as stack:
        try:
            taken = await stack.enter_async_context(open_engine(settings, required=False))
        except NoEngine:
            usual = settings.with_other("engine", "ollama")
            taken = await stack.enter_async_context(open_engine(usual, required=False))
        yield taken.engine


def _print(plain: object, card: Card, say: Wording, *, as_json: bool) -> None:
    from adapters.terminal.render import console_on, print_card

    console = console_on(sys.stdout)
    if as_json:
        console.file.write(json.dumps(plain, ensure_ascii=False) + "\n")
    else:
        print_card(console, card, say)
