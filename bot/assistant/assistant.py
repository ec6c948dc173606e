"""Owns the use case: a question comes in, the answer streams out, and the conversation remembers both.

One turn at a time per conversation; turns of different conversations run side by side. The work of a turn runs in a
task of its own, so that it can be stopped at any moment and what was said so far is kept.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from bot.access import Access, Permission
from bot.assistant.answering import Answering, Explain, PinnedModelGone
from bot.assistant.earlier import instead_of_earlier_try, once_more, without_earlier_pictures
from bot.assistant.gathering import Consults, Gathering
from bot.assistant.limits import Limits
from bot.assistant.questions import question_of, remarks_of
from bot.assistant.said import Asked, Clock
from bot.assistant.turn_line import log_unanswered
from bot.attachments.reading import AttachmentReading
from bot.errors import (
    AssistantError,
    DiskFull,
    HistoryUnavailable,
    ModelFileMissing,
    TooManyWaiting,
    UnknownModel,
)
from bot.logs import in_turn
from bot.messages import (
    ConversationKey,
    FinishReason,
    Incoming,
    Notice,
    Progress,
    Reply,
    ReplyEvent,
    Stage,
    Timings,
    Turn,
    Usage,
)
from bot.models.selection import ModelSelection, loss
from bot.models.sight import Sight
from bot.personas.choosing import InForce
from bot.ports import ChatModel, Fetch, Forgotten, History, LatencyLog, LatencySample, PlaceSettings

logger = logging.getLogger(__name__)

ReplyStream = AsyncGenerator[ReplyEvent, None]
Events = asyncio.Queue[ReplyEvent | None]
OnError = Callable[[AssistantError], None]
T = TypeVar("T")

COLD_MS = 300.0
"""A load that took longer counts as a cold start; engines report a few milliseconds for a warm model too."""


@dataclass(slots=True)
class _Line:
    """The turns of one conversation: `lock` is held by the one that is answered, `turns` counts it and those behind.

    `asker` is whom the running one is for: platform and id.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    turns: int = 0
    running: asyncio.Task[None] | None = None
    asker: tuple[str, str] | None = None


