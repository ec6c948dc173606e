"""Owns what has been said so far in one turn: the words, when they came, and what they rest on."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.assistant.loops import without_loop
from bot.errors import EngineError
from bot.languages import carried
from bot.messages import (
    Attached,
    Citation,
    FinishReason,
    Image,
    Incoming,
    Language,
    Notice,
    Passage,
    Remark,
    Reply,
    ReplyDelta,
    Timings,
    Turn,
    Usage,
)
from bot.output.sanitizer import Sanitizer, sanitized_plain
from bot.personas.persona import Persona
from bot.ports import CompletionDelta, CompletionEnd
from bot.retrieval.citing import Citer
from bot.retrieval.declining import closest_passages, nothing_found, passages_instead, spoken_to
from bot.retrieval.enclosures import RECENT_TURNS, are_about_files, as_passages, in_talk
from bot.retrieval.grounding import Grounding, Style, ground
from bot.retrieval.judging import LEAST_UNSUPPORTED
from bot.retrieval.knowledge import Grounds
from bot.retrieval.refusals import declined
from bot.wording import speak


@dataclass(frozen=True, slots=True)
class Clock:
    """Where time comes from: `monotonic` for durations, `now` for dates, both in seconds."""

    monotonic: Callable[[], float] = time.perf_counter
    now: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that answering it needs.

    `asker` is the id of whose question it is, which need not be whoever wants it answered again.
    `is_pinned` says that somebody pinned the `model`: where the engine has lost it, another answers.
    `replaces` is the turn whose place the answer takes, `is_again` whether the person asked for that. `grounds` is None
    where no documents were searched; `notices` is what the person must be told in any case. `attached` are the files
    that came with the question, `images` the pictures among them; `context` is what others had said before it.
    `persona` is as whom it is answered, None as Sova herself. `fence` is what encloses the passages, where several
    models are asked in the same words; None is a new one.
    """

    incoming: Incoming
    question: str
    turns: tuple[Turn, ...]
    model: str
    received: float
    queued_ms: float
    asker: str = ""
    is_pinned: bool = False
    replaces: str | None = None
    is_again: bool = False
    grounds: Grounds | None = None
    notices: tuple[Notice, ...] = ()
    attached: tuple[Attached, ...] = ()
    images: tuple[Image, ...] = ()
    context: tuple[Remark, ...] = ()
    persona: Persona | None = None
    fence: str | None = None

    @property
    def files(self) -> tuple[Passage, ...]:
        """The texts that it may be about: the files attached to it, and those that the conversation is still about."""
        return as_passages((*self.attached, *in_talk(self.turns)))

    @property
    def may_be_about_files(self) -> bool:
        """Whether documents alone can't decide if there is an answer, for a file or a picture may hold it."""
        return are_about_files((*self.attached, *in_talk(self.turns)))

    @property
    def may_be_about_remarks(self) -> bool:
        """The same for what others had said before this question, or before one of the last."""
        return bool(self.context) or any(turn.context for turn in self.turns[-RECENT_TURNS:])

    @property
    def found(self) -> tuple[Passage, ...]:
        """The passages of the documents that are about it."""
        return self.grounds.passages if self.grounds and self.grounds.is_relevant else ()


