"""Owns what each `sova` command starts: the chat, one question, the index, the evaluation, the self-examination."""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.terminal.ask import ask as ask_once
from adapters.terminal.evaluating import evaluation_progress
from adapters.terminal.render import console_on, print_card
from adapters.terminal.stdin import read_all
from adapters.terminal.translate import DEFAULT_CONVERSATION, Speaker
from bot.backends.hubs.name_resolution import resolve as resolve_host
from bot.commands.documents.evaluation import evaluation_card, evaluations_as_json
from bot.composition.admittance import PLATFORMS
from bot.composition.engines import needs_a_model, open_engine, suitable_model
from bot.composition.examining import examined_index, search_models
from bot.composition.house import House, keeping, open_history, open_house
from bot.composition.platforms import examined_chats
from bot.composition.speakers import speaker_at
from bot.doctor import Finding, Patient, card_of, examine, exit_code, of_refused_setting
from bot.doctor import as_json as as_plain
from bot.errors import AssistantError, BadSetting
from bot.logs import start_logging
from bot.models.naming import resolve
from bot.ports import ChatModel
from bot.retrieval.evaluation.asking import Wanted
from bot.retrieval.evaluation.questions import read_questions
from bot.retrieval.reports import SearchModels
from bot.settings import Settings
from bot.stats.hardware import HardwareProbe
from bot.stats.rounds import going_round
from bot.wording import Wording

if TYPE_CHECKING:
    from adapters.terminal.app import Banner

logger = logging.getLogger(__name__)


async def chat(settings: Settings, say: Wording, *, conversation: str, model: str | None) -> int:
    """Chat in the terminal; the log goes into a file, so that it doesn't run through the conversation."""
    from adapters.terminal.app import TerminalApp

    start_logging(level=settings.log_level, form=settings.log_format, file=settings.state_dir / "sova.log")
    speaker = speaker_at(say, conversation=conversation, model=model)
    async with open_house(settings, required=False) as house:
        app = TerminalApp(
            assistant=house.assistant,
            registry=house.registry,
            speaker=speaker,
            banner=await _banner(house, speaker, say),
            history_file=settings.state_dir / "input-history",
            model_label=lambda: _model(house, speaker),
        )
        async with keeping(house.documents), going_round(house.rounds):
            return await app.run()


async def ask(
    settings: Settings,
    say: Wording,
    *,
    question: str,
    conversation: str,
    model: str | None,
    as_json: bool,
    attach: Sequence[str] = (),
) -> int:
    """Answer one question about the files in `attach`; `-` reads it from standard input."""
    start_logging(level=settings.log_level, form=settings.log_format, file=settings.state_dir / "sova.log")
    asked = await read_all() if question == "-" else question
    async with open_house(settings, required=True) as house:
        return await ask_once(
            house.assistant,
            asked,
            speaker=speaker_at(say, conversation=conversation, model=await _resolved(house, model)),
            out=console_on(sys.stdout),
            aside=console_on(sys.stderr),
            form="json" if as_json else "text",
            attach=attach,
        )


async def compare(settings: Settings, say: Wording, *, question: str, models: str, as_json: bool) -> int:
    """Put one question to several models; see `comparing`."""
    from bot.composition import comparing

    speaker = speaker_at(say, conversation=DEFAULT_CONVERSATION, model=None)
    return await comparing.compare(settings, say, speaker=speaker, question=question, models=models, as_json=as_json)


async def evaluation(
    settings: Settings, say: Wording, *, files: Sequence[Path], wanted: Wanted, compare: str | None, as_json: bool
) -> int:
    """Ask the questions in `files` and tell what share goes right; twice where there is a setting to `compare`."""
    from bot.composition.evaluating import evaluate_all

    start_logging(level=settings.log_level, form=settings.log_format, file=settings.state_dir / "sova.log")
    questions = await asyncio.to_thread(read_questions, *files)
    author = speaker_at(say, conversation="", model=None).invocation().author
    with evaluation_progress(console_on(sys.stderr), say) as tell:
        evaluated = await evaluate_all(settings, questions, compare=compare, wanted=wanted, author=author, tell=tell)
    console = console_on(sys.stdout)
    if as_json:
        console.file.write(json.dumps(evaluations_as_json(evaluated), ensure_ascii=False) + "\n")
    else:
        card = evaluation_card(evaluated, questions=len(questions), asked_model=wanted is not Wanted.NONE, say=say)
        print_card(console, card, say)
    return 0


