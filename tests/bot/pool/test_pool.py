"""Several hosts as one: who answers, who is left out, and what people notice of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace

import pytest

from bot.errors import (
    EngineBusy,
    EngineError,
    EngineInterrupted,
    EngineOutside,
    EngineRefused,
    EngineSilent,
    EngineUnreachable,
    NoVision,
    UnknownModel,
)
from bot.messages import Image, Stage
from bot.pool.choice import ranking
from bot.pool.pool import EnginePool
from bot.ports import Capability, CompletionDelta, CompletionRequest, ModelInfo
from tests.bot.pool.mortal import OWL, MortalEngine, until
from tests.doubles.completions import complete, opened, request

A, B = "http://a:11434", "http://b:11434"
AT_A = next(f"{number}" for number in range(99) if ranking(f"{number}", [A, B])[0] == A)
AT_B = next(f"{number}" for number in range(99) if ranking(f"{number}", [A, B])[0] == B)
SEER = replace(OWL, capabilities=frozenset({Capability.COMPLETION, Capability.VISION}))


class Pauses:
    """A clock that only goes on when told to; it keeps the pauses that it was asked for."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._over = asyncio.Condition()
        self._ticks = 0

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        mine = len(self.asked)
        async with self._over:
            await self._over.wait_for(lambda: self._ticks >= mine)

    async def pass_by(self) -> None:
        async with self._over:
            self._ticks += 1
            self._over.notify_all()


class Rig:
    """A pool of two hosts, and its clock."""

    def __init__(self, *, parallel: int = 1) -> None:
        self.a, self.b = MortalEngine([["from a"]], url=A), MortalEngine([["from b"]], url=B)
        self.pauses = Pauses()
        self.pool = EnginePool([self.a, self.b], parallel=parallel, sleep=self.pauses)

    async def said(self, key: str, *, model: str = "owl:1b") -> str:
        return (await complete(self.pool, asked(key, model=model))).text

    async def troubles(self) -> list[str | None]:
        return [host.trouble.code if host.trouble else None for host in await self.pool.hosts()]


def asked(key: str, *, model: str = "owl:1b") -> CompletionRequest:
    return replace(request(model, "Hi"), cache_key=key)


def with_picture(key: str) -> CompletionRequest:
    return replace(request("owl:1b", "What is it?", images=(Image("image/png", b"x"),)), cache_key=key)


@asynccontextmanager
async def rig(*, parallel: int = 1) -> AsyncIterator[Rig]:
    made = Rig(parallel=parallel)
    async with asyncio.timeout(5), made.pool:
        yield made


# --- who answers ----------------------------------------------------------------------------------------------


async def test_a_conversation_stays_with_its_host() -> None:
    async with rig() as it:
        assert [await it.said(key) for key in (AT_A, AT_B, AT_A, AT_B, AT_A)] == [
            *["from a", "from b"] * 2,
            "from a",
        ]


async def test_a_question_costs_no_question_about_models_once_they_are_known() -> None:
    async with rig() as it:
        await it.said(AT_A)
        await it.said(AT_A)
        assert (it.a.times_listed, it.b.times_listed) == (1, 1)


async def test_a_host_is_only_asked_for_models_that_it_offers() -> None:
    async with rig() as it:
        it.b.offers = [OWL, ModelInfo("lark:7b")]
        assert await it.said(AT_A, model="LARK:7b") == "from b"
        assert it.b.asked[0].model == "lark:7b"
        assert [model.name for model in await it.pool.models()] == ["owl:1b", "lark:7b"]


async def test_a_picture_goes_to_a_host_whose_model_sees_and_a_text_to_its_own() -> None:
    async with rig() as it:
        it.b.offers = [SEER]
        assert await it.said(AT_A) == "from a"
        assert Capability.VISION in (await it.pool.model("owl:1b")).capabilities
        assert (await complete(it.pool, with_picture(AT_A))).text == "from b"


