"""Owns the `sova` command: reads its words, hands over to the composition root, and answers with an exit code.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a needed service is not there, 130 stopped by Ctrl-C.
"""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import __version__
from bot.errors import AssistantError, BadSetting
from bot.messages import Language
from bot.settings import Settings, forbid_calling_home
from bot.wording import Wording, speak

logger = logging.getLogger(__name__)

INTERRUPTED = 130
STATS = ("overview", "models", "hardware", "latency", "index", "errors")
"""What `sova stats` can show; the grammar is there before the house is imported."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `sova` with `arguments` (those of the process when None), and give the exit code."""
    forbid_calling_home()
    words = list(sys.argv[1:] if arguments is None else arguments)
    say = speak(_asked_language(words) or Language.ENGLISH)
    try:
        settings = Settings.read()
    except BadSetting as error:
        return _refused(error, words, say)
    say = speak(_asked_language(words) or settings.spoken)
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
    from bot.commands.fit_advisor import Wanted
    from bot.composition import caring, fitting, programs

    name = " ".join(chosen.name) or None
    if chosen.action == "fit":
        wanted = Wanted(name, chosen.context, chosen.parallel, chosen.cache) if name else None
        return await fitting.fit(settings, say, wanted=wanted, as_json=chosen.json)
    if chosen.action in caring.ACTIONS:
        return await caring.care(settings, say, action=chosen.action, name=name, sure=chosen.yes)
    return await programs.models(settings, say, action=chosen.action, name=name, if_needed=chosen.if_needed)


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


def parser(say: Wording) -> argparse.ArgumentParser:
    """The command line's grammar, explained in the voice of `say`."""
    root = argparse.ArgumentParser(prog="sova", description=say("cli-sova"), epilog=say("cli-sova-settings"))
    root.add_argument("--version", action="version", version=f"sova {__version__}", help=say("cli-version"))
    shared = _shared(say)
    commands = root.add_subparsers(dest="command", required=True, metavar=say("cli-command"))

    def command(name: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, parents=[shared], help=say(f"cli-{name}"), description=say(f"cli-{name}"))

    _conversation(command("chat"), say)
    ask = command("ask")
    ask.add_argument("question", help=say("cli-ask-question"))
    ask.add_argument("--json", action="store_true", help=say("cli-ask-json"))
    ask.add_argument("--attach", action="append", default=[], metavar="FILE", help=say("cli-ask-attach"))
    _conversation(ask, say)
    _care_of_models(command("models"), say)
    personas = command("personas")
    personas.add_argument("action", choices=["list", "import", "export", "push"], help=say("cli-personas-action"))
    personas.add_argument("what", nargs="?", help=say("cli-personas-what"))
    personas.add_argument("--name", metavar="NAME", help=say("cli-personas-name"))
    personas.add_argument("--replace", action="store_true", help=say("cli-personas-replace"))
    compare = command("compare")
    compare.add_argument("question", help=say("cli-compare-question"))
    compare.add_argument("--models", default="", metavar="A,B", help=say("cli-compare-models"))
    compare.add_argument("--json", action="store_true", help=say("cli-compare-json"))
    _evaluation(command("eval"), say)
    index = command("index")
    index.add_argument("--force", action="store_true", help=say("cli-index-force"))
    index.add_argument("--json", action="store_true", help=say("cli-index-json"))
    command("doctor").add_argument("--json", action="store_true", help=say("cli-doctor-json"))
    command("serve").add_argument("--platforms", type=_names, metavar="A,B", help=say("cli-serve-platforms"))
    command("worker")
    feedback = command("feedback")
    feedback.add_argument("action", choices=["export"], help=say("cli-feedback-action"))
    feedback.add_argument("--json", action="store_true", help=say("cli-feedback-json"))
    manifest = command("manifest")
    manifest.add_argument("platform", choices=["discord", "slack"], help=say("cli-manifest-platform"))
    manifest.add_argument("--client-id", metavar="ID", help=say("cli-manifest-client-id"))
    manifest.add_argument("--json", action="store_true", help=say("cli-manifest-json"))
    manifest.add_argument("--url", metavar="URL", help=say("cli-manifest-url"))
    stats = command("stats")
    stats.add_argument("what", nargs="?", choices=STATS, help=say("cli-stats-what"))
    stats.add_argument("--since", default="", metavar="24h", help=say("cli-stats-since"))
    stats.add_argument("--json", action="store_true", help=say("cli-stats-json"))
    command("health")
    _summarizing(command("summarize"), say)
    _benchmark(command("bench"), say)
    return root