@dataclass(slots=True)
class Said:
    """One turn's answer while it is being given: `completion` as the model says it, `shown` as people read it.

    Whatever is shown goes through `output`, and reasoning through an output of its own: no word of a model, and none of
    a document, gets by them. `trust` is how likely what was found holds the answer, from 0 to 1.
    """

    asked: Asked
    engine: str
    clock: Clock
    output: Sanitizer = field(default_factory=Sanitizer)
    thinking: Sanitizer = field(default_factory=Sanitizer)
    completion: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    first_at: float | None = None
    last_at: float = 0.0
    end: CompletionEnd | None = None
    finish_reason: FinishReason = FinishReason.INTERRUPTED
    notices: tuple[Notice, ...] = ()
    citations: tuple[Citation, ...] = ()
    grounding: Grounding | None = None
    abstained: bool = False
    unsupported: int = 0
    trust: float = 1.0
    _citer: Citer | None = None

    def ground(self, style: Style, *, budget: float) -> None:
        """Choose from the passages what the model is shown, and read its answer with them and the files from now on.

        What is asked of a file is often more than to look something up (translate it, write a reply), so with one only
        what the sources do say is marked, not what they don't.
        """
        question, files, found = self.asked.question, self.asked.files, self.asked.found
        if not files and not found:
            return
        self.grounding = ground(
            found,
            question=question,
            style=style,
            budget=budget,
            marker=self.asked.fence,
            files=files,
            person=self.asked.incoming.language,
            before=next(reversed(carried(turn.question for turn in self.asked.turns)), None),
        )
        looked_up = bool(found) and not self.asked.attached
        self._citer = Citer(self.grounding.passages, style=style, question=question, marks=looked_up)

    def unground(self) -> None:
        """Forget what was found: it is not about the question."""
        self.grounding, self._citer = None, None

    def hear(self, delta: CompletionDelta) -> ReplyDelta:
        """Take in a piece of the completion; gives what is to be shown for it."""
        thinking = self.thinking.feed(delta.thinking)
        if not delta.text:
            return ReplyDelta("", thinking)
        self._note_time()
        self.completion.append(delta.text)
        text = self._show(self._citer.feed(delta.text) if self._citer else delta.text)
        return ReplyDelta(text, thinking + self.thinking.end())

    def conclude(self, end: CompletionEnd) -> None:
        """The engine has told how the completion ended."""
        self.end = end
        self.finish_reason = end.finish_reason

    def conclude_repeating(self) -> None:
        """The completion is given up in a loop. The history keeps it without: a model goes on with what it reads."""
        self.finish_reason = FinishReason.REPEATING
        self.completion = [without_loop("".join(self.completion))]

    def abstain(self) -> None:
        """The model is not asked to answer: what it was given is not about the question."""
        self.abstained = True
        self.finish_reason = FinishReason.COMPLETE

    def close(self) -> ReplyDelta:
        """Nothing more comes: what is still to be shown, and which passages the answer rests on.

        Where the model declined, or nothing it said is in the passages, the closest ones follow, and nothing is cited.
        """
        rest = self.break_off()
        found = self.grounding.found if self.grounding else ()
        if self.grounding and (self.abstained or declined("".join(self.completion))):
            return self._show_closest("grounding-closest", found, after=rest) if found else self._abstain(rest)
        if found and self.unsupported and not self.citations and self._is_doubtful:
            return self._show_closest("grounding-not-held", found, after=rest)
        if not "".join(self.shown).strip():
            self.notices += (Notice("empty-answer", {"model": self.asked.model}),)
        return ReplyDelta(rest)

    def break_off(self) -> str:
        """Nothing more is heard: what was held back of the words so far, and what they rest on."""
        citer, self._citer = self._citer, None
        if citer is None:
            return self._show_rest()
        cited = citer.end()
        self.citations, self.unsupported = cited.citations, cited.unsupported
        return self._show(cited.rest) + self._show_rest()

    def decline(self, grounds: Grounds) -> str:
        """Say, without asking a model, that the documents hold nothing about the question."""
        self.abstained = True
        self.finish_reason = FinishReason.COMPLETE
        self._note_time()
        sentence = nothing_found(self._language, documents=grounds.documents)
        self.completion.append(sentence)
        return self._show_whole(sentence)

    def passages_instead(self, error: EngineError) -> ReplyDelta | None:
        """The passages themselves, where no model can answer for `error`.

        None without any, or when something was said already.
        """
        grounds = self.asked.grounds
        if self.completion or grounds is None or not grounds.is_relevant:
            return None
        self._note_time()
        instead = passages_instead(self._language, grounds.passages)
        self._citer = None
        self.citations = instead.citations
        self.finish_reason = FinishReason.UNANSWERED
        self.notices += (Notice("passages-instead", {**error.data(), "error": error.code}),)
        return ReplyDelta(self._show_whole(instead.text), plain=sanitized_plain(instead.plain))

    def reply(self) -> Reply:
        """The whole answer, as far as it got."""
        usage = self.end.usage if self.end else Usage()
        return Reply(
            text="".join(self.shown),
            conversation=self.asked.incoming.conversation,
            model=self.asked.model,
            engine=self.engine,
            finish_reason=self.finish_reason,
            usage=usage,
            timings=self._timings(usage),
            citations=self.citations,
            notices=self.asked.notices + self.notices + self._unsupported_notice + self.output.notices,
            abstained=self.abstained,
            completion="".join(self.completion),
            attached=self.asked.attached,
        )

    def _abstain(self, rest: str) -> ReplyDelta:
        """The files don't say it, and there is nothing else to be shown."""
        self.abstained, self.citations = True, ()
        return ReplyDelta(rest)

    @property
    def _is_doubtful(self) -> bool:
        return self.trust < LEAST_UNSUPPORTED or self.finish_reason is FinishReason.REPEATING

    @property
    def _unsupported_notice(self) -> tuple[Notice, ...]:
        """That some sentences rest on nothing; where all of them do, the answer has said so."""
        if self.abstained or not self.unsupported:
            return ()
        return (Notice("unsupported", {"sentences": self.unsupported}),)

    def _show_closest(self, sentence: str, found: tuple[Passage, ...], *, after: str) -> ReplyDelta:
        self.abstained = True
        self.citations = ()
        said = speak(self._language)(sentence)
        if not self.completion:
            self._note_time()
            self.completion.append(said)
        before = "\n\n" if "".join(self.shown).strip() else ""
        closest = closest_passages(found)
        text = self._show_whole(f"{before}{said}\n\n{closest.text}")
        return ReplyDelta(after + text, plain=after + sanitized_plain(f"{before}{said}\n\n{closest.plain}"))

    @property
    def _language(self) -> Language:
        return spoken_to(self.asked.question, person=self.asked.incoming.language)

    def _show(self, text: str) -> str:
        """What may be shown of `text` so far; the only way into `shown` besides `_show_rest`."""
        safe = self.output.feed(text)
        self.shown.append(safe)
        return safe

    def _show_rest(self) -> str:
        """What the output held back."""
        rest = self.output.end()
        self.shown.append(rest)
        return rest

    def _show_whole(self, text: str) -> str:
        return self._show(text) + self._show_rest()

    def _note_time(self) -> None:
        self.last_at = self.clock.monotonic()
        if self.first_at is None:
            self.first_at = self.last_at

    def _timings(self, usage: Usage) -> Timings:
        return Timings(
            queue_ms=self.asked.queued_ms,
            retrieval_ms=self.asked.grounds.took_ms if self.asked.grounds else 0.0,
            load_ms=self.end.load_ms if self.end else None,
            ttft_ms=None if self.first_at is None else (self.first_at - self.asked.received) * 1000,
            total_ms=(self.clock.monotonic() - self.asked.received) * 1000,
            tokens_per_second=self._rate(usage),
        )

    def _rate(self, usage: Usage) -> float | None:
        """Tokens a second of generation: by the engine's own clock, else (tokens − 1) over the time between deltas."""
        tokens = usage.completion_tokens
        if not tokens:
            return None
        if self.end and self.end.generation_ms:
            return tokens / self.end.generation_ms * 1000
        if self.first_at is None or self.last_at <= self.first_at or tokens == 1:
            return None
        return (tokens - 1) / (self.last_at - self.first_at)