async def test_no_host_is_sent_a_picture_where_none_sees_it() -> None:
    async with rig() as it:
        with pytest.raises(NoVision):
            await complete(it.pool, with_picture(AT_A))
        assert it.a.asked == it.b.asked == []


async def test_a_picture_is_sent_to_no_blind_host_when_the_one_that_sees_fails() -> None:
    async with rig() as it:
        it.b.offers = [SEER]
        await it.pool.models()
        it.b.scripts = [[EngineUnreachable(engine="mortal", url=B)]]
        with pytest.raises(EngineUnreachable):
            await complete(it.pool, with_picture(AT_B))
        assert it.a.asked == []


async def test_a_model_that_a_host_has_since_got_is_found() -> None:
    async with rig() as it:
        await it.said(AT_A)
        it.b.offers = [ModelInfo("lark:7b")]
        assert await it.said(AT_A, model="lark:7b") == "from b"


async def test_a_model_that_a_host_has_since_lost_is_answered_by_another() -> None:
    async with rig() as it:
        await it.said(AT_A)
        it.a.offers = []
        assert [await it.said(AT_A) for _ in range(3)] == ["from b"] * 3
        assert it.a.times_listed == 2  # asked once more what it offers, and no more for this model
        assert await it.troubles() == [None, None]


async def test_a_model_that_no_living_host_has_is_unknown() -> None:
    async with rig() as it:
        it.b.offers = [ModelInfo("lark:7b")]
        await it.pool.models()
        it.b.die()
        with pytest.raises(UnknownModel) as caught:
            await it.said(AT_A, model="lark:7b")
        assert caught.value.name == "lark:7b"


async def test_a_model_counts_as_loaded_where_one_host_has_it_loaded() -> None:
    async with rig() as it:
        it.a.offers = [replace(OWL, loaded=False)]
        assert (await it.pool.model("owl:1b")).loaded is True


async def test_a_prompt_must_fit_wherever_it_goes() -> None:
    async with rig() as it:
        it.a.context, it.b.context = 8192, 2048
        assert await it.pool.context_tokens("owl:1b") == 2048
        it.b.die()
        assert await it.pool.context_tokens("owl:1b") == 8192


async def test_warming_loads_the_model_on_every_host_that_has_it() -> None:
    async with rig() as it:
        cold = replace(OWL, loaded=False)
        it.a.offers, it.b.offers = [cold], [cold, ModelInfo("lark:7b")]
        await it.pool.warm("owl:1b")
        assert [len(await host.loaded()) for host in (it.a, it.b)] == [1, 1]
        assert [model.name for model in await it.pool.loaded()] == ["owl:1b", "owl:1b"]


# --- who waits ------------------------------------------------------------------------------------------------


async def test_a_host_never_gets_more_than_it_answers_at_once() -> None:
    async with rig(parallel=2) as it:
        go_on = asyncio.Event()
        it.a.scripts = it.b.scripts = [[go_on, "done"]]
        answers = [asyncio.create_task(it.said(AT_A)) for _ in range(7)]
        await until(lambda: len(it.a.asked) + len(it.b.asked) == 4)
        assert [host.answering for host in await it.pool.hosts()] == [2, 2]
        go_on.set()
        assert await asyncio.gather(*answers) == ["done"] * 7


async def test_who_waits_is_said_to_wait_and_then_to_be_read() -> None:
    async with rig() as it:
        go_on = asyncio.Event()
        it.a.scripts = it.b.scripts = [[go_on, "done"]]
        mine = asked(AT_A)
        others = [asyncio.create_task(it.said(AT_A)) for _ in range(2)]
        await until(lambda: it.a.asked and it.b.asked)
        async with aclosing(opened(it.pool, mine)) as stream:
            first = asyncio.ensure_future(anext(stream))
            await until(lambda: id(mine) in it.pool._seats)
            assert await it.pool.stage(mine) is Stage.QUEUED
            it.a.scripts = it.b.scripts = [[asyncio.Event()]]
            go_on.set()
            await asyncio.gather(*others)
            await until(lambda: len(it.a.asked) + len(it.b.asked) == 3)
            assert await it.pool.stage(mine) is Stage.READING
            it.a.offers = it.b.offers = [replace(OWL, loaded=False)]
            assert await it.pool.stage(mine) is Stage.LOADING
            first.cancel()
            await asyncio.wait({first})


