"""Owns the use case: a question comes in, the answer streams out, and the conversation remembers both.

One turn at a time per conversation; turns of different conversations run side by side. The work of a turn runs in a
task of its own, so that it can be stopped at any moment and what was said so far is kept.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from bot.access import LOCAL_PLATFORM, Access, Permission
from bot.assistant.answering import Answering
from bot.assistant.limits import Limits
from bot.assistant.questions import question_of, remarks_of
from bot.assistant.said import Asked, Clock
from bot.assistant.turn_line import log_unanswered
from bot.attachments.reading import AttachmentReading, Read, shown_name
from bot.errors import (
    AssistantError,
    AttachmentRefused,
    DiskFull,
    EngineError,
    HistoryUnavailable,
    IndexLocked,
    IndexMismatch,
    IndexUnavailable,
    NothingToRegenerate,
    NotTheNewest,
    TooManyWaiting,
    UnknownModel,
)
from bot.logs import in_turn
from bot.messages import (
    Attached,
    AttachedKind,
    Author,
    ConversationKey,
    FinishReason,
    Incoming,
    Notice,
    Progress,
    Remark,
    Reply,
    ReplyEvent,
    Stage,
    Timings,
    Turn,
    Usage,
)
from bot.models.selection import ModelSelection
from bot.places import narrowing
from bot.ports import Capability, ChatModel, Fetch, Forgotten, History, LatencyLog, LatencySample, PlaceSettings
from bot.retrieval.enclosures import are_about_files, are_meant
from bot.retrieval.knowledge import Grounds

logger = logging.getLogger(__name__)

ReplyStream = AsyncGenerator[ReplyEvent, None]
Events = asyncio.Queue[ReplyEvent | None]
T = TypeVar("T")

COLD_MS = 300.0
"""A load that took longer counts as a cold start; engines report a few milliseconds for a warm model too."""


class Consults(Protocol):
    """What the assistant asks for grounds: the team's documents."""

    async def consult(
        self,
        question: str,
        *,
        turns: Sequence[Turn],
        conversation: ConversationKey,
        author: Author,
        remarks: Sequence[Remark] = (),
        within: frozenset[str] | None = None,
    ) -> Grounds | None:
        """What the documents that may be read here say to `question`; None where there is nothing to search.

        `remarks` are what others had said before it. With `within` only these scopes are searched, of those that may
        be read here.
        """
        ...

    async def caveats(self, question: str) -> tuple[Notice, ...]:
        """What must be said with an answer to `question`, for not all documents may be there yet."""
        ...


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
    ) -> None:
        """`places` narrows what is searched for a channel; without it nothing does."""
        self._limits = limits or Limits()
        self._clock = clock or Clock()
        self._engine = engine
        self._history = history
        self._selection = selection
        self._latency = latency
        self._knowledge = knowledge
        self._attachments = attachments
        self._access = access or Access()
        self._places = places
        self._answering = Answering(engine, limits=self._limits, clock=self._clock)
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
                    asked = await self._read(asked, fetch)
                asked = await self._consult(asked)
                reply, failure = await self._answering.run(asked, events.put_nowait)
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
            line.running, line.asker = asyncio.current_task(), (conversation.platform, incoming.author.id)
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
        model = incoming.model or (await self._selection.choose(incoming.conversation, incoming.author)).model
        asked = Asked(
            incoming=incoming,
            question=question,
            turns=turns,
            model=model,
            received=received,
            queued_ms=(self._clock.monotonic() - received) * 1000,
            asker=incoming.author.id,
            context=remarks_of(incoming),
        )
        return _again(asked) if again else _instead_of_earlier_try(asked)

    async def _read(self, asked: Asked, fetch: Fetch | None) -> Asked:
        """Read the files that came with the question; `AttachmentRefused` when there is nothing else to answer."""
        attachments = asked.incoming.attachments
        if self._attachments is None:
            raise AttachmentRefused(shown_name(attachments[0].name), "off")
        read = await self._without_unseen(await self._attachments.read(attachments, fetch=fetch), asked.model)
        if not asked.question and not are_about_files(read.attached):
            raise read.refused[0]
        notices = tuple(refusal.notice() for refusal in read.refused)
        return replace(asked, attached=read.attached, images=read.images, notices=(*asked.notices, *notices))

    async def _without_unseen(self, read: Read, model: str) -> Read:
        """Pictures go to models that see; otherwise it is said which ones do."""
        if not read.images:
            return read
        try:
            known = await self._engine.model(model)
            if Capability.VISION in known.capabilities:
                return read
            seeing = [one.name for one in await self._engine.models() if Capability.VISION in one.capabilities]
        except EngineError:  # answering meets the same, and says it
            return read
        return read.without_pictures(models=tuple(seeing))

    async def _consult(self, asked: Asked) -> Asked:
        """Search the documents. Without an index the question is answered all the same, and said to be uncited.

        What is asked of pictures, or plainly of the files that came along, no document answers; what is asked of a text
        may be about both.
        """
        if self._knowledge is None or not asked.question or _is_about_its_files(asked):
            return asked
        try:
            incoming = asked.incoming
            caveats = await self._knowledge.caveats(asked.question)
            grounds = await self._knowledge.consult(
                asked.question,
                turns=asked.turns,
                conversation=incoming.conversation,
                author=incoming.author,
                remarks=asked.context,
                within=await self._narrowing(incoming.conversation),
            )
        except (IndexUnavailable, IndexLocked, IndexMismatch) as error:
            logger.warning("answered without the documents: %s", error)
            return replace(asked, notices=(*asked.notices, Notice("uncited", {"reason": error.code})))
        return replace(asked, grounds=grounds, notices=(*asked.notices, *caveats))

    async def _narrowing(self, conversation: ConversationKey) -> frozenset[str] | None:
        """To which scopes an administrator has narrowed what is searched there; None where nobody has."""
        if self._places is None or conversation.platform == LOCAL_PLATFORM:
            return None
        return narrowing(await self._places.chosen(conversation))

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
        if isinstance(failure, UnknownModel):
            self._selection.reject(failure.name)

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
        )
        try:
            await self._latency.record(sample)
        except AssistantError as error:
            logger.warning("a latency sample was dropped: %s", error)


