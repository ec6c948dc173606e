import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import pytest

from bot.assistant import Assistant
from bot.assistant.limits import Limits
from bot.assistant.said import Clock
from bot.errors import (
    ContextExceeded,
    EmptyQuestion,
    EngineInterrupted,
    EngineSilent,
    EngineUnreachable,
    HistoryUnavailable,
    NothingToRegenerate,
    NotTheNewest,
    TooManyWaiting,
    UnknownModel,
)
from bot.messages import (
    Author,
    ConversationKey,
    FinishReason,
    Incoming,
    Progress,
    Reply,
    ReplyDelta,
    ReplyEvent,
    Stage,
    Turn,
    Usage,
)
from bot.models.selection import ModelSelection
from bot.ports import CompletionDelta, CompletionEnd, ModelInfo, PinScope
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import Item, ScriptedEngine

ULA = Author("ula", "Ula")
HERE = ConversationKey("terminal", "local", "here")
THERE = ConversationKey("terminal", "local", "there")
QUICK = Limits(first_token_seconds=0.05, next_token_seconds=0.05, progress_seconds=0.01, waiting_turns=2)


@dataclass
class House:
    """An assistant over doubles, with the few calls that tests make."""

    engine: ScriptedEngine = field(default_factory=ScriptedEngine)
    history: MemoryHistory = field(default_factory=MemoryHistory)
    latency: MemoryLatencyLog = field(default_factory=MemoryLatencyLog)
    limits: Limits = field(default_factory=Limits)
    default: str | None = None
    asked: int = 0

    def __post_init__(self) -> None:
        selection = ModelSelection(self.engine, self.history.pins, default=self.default)
        self.assistant = Assistant(
            engine=self.engine, history=self.history, selection=selection, latency=self.latency, limits=self.limits
        )

    def incoming(self, text: str, *, conversation: ConversationKey = HERE) -> Incoming:
        self.asked += 1
        return Incoming(str(self.asked), conversation, ULA, text, received_at=0.0)

    def ask(self, text: str, *, conversation: ConversationKey = HERE) -> AsyncGenerator[ReplyEvent, None]:
        return self.assistant.answer(self.incoming(text, conversation=conversation))

    async def reply(self, text: str, *, conversation: ConversationKey = HERE) -> Reply:
        return await last(self.ask(text, conversation=conversation))

    async def answers(self, conversation: ConversationKey = HERE) -> list[tuple[str, str, str]]:
        return [(t.question, t.answer, t.finish_reason.value) for t in await self.history.turns(conversation)]


def scripted(*scripts: Sequence[Item], **house: object) -> House:
    return House(engine=ScriptedEngine(scripts=list(scripts)), **house)  # type: ignore[arg-type]  # plain pass-through


async def last(stream: AsyncGenerator[ReplyEvent, None]) -> Reply:
    events = [event async for event in stream]
    assert isinstance(events[-1], Reply)
    assert sum(isinstance(event, Reply) for event in events) == 1
    return events[-1]


async def until(stream: AsyncGenerator[ReplyEvent, None], wanted: Callable[[ReplyEvent], bool]) -> ReplyEvent:
    async with asyncio.timeout(5):
        async for event in stream:
            if wanted(event):
                return event
    raise AssertionError("the stream ended without it")


def is_text(event: ReplyEvent) -> bool:
    return isinstance(event, ReplyDelta)


def waits_in(stage: Stage) -> Callable[[ReplyEvent], bool]:
    return lambda event: isinstance(event, Progress) and event.stage is stage


# --- answering ------------------------------------------------------------------------------------------------


async def test_an_answer_streams_and_ends_with_the_whole_reply() -> None:
    events = [event async for event in House().ask("Hello?")]
    assert [event.text for event in events if isinstance(event, ReplyDelta)] == ["Hello", " there."]
    reply = events[-1]
    assert isinstance(reply, Reply)
    assert (reply.text, reply.model, reply.engine) == ("Hello there.", "owl:1b", "scripted")
    assert reply.finish_reason is FinishReason.COMPLETE
    assert reply.usage.completion_tokens == 2
    assert reply.timings.ttft_ms is not None
    assert reply.timings.ttft_ms <= reply.timings.total_ms