def _shared(say: Wording) -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lang", choices=[language.value for language in Language], help=say("cli-lang"))
    return shared


def _care_of_models(command: argparse.ArgumentParser, say: Wording) -> None:
    actions = ["list", "fetch", "use", "fit", "info", "pull", "warm", "unload", "delete"]
    command.add_argument("action", choices=actions, help=say("cli-models-action"))
    command.add_argument("name", nargs="*", help=say("cli-models-name"))
    command.add_argument("--yes", action="store_true", help=say("cli-models-yes"))
    command.add_argument("--if-needed", action="store_true", help=say("cli-models-if-needed"))
    command.add_argument("--context", type=_positive, metavar="N", help=say("cli-models-context"))
    command.add_argument("--parallel", type=_positive, metavar="N", help=say("cli-models-parallel"))
    command.add_argument("--cache", choices=["f16", "q8_0", "q4_0"], help=say("cli-models-cache"))
    command.add_argument("--json", action="store_true", help=say("cli-models-json"))


def _benchmark(command: argparse.ArgumentParser, say: Wording) -> None:
    command.add_argument("action", choices=["models", "show", "rate"], help=say("cli-bench-action"))
    command.add_argument("names", nargs="*", help=say("cli-bench-names"))
    command.add_argument("--models", type=Path, metavar="FILE", help=say("cli-bench-models"))
    command.add_argument("--prompts", type=Path, metavar="FILE", help=say("cli-bench-prompts"))
    command.add_argument("--rounds", type=_positive, default=3, metavar="N", help=say("cli-bench-rounds"))
    command.add_argument("--judge", metavar="MODEL", help=say("cli-bench-judge"))
    command.add_argument("--rate", action="store_true", help=say("cli-bench-rate"))
    command.add_argument("--watts", type=_amount, metavar="W", help=say("cli-bench-watts"))
    command.add_argument("--price", type=_amount, metavar="P", help=say("cli-bench-price"))
    command.add_argument("--currency", default="EUR", metavar="CUR", help=say("cli-bench-currency"))
    command.add_argument(
        "--export", type=Path, action="append", default=[], metavar="FILE", help=say("cli-bench-export")
    )
    command.add_argument("--compare", metavar="RUN", help=say("cli-bench-compare"))
    command.add_argument("--json", action="store_true", help=say("cli-bench-json"))


def _amount(written: str) -> float:
    number = float(written)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(written)
    return number


def _summarizing(command: argparse.ArgumentParser, say: Wording) -> None:
    command.add_argument("file", metavar="FILE", help=say("cli-summarize-file"))
    command.add_argument(
        "--form", choices=["summary", "notes", "short"], default="summary", help=say("cli-summarize-form")
    )
    command.add_argument(
        "--language", choices=[language.value for language in Language], help=say("cli-summarize-language")
    )
    command.add_argument("--model", metavar="NAME", help=say("cli-summarize-model"))
    command.add_argument("--json", action="store_true", help=say("cli-summarize-json"))


def _positive(written: str) -> int:
    number = int(written)
    if number < 1:
        raise argparse.ArgumentTypeError(written)
    return number


def _evaluation(command: argparse.ArgumentParser, say: Wording) -> None:
    command.add_argument("files", nargs="+", type=Path, metavar="FILE", help=say("cli-eval-file"))
    command.add_argument("--json", action="store_true", help=say("cli-eval-json"))
    command.add_argument("--compare", metavar="NAME=VALUE", help=say("cli-eval-compare"))
    wanted = command.add_mutually_exclusive_group()
    for option, which in (("--answers", "all"), ("--retrieval-only", "none")):
        wanted.add_argument(
            option,
            action="store_const",
            dest="wanted",
            const=which,
            default="needed",
            help=say(f"cli-eval{option[1:]}"),
        )


def _conversation(command: argparse.ArgumentParser, say: Wording) -> None:
    command.add_argument("--conversation", default="default", metavar="NAME", help=say("cli-conversation"))
    command.add_argument("--model", metavar="NAME", help=say("cli-model"))


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


def _asked_language(words: Sequence[str]) -> Language | None:
    """`--lang` before the grammar is built, because the grammar speaks that language already."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--lang")
    asked, _ = early.parse_known_args([word for word in words if word != "--"])
    return Language(asked.lang) if asked.lang in set(Language) else None