class Assistant:
    """Answers questions. Every stream ends with exactly one `Reply`, or raises an `AssistantError`.

    Here, and here alone, it is asked whether somebody may ask (`NotAllowed`): every platform comes through.
    """

    def __init__(
        self,
        *,
        engine: ChatModel,
        history: History,
        selection: ModelSelection,
        latency: LatencyLog,
        knowledge: Consults | None = None,
        attachments: AttachmentReading | None = None,
        access: Access | None = None,
        places: PlaceSettings | None = None,
        limits: Limits | None = None,
        clock: Clock | None = None,
        explain: Explain | None = None,
        sight: Sight | None = None,
        on_error: OnError | None = None,
    ) -> None:
        """`places` narrows what is searched for a channel; `explain` adds to an engine's error what helps.

        `sight` knows which models see, and which of them to name; without, only the engine is asked. `on_error` hears
        of each error that ends a turn.
        """
        self._limits = limits or Limits()
        self._clock = clock or Clock()
        self._history = history
        self._selection = selection
        self._latency = latency
        self._gathering = Gathering(
            sight=sight or Sight(engine), knowledge=knowledge, attachments=attachments, places=places
        )
        self._access = access or Access()
        self._answering = Answering(engine, limits=self._limits, clock=self._clock, explain=explain)
        self._on_error = on_error or _unheard
        self._lines: dict[ConversationKey, _Line] = {}
        self._unsaved: dict[ConversationKey, list[tuple[Turn, str | None]]] = {}

    def answer(self, incoming: Incoming, *, fetch: Fetch | None = None) -> ReplyStream:
        """Answer one question. Closing the stream stops the answer; what was said so far is kept.

        `fetch` brings the files that came with it. One that can't be used is told beside the answer; it is an
        `AttachmentRefused` only where there is nothing else to answer.
        """
        return self._stream(incoming, again=False, fetch=fetch)

    def regenerate(self, incoming: Incoming) -> ReplyStream:
        """Answer the newest question of the conversation again, in place of its earlier answer."""
        return self._stream(incoming, again=True, fetch=None)

    async def consider(self, incoming: Incoming) -> Asked:
        """A question that stands by itself, with what the documents say to it, for whoever has it answered.

        As whom it is answered here is known, but not by which model; nothing is remembered of it. Raises as an answer
        would before anything is said.
        """
        self._demand(incoming)
        question = question_of(incoming, limit=self._limits.question_chars)
        persona = await self._selection.persona(incoming.conversation, incoming.author)
        asked = Asked(
            incoming=incoming,
            question=question,
            turns=(),
            model="",
            received=self._clock.monotonic(),
            queued_ms=0.0,
            asker=incoming.author.id,
            persona=persona.persona,
            notices=persona.notices,
        )
        return await self._gathering.consult(asked)

    async def stop(self, conversation: ConversationKey) -> bool:
        """Stop the answer that is being given in `conversation`; False when there is none.

        Its stream then ends by itself with a `Reply` that says `STOPPED`. Turns that wait behind it go on.
        """
        line = self._lines.get(conversation)
        if line is None or line.running is None:
            return False
        return line.running.cancel()

    async def forget(self, conversation: ConversationKey) -> Forgotten:
        """Stop the answer that is being given, then erase what is remembered of `conversation`, stored or not."""
        await self.stop(conversation)
        async with self._alone(conversation):
            forgotten = await self._history.forget(conversation)
            unsaved = self._unsaved.pop(conversation, [])
        return replace(forgotten, turns=forgotten.turns + len(unsaved))

    async def forget_person(self, platform: str, author: str) -> Forgotten:
        """Erase what the person asked in every conversation on `platform`, and the person's own pins.

        What is being answered to the person here is stopped first. Turns of others stay.
        """
        for conversation, line in list(self._lines.items()):
            if line.running and line.asker == (platform, author):
                line.running.cancel()
                async with self._alone(conversation):
                    pass  # by now it is stored, or waits for that
        for conversation in [place for place in self._unsaved if place.platform == platform]:
            async with self._alone(conversation):
                await self._flush(conversation)
        return await self._history.forget_person(platform, author)

    async def flush(self, conversation: ConversationKey) -> None:
        """Store the turns of `conversation` that wait for the history; raises when it still can't be reached."""
        if conversation in self._unsaved:
            async with self._alone(conversation):
                await self._flush(conversation)

    async def _flush(self, conversation: ConversationKey) -> None:
        """The same for whoever holds the conversation's line: two at once would store a turn twice."""
        waiting = self._unsaved.get(conversation, [])
        while waiting:
            turn, replaces = waiting[0]
            await self._history.append(conversation, turn, replaces=replaces)
            waiting.pop(0)
        self._unsaved.pop(conversation, None)

    async def close(self) -> None:
        """Stop every answer, keep what was said, and store what could not be stored before."""
        running = [line.running for line in self._lines.values() if line.running]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
        for conversation in list(self._unsaved):
            try:
                await self.flush(conversation)
            except AssistantError as error:
                logger.warning("a turn could not be stored before the end: %s", error)

    async def _stream(self, incoming: Incoming, *, again: bool, fetch: Fetch | None) -> ReplyStream:
        events: Events = asyncio.Queue()
        with in_turn(incoming):
            turn = asyncio.create_task(self._turn(incoming, events, again=again, fetch=fetch))
        turn.add_done_callback(lambda _: events.put_nowait(None))
        try:
            while (event := await events.get()) is not None:
                yield event
            turn.result()
        except AssistantError as error:
            self._on_error(error)
            raise
        finally:
            turn.cancel()
            await asyncio.wait({turn})

    async def _turn(self, incoming: Incoming, events: Events, *, again: bool, fetch: Fetch | None) -> None:
        """One turn in its own task. Being cancelled before there was an answer still ends in a reply: nothing said."""
        received = self._clock.monotonic() - self._waited_s(incoming)
        try:
            self._demand(incoming)
            question = "" if again else question_of(incoming, limit=self._limits.question_chars)
            async with self._my_turn(incoming, events):
                asked = await self._recall(incoming, question, received=received, again=again)
                if incoming.attachments:
                    events.put_nowait(Progress(Stage.READING, model=asked.model))
                    asked = await self._gathering.read(asked, fetch)
                asked = await self._gathering.consult(asked)
                reply, failure = await self._answered(asked, events)
                stored = await _unbroken(self._remember(asked, reply))
        except asyncio.CancelledError:
            events.put_nowait(_nothing_said(incoming))
            return
        except AssistantError as error:
            log_unanswered(incoming, error)
            raise
        if failure:
            self._reconsider(failure)
            raise failure
        events.put_nowait(reply if stored else replace(reply, notices=(*reply.notices, Notice("not-saved"))))
        await _unbroken(self._measure(reply))

    def _demand(self, incoming: Incoming) -> None:
        """Naming a model for one question takes what choosing one for longer does."""
        self._access.demand(Permission.ASK, incoming.author, incoming.conversation, action="")
        if incoming.model:
            self._access.demand(Permission.SWITCH, incoming.author, incoming.conversation, action=incoming.model)

    def _waited_s(self, incoming: Incoming) -> float:
        """How long it took the question to get here, by the wall clock: it may have waited for another process."""
        return max(0.0, self._clock.now() - incoming.received_at)

    @asynccontextmanager
    async def _my_turn(self, incoming: Incoming, events: Events) -> AsyncIterator[None]:
        """Wait until the conversation's earlier turns have ended; `TooManyWaiting` when too many already wait."""
        conversation = incoming.conversation
        waiting = self._lines.get(conversation, _Line()).turns
        if waiting > self._limits.waiting_turns:
            raise TooManyWaiting(waiting=waiting - 1)
        if waiting:
            events.put_nowait(Progress(Stage.QUEUED, model=""))
        async with self._alone(conversation) as line:
            line.running, line.asker = asyncio.current_task(), (conversation.platform, incoming.owner)
            try:
                yield
            finally:
                line.running = None

    @asynccontextmanager
    async def _alone(self, conversation: ConversationKey) -> AsyncIterator[_Line]:
        """Hold the conversation's line, after those who came before."""
        line = self._lines.setdefault(conversation, _Line())
        line.turns += 1
        try:
            async with line.lock:
                yield line
        finally:
            line.turns -= 1
            if not line.turns:
                self._lines.pop(conversation, None)

    async def _recall(self, incoming: Incoming, question: str, *, received: float, again: bool) -> Asked:
        """What the conversation remembers, and which model answers."""
        await self._flush(incoming.conversation)
        turns = tuple(await self._history.turns(incoming.conversation))
        model, is_pinned, persona = await self._chosen(incoming)
        asked = Asked(
            incoming=incoming,
            question=question,
            turns=turns,
            model=model,
            is_pinned=is_pinned,
            received=received,
            queued_ms=(self._clock.monotonic() - received) * 1000,
            asker=incoming.author.id,
            context=remarks_of(incoming),
            persona=persona.persona,
        )
        asked = without_earlier_pictures(once_more(asked) if again else instead_of_earlier_try(asked))
        return replace(asked, notices=(*persona.notices, *asked.notices))

    async def _chosen(self, incoming: Incoming) -> tuple[str, bool, InForce]:
        """Which model answers, whether it was chosen for longer, and as whom.

        One that was named for this question alone is not replaced.
        """
        if incoming.model:
            return incoming.model, False, await self._selection.persona(incoming.conversation, incoming.author)
        selection = await self._selection.choose(incoming.conversation, incoming.author)
        return selection.model, selection.is_pinned, selection.persona

    async def _answered(self, asked: Asked, events: Events) -> tuple[Reply, AssistantError | None]:
        """The chosen model's answer; where the engine has lost a pinned one, the next choice's, and that it is another.

        The engine isn't asked before: a model that is there, as they nearly always are, costs nothing.
        """
        gone: list[str] = []
        trying = asked
        while True:
            try:
                return await self._answering.run(trying, events.put_nowait)
            except PinnedModelGone:
                gone.append(trying.model)
                trying = await self._by_next_choice(asked, gone)

    async def _by_next_choice(self, asked: Asked, gone: Sequence[str]) -> Asked:
        incoming = asked.incoming
        instead = await self._selection.choose(incoming.conversation, incoming.author, without=gone)
        logger.warning("pinned models are gone: models=%s instead=%s", ",".join(gone), instead.model)
        told = tuple(loss(lost, instead=instead) for lost in gone)
        trying = replace(asked, model=instead.model, is_pinned=instead.is_pinned, notices=(*asked.notices, *told))
        return await self._gathering.for_another_model(trying)

    async def _remember(self, asked: Asked, reply: Reply) -> bool:
        """Store the turn; False when the history can't be reached, and the turn waits here until it can.

        A question that got no answer is stored too, so that it can be answered again; an answer that was to be
        replaced stays when nothing better came.
        """
        if asked.is_again and not reply.completion:
            return True
        turn = Turn(
            id=asked.incoming.id,
            question=asked.question,
            answer=reply.completion,
            model=reply.model,
            at=self._clock.now(),
            finish_reason=reply.finish_reason,
            citations=reply.citations,
            abstained=reply.abstained,
            author=asked.asker,
            attached=asked.attached,
            context=asked.context,
        )
        try:
            await self._history.append(asked.incoming.conversation, turn, replaces=asked.replaces)
        except (HistoryUnavailable, DiskFull) as error:
            logger.warning("a turn could not be stored and waits in memory: %s", error)
            self._unsaved.setdefault(asked.incoming.conversation, []).append((turn, asked.replaces))
            return False
        return True

    def _reconsider(self, failure: AssistantError) -> None:
        match failure:
            case UnknownModel(name=name) | ModelFileMissing(model=name):
                self._selection.reject(name)

    async def _measure(self, reply: Reply) -> None:
        """Keep how long the turn took; a measurement that can't be kept is no reason to bother anybody."""
        sample = LatencySample(
            model=reply.model,
            at=self._clock.now(),
            total_ms=reply.timings.total_ms,
            ttft_ms=reply.timings.ttft_ms,
            load_ms=reply.timings.load_ms,
            tokens_per_second=reply.timings.tokens_per_second,
            cold=(reply.timings.load_ms or 0.0) >= COLD_MS,
            queue_ms=reply.timings.queue_ms,
            retrieval_ms=reply.timings.retrieval_ms,
            abstained=reply.abstained,
        )
        try:
            await self._latency.record(sample)
        except AssistantError as error:
            logger.warning("a latency sample was dropped: %s", error)


def _unheard(_error: AssistantError) -> None:
    """Nobody counts errors."""


def _nothing_said(incoming: Incoming) -> Reply:
    return Reply(
        text="",
        conversation=incoming.conversation,
        model=incoming.model or "",
        engine="",
        finish_reason=FinishReason.STOPPED,
        usage=Usage(),
        timings=Timings(),
    )


async def _unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end even when this task is cancelled meanwhile; its own timeouts bound it."""
    task = asyncio.ensure_future(work)
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise
        except AssistantError:
            break
    return task.result()