def _again(asked: Asked) -> Asked:
    """The conversation's newest question, to be answered in place of its earlier answer."""
    if not asked.turns:
        raise NothingToRegenerate
    newest, meant = asked.turns[-1], asked.incoming.turn
    if meant and newest.id not in {meant, asked.incoming.id}:  # a worker that ended may have answered it already
        raise NotTheNewest
    attached, lost = _remembered_files(newest)
    if lost and not newest.question and not are_about_files(attached):
        raise lost[0]
    return replace(
        asked,
        question=newest.question,
        turns=asked.turns[:-1],
        asker=newest.author,
        replaces=newest.id,
        is_again=True,
        attached=attached,
        context=newest.context,
        notices=tuple(refusal.notice() for refusal in lost),
    )


def _instead_of_earlier_try(asked: Asked) -> Asked:
    """A question typed again because it got no answer takes the place of the first try, and has what came with it.

    So does one whose worker ended before the answer was delivered: it has the same id, and brings the files itself.
    """
    newest = asked.turns[-1] if asked.turns else None
    if newest is None or (newest.id != asked.incoming.id and (newest.answer or newest.question != asked.question)):
        return asked
    instead = replace(asked, turns=asked.turns[:-1], replaces=newest.id, context=asked.context or newest.context)
    if asked.incoming.attachments:
        return instead
    attached, lost = _remembered_files(newest)
    return replace(instead, attached=attached, notices=tuple(refusal.notice() for refusal in lost))


def _is_about_its_files(asked: Asked) -> bool:
    if asked.images and not asked.files:
        return True
    return are_about_files(asked.attached) and are_meant(asked.question, asked.attached)


def _remembered_files(turn: Turn) -> tuple[tuple[Attached, ...], tuple[AttachmentRefused, ...]]:
    """What came with `turn` as far as it is still there, and the pictures that aren't: those are never kept."""
    lost = tuple(AttachmentRefused(one.name, "not-kept") for one in turn.attached if one.kind is AttachedKind.PICTURE)
    kept = (
        replace(one, kind=AttachedKind.UNREAD) if one.kind is AttachedKind.PICTURE else one for one in turn.attached
    )
    return tuple(kept), lost


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