async def test_who_stops_waiting_leaves_nothing_behind() -> None:
    async with rig() as it:
        never = asyncio.Event()
        it.a.scripts = it.b.scripts = [[never]]
        answers = [asyncio.create_task(it.said(AT_A)) for _ in range(5)]
        await until(lambda: it.a.asked and it.b.asked)
        for answer in answers:
            answer.cancel()
        await asyncio.wait(answers)
        assert [host.answering for host in await it.pool.hosts()] == [0, 0]
        it.a.scripts = [["again"]]
        assert await it.said(AT_A) == "again"


# --- who is left out ------------------------------------------------------------------------------------------


async def test_a_dead_hosts_question_is_answered_by_the_next_one_unseen() -> None:
    async with rig() as it:
        await it.said(AT_A)
        it.a.die()
        assert await it.said(AT_A) == "from b"
        assert await it.troubles() == ["engine-unreachable", None]
        assert await it.said(AT_A) == "from b"
        assert it.a.times_listed == 1  # nobody runs into it again


async def test_a_host_that_breaks_off_before_the_first_word_is_no_loss() -> None:
    async with rig() as it:
        it.a.scripts = [[EngineInterrupted(engine="ollama", model="owl:1b")]]
        assert await it.said(AT_A) == "from b"
        assert await it.troubles() == ["engine-interrupted", None]


async def test_a_host_that_breaks_off_in_mid_answer_ends_it_and_is_left_out() -> None:
    async with rig() as it:
        it.a.scripts = [["half", EngineInterrupted(engine="ollama", model="owl:1b")]]
        async with aclosing(opened(it.pool, asked(AT_A))) as stream:
            assert await anext(stream) == CompletionDelta("half")
            with pytest.raises(EngineInterrupted):
                await anext(stream)
        assert it.b.asked == []
        assert await it.said(AT_A) == "from b"


@pytest.mark.parametrize(
    "error",
    [
        EngineOutside(engine="ollama", name="SOVA_ENGINE_URLS", host="a", address="8.8.8.8"),
        EngineRefused(engine="ollama", status=502, detail="Bad Gateway"),
    ],
)
async def test_a_host_that_cannot_be_asked_is_left_out(error: EngineError) -> None:
    async with rig() as it:
        await it.said(AT_A)
        it.a.down = error
        assert await it.said(AT_A) == "from b"
        assert await it.troubles() == [error.code, None]


async def test_a_host_with_too_much_to_do_passes_on_and_stays() -> None:
    async with rig() as it:
        it.a.scripts = [[EngineBusy(engine="ollama")], ["from a"]]
        assert await it.said(AT_A) == "from b"
        assert await it.said(AT_A) == "from a"


@pytest.mark.parametrize(
    "error",
    [
        EngineRefused(engine="ollama", status=400, detail="bad request"),
        EngineSilent(engine="ollama", model="owl:1b", seconds=1),
    ],
)
async def test_what_would_fail_everywhere_fails_at_once_and_leaves_nobody_out(error: EngineError) -> None:
    async with rig() as it:
        it.a.scripts = [[error]]
        with pytest.raises(type(error)):
            await it.said(AT_A)
        assert it.b.asked == []
        assert await it.troubles() == [None, None]


async def test_when_all_are_dead_they_are_all_named() -> None:
    async with rig() as it:
        it.a.die()
        it.b.die()
        for asking in (it.said(AT_A), it.pool.models(), it.pool.version(), it.pool.warm("owl:1b")):
            with pytest.raises(EngineUnreachable) as caught:
                await asking
            assert caught.value.url == f"{A}, {B}"