@pytest.mark.parametrize(("received_at", "waited_ms"), [(940.0, 60_000.0), (2_000.0, 0.0)])
async def test_what_a_question_waited_elsewhere_counts_and_a_clock_that_is_wrong_takes_nothing_off(
    received_at: float, waited_ms: float
) -> None:
    house = House()
    house.assistant = Assistant(
        engine=house.engine,
        history=house.history,
        selection=ModelSelection(house.engine, house.history.pins, default=None),
        latency=house.latency,
        clock=Clock(monotonic=lambda: 5.0, now=lambda: 1_000.0),
    )
    timings = (await last(house.assistant.answer(replace(house.incoming("Hello?"), received_at=received_at)))).timings
    assert (timings.queue_ms, timings.ttft_ms, timings.total_ms) == (waited_ms, waited_ms, waited_ms)


async def test_a_follow_up_shows_the_model_what_was_said_before() -> None:
    house = House()
    await house.reply("My name is Ula.")
    await house.reply("What is my name?")
    assert [message.content for message in house.engine.asked[-1].messages[1:]] == [
        "My name is Ula.",
        "Hello there.",
        "What is my name?",
    ]


async def test_conversations_do_not_see_each_other() -> None:
    house = House()
    await house.reply("My name is Ula.")
    await house.reply("What is my name?", conversation=THERE)
    assert len(house.engine.asked[-1].messages) == 2


async def test_thinking_is_kept_apart_from_the_answer() -> None:
    house = scripted([CompletionDelta(thinking="hm"), "Yes."])
    events = [event async for event in house.ask("Is it?")]
    assert ReplyDelta("", "hm") in events
    assert await house.answers() == [("Is it?", "Yes.", "complete")]


async def test_the_pinned_model_answers() -> None:
    house = House(engine=ScriptedEngine(offers=[ModelInfo("owl:1b"), ModelInfo("owl:7b")]))
    await house.history.pins.pin(PinScope.CHANNEL, HERE, ULA, "owl:7b")
    assert (await house.reply("Hello?")).model == "owl:7b"


async def test_what_is_no_question_is_refused_and_not_remembered() -> None:
    house = House()
    with pytest.raises(EmptyQuestion):
        await house.reply(" \n ")
    assert await house.answers() == []
    assert house.engine.asked == []


async def test_latency_is_recorded_with_the_cold_start() -> None:
    house = scripted(["Hi.", CompletionEnd(FinishReason.COMPLETE, Usage(10, 1), load_ms=4000.0, generation_ms=100.0)])
    await house.reply("Hello?")
    (sample,) = (await house.latency.samples())["owl:1b"]
    assert (sample.cold, sample.load_ms, sample.tokens_per_second) == (True, 4000.0, 10.0)


