"""Owns a Sova on Ollama's wire that is asked for everything at once: the requests in their order, and what they need.

The answers are the real core's, a few words long. The wire's clock goes on a little with each request, so that models
which nobody asks leave the memory by themselves.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bot.assistant import Assistant
from bot.assistant.comparing import Comparing
from bot.assistant.limits import Limits
from bot.backends.engines.ollama import OllamaEngine
from bot.benchmarks.benchmarks import Benchmarks, Outcome
from bot.benchmarks.inputs import WantedModel
from bot.benchmarks.keeping import RunFiles
from bot.benchmarks.plan import Order
from bot.benchmarks.records import Ended, Prompt
from bot.errors import ModelInUse
from bot.messages import Author, ConversationKey, Incoming, Language, Reply
from bot.models.keeping_warm import KeepWarm
from bot.models.selection import ModelSelection
from bot.personas.choosing import NOBODY, InForce
from bot.personas.parameters import Parameters
from bot.personas.persona import Persona
from bot.ports import PinScope
from bot.summaries.forms import Form, Summary, Wish
from bot.summaries.material import Heard, Said
from bot.summaries.summarizing import Summarizer
from tests.doubles.llama_server import MODEL, SLOT_CONTEXT
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.ollama_wire import Loaded, OllamaWire, PutOut, Says

PAIR = (MODEL, "smollm2-short:latest")
"""The models that people chat with; the second one was made for less context than the engine is set to."""
SELDOM = "seer:135m"
SHARES: Mapping[str, int] = {
    "chat": 74, "pin": 4, "compare": 8, "warm": 3, "ping": 4, "summary": 4, "benchmark": 2, "unload": 1,
}  # fmt: skip
"""Of each kind so many in a hundred."""
PUTS_OUT = frozenset({"unload", "benchmark"})
"""Of these a model is expected to go: each benchmark loads it from cold, and leaves none that wasn't there."""
SECONDS_EACH = 20.0
ANSWER_TOKENS = 4

_kind = ContextVar("_kind", default="")
_LIMITS = Limits(answer_tokens=ANSWER_TOKENS)
_PROMPTS = (
    Prompt("owls", Language.ENGLISH, "question", "How many owls are there?", ANSWER_TOKENS),
    Prompt("mice", Language.CZECH, "question", "Kolik je myší?", ANSWER_TOKENS),
)
_PERSONAS = (
    None,
    Persona("calm", system="You are calm.", parameters=Parameters(temperature=0, num_ctx=1024)),
    Persona("wild", system="You are wild.", parameters=Parameters(temperature=1.5, top_k=50, num_ctx=2048, seed=3)),
    Persona("brief", model=PAIR[0], system="Be brief.", parameters=Parameters(num_predict=3, repeat_penalty=1.1)),
)
_TALK = tuple(
    Said(("Ana", "Eva")[number % 2], f"In week {number} we feed the owls in the barn.") for number in range(9)
)


def kinds(requests: int, *, seed: int = 1) -> Sequence[str]:
    """What is asked for, one kind after the other: the `SHARES`, well mixed."""
    kept = [kind for kind, share in SHARES.items() for _ in range(round(requests * share / 100))]
    Random(seed).shuffle(kept)  # noqa: S311 - an order, no secret
    return kept


def avoidable(books: Sequence[Loaded | PutOut], *, asked: Mapping[str, int]) -> int:
    """Loads that needn't be: of what is in memory with time left, and of what went more often than was `asked` for."""
    again = sum(isinstance(entry, Loaded) and entry.again for entry in books)
    put_out = Counter(entry.model for entry in books if isinstance(entry, PutOut))
    return again + (put_out - Counter(asked)).total()


@dataclass
class Clock:
    """The wire's, in seconds since the epoch."""

    now: float = 1.8e9

    def __call__(self) -> float:
        """What it shows."""
        return self.now


@dataclass
class Pings:
    """Lets the keeping warm look after its models when it is told to, instead of after a pause."""

    due: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def pause(self, _seconds: float) -> None:
        """Wait for the next ping."""
        self.done.set()
        await self.due.wait()
        self.due.clear()

    async def ping(self) -> None:
        """Return when the models have been looked after once more."""
        async with self.one:
            self.done.clear()
            self.due.set()
            await self.done.wait()


class InRooms:
    """Each room has its persona, or none."""

    async def in_force(self, conversation: ConversationKey, author: Author) -> InForce:
        """The persona by the room's number."""
        persona = _PERSONAS[int(conversation.channel) % len(_PERSONAS)]
        return InForce(persona, PinScope.CHANNEL) if persona else NOBODY


class Putting(OllamaEngine):
    """Ollama, with how often each model was put out for somebody who `asked` for that: see `PUTS_OUT`."""

    asked: Counter[str]

    async def unload(self, name: str) -> bool:
        """Put it out, and count it."""
        was_there = await super().unload(name)
        self.asked[name] += was_there and _kind.get() in PUTS_OUT
        return was_there


