"""Several hosts with real sockets and a real model: who holds a conversation's cache, who dies, and who returns."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from bot.backends.engines.ollama import OllamaEngine
from bot.backends.engines.openai_compatible import OpenAICompatibleEngine
from bot.errors import EngineInterrupted, EngineUnreachable
from bot.messages import Stage
from bot.pool.choice import ranking
from bot.pool.pool import EnginePool
from bot.ports import CompletionDelta, CompletionRequest
from tests.doubles.completions import Stream, complete, opened, request
from tests.doubles.llama_server import MODEL, llama_server
from tests.doubles.ollama_wire import Drop, HeldLoad, OllamaWire

pytestmark = pytest.mark.engine
CONTEXT = 1024


def key_of(pool: EnginePool, host: str) -> str:
    """A conversation that belongs to this host."""
    hosts = pool.url.split(", ")
    return next(f"{number}" for number in range(999) if ranking(f"{number}", hosts)[0] == host)


def asked(key: str, *said: str, max_tokens: int = 2) -> CompletionRequest:
    return replace(request(MODEL, *said, max_tokens=max_tokens), cache_key=key)


@dataclass
class Pair:
    """Two Ollamas and the pool that asks them; a host that is left out is asked again as soon as `look` is set."""

    one: OllamaWire
    other: OllamaWire
    pool: EnginePool
    look: asyncio.Event
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = key_of(self.pool, self.one.url)

    @property
    def answered(self) -> tuple[int, int]:
        return len(self.one.asked), len(self.other.asked)

    async def ask(self) -> str:
        return (await complete(self.pool, asked(self.key, "Say hello."))).text


@asynccontextmanager
async def pair(one: OllamaWire) -> AsyncIterator[Pair]:
    look = asyncio.Event()

    async def pause(_seconds: float) -> None:
        await look.wait()
        look.clear()

    async with (
        asyncio.timeout(20),
        OllamaWire(llama_server()) as other,
        OllamaEngine(one.url, context_tokens=CONTEXT) as first,
        OllamaEngine(other.url, context_tokens=CONTEXT) as second,
        EnginePool([first, second], parallel=1, sleep=pause) as pool,
    ):
        yield Pair(one, other, pool, look)


async def _to_the_end(stream: Stream) -> None:
    async for _ in stream:
        pass


async def test_the_turns_of_a_conversation_find_their_beginning_in_the_hosts_cache() -> None:
    async with (
        asyncio.timeout(30),
        OpenAICompatibleEngine(llama_server() + "/v1", context_tokens=CONTEXT) as one,
        OpenAICompatibleEngine(llama_server(2) + "/v1", context_tokens=CONTEXT) as other,
        EnginePool([one, other], parallel=2) as pool,
    ):
        talks = {key_of(pool, host.url): f"{word} " * 100 for host, word in ((one, "owl"), (other, "elk"))}
        first = {key: (await complete(pool, asked(key, said))).end.usage for key, said in talks.items()}
        second = {
            key: (await complete(pool, asked(key, said, "Yes.", "Go on."))).end.usage for key, said in talks.items()
        }
    for key in talks:
        assert (first[key].cached_tokens or 0) < 60
        assert (second[key].cached_tokens or 0) > 100


async def test_a_host_that_dies_hands_its_conversations_over_and_gets_them_back_when_it_returns() -> None:
    life = AsyncExitStack()
    one = await life.enter_async_context(OllamaWire(llama_server()))
    async with life, pair(one) as it:
        assert await it.ask()
        assert it.answered == (1, 0)
        await life.aclose()
        assert await it.ask()
        assert it.answered == (1, 1)
        async with OllamaWire(llama_server(), port=one.port) as again:
            it.look.set()
            while not again.asked:
                assert await it.ask()
    assert len(again.asked) == 1


async def test_a_connection_that_breaks_before_the_first_word_costs_the_person_nothing() -> None:
    async with OllamaWire(llama_server()) as one, pair(one) as it:
        one.then(Drop(after=None))
        assert await it.ask()
        assert it.answered == (1, 1)


async def test_a_connection_that_breaks_in_mid_answer_ends_it_and_nothing_is_said_twice() -> None:
    async with OllamaWire(llama_server()) as one, pair(one) as it:
        one.then(Drop(after=2))
        async with aclosing(opened(it.pool, asked(it.key, "Count on.", max_tokens=20))) as stream:
            assert isinstance(await anext(stream), CompletionDelta)
            with pytest.raises(EngineInterrupted):
                await _to_the_end(stream)
        assert it.answered == (1, 0)
        assert await it.ask()
        assert it.answered == (1, 1)


async def test_a_host_that_is_slow_to_load_is_waited_for() -> None:
    async with OllamaWire(llama_server()) as one, pair(one) as it:
        ready = asyncio.Event()
        one.then(HeldLoad(ready))
        mine = asked(it.key, "Say hello.")
        async with aclosing(opened(it.pool, mine)) as stream:
            first = asyncio.ensure_future(anext(stream))
            await one.asked_seen.wait()
            assert await it.pool.stage(mine) is Stage.LOADING
            assert [host.trouble for host in await it.pool.hosts()] == [None, None]
            ready.set()
            assert isinstance(await first, CompletionDelta)
        assert it.answered == (1, 0)


async def test_when_nobody_is_there_it_is_said_within_three_seconds_with_every_address() -> None:
    async with OllamaWire(llama_server()) as one, OllamaWire(llama_server()) as other:
        urls = [one.url, other.url]
    async with (
        OllamaEngine(urls[0]) as first,
        OllamaEngine(urls[1]) as second,
        EnginePool([first, second], parallel=1) as pool,
        asyncio.timeout(3),
    ):
        with pytest.raises(EngineUnreachable) as caught:
            await complete(pool, asked("1", "Say hello."))
    assert caught.value.url == ", ".join(urls)
