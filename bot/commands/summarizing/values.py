"""Owns what `/summarize` takes: what is to be summed up, in which form and language, and who sees it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from bot.commands.command import Completions, Invocation, Parameter, Values
from bot.errors import BadArgument
from bot.messages import Language
from bot.summaries.forms import Form, Wish

NAME = "summarize"
USUAL_HOURS, MOST_HOURS = 24, 720
YES, NO = "yes", "no"
_OFFERED_HOURS = ("1", "4", "8", "24", "72", "168")
_WHAT_WORDS = {"vlákno": "thread", "vlakno": "thread", "kanál": "channel", "kanal": "channel", "soubor": "file"}
_FORM_WORDS = {
    "souhrn": "summary",
    "shrnutí": "summary",
    "shrnuti": "summary",
    "zápis": "notes",
    "zapis": "notes",
    "minutes": "notes",
    "stručně": "short",
    "strucne": "short",
    "krátce": "short",
}
_YES_WORDS = {"ano": YES, "true": YES, "ne": NO, "false": NO}
_LANGUAGE_WORDS = {"english": "en", "anglicky": "en", "czech": "cs", "česky": "cs", "cesky": "cs"}


class What(StrEnum):
    """What is summed up; `STOP` ends the summary that is being made for the caller."""

    THREAD = "thread"
    CHANNEL = "channel"
    FILE = "file"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for. `hours` is None where they didn't say; `file` is the name of a document, or empty."""

    what: What
    wish: Wish
    hours: int | None = None
    file: str = ""
    is_public: bool = False


def parameters(documents: Completions) -> tuple[Parameter, ...]:
    """In the order in which they are typed; `documents` offers the names of those that may be read."""
    return (
        Parameter("what", choices=tuple(What), aliases={**_WHAT_WORDS, "zastavit": "stop"}),
        Parameter("hours", completions=_hours),
        Parameter("form", choices=tuple(Form), aliases=_FORM_WORDS),
        Parameter("public", choices=(YES, NO), aliases=_YES_WORDS),
        Parameter("language", choices=tuple(Language), aliases=_LANGUAGE_WORDS),
        Parameter("file", completions=documents),
        Parameter("upload", offered=False, takes_file=True),
    )


def read(invocation: Invocation, values: Values) -> Asked:
    """What the values mean: without a word about it, the file that came along, the thread, or the channel.

    Raises `BadArgument` for hours that are none.
    """
    language = values.get("language")
    return Asked(
        what=What(values["what"]) if "what" in values else _usual(invocation, values),
        wish=Wish(Form(values.get("form", Form.SUMMARY)), Language(language) if language else None),
        hours=_read_hours(values["hours"]) if "hours" in values else None,
        file=values.get("file", ""),
        is_public=is_public(values),
    )


def is_public(values: Values) -> bool:
    """Whether everybody in the place shall see the summary; to stop one concerns nobody."""
    return values.get("public") == YES and values.get("what") != What.STOP


def again(asked: Asked, *, form: Form | None = None, is_public: bool | None = None) -> str:
    """The command that asks for the same, in another form or for everybody, as it is typed."""
    hours = str(asked.hours) if asked.hours else '""'
    public = YES if (asked.is_public if is_public is None else is_public) else NO
    language = f" {asked.wish.language}" if asked.wish.language else ""
    return f"{NAME} {asked.what} {hours} {form or asked.wish.form} {public}{language}"


def _usual(invocation: Invocation, values: Values) -> What:
    if "file" in values or invocation.files:
        return What.FILE
    in_thread = invocation.conversation.thread and not invocation.begins_thread
    return What.THREAD if in_thread and "hours" not in values else What.CHANNEL


def _read_hours(written: str) -> int:
    told = written.strip().lower().removesuffix("h").strip()
    if told.isdecimal() and len(told) < 6 and 0 < int(told) <= MOST_HOURS:
        return int(told)
    raise BadArgument(command=NAME, parameter="hours", value=written, expected=f"1–{MOST_HOURS}")


async def _hours(_invocation: Invocation) -> tuple[str, ...]:
    return _OFFERED_HOURS
