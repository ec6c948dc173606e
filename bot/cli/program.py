"""Owns the run of a `sova` command: hands its words over to the composition root, and answers with an exit code.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a needed service is not there, 130 stopped by Ctrl-C.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bot.cli.grammar import asked_language, parser
from bot.composition.garbage import starting
from bot.errors import AssistantError, BadSetting
from bot.messages import Language
from bot.settings import Settings, forbid_calling_home
from bot.wording import Wording, speak

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `sova` with `arguments` (those of the process when None), and give the exit code."""
    forbid_calling_home()
    with starting():
        return _exit_code(list(sys.argv[1:] if arguments is None else arguments))


def _exit_code(words: Sequence[str]) -> int:
    say = speak(asked_language(words) or Language.ENGLISH)
    try:
        settings = Settings.read()
    except BadSetting as error:
        return _refused(error, words, say)
    say = speak(asked_language(words) or settings.spoken)
    try:
        return asyncio.run(_run(settings, parser(say).parse_args(words), say))
    except AssistantError as error:
        print(say.of_error(error), file=sys.stderr)  # noqa: T201  # a command's last word to the person who called it
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED


def _refused(error: BadSetting, words: Sequence[str], say: Wording) -> int:
    """The settings can't be read: nothing runs but the grammar and the self-examination."""
    chosen = parser(say).parse_args(words)
    if chosen.command == "doctor":
        from bot.composition import programs

        return programs.refused(error, say, as_json=chosen.json)
    print(say.of_error(error), file=sys.stderr)  # noqa: T201  # as above
    return error.exit_code


async def _run(settings: Settings, chosen: argparse.Namespace, say: Wording) -> int:
    """Import the house only now: `sova --help` need not wait for it."""
    from bot.composition import programs
    from bot.retrieval.evaluation.asking import Wanted

    match chosen.command:
        case "chat":
            return await programs.chat(settings, say, conversation=chosen.conversation, model=chosen.model)
        case "ask":
            return await programs.ask(
                settings,
                say,
                question=chosen.question,
                conversation=chosen.conversation,
                model=chosen.model,
                as_json=chosen.json,
                attach=chosen.attach,
            )
        case "models":
            return await _models(settings, chosen, say)
        case "compare":
            return await programs.compare(
                settings, say, question=chosen.question, models=chosen.models, as_json=chosen.json
            )
        case "bench":
            return await _bench(settings, chosen, say)
        case "eval":
            return await programs.evaluation(
                settings,
                say,
                files=chosen.files,
                wanted=Wanted(chosen.wanted),
                compare=chosen.compare,
                as_json=chosen.json,
            )
        case "index":
            return await programs.index(settings, say, force=chosen.force, as_json=chosen.json)
        case _:
            return await _run_other(settings, chosen, say)


async def _models(settings: Settings, chosen: argparse.Namespace, say: Wording) -> int:
    from bot.commands.models.fit_advice import Wanted
    from bot.composition import caring, fitting, model_files

    name = " ".join(chosen.name) or None
    if chosen.action == "fit":
        wanted = Wanted(name, chosen.context, chosen.parallel, chosen.cache) if name else None
        return await fitting.fit(settings, say, wanted=wanted, as_json=chosen.json)
    if chosen.action in caring.ACTIONS:
        return await caring.care(settings, say, action=chosen.action, name=name, sure=chosen.yes)
    return await model_files.models(settings, say, action=chosen.action, name=name, if_needed=chosen.if_needed)


async def _run_other(settings: Settings, chosen: argparse.Namespace, say: Wording) -> int:
    """What is for whoever runs Sova: serving, and looking after it."""
    from bot.composition import programs

    match chosen.command:
        case "doctor":
            return await programs.doctor(settings, say, as_json=chosen.json)
        case "serve":
            return await programs.serve(settings, platforms=chosen.platforms)
        case "worker":
            return await programs.worker(settings)
        case "feedback":
            from bot.composition.feedback import export

            return await export(settings, say, as_json=chosen.json)
        case "manifest":
            return _manifest(settings, chosen, say)
        case "personas":
            return await _personas(settings, chosen, say)
        case "stats":
            from bot.composition.statistics import stats

            return await stats(settings, say, what=chosen.what or "", since=chosen.since, as_json=chosen.json)
        case "summarize":
            return await _summarize(settings, chosen, say)
        case "health":
            from bot.composition.health import health

            return await health(settings, say)
        case other:
            raise AssertionError(f"the parser let {other} through")


async def _personas(settings: Settings, chosen: argparse.Namespace, say: Wording) -> int:
    from bot.composition.personas import personas

    return await personas(
        settings, say, action=chosen.action, what=chosen.what, name=chosen.name, replace=chosen.replace
    )


async def _bench(settings: Settings, chosen: argparse.Namespace, say: Wording) -> int:
    from bot.composition.benchmarking import BenchOptions, bench

    options = BenchOptions(
        names=chosen.names,
        models=chosen.models,
        prompts=chosen.prompts,
        rounds=chosen.rounds,
        judge=chosen.judge,
        rate=chosen.rate,
        watts=chosen.watts,
        price=chosen.price,
        currency=chosen.currency,
        export=chosen.export,
        compare=chosen.compare,
        as_json=chosen.json,
    )
    return await bench(settings, say, action=chosen.action, options=options)


async def _summarize(settings: Settings, chosen: argparse.Namespace, say: Wording) -> int:
    from bot.composition.summarizing import summarize
    from bot.summaries.forms import Form, Wish

    wish = Wish(Form(chosen.form), Language(chosen.language) if chosen.language else None)
    return await summarize(settings, say, file=chosen.file, wish=wish, model=chosen.model, as_json=chosen.json)


def _manifest(settings: Settings, chosen: argparse.Namespace, say: Wording) -> int:
    from bot.composition import manifest

    if chosen.platform == "slack":
        return manifest.of_slack(settings, say, url=chosen.url)
    return manifest.of_discord(settings, say, client_id=chosen.client_id, as_json=chosen.json)
