"""Whether 1,000 mixed requests make Ollama load a model that it has: on its wire, with a real llama.cpp behind it.

A load is avoidable when the model was in memory with time left, and nobody had asked for it to be put out: by the
command, or by a benchmark, which loads each model from cold and leaves none behind that wasn't there. Half of the
requests come some at once, when a benchmark leaves alone who answers; half one after the other. The wire keeps the
books. Some answers are the real model's, the rest is said at once: what is asked of the wire is the same.
"""

import asyncio
from collections import Counter

from tests.benchmarks.figures import Figure, Measurement
from tests.benchmarks.mixed_requests import Clock, ask_all, avoidable, kinds, scripted, sova_on
from tests.doubles.llama_server import llama_server
from tests.doubles.ollama_wire import OllamaWire, PutOut

REQUESTS = 1_000
ONE_REAL_IN = 8
AT_ONCE = 3


async def measure() -> Measurement:
    """Ask for all of it, and read the books."""
    clock, requests = Clock(), kinds(REQUESTS)
    async with OllamaWire(await asyncio.to_thread(llama_server), clock=clock) as wire:
        wire.usually = scripted(one_real_in=ONE_REAL_IN)
        async with sova_on(wire) as sova:
            await ask_all(sova, requests[: REQUESTS // 2], clock, at_once=AT_ONCE)
            await ask_all(sova, requests[REQUESTS // 2 :], clock, at_once=1)
    return _measurement(wire, requests=Counter(requests), asked=sova.asked)


def _measurement(wire: OllamaWire, *, requests: Counter[str], asked: Counter[str]) -> Measurement:
    books = wire.memory.books
    answers = sum(bool(one.asked()) for one in wire.asked)
    put_out = sum(isinstance(entry, PutOut) for entry in books)
    return Measurement(
        key="reloads",
        method=f"{requests.total():,} requests on Ollama's wire, half of them {AT_ONCE} at once; "
        f"{answers:,} answers, one in {ONE_REAL_IN} by the real model",
        figures=(
            Figure("Avoidable loads in 1,000 mixed requests to Ollama", avoidable(books, asked=asked), "loads", 0),
            Figure("… loads", wire.loads, "loads"),
            Figure("… models put out, as was asked for", put_out, "models"),
        ),
        details={"requests": dict(requests), "answers": answers, "one_real_in": ONE_REAL_IN},
    )