async def test_when_all_die_under_a_question_it_says_so() -> None:
    async with rig() as it:
        await it.said(AT_A)
        it.a.die()
        it.b.die()
        with pytest.raises(EngineUnreachable) as caught:
            await it.said(AT_A)
        assert caught.value.url == f"{A}, {B}"


async def test_when_one_is_dead_and_the_other_busy_it_is_busy() -> None:
    async with rig() as it:
        it.a.die()
        it.b.scripts = [[EngineBusy(engine="ollama")]]
        with pytest.raises(EngineBusy):
            await it.said(AT_A)


async def test_who_waits_for_a_host_that_dies_goes_elsewhere() -> None:
    async with rig() as it:
        go_on = asyncio.Event()
        it.b.scripts = [[go_on, "from b"]]
        it.a.scripts = [[go_on, EngineInterrupted(engine="ollama", model="owl:1b")]]
        answers = [asyncio.create_task(it.said(AT_A)) for _ in range(4)]
        await until(lambda: it.a.asked and it.b.asked)
        go_on.set()
        assert await asyncio.gather(*answers) == ["from b"] * 4


async def test_a_host_that_is_gone_while_it_reads_hands_the_question_over_though_the_connection_stands() -> None:
    async with rig() as it:
        await it.said(AT_A)
        it.a.scripts = [[asyncio.Event()]]
        mine = asked(AT_A)
        async with aclosing(opened(it.pool, mine)) as stream:
            first = asyncio.ensure_future(anext(stream))
            await until(lambda: len(it.a.asked) == 2)
            assert await it.pool.stage(mine) is Stage.READING
            it.a.die()
            with pytest.raises(EngineUnreachable):
                await it.pool.stage(mine)
            assert await first == CompletionDelta("from b")
        assert it.a.closed == 2
        assert await it.troubles() == ["engine-unreachable", None]


async def test_a_host_that_is_only_slow_to_tell_keeps_the_question() -> None:
    async with rig() as it:
        await it.said(AT_A)
        go_on = asyncio.Event()
        it.a.scripts = [[go_on, "from a"]]
        mine = asked(AT_A)
        async with aclosing(opened(it.pool, mine)) as stream:
            first = asyncio.ensure_future(anext(stream))
            await until(lambda: len(it.a.asked) == 2)
            it.a.down = EngineBusy(engine="ollama")
            with pytest.raises(EngineBusy):
                await it.pool.stage(mine)
            go_on.set()
            assert await first == CompletionDelta("from a")


async def test_who_waits_for_hosts_that_are_all_found_dead_waits_no_longer() -> None:
    async with rig() as it:
        it.a.scripts = it.b.scripts = [[asyncio.Event()]]
        busy = [asyncio.create_task(it.said(AT_A)) for _ in range(2)]
        await until(lambda: it.a.asked and it.b.asked)
        waiting = asyncio.create_task(it.said(AT_A))
        await until(lambda: len(it.pool._seats) == 3)
        it.a.die()
        it.b.die()
        await it.pool.hosts()
        with pytest.raises(EngineUnreachable):
            await waiting
        for one in busy:
            one.cancel()
        await asyncio.wait(busy)


# --- who is back ----------------------------------------------------------------------------------------------


async def test_a_host_is_asked_again_after_growing_pauses_and_comes_back_by_itself() -> None:
    async with rig() as it:
        it.a.die()
        assert await it.said(AT_A) == "from b"
        for _ in range(7):
            await until(lambda: len(it.pauses.asked) > it.pauses._ticks)
            await it.pauses.pass_by()
        await until(lambda: len(it.pauses.asked) == 8)
        assert it.pauses.asked == [1, 2, 4, 8, 16, 30, 30, 30]
        it.a.down = None
        await it.pauses.pass_by()
        await until(lambda: it.a.times_listed == 9)
        assert await it.said(AT_A) == "from a"
        assert await it.troubles() == [None, None]


