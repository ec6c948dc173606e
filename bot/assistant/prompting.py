"""Owns the prompt: history and question become the messages that an engine reads, inside a token budget. Pure.

The layout decides the time to the first token, because engines reuse what they have computed up to the first token that
differs: an opening that never changes, then the history word for word, then the question. The history is
trimmed in large blocks, so that most turns only append. What was found for a question stands before it in the last
message and never in the history: it would be paid for again with every later turn. A file that came with a question,
and what others had said before it, stand before the question for good, in the same bytes each time, so that later
questions about them cost nothing more.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.assistant.opening import SOVA, Opening
from bot.languages import carried
from bot.messages import Attached, Image, Language, Message, Notice, Remark, Turn
from bot.quoting import Enclosed, enclosed, quoted
from bot.tokens import IMAGE_TOKENS, MESSAGE_OVERHEAD, prompt_tokens, rough_tokens

FILES_SHARE = 1 / 3
"""How much of the room for a prompt the files of one question may take: beside passages, question and history."""
REMARKS_SHARE = 1 / 4
"""The same for what others had said before it; half of that beside files."""
PICTURES_SHARE = 2 / 3
"""No more of it is kept free for pictures, lest in a short context nothing of the question is left."""

_LANGUAGE_HINTS = {Language.CZECH: "(Odpověz česky.)", Language.ENGLISH: "(Answer in English.)"}
_ABOUT_LANGUAGE = re.compile(
    r"\b(translat|přelož|preloz|překlad|preklad|englis|czech|german|french|spanish|polish|slovak|anglič|anglic"
    r"|angličt|češt|cest[iě]n|česk|němč|nemc|němec|slovensk|francouz|španěl|jazy[kc]|languag)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Budget:
    """How much fits, in tokens: the engine's context, of which `answer_tokens` stay free. `factor` scales estimates."""

    context_tokens: int
    answer_tokens: int
    factor: float = 1.0

    @property
    def for_prompt(self) -> float:
        """What the prompt may use, in estimated tokens; the answer never gets more than half of the context."""
        answer = min(self.answer_tokens, self.context_tokens // 2)
        return (self.context_tokens - answer) / self.factor


@dataclass(frozen=True, slots=True)
class Prompt:
    """What to send, how many tokens it is estimated at (before scaling), and what the person must be told about it."""

    messages: tuple[Message, ...]
    estimated_tokens: float
    notices: tuple[Notice, ...] = ()


def compose(
    question: str,
    turns: Sequence[Turn],
    *,
    budget: Budget,
    context: str = "",
    instruction: str = "",
    hinted: bool = False,
    attached: Sequence[Attached] = (),
    remarks: Sequence[Remark] = (),
    turn_id: str = "",
    images: tuple[Image, ...] = (),
    opening: Opening = SOVA,
) -> Prompt:
    """Lay out the prompt. What doesn't fit is left out in this order: old turns, then the question's middle.

    `context` is what was found for this question, as the model shall read it, `instruction` how to answer from it; the
    question stands behind both, last. The caller keeps them below half of `budget.for_prompt`. With `hinted` a hint at
    the answer's language goes with the question although there is an instruction. `attached` are the files that came
    with the question, `remarks` what others had said before it, and `turn_id` is the id by which the history will know
    it. `opening` is what every prompt of the conversation begins with.

    Anything left out of question or files is a notice, and so is the moment in which old turns fall out of sight. Turns
    in which nothing was answered are left out, but for the last files among them: they say nothing, and a small model
    that reads of two refusals refuses the third question too.
    """
    fixed = prompt_tokens(opening.messages)
    room = budget.for_prompt - fixed - MESSAGE_OVERHEAD
    past = _with_files(turns, room=room)
    own = _before(turn_id, attached, remarks, room=room)
    files = _joined(past.carried, own.text)
    pictures = min(IMAGE_TOKENS * len(images), room * PICTURES_SHARE)
    extra = pictures + rough_tokens(files) + rough_tokens(context) + rough_tokens(instruction)
    asked, cut = _shorten(question, room=room - extra)
    messages = _rounds([*past.turns, _as_turn(asked)], files=[*past.files, ""])
    sizes = [prompt_tokens(round_) for round_ in messages[:-1]]
    newest = prompt_tokens(messages[-1]) + extra
    first = _first_kept(sizes, room=room, newest=newest)
    kept = [message for round_ in messages[first:-1] for message in round_]
    plain = asked if instruction and not hinted else messages[-1][0].content
    last = Message("user", _joined(files, context, instruction, plain), images)
    remembered = len(sizes) - first if first > _first_kept(sizes[:-1], room=room, newest=0) else None
    estimated = fixed + sum(sizes[first:]) + newest
    notices = opening.notices + _notices(cut, own, remembered=remembered)
    return Prompt((*opening.messages, *kept, last), estimated, notices)


@dataclass(frozen=True, slots=True)
class _Past:
    """The turns that were answered, the files before each one's question, and those that still want an answer."""

    turns: tuple[Turn, ...]
    files: tuple[str, ...]
    carried: str


def _with_files(turns: Sequence[Turn], *, room: float) -> _Past:
    """What was attached to a question that got no answer goes along with the next one."""
    answered: list[Turn] = []
    files: list[str] = []
    carried = ""
    for turn in turns:
        own = _before(turn.id, turn.attached, turn.context, room=room).text
        if not turn.answer or turn.abstained:
            carried = own or carried
            continue
        answered.append(turn)
        files.append(_joined(carried, own))
        carried = ""
    return _Past(tuple(answered), tuple(files), carried)


def _before(turn_id: str, attached: Sequence[Attached], remarks: Sequence[Remark], *, room: float) -> Enclosed:
    """What stands before a turn's question for good: what others had said, then the files."""
    files = enclosed(attached, turn=turn_id, budget=room * FILES_SHARE)
    said = quoted(remarks, turn=turn_id, budget=room * REMARKS_SHARE / (2 if attached else 1))
    return replace(files, text=_joined(said, files.text))


def _joined(*parts: str) -> str:
    return "\n\n".join(filter(None, parts))


def _first_kept(sizes: Sequence[float], *, room: float, newest: float) -> int:
    """The index of the first turn that is still sent.

    Half of the room is the history's. Going through the turns as they came, each time they outgrow it the oldest go at
    once until a quarter of the room is used: so the place of the cut stays the same for many turns. A long newest
    question then takes what it needs from the oldest turns that are left.
    """
    first, total = 0, 0.0
    for index, size in enumerate(sizes):
        total += size
        while total > room / 2 and first <= index:
            first, total = _drop_until(sizes, first, total, limit=room / 4)
    while first < len(sizes) and total + newest > room:
        total -= sizes[first]
        first += 1
    return first


def _drop_until(sizes: Sequence[float], first: int, total: float, *, limit: float) -> tuple[int, float]:
    while total > limit and first < len(sizes):
        total -= sizes[first]
        first += 1
    return first, total


def _rounds(turns: Sequence[Turn], *, files: Sequence[str]) -> list[list[Message]]:
    """Each turn as its messages, its files first. A hint names the answer's language where a model would drift."""
    languages = carried(turn.question for turn in turns)
    before = [None, *languages[:-1]]
    return [
        [Message("user", _joined(own, _with_hint(turn.question, language, earlier)))]
        + ([Message("assistant", turn.answer)] if turn.answer else [])
        for turn, own, language, earlier in zip(turns, files, languages, before, strict=True)
    ]


def _with_hint(question: str, language: Language | None, earlier: Language | None) -> str:
    """Small models slide into English: Czech is always asked for, English when the conversation changes to it.

    A question that itself speaks about languages ("translate this into German") is left alone.
    """
    needed = language is Language.CZECH or (language is Language.ENGLISH and earlier is Language.CZECH)
    if language is None or not needed or _ABOUT_LANGUAGE.search(question):
        return question
    return f"{question}\n\n{_LANGUAGE_HINTS[language]}"


def _as_turn(question: str) -> Turn:
    return Turn(id="", question=question, answer="", model="", at=0.0)


def _shorten(question: str, *, room: float) -> tuple[str, int]:
    """The question, and how many characters were taken out of its middle so that it fits into `room` tokens.

    People put the request at the beginning or the end, and what they paste in the middle.
    """
    size = rough_tokens(question)
    spare = room - 40  # for the mark, a language hint and what stands between
    if size <= spare:
        return question, 0
    keep = max(int(len(question) * max(spare, 1) / size * 0.9), 2)
    while rough_tokens(_without_middle(question, keep)) > spare and keep > 2:
        keep = int(keep * 0.9)
    return _without_middle(question, keep), len(question) - keep


def _without_middle(question: str, keep: int) -> str:
    head = keep * 6 // 10
    return f"{question[:head]}\n\n[… {len(question) - keep} characters left out …]\n\n{question[-(keep - head) :]}"


def _notices(cut: int, files: Enclosed, *, remembered: int | None) -> tuple[Notice, ...]:
    notices = [Notice("attachment-cut", {"name": file.name, "percent": file.percent}) for file in files.cuts]
    if cut:
        notices.append(Notice("question-cut", {"characters": cut}))
    if remembered is not None:
        notices.append(Notice("history-trimmed", {"turns": remembered}))
    return tuple(notices)
