"""Owns the grammar of the `sova` command. It is there before the house is imported: `--help` need not wait."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from bot import __version__
from bot.messages import Language
from bot.wording import Wording

STATS = ("overview", "models", "hardware", "latency", "index", "errors")
"""What `sova stats` can show; a test holds it to the command's own."""

_Command = Callable[[str], argparse.ArgumentParser]


def parser(say: Wording) -> argparse.ArgumentParser:
    """The command line's grammar, explained in the voice of `say`."""
    root = argparse.ArgumentParser(prog="sova", description=say("cli-sova"), epilog=say("cli-sova-settings"))
    root.add_argument("--version", action="version", version=f"sova {__version__}", help=say("cli-version"))
    shared = _shared(say)
    commands = root.add_subparsers(dest="command", required=True, metavar=say("cli-command"))

    def command(name: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, parents=[shared], help=say(f"cli-{name}"), description=say(f"cli-{name}"))

    _conversation(command("chat"), say)
    _asking(command("ask"), say)
    _care_of_models(command("models"), say)
    _personas(command("personas"), say)
    _comparing(command("compare"), say)
    _evaluation(command("eval"), say)
    _indexing(command("index"), say)
    _serving(command, say)
    _manifest(command("manifest"), say)
    _statistics(command("stats"), say)
    command("health")
    _summarizing(command("summarize"), say)
    _benchmark(command("bench"), say)
    return root


def asked_language(words: Sequence[str]) -> Language | None:
    """`--lang` before the grammar is built, because the grammar speaks that language already."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--lang")
    asked, _ = early.parse_known_args([word for word in words if word != "--"])
    return Language(asked.lang) if asked.lang in set(Language) else None


def _shared(say: Wording) -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lang", choices=[language.value for language in Language], help=say("cli-lang"))
    return shared


def _asking(command: argparse.ArgumentParser, say: Wording) -> None:
    command.add_argument("question", help=say("cli-ask-question"))
    command.add_argument("--json", action="store_true", help=say("cli-ask-json"))
    command.add_argument("--attach", action="append", default=[], metavar="FILE", help=say("cli-ask-attach"))
    _conversation(command, say)


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


def _personas(command: argparse.ArgumentParser, say: Wording) -> None:
    command.add_argument("action", choices=["list", "import", "export", "push"], help=say("cli-personas-action"))
    command.add_argument("what", nargs="?", help=say("cli-personas-what"))
    command.add_argument("--name", metavar="NAME", help=say("cli-personas-name"))
    command.add_argument("--replace", action="store_true", help=say("cli-personas-replace"))


def _comparing(command: argparse.ArgumentParser, say: Wording) -> None:
    command.add_argument("question", help=say("cli-compare-question"))
    command.add_argument("--models", default="", metavar="A,B", help=say("cli-compare-models"))
    command.add_argument("--json", action="store_true", help=say("cli-compare-json"))


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


def _indexing(command: argparse.ArgumentParser, say: Wording) -> None:
    command.add_argument("--force", action="store_true", help=say("cli-index-force"))
    command.add_argument("--json", action="store_true", help=say("cli-index-json"))


def _serving(command: _Command, say: Wording) -> None:
    command("doctor").add_argument("--json", action="store_true", help=say("cli-doctor-json"))
    command("serve").add_argument("--platforms", type=_names, metavar="A,B", help=say("cli-serve-platforms"))
    command("worker")
    feedback = command("feedback")
    feedback.add_argument("action", choices=["export"], help=say("cli-feedback-action"))
    feedback.add_argument("--json", action="store_true", help=say("cli-feedback-json"))


def _manifest(command: argparse.ArgumentParser, say: Wording) -> None:
    command.add_argument("platform", choices=["discord", "slack"], help=say("cli-manifest-platform"))
    command.add_argument("--client-id", metavar="ID", help=say("cli-manifest-client-id"))
    command.add_argument("--json", action="store_true", help=say("cli-manifest-json"))
    command.add_argument("--url", metavar="URL", help=say("cli-manifest-url"))


def _statistics(command: argparse.ArgumentParser, say: Wording) -> None:
    command.add_argument("what", nargs="?", choices=STATS, help=say("cli-stats-what"))
    command.add_argument("--since", default="", metavar="24h", help=say("cli-stats-since"))
    command.add_argument("--json", action="store_true", help=say("cli-stats-json"))


def _summarizing(command: argparse.ArgumentParser, say: Wording) -> None:
    command.add_argument("file", metavar="FILE", help=say("cli-summarize-file"))
    forms = ["summary", "notes", "short"]
    command.add_argument("--form", choices=forms, default="summary", help=say("cli-summarize-form"))
    languages = [language.value for language in Language]
    command.add_argument("--language", choices=languages, help=say("cli-summarize-language"))
    command.add_argument("--model", metavar="NAME", help=say("cli-summarize-model"))
    command.add_argument("--json", action="store_true", help=say("cli-summarize-json"))


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


def _conversation(command: argparse.ArgumentParser, say: Wording) -> None:
    command.add_argument("--conversation", default="default", metavar="NAME", help=say("cli-conversation"))
    command.add_argument("--model", metavar="NAME", help=say("cli-model"))


def _positive(written: str) -> int:
    number = int(written)
    if number < 1:
        raise argparse.ArgumentTypeError(written)
    return number


def _amount(written: str) -> float:
    number = float(written)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(written)
    return number


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]