class MixedRequests:
    """All that is asked of one engine. `asked` counts how often each model was put out for somebody who wanted that."""

    def __init__(self, engine: Putting, pings: Pings, folder: Path) -> None:
        self.asked = engine.asked = Counter()
        self._engine = engine
        self._pings = pings
        self._history = MemoryHistory()
        self._selection = ModelSelection(engine, self._history.pins, default=PAIR[0], personas=InRooms())
        self._assistant = Assistant(
            engine=engine,
            history=self._history,
            selection=self._selection,
            latency=MemoryLatencyLog(),
            limits=_LIMITS,
        )
        self._comparing = Comparing(engine, self._assistant, limits=_LIMITS)
        self._summarizer = Summarizer(engine, limits=_LIMITS)
        self._benchmarks = Benchmarks(engine, RunFiles(folder), others=_idle)
        self._measuring = asyncio.Lock()
        self._numbers = count()
        self._kinds: Mapping[str, Callable[[int], Awaitable[None]]] = {
            "chat": self._chat,
            "pin": self._pin,
            "compare": self._compare,
            "warm": self._warm,
            "ping": self._ping,
            "summary": self._summary,
            "benchmark": self._benchmark,
            "unload": self._unload,
        }

    async def ask(self, kind: str) -> None:
        """Ask for one thing, and see it done."""
        _kind.set(kind)
        await self._kinds[kind](next(self._numbers))

    async def _chat(self, number: int) -> None:
        *_, reply = [event async for event in self._assistant.answer(_incoming(number))]
        assert isinstance(reply, Reply)

    async def _pin(self, number: int) -> None:
        asked = _incoming(number)
        scope = (PinScope.CHANNEL, PinScope.USER)[number % 2]
        await self._history.pins.pin(scope, asked.conversation, asked.author, PAIR[number // 2 % 2])

    async def _compare(self, number: int) -> None:
        models = [await self._engine.model(name) for name in PAIR]
        prepared = await self._comparing.prepare(_incoming(number), models)
        for model in models:
            answered = await self._comparing.answer(prepared, model.name, lambda _: None)
            assert answered.reply, answered.error

    async def _warm(self, number: int) -> None:
        await self._engine.warm((*PAIR, SELDOM)[number % 3])

    async def _ping(self, _number: int) -> None:
        await self._pings.ping()

    async def _summary(self, number: int) -> None:
        told = self._summarizer.summarize(Heard(_TALK), Wish(Form.SUMMARY), model=PAIR[0], key=f"summary/{number}")
        *_, summary = [event async for event in told]
        assert isinstance(summary, Summary)

    async def _benchmark(self, number: int) -> None:
        models = ((PAIR[0], SELDOM), PAIR)[number % 2]
        async with self._measuring:
            told = self._benchmarks.measure(Order(_PROMPTS, rounds=1), [WantedModel(name=model) for model in models])
            *_, outcome = [one async for one in told]
        assert isinstance(outcome, Outcome)
        assert outcome.run.ended is Ended.DONE
        assert all(not sample.failure for model in outcome.run.models for sample in model.samples)

    async def _unload(self, number: int) -> None:
        with suppress(ModelInUse):
            await self._engine.unload(PAIR[number % 2])


@asynccontextmanager
async def sova_on(wire: OllamaWire) -> AsyncIterator[MixedRequests]:
    """What is asked of a Sova whose engine is `wire`; the first of the pair is kept warm."""
    pings = Pings()
    async with Putting(wire.url, context_tokens=SLOT_CONTEXT) as engine:
        with TemporaryDirectory(prefix="sova-bench-") as folder:
            keeper = asyncio.create_task(KeepWarm(engine, PAIR[:1], pause=0, sleep=pings.pause).run())
            try:
                yield MixedRequests(engine, pings, Path(folder))
            finally:
                keeper.cancel()
                await asyncio.wait({keeper})


async def ask_all(sova: MixedRequests, requests: Sequence[str], clock: Clock, *, at_once: int) -> None:
    """Ask for all of `requests`, some of them `at_once`; what fails is raised."""
    waiting = iter(requests)
    async with asyncio.TaskGroup() as people:
        for _ in range(at_once):
            people.create_task(_one_after_the_other(sova, waiting, clock))


def scripted(*, one_real_in: int) -> Callable[[], Says | None]:
    """What answers do: most are said at once, one in so many is the real model's; 0: none."""
    says = Says((("", "Hoo"), ("", " hoo.")))
    turns: Iterator[Says | None] = cycle([None, *[says] * (one_real_in - 1)] if one_real_in else [says])
    return lambda: next(turns)


async def _one_after_the_other(sova: MixedRequests, waiting: Iterator[str], clock: Clock) -> None:
    for kind in waiting:
        clock.now += SECONDS_EACH
        await sova.ask(kind)


def _incoming(number: int) -> Incoming:
    """A question of one of five people in one of forty rooms."""
    person = f"person{number % 5}"
    room = ConversationKey("terminal", "bench", str(number * 7 % 40))
    return Incoming(str(number), room, Author(person, person), f"What do owls eat on day {number}?", received_at=0.0)


async def _idle() -> float:
    return 0.0