async def test_no_message_text_is_logged_above_debug(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        await scripted(["the secret answer"]).reply("the secret question")
    assert "turn ended" in caplog.text
    assert "secret" not in caplog.text


# --- stopping -------------------------------------------------------------------------------------------------


async def test_stop_ends_the_stream_and_keeps_what_was_said() -> None:
    house = scripted(["Once upon", asyncio.Event()])
    stream = house.ask("Tell me a story.")
    await until(stream, is_text)
    assert await house.assistant.stop(HERE)
    reply = await last(stream)
    assert (reply.text, reply.finish_reason) == ("Once upon", FinishReason.STOPPED)
    assert await house.answers() == [("Tell me a story.", "Once upon", "stopped")]
    assert house.engine.closed == 1


async def test_a_delta_is_read_before_the_engine_is_asked_for_the_next() -> None:
    house = scripted(["Once", " upon", " a time"])
    async with aclosing(house.ask("Tell me a story.")) as stream:
        await until(stream, is_text)
        assert await house.assistant.stop(HERE)
        assert [event.text for event in [event async for event in stream] if isinstance(event, Reply)] == ["Once"]


async def test_stop_before_the_first_word_ends_the_stream_as_well() -> None:
    house = scripted([asyncio.Event()], limits=Limits(progress_seconds=0.01))
    stream = house.ask("Tell me a story.")
    await until(stream, waits_in(Stage.READING))
    assert await house.assistant.stop(HERE)
    assert (await last(stream)).finish_reason is FinishReason.STOPPED


async def test_stop_says_when_there_is_nothing_to_stop() -> None:
    house = House()
    assert not await house.assistant.stop(HERE)
    await house.reply("Hello?")
    assert not await house.assistant.stop(HERE)


async def test_closing_the_stream_stops_the_engine_and_keeps_what_was_said() -> None:
    house = scripted(["Once upon", asyncio.Event()])
    async with aclosing(house.ask("Tell me a story.")) as stream:
        await until(stream, is_text)
    assert house.engine.closed == 1
    assert await house.answers() == [("Tell me a story.", "Once upon", "stopped")]


async def test_closing_the_assistant_keeps_what_was_said() -> None:
    house = scripted(["Once upon", asyncio.Event()])
    stream = house.ask("Tell me a story.")
    await until(stream, is_text)
    await house.assistant.close()
    assert (await last(stream)).finish_reason is FinishReason.STOPPED
    assert await house.answers() == [("Tell me a story.", "Once upon", "stopped")]


# --- forgetting -----------------------------------------------------------------------------------------------


async def test_forget_stops_the_running_answer_and_erases_it_with_the_rest() -> None:
    house = scripted(["One."], ["Once upon", asyncio.Event()])
    await house.reply("First?")
    stream = house.ask("Tell me a story.")
    await until(stream, is_text)
    assert (await house.assistant.forget(HERE)).turns == 2
    assert (await last(stream)).finish_reason is FinishReason.STOPPED
    assert await house.answers() == []


async def test_forget_erases_what_waits_to_be_stored_as_well() -> None:
    go_on = asyncio.Event()
    house = scripted(["One.", go_on], ["Two."])
    stream = house.ask("First?")
    await until(stream, is_text)
    house.history.down = HistoryUnavailable("localhost:6379", "refused")
    go_on.set()
    await last(stream)
    house.history.down = None
    assert (await house.assistant.forget(HERE)).turns == 1
    await house.reply("Second?")
    assert await house.answers() == [("Second?", "Two.", "complete")]


# --- one at a time --------------------------------------------------------------------------------------------


async def test_turns_of_one_conversation_are_answered_in_order() -> None:
    go_on = asyncio.Event()
    house = scripted(["One", go_on], ["Two"])
    first, second = house.ask("First?"), house.ask("Second?")
    await until(first, is_text)
    await until(second, waits_in(Stage.QUEUED))
    go_on.set()
    await last(first)
    await last(second)
    assert [question for question, _, _ in await house.answers()] == ["First?", "Second?"]
    assert "One" in [message.content for message in house.engine.asked[1].messages]


async def test_turns_of_other_conversations_do_not_wait() -> None:
    house = scripted(["One", asyncio.Event()], ["Two"])
    first = house.ask("First?")
    await until(first, is_text)
    assert (await house.reply("Second?", conversation=THERE)).text == "Two"
    await first.aclose()


async def test_too_many_waiting_turns_are_refused() -> None:
    house = scripted(["One", asyncio.Event()], limits=QUICK)
    streams = [house.ask(f"Number {number}?") for number in range(3)]
    await until(streams[0], is_text)
    for stream in streams[1:]:
        await until(stream, waits_in(Stage.QUEUED))
    with pytest.raises(TooManyWaiting) as caught:
        await house.reply("One more?")
    assert caught.value.waiting == 2
    for stream in reversed(streams):
        await stream.aclose()


# --- again ----------------------------------------------------------------------------------------------------


async def test_a_question_that_is_delivered_again_is_answered_in_its_own_place() -> None:
    house = scripted(["First."], ["Half a"], ["Whole."])
    await house.reply("Hello?")
    again = house.incoming("Well?")
    for _ in range(2):
        await last(house.assistant.answer(again))
    assert await house.answers() == [("Hello?", "First.", "complete"), ("Well?", "Whole.", "complete")]
    assert "Half a" not in str(house.engine.asked[-1].messages)


async def test_regenerate_replaces_the_newest_answer() -> None:
    house = scripted(["Bad."], ["Better."])
    await house.reply("Well?")
    reply = await last(house.assistant.regenerate(house.incoming("")))
    assert reply.text == "Better."
    assert await house.answers() == [("Well?", "Better.", "complete")]
    assert house.engine.asked[0].messages == house.engine.asked[1].messages


async def test_no_other_answer_is_replaced_than_the_one_that_is_meant() -> None:
    house = scripted(["Bad."], ["Good."], ["Better."])
    meant = house.incoming("Well?")
    await last(house.assistant.answer(meant))
    await house.reply("And?")
    again = replace(house.incoming(""), again=True, turn=meant.id)
    with pytest.raises(NotTheNewest):
        await last(house.assistant.regenerate(again))
    assert await house.answers() == [("Well?", "Bad.", "complete"), ("And?", "Good.", "complete")]


async def test_an_answer_that_was_given_again_before_its_worker_ended_is_given_once_more() -> None:
    house = scripted(["Bad."], ["Better."], ["Best."])
    meant = house.incoming("Well?")
    await last(house.assistant.answer(meant))
    again = replace(house.incoming(""), again=True, turn=meant.id)
    for _ in range(2):
        await last(house.assistant.regenerate(again))
    assert await house.answers() == [("Well?", "Best.", "complete")]


async def test_regenerate_without_a_turn_says_so() -> None:
    house = House()
    with pytest.raises(NothingToRegenerate):
        await last(house.assistant.regenerate(house.incoming("")))


async def test_a_failed_regenerate_keeps_the_earlier_answer() -> None:
    house = scripted(["Good."], [EngineUnreachable("scripted", "scripted://")])
    await house.reply("Well?")
    with pytest.raises(EngineUnreachable):
        await last(house.assistant.regenerate(house.incoming("")))
    assert await house.answers() == [("Well?", "Good.", "complete")]


# --- faults ---------------------------------------------------------------------------------------------------


async def test_an_engine_that_breaks_off_leaves_what_it_said_in_the_history() -> None:
    house = scripted(["Half an", EngineInterrupted("scripted", "owl:1b")], ["Whole."])
    with pytest.raises(EngineInterrupted):
        await house.reply("Well?")
    assert await house.answers() == [("Well?", "Half an", "interrupted")]
    assert (await last(house.assistant.regenerate(house.incoming("")))).text == "Whole."


@pytest.mark.parametrize("kind", ["text", "thinking"])
async def test_a_model_that_goes_round_in_circles_is_stopped(kind: str) -> None:
    circles = [CompletionDelta(**{kind: "for example "})] * 5_000
    house = scripted([CompletionDelta(text="It is "), *circles])
    reply = await house.reply("Well?")
    assert (reply.finish_reason, house.engine.closed) == (FinishReason.REPEATING, 1)
    assert len(reply.text) < 500


async def test_the_history_keeps_a_loop_once_so_that_the_model_does_not_go_on_with_it() -> None:
    house = scripted(["It is ", *["for example "] * 5_000])
    await house.reply("Well?")
    assert await house.answers() == [("Well?", "It is for example", "repeating")]


async def test_a_question_to_an_engine_that_is_down_can_be_answered_later() -> None:
    house = scripted([EngineUnreachable("scripted", "scripted://")], ["Here I am."])
    with pytest.raises(EngineUnreachable):
        await house.reply("Are you there?")
    assert await house.answers() == [("Are you there?", "", "interrupted")]
    assert (await house.reply("Are you there?")).text == "Here I am."
    assert await house.answers() == [("Are you there?", "Here I am.", "complete")]


async def test_an_engine_that_never_answers_is_given_up() -> None:
    house = scripted([asyncio.Event()], limits=QUICK)
    with pytest.raises(EngineSilent) as caught:
        await house.reply("Are you there?")
    assert caught.value.seconds == QUICK.first_token_seconds
    assert house.engine.closed == 1


async def test_an_engine_that_is_slow_but_steady_is_not_given_up() -> None:
    pauses = [asyncio.Event() for _ in range(4)]
    script = ["Once", *(item for pause in pauses for item in (pause, " more"))]
    house = scripted(script, limits=Limits(next_token_seconds=0.3))
    for n, pause in enumerate(pauses, start=1):
        asyncio.get_running_loop().call_later(0.1 * n, pause.set)
    assert (await house.reply("Tell me a story.")).text == "Once" + " more" * len(pauses)


async def test_an_engine_that_falls_silent_in_the_middle_is_given_up() -> None:
    house = scripted(["Once", asyncio.Event()], limits=QUICK)
    with pytest.raises(EngineSilent):
        await house.reply("Tell me a story.")
    assert await house.answers() == [("Tell me a story.", "Once", "interrupted")]


async def test_a_cold_model_is_waited_for_and_said_to_be_loading() -> None:
    loaded = asyncio.Event()
    engine = ScriptedEngine(scripts=[[loaded, "Hi."]], offers=[ModelInfo("owl:1b", loaded=False)])
    house = House(engine=engine, limits=QUICK)
    stream = house.ask("Hello?")
    assert await until(stream, lambda event: isinstance(event, Progress)) == Progress(Stage.LOADING, "owl:1b")
    loaded.set()
    assert (await last(stream)).text == "Hi."


async def test_a_model_that_is_gone_is_named_and_the_engine_chooses_anew() -> None:
    house = scripted([UnknownModel("owl:1b", "scripted")], ["Hi."])
    with pytest.raises(UnknownModel):
        await house.reply("Hello?")
    house.engine.offers = [ModelInfo("owl:7b")]
    assert (await house.reply("Hello again?")).model == "owl:7b"


async def test_where_a_pinned_model_is_gone_the_next_choice_answers_and_says_so() -> None:
    house = House(default="owl:1b")
    pins = house.history.pins
    await pins.pin(PinScope.CHANNEL, HERE, ULA, "owl:7b")
    await pins.pin(PinScope.USER, HERE, ULA, "owl:70b")
    reply = await house.reply("Hello?")
    assert (reply.text, reply.model) == ("Hello there.", "owl:1b")
    assert [(notice.code, notice.data) for notice in reply.notices] == [
        ("pinned-model-gone", {"model": "owl:7b", "instead": "owl:1b"}),
        ("pinned-model-gone", {"model": "owl:70b", "instead": "owl:1b"}),
    ]
    assert [turn.model for turn in await house.history.turns(HERE)] == ["owl:1b"]


async def test_a_pinned_model_that_goes_while_it_answers_is_not_replaced_in_mid_sentence() -> None:
    house = scripted(["Hel", UnknownModel("owl:1b", "scripted")], default="owl:7b")
    await house.history.pins.pin(PinScope.CHANNEL, HERE, ULA, "owl:1b")
    with pytest.raises(UnknownModel):
        await house.reply("Hello?")
    assert await house.answers() == [("Hello?", "Hel", "interrupted")]


async def test_a_pinned_model_that_is_back_answers_again_without_a_word() -> None:
    house = House()
    await house.history.pins.pin(PinScope.CHANNEL, HERE, ULA, "owl:7b")
    assert (await house.reply("Hello?")).model == "owl:1b"
    house.engine.offers = [*house.engine.offers, ModelInfo("owl:7b")]
    reply = await house.reply("Hello again?")
    assert (reply.model, reply.notices) == ("owl:7b", ())


async def test_a_model_that_the_operator_set_or_somebody_named_is_not_replaced_in_silence() -> None:
    house = House(default="owl:7b")
    with pytest.raises(UnknownModel):
        await house.reply("Hello?")
    house = House()
    with pytest.raises(UnknownModel):
        await last(house.assistant.answer(replace(house.incoming("Hello?"), model="owl:7b")))


async def test_when_a_pinned_model_and_what_would_answer_instead_are_gone_that_is_said() -> None:
    house = House(default="owl:70b")
    await house.history.pins.pin(PinScope.CHANNEL, HERE, ULA, "owl:7b")
    with pytest.raises(UnknownModel) as lost:
        await house.reply("Hello?")
    assert lost.value.name == "owl:70b"


async def test_without_the_history_nothing_is_answered_and_it_recovers_by_itself() -> None:
    house = House()
    house.history.down = HistoryUnavailable("localhost:6379", "refused")
    with pytest.raises(HistoryUnavailable):
        await house.reply("Hello?")
    assert house.engine.asked == []
    house.history.down = None
    assert (await house.reply("Hello?")).text == "Hello there."


async def test_an_answer_that_cannot_be_stored_is_shown_and_stored_later() -> None:
    go_on = asyncio.Event()
    house = scripted(["One.", go_on], ["Two."])
    stream = house.ask("First?")
    await until(stream, is_text)
    house.history.down = HistoryUnavailable("localhost:6379", "refused")
    go_on.set()
    reply = await last(stream)
    assert (reply.text, [notice.code for notice in reply.notices]) == ("One.", ["not-saved"])
    house.history.down = None
    await house.reply("Second?")
    assert await house.answers() == [("First?", "One.", "complete"), ("Second?", "Two.", "complete")]


async def test_what_could_not_be_stored_is_stored_once_whoever_asks_for_it_at_the_same_time() -> None:
    class Slow(MemoryHistory):
        appended = 0

        async def append(self, conversation: ConversationKey, turn: Turn, *, replaces: str | None = None) -> None:
            if not self.down:
                await asyncio.sleep(0)
                self.appended += 1
            await super().append(conversation, turn, replaces=replaces)

    history = Slow()
    house = House(engine=ScriptedEngine(scripts=[["One.", asyncio.Event()]]), history=history)
    stream = house.ask("One?")
    await until(stream, is_text)
    history.down = HistoryUnavailable(where="here", reason="refused")
    await stream.aclose()
    history.down = None
    await asyncio.gather(*(house.assistant.flush(HERE) for _ in range(3)))
    assert history.appended == 1
    assert [question for question, *_ in await house.answers()] == ["One?"]


async def test_a_lost_latency_sample_bothers_nobody() -> None:
    house = House()
    house.latency.down = HistoryUnavailable("localhost:6379", "refused")
    assert (await house.reply("Hello?")).notices == ()


async def test_a_prompt_that_the_engine_cut_silently_raises_an_alarm(caplog: pytest.LogCaptureFixture) -> None:
    long_question = "Summarise this text. " + "The owl sat on the branch and looked at the moon. " * 300
    house = House(engine=ScriptedEngine(scripts=[["It is.", end_after(900)]], context=8192))
    reply = await house.reply(long_question)
    assert [notice.code for notice in reply.notices] == ["prompt-truncated"]
    assert "truncated" in caplog.text


async def test_a_prompt_that_the_engine_finds_too_long_is_trimmed_and_sent_again() -> None:
    house = scripted(
        [ContextExceeded(prompt_tokens=3000, context_tokens=1000)], ["Fits."], limits=Limits(answer_tokens=200)
    )
    reply = await house.reply("word " * 2500)
    assert reply.text == "Fits."
    assert [notice.code for notice in reply.notices] == ["question-cut"]
    first, second = house.engine.asked
    assert len(second.messages[-1].content) < len(first.messages[-1].content) / 2


async def test_a_model_that_says_nothing_is_told_apart_from_an_answer() -> None:
    reply = await scripted([end_after(10)]).reply("Hello?")
    assert [notice.code for notice in reply.notices] == ["empty-answer"]


def end_after(prompt_tokens: int) -> CompletionEnd:
    return CompletionEnd(FinishReason.COMPLETE, Usage(prompt_tokens=prompt_tokens, completion_tokens=2))