async def test_when_all_are_left_out_a_question_looks_whether_one_is_back() -> None:
    async with rig() as it:
        it.a.die()
        it.b.die()
        with pytest.raises(EngineUnreachable):
            await it.said(AT_A)
        it.b.down = None
        assert await it.said(AT_A) == "from b"
        assert await it.troubles() == ["engine-unreachable", None]


async def test_a_host_that_dies_again_is_looked_after_again() -> None:
    async with rig() as it:
        for _ in range(2):
            it.a.die()
            assert await it.said(AT_A) == "from b"
            await until(lambda: len(it.pauses.asked) > it.pauses._ticks)
            it.a.down = None
            await it.pauses.pass_by()
            await until(lambda: it.pool._hosts.all[0].trouble is None)
        assert it.pauses.asked == [1, 1]


async def test_who_waits_goes_to_a_host_that_is_back() -> None:
    async with rig() as it:
        it.a.die()
        never = asyncio.Event()
        it.b.scripts = [[never]]
        busy = asyncio.create_task(it.said(AT_B))
        await until(lambda: it.b.asked)
        waiting = asyncio.create_task(it.said(AT_B))
        await until(lambda: len(it.pauses.asked) == 1)
        it.a.down = None
        await it.pauses.pass_by()
        assert await waiting == "from a"
        busy.cancel()
        await asyncio.wait({busy})


async def test_a_host_that_is_slow_to_tell_its_models_keeps_those_it_told() -> None:
    async with rig() as it:
        await it.said(AT_A)
        it.a.down = EngineBusy(engine="ollama")
        assert [model.name for model in await it.pool.models()] == ["owl:1b"]
        it.a.down = None
        assert await it.said(AT_A) == "from a"


# --- what is told ---------------------------------------------------------------------------------------------


async def test_the_hosts_tell_how_they_do_in_the_operators_order() -> None:
    async with rig(parallel=3) as it:
        it.b.die()
        await it.said(AT_B)
        a, b = await it.pool.hosts()
        assert (a.url, a.version, [model.name for model in a.loaded], a.parallel, a.trouble) == (
            A,
            "0.17.1",
            ["owl:1b"],
            3,
            None,
        )
        assert (b.url, b.version, b.loaded) == (B, None, ())
        assert isinstance(b.trouble, EngineUnreachable)


async def test_a_host_that_is_found_dead_while_it_is_described_is_left_out() -> None:
    async with rig() as it:
        it.b.die()
        assert await it.troubles() == [None, "engine-unreachable"]
        assert [host.url for host in it.pool._hosts.living] == [A]


async def test_the_versions_of_all_that_answer_are_told_once() -> None:
    async with rig() as it:
        assert await it.pool.version() == "0.17.1"
        it.b.told_version = "0.16.0"
        assert await it.pool.version() == "0.16.0, 0.17.1"
        it.a.die()
        assert await it.pool.version() == "0.16.0"


async def test_models_that_run_elsewhere_are_told_of_all_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    async def remote(self: MortalEngine) -> Sequence[str]:
        return ["gpt:cloud", f"{self.url[7]}:cloud"]

    async with rig() as it:
        assert await it.pool.remote_models() == []
        monkeypatch.setattr(MortalEngine, "remote_models", remote, raising=False)
        assert await it.pool.remote_models() == ["a:cloud", "b:cloud", "gpt:cloud"]


async def test_a_single_host_fails_as_it_would_alone() -> None:
    engine = MortalEngine(
        url=A, down=EngineOutside(engine="ollama", name="SOVA_ENGINE_URLS", host="a", address="8.8.8.8")
    )
    async with EnginePool([engine], parallel=1) as pool:
        with pytest.raises(EngineOutside):
            await pool.models()
