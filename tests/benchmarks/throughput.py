"""What the core leaves of the engine's speed: limit tokens/s through it ≥ 0.97 × the raw engine's.

The same question is put to the same llama.cpp server straight over HTTP and through the assistant, in turns, with the
order swapped each round; the prompt is the same, warm, at temperature 0, and each answer is cut at the same length. The
rate is tokens over the whole time from asking to the end, as the asker sees it; the medians are compared. This is done
with the model that people are answered by, on as many threads as the program takes by itself, and with the small one on
a single thread: its tokens are a few milliseconds apart, so whatever is added to each weighs most. (On all cores, so
small a model stalls whenever anything else runs: its own speed then varies by a quarter, and nothing can be told.)
"""

import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import httpx

from bot.assistant.limits import Limits
from bot.assistant.prompting import Budget, compose
from bot.backends.engines.embedded import EmbeddedEngine
from bot.messages import Reply
from tests.benchmarks.engines import API_KEY, CONTEXT_TOKENS, SMALL, embedded
from tests.benchmarks.figures import Figure, Measurement
from tests.benchmarks.rig import Rig, conversation, incoming, rig_on
from tests.benchmarks.texts import QUESTIONS

LIMIT = 0.97
_QUESTION = QUESTIONS[2]

Ask = Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Contest:
    """What is compared: a model on so many threads (None: the program's own choice), rounds, and tokens an answer."""

    model: str
    threads: int | None
    rounds: int
    answer_tokens: int

    @property
    def name(self) -> str:
        """How it is called in the table."""
        return f"{self.model}, {'one thread' if self.threads == 1 else 'all cores'}"


async def measure(model: str) -> Measurement:
    """Hold both contests."""
    contests = (
        Contest(model, threads=None, rounds=24, answer_tokens=32),
        Contest(SMALL, threads=1, rounds=12, answer_tokens=128),
    )
    rates = {contest.name: await _hold(contest) for contest in contests}
    return Measurement(
        key="throughput",
        method=f"{model} and {SMALL}, raw and through the core in turns",
        figures=tuple(figure for name, measured in rates.items() for figure in _figures(name, measured)),
        causes=_CAUSES,
        details={name: {way: [round(rate, 2) for rate in ways[way]] for way in ways} for name, ways in rates.items()},
    )


_CAUSES = (
    "The client uses 0.1 to 0.2 ms of processor time more for each token than a bare HTTP client, in competition with "
    "an engine that takes all cores. That alone would not explain more than 1 % at the default model's pace; two "
    "engine threads on two cores also stall whenever any other program runs."
)


def _figures(name: str, rates: Mapping[str, Sequence[float]]) -> Sequence[Figure]:
    raw, core = median(rates["raw"]), median(rates["core"])
    return (
        Figure(f"Tokens/s through the core ÷ raw engine ({name})", core / raw, "×", LIMIT, lower_is_better=False),
        Figure("… raw engine, median", raw, "tokens/s"),
        Figure("… through the core, median", core, "tokens/s"),
    )


async def _hold(contest: Contest) -> dict[str, list[float]]:
    limits = Limits(answer_tokens=contest.answer_tokens, temperature=0.0)
    async with (
        embedded(contest.model, threads=contest.threads) as engine,
        rig_on(engine, limits=limits, model=contest.model) as rig,
        httpx.AsyncClient(timeout=120) as client,
    ):
        raw = _Raw(client, engine, contest.answer_tokens)
        return await _alternate(raw.ask, _Core(rig).ask, rounds=contest.rounds)


async def _alternate(raw: Ask, core: Ask, *, rounds: int) -> dict[str, list[float]]:
    """The rates of both ways, in tokens a second; the first round warms up and doesn't count."""
    rates: dict[str, list[float]] = {"raw": [], "core": []}
    ways = [("raw", raw), ("core", core)]
    for _ in range(rounds + 1):
        for name, ask in ways:
            began = time.perf_counter()
            tokens = await ask()
            rates[name].append(tokens / (time.perf_counter() - began))
        ways.reverse()
    return {name: measured[1:] for name, measured in rates.items()}


class _Raw:
    """Asks the server itself: reads the stream line by line and decodes only what tells the number of tokens."""

    def __init__(self, client: httpx.AsyncClient, engine: EmbeddedEngine, answer_tokens: int) -> None:
        self._client = client
        self._url = f"{engine.url}/v1/chat/completions"
        self._headers = {"Authorization": f"Bearer {API_KEY}", "Connection": "close"}
        messages = compose(_QUESTION, (), budget=Budget(CONTEXT_TOKENS, answer_tokens)).messages
        self._body = {
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": answer_tokens,
            "temperature": 0.0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }

    async def ask(self) -> int:
        usage = ""
        async with self._client.stream("POST", self._url, json=self._body, headers=self._headers) as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                usage = line if '"usage"' in line else usage
        return int(json.loads(usage.removeprefix("data: "))["usage"]["completion_tokens"])


class _Core:
    """Asks through the assistant, in a new conversation each time, so that the prompt stays the same."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._asked = 0

    async def ask(self) -> int:
        self._asked += 1
        place = conversation(f"throughput-{self._asked}")
        tokens = 0
        async for event in self._rig.assistant.answer(incoming("only", _QUESTION, of=place)):
            if isinstance(event, Reply):
                tokens = event.usage.completion_tokens or 0
        return tokens
