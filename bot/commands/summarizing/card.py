"""Owns how summaries look: while they are made, and when they are there, with their sources as links. Pure."""

from collections.abc import Iterator, Sequence

from bot.commands.cards import Action, Card, Field, Link
from bot.commands.summarizing.values import NAME, Asked, What, again
from bot.summaries.forms import SHOWN, Form, Kind, Point, Step, Summary
from bot.summaries.material import participants
from bot.wording import Wording

MOST_PEOPLE = 20
_MINUTE = 60
_STOP = f"{NAME} {What.STOP}"


def reading_card(asked: Asked, say: Wording) -> Card:
    """While nobody knows yet how much there is."""
    text = say("summarize-finding", what=asked.what.value)
    return Card(say("summarize-title", form=asked.wish.form.value), text, actions=(_stop(say),))


def progress_card(asked: Asked, step: Step, say: Wording) -> Card:
    """How far it is, and how long it will take once that is known."""
    key = "summarize-merging" if step.level else "summarize-reading"
    told = say(key, messages=step.messages, part=step.part, parts=step.parts, what=asked.what.value)
    left = [] if step.seconds is None else [_left(step.seconds, say)]
    return Card(say("summarize-title", form=asked.wish.form.value), " ".join([told, *left]), actions=(_stop(say),))


def stopped_card(say: Wording, *, form: Form = Form.SUMMARY, there_was_one: bool = True) -> Card:
    """For whoever has ended a summary, or would have."""
    return Card(
        say("summarize-title", form=form.value), say("summarize-stopped" if there_was_one else "summarize-none-running")
    )


def summary_card(asked: Asked, summary: Summary, say: Wording, *, file: str = "") -> Card:
    """The summary, its sources numbered in the order in which they come."""
    numbers = _numbered(summary.points)
    body = "\n\n".join(filter(None, (*_sections(summary, numbers, say), *_remarks(asked, summary, say))))
    people = participants(summary.said)
    shown = (Field(say("summarize-participants"), _people(people, say)),)
    return Card(
        title=say("summarize-title-of-file", name=file) if file else say("summarize-title", form=summary.form.value),
        text=body,
        fields=shown if summary.form is Form.NOTES and people and not file else (),
        links=tuple(
            Link(f"[{shown_as}] {summary.said[number - 1].called}", summary.said[number - 1].link)
            for number, shown_as in numbers.items()
        ),
        actions=() if asked.what is What.FILE else _actions(asked, say),
    )


def summary_as_json(summary: Summary) -> dict[str, object]:
    """The summary for programs; `sources` are the messages that a point rests on, by their numbers from 1."""
    used = sorted({number for point in summary.points for number in point.sources})
    return {
        "form": summary.form.value,
        "language": summary.language.value,
        "model": summary.model,
        "messages": len(summary.said),
        "left_out": summary.left_out,
        "participants": list(participants(summary.said)),
        "points": [
            {"kind": one.kind.value, "text": one.text, "quoted": one.quoted, "sources": list(one.sources)}
            for one in summary.points
        ],
        "sources": [
            {"n": number, "called": summary.said[number - 1].called, "link": summary.said[number - 1].link}
            for number in used
        ],
    }


def _numbered(points: Sequence[Point]) -> dict[int, int]:
    """The number by which each message is shown."""
    used = dict.fromkeys(number for point in points for number in point.sources)
    return {number: shown for shown, number in enumerate(used, start=1)}


def _sections(summary: Summary, numbers: dict[int, int], say: Wording) -> Iterator[str]:
    """Each kind under its heading; what there is nothing of is left out."""
    for kind in SHOWN[summary.form]:
        points = summary.of(kind)
        if not points:
            continue
        if kind is Kind.ABOUT:
            yield " ".join(_line(point, numbers) for point in points)
        else:
            lines = (f"• {_line(point, numbers)}" for point in points)
            yield "\n".join([say("summarize-heading", kind=kind.value), *lines])
    if not summary.points:
        yield say("summarize-nothing-found")


def _line(point: Point, numbers: dict[int, int]) -> str:
    marks = "".join(f"[{numbers[number]}]" for number in point.sources)
    return f"{point.text} {marks}".strip()


def _remarks(asked: Asked, summary: Summary, say: Wording) -> Iterator[str]:
    if summary.left_out:
        yield say("summarize-left-out", messages=summary.left_out)
    elif summary.has_older:
        yield say("summarize-has-older", messages=len(summary.said))
    yield say("summarize-made", messages=len(summary.said), model=summary.model, what=asked.what.value)


def _people(people: Sequence[str], say: Wording) -> str:
    more = len(people) - MOST_PEOPLE
    return ", ".join([*people[:MOST_PEOPLE], *([say("summarize-more-people", count=more)] if more > 0 else [])])


def _left(seconds: float, say: Wording) -> str:
    if seconds < _MINUTE:
        return say("summarize-seconds-left", seconds=max(5, round(seconds / 5) * 5))
    return say("summarize-minutes-left", minutes=round(seconds / _MINUTE))


def _stop(say: Wording) -> Action:
    return Action(say("summarize-stop"), _STOP)


def _actions(asked: Asked, say: Wording) -> tuple[Action, ...]:
    """The same in other forms, and for everybody, where it was for one."""
    forms = tuple(
        Action(say("summarize-as", form=form.value), again(asked, form=form))
        for form in Form
        if form is not asked.wish.form
    )
    everybody = (Action(say("summarize-for-all"), again(asked, is_public=True)),) if not asked.is_public else ()
    return (*forms, *everybody)