async def serve(settings: Settings, *, platforms: Sequence[str] | None) -> int:
    """Serve the chat platforms until told to end; see `serving`."""
    from bot.composition import serving

    return await serving.serve(settings, names=platforms)


async def worker(settings: Settings) -> int:
    """Answer what others take in, until told to end; see `serving`."""
    from bot.composition import serving

    return await serving.work(settings)


async def index(settings: Settings, say: Wording, *, force: bool, as_json: bool) -> int:
    """Bring the index up to date with the knowledge folder; with `force` also when most of it is gone."""
    from adapters.terminal.indexing import index_on
    from bot.composition.documents import open_documents

    start_logging(level=settings.log_level, form=settings.log_format, file=settings.state_dir / "sova.log")
    async with open_documents(settings, required=True) as documents:
        return await index_on(
            documents.indexer,
            models=SearchModels(documents.indexer.models, documents.missing),
            out=console_on(sys.stdout),
            aside=console_on(sys.stderr),
            say=say,
            force=force,
            form="json" if as_json else "text",
        )


async def doctor(settings: Settings, say: Wording, *, as_json: bool) -> int:
    """Examine this installation, tell what to mend, and exit with what that means."""
    start_logging(level=settings.log_level, form=settings.log_format, file=settings.state_dir / "sova.log")
    findings = await examine(await _patient(settings))
    _tell(findings, say, as_json=as_json)
    return exit_code(findings)


def refused(error: BadSetting, say: Wording, *, as_json: bool) -> int:
    """What the self-examination says when the settings can't even be read."""
    _tell(of_refused_setting(error), say, as_json=as_json)
    return error.exit_code


async def _patient(settings: Settings) -> Patient:
    missing = (await suitable_model(settings)).size_bytes if await needs_a_model(settings) else 0
    return Patient(
        settings=settings,
        open_engine=lambda: _engine_there(settings),
        open_history=lambda: open_history(settings, required=True),
        hardware=HardwareProbe(disk_of=settings.state_dir).read,
        open_index=lambda: examined_index(settings),
        search_models=lambda: search_models(settings),
        resolve=resolve_host,
        missing_bytes=missing,
        platforms=PLATFORMS,
        chats=examined_chats(settings),
    )


@asynccontextmanager
async def _engine_there(settings: Settings) -> AsyncIterator[ChatModel]:
    async with open_engine(settings, required=True) as taken:
        yield taken.engine


def _tell(findings: Sequence[Finding], say: Wording, *, as_json: bool) -> None:
    console = console_on(sys.stdout)
    if as_json:
        console.file.write(json.dumps(as_plain(findings, say), ensure_ascii=False) + "\n")
    else:
        print_card(console, card_of(findings, say), say)


async def _resolved(house: House, name: str | None) -> str | None:
    """The model that a person means by `--model`; `UnknownModel` with the nearest names for a typo."""
    if name is None:
        return None
    return resolve(name, await house.taken.engine.models(), engine=house.taken.engine.engine).name


async def _model(house: House, speaker: Speaker) -> str:
    invocation = speaker.invocation()
    return speaker.model or (await house.selection.choose(invocation.conversation, invocation.author)).model


async def _banner(house: House, speaker: Speaker, say: Wording) -> "Banner":
    """What is known at the start; what can't be known yet is said where the person can do something about it."""
    from adapters.terminal.app import Banner

    why = say.of_notice(house.taken.why)
    engine = house.taken.engine.engine
    try:
        return Banner(engine=engine, model=await _model(house, speaker), notes=(why,))
    except AssistantError as error:
        return Banner(engine=engine, notes=(why, say.of_error(error)))
