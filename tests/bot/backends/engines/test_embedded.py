"""The embedded engine with the real small model, on one thread."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest

from bot.backends.engines.embedded import EmbeddedEngine
from bot.backends.engines.embedded_options import EmbeddedOptions
from bot.errors import (
    AssistantError,
    EngineFailedToStart,
    EngineInterrupted,
    EngineSilent,
    ModelFileCorrupt,
    ModelFileMissing,
    NotEnoughMemory,
    UnknownModel,
)
from bot.messages import FinishReason, Message, Notice
from bot.models.catalogue import in_catalogue
from bot.models.shelf import Shelf
from bot.ports import CompletionDelta, CompletionEnd, CompletionRequest
from bot.settings import child_environment
from tests.doubles.gguf_files import write_gguf
from tests.doubles.llama_server import model_file
from tests.processes import children

pytestmark = [pytest.mark.engine, pytest.mark.skipif(sys.platform == "win32", reason="signals")]

SMOL = in_catalogue("smollm2-135m")
OWL = replace(SMOL, name="owl", file_name="owl.gguf")
OPTIONS = EmbeddedOptions(context_tokens=1024, threads=1)
WORD = "XYZZYPLUGH"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """The small model under two names."""
    shelf = Shelf(tmp_path / "models", catalogue=[SMOL, OWL])
    shelf.folder.mkdir()
    for model in (SMOL, OWL):
        shelf.path(model).symlink_to(model_file())
        shelf.stamp(model)
    return shelf


@asynccontextmanager
async def _engine(shelf: Shelf, tmp_path: Path, options: EmbeddedOptions = OPTIONS) -> AsyncIterator[EmbeddedEngine]:
    engine = EmbeddedEngine(shelf, log=tmp_path / "engine.log", environment=child_environment(), options=options)
    async with asyncio.timeout(60), engine:
        yield engine


def _request(model: str = SMOL.name, question: str = "Say hello.", *, max_tokens: int = 8) -> CompletionRequest:
    return CompletionRequest(model, (Message("user", question),), max_tokens=max_tokens, temperature=0.0, seed=1)


async def _ask(engine: EmbeddedEngine, request: CompletionRequest) -> tuple[str, CompletionEnd]:
    items = [item async for item in engine.complete(request)]
    assert isinstance(items[-1], CompletionEnd)
    return _text(items[:-1]), items[-1]


def _text(items: Sequence[CompletionDelta | CompletionEnd]) -> str:
    return "".join(item.text for item in items if isinstance(item, CompletionDelta))


def _process(engine: EmbeddedEngine) -> psutil.Process:
    assert engine.process_id is not None
    return psutil.Process(engine.process_id)


async def test_the_first_question_starts_the_engine_and_says_how_long_that_took(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path) as engine:
        assert await engine.loaded() == []
        text, cold = await _ask(engine, _request())
        _, warm = await _ask(engine, _request())
    assert text
    assert cold.usage.prompt_tokens
    assert cold.load_ms
    assert cold.finish_reason is FinishReason.LENGTH
    assert warm.load_ms is None
    assert warm.evaluated_tokens is not None
    assert cold.evaluated_tokens is not None
    assert warm.evaluated_tokens < cold.evaluated_tokens


async def test_what_is_in_memory_is_told_with_its_size(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path) as engine:
        await engine.warm(SMOL.name)
        (loaded,) = await engine.loaded()
        offered = {model.name: model.loaded for model in await engine.models()}
        context = await engine.context_tokens(SMOL.name)
    assert loaded.name == SMOL.name
    assert loaded.ram_bytes is not None
    assert loaded.ram_bytes > SMOL.size_bytes // 2
    assert loaded.context_tokens == context == 1024
    assert offered == {SMOL.name: True, OWL.name: False}


async def test_no_context_is_longer_than_what_the_model_was_trained_for(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path, replace(OPTIONS, context_tokens=100_000)) as engine:
        assert await engine.context_tokens(SMOL.name) == SMOL.context_tokens


async def test_leaving_ends_the_process(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path) as engine:
        await engine.warm(SMOL.name)
        process = _process(engine)
        assert os.getpgid(process.pid) != os.getpgid(0)  # Ctrl-C in the terminal doesn't reach it
    assert not process.is_running()


async def test_a_second_model_takes_the_place_of_the_first(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path) as engine:
        await engine.warm(SMOL.name)
        first = _process(engine)
        _, end = await _ask(engine, _request(OWL.name))
        assert not first.is_running()
        assert [model.name for model in await engine.loaded()] == [OWL.name]
    assert end.load_ms


async def test_another_model_waits_until_the_running_answer_has_ended(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path) as engine, asyncio.TaskGroup() as tasks:
        running = engine.complete(_request(max_tokens=40))
        first = await anext(running)
        other = tasks.create_task(_ask(engine, _request(OWL.name)))
        late = tasks.create_task(_ask(engine, _request()))  # for the first model again: it doesn't overtake
        rest = [item async for item in running]
        assert not other.done()
        assert isinstance(rest[-1], CompletionEnd)
        assert rest[-1].finish_reason is not FinishReason.INTERRUPTED
        _, of_other = await other
        _, of_late = await late
    assert isinstance(first, CompletionDelta)
    assert of_other.load_ms
    assert of_late.load_ms


async def test_two_questions_for_one_model_share_its_process(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path, replace(OPTIONS, parallel=2)) as engine:
        ends = await asyncio.gather(*(_ask(engine, _request(question=question)) for question in ("Hello.", "Goodbye.")))
    assert sorted(end.load_ms is None for _, end in ends) == [False, True]


async def test_as_many_answers_as_it_is_told_are_given_at_the_same_time(shelf: Shelf, tmp_path: Path) -> None:
    async with (
        _engine(shelf, tmp_path, replace(OPTIONS, parallel=2)) as engine,
        aclosing(engine.complete(_request(max_tokens=900))) as long,
    ):
        await anext(long)
        text, _ = await _ask(engine, _request(question="Goodbye."))
        more = await anext(long)
    assert text
    assert isinstance(more, CompletionDelta)


async def test_each_of_several_answers_at_once_has_the_whole_context(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path, replace(OPTIONS, context_tokens=512, parallel=2)) as engine:
        asked = [_request(question="owl " * 400, max_tokens=2), _request(question="elk " * 400, max_tokens=2)]
        ends = [end for _, end in await asyncio.gather(*(_ask(engine, one) for one in asked))]
    assert all(400 <= (end.usage.prompt_tokens or 0) <= 512 for end in ends)


async def test_a_stopped_answer_leaves_the_engine_ready(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path) as engine:
        async with aclosing(engine.complete(_request(max_tokens=900))) as items:
            await anext(items)
        pid = engine.process_id
        text, _ = await _ask(engine, _request())
        assert engine.process_id == pid
    assert text


async def test_an_engine_killed_in_mid_answer_interrupts_it_and_the_next_question_is_answered(
    shelf: Shelf, tmp_path: Path
) -> None:
    async with _engine(shelf, tmp_path) as engine:
        running = engine.complete(_request(max_tokens=900))
        await anext(running)
        _process(engine).kill()
        with pytest.raises(EngineInterrupted) as caught:
            async for _ in running:
                pass
        text, end = await _ask(engine, _request())
    assert caught.value.model == SMOL.name
    assert text
    assert end.load_ms


async def test_an_engine_killed_before_its_first_word_is_replaced_and_its_successor_answers(
    shelf: Shelf, tmp_path: Path
) -> None:
    async with _engine(shelf, tmp_path) as engine, asyncio.TaskGroup() as tasks:
        await engine.warm(SMOL.name)
        process = _process(engine)
        process.suspend()
        asking = tasks.create_task(_ask(engine, _request()))
        await _connected(process)
        process.kill()
        text, end = await asking
    assert text
    assert end.load_ms


async def test_an_engine_killed_between_answers_is_replaced_unnoticed(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path) as engine:
        await engine.warm(SMOL.name)
        _process(engine).kill()
        text, end = await _ask(engine, _request())
    assert text
    assert end.load_ms


async def test_an_engine_that_hangs_is_replaced_after_its_silence(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path, replace(OPTIONS, first_byte_seconds=0.5)) as engine:
        await engine.warm(SMOL.name)
        hanging = _process(engine)
        hanging.suspend()
        with pytest.raises(EngineSilent):
            await _ask(engine, _request())
        assert not hanging.is_running()


async def test_nobody_without_the_key_is_answered(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path) as engine, httpx.AsyncClient(base_url="", trust_env=False) as stranger:
        await engine.warm(SMOL.name)
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", engine.url)
        body = {"messages": [{"role": "user", "content": "Hello"}]}
        answers = [
            await stranger.post(f"{engine.url}/v1/chat/completions", json=body),
            await stranger.post(f"{engine.url}/completion", json={"prompt": "Hello"}),
            await stranger.get(f"{engine.url}/slots"),
            await stranger.get(f"{engine.url}/props", headers={"Authorization": "Bearer none"}),
        ]
    assert [answer.status_code for answer in answers] == [401] * 4


async def test_the_process_shows_no_secret(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVA_OPENAI_API_KEY", WORD)
    async with _engine(shelf, tmp_path) as engine:
        await engine.warm(SMOL.name)
        process = _process(engine)
        assert process.cmdline()[1:] == ["-P", "-m", "bot.backends.engines.embedded_server"]
        assert not [name for name in process.environ() if name.startswith("SOVA_")]


async def test_the_engines_log_holds_nothing_of_what_was_said(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path) as engine:
        await _ask(engine, _request(question=f"Say {WORD}."))
        with pytest.raises(AssistantError):
            await _ask(engine, _request(question=f"{WORD} " * 2000))
        async with asyncio.timeout(20):
            while "exceeds the available context size" not in _content(tmp_path / "engine.log"):  # noqa: ASYNC110  # llama.cpp writes it in a thread of its own, which tells nobody
                await asyncio.sleep(0.01)
    assert WORD not in _content(tmp_path / "engine.log")


async def test_a_log_grown_long_is_begun_anew(shelf: Shelf, tmp_path: Path) -> None:
    _write(tmp_path / "engine.log", b"x" * 1_000_001)
    async with _engine(shelf, tmp_path) as engine:
        await engine.warm(SMOL.name)
    assert "x" * 100 not in _content(tmp_path / "engine.log")


async def test_a_model_that_was_never_fetched_is_missing_and_not_offered(shelf: Shelf, tmp_path: Path) -> None:
    shelf.path(OWL).unlink()
    async with _engine(shelf, tmp_path) as engine:
        assert [model.name for model in await engine.models()] == [SMOL.name]
        with pytest.raises(ModelFileMissing):
            await _ask(engine, _request(OWL.name))
        with pytest.raises(UnknownModel):
            await engine.warm("raven")


async def test_a_corrupt_file_is_said_and_leaves_the_running_model_alone(shelf: Shelf, tmp_path: Path) -> None:
    shelf.path(OWL).unlink()
    _write(shelf.path(OWL), b"GGUF")
    async with _engine(shelf, tmp_path) as engine:
        await engine.warm(SMOL.name)
        pid = engine.process_id
        with pytest.raises(ModelFileCorrupt):
            await _ask(engine, _request(OWL.name))
        assert engine.process_id == pid


async def test_a_file_that_llama_cannot_load_is_told_with_the_log_that_says_why(tmp_path: Path) -> None:
    own = write_gguf(tmp_path / "own.gguf", {"general.architecture": "owl"})
    async with _engine(Shelf(tmp_path, configured=own), tmp_path) as engine:
        with pytest.raises(EngineFailedToStart) as caught:
            await engine.warm("own")
        assert engine.process_id is None
    assert caught.value.reason == Notice("engine-cannot-load")
    assert "failed to load model" in _content(Path(caught.value.log))


async def test_a_start_that_takes_too_long_is_ended(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path, replace(OPTIONS, start_seconds=0.01)) as engine:
        with pytest.raises(EngineFailedToStart) as caught:
            await engine.warm(SMOL.name)
    assert caught.value.reason.code == "engine-start-slow"
    assert not children("bot.backends.engines.embedded_server")


async def test_a_start_that_is_cancelled_leaves_no_process(shelf: Shelf, tmp_path: Path) -> None:
    async with _engine(shelf, tmp_path) as engine:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):  # a start takes longer
                await _ask(engine, _request())
        assert not children("bot.backends.engines.embedded_server")
        text, _ = await _ask(engine, _request())
    assert text


async def test_a_log_that_cannot_be_written_is_a_failed_start(shelf: Shelf, tmp_path: Path) -> None:
    _write(tmp_path / "file", b"")
    engine = EmbeddedEngine(shelf, log=tmp_path / "file" / "engine.log", environment=child_environment())
    async with engine:
        with pytest.raises(EngineFailedToStart) as caught:
            await engine.warm(SMOL.name)
    assert caught.value.reason.code == "engine-cannot-run"


async def test_too_little_memory_is_said_before_anything_is_loaded(shelf: Shelf, tmp_path: Path) -> None:
    engine = EmbeddedEngine(
        shelf, log=tmp_path / "engine.log", environment=child_environment(), free_memory=lambda: 100_000_000
    )
    async with engine:
        with pytest.raises(NotEnoughMemory) as caught:
            await engine.warm(SMOL.name)
    assert caught.value.free == pytest.approx(0.1)
    assert caught.value.needed > 0.3


PARENT = """
import asyncio, sys
from pathlib import Path
from bot.backends.engines.embedded import EmbeddedEngine
from bot.backends.engines.embedded_options import EmbeddedOptions
from bot.models.shelf import Shelf
from bot.settings import child_environment

async def main(folder):
    options = EmbeddedOptions(context_tokens=512, threads=1)
    engine = EmbeddedEngine(Shelf(folder), log=folder / "engine.log", environment=child_environment(), options=options)
    async with engine:
        await engine.warm("smollm2-135m")
        print(engine.process_id, flush=True)
        await asyncio.Event().wait()

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waiting for a process of others needs Linux")
async def test_a_program_killed_with_9_takes_its_engine_along(shelf: Shelf) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(shelf.folder), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    async with asyncio.timeout(30):
        engine = os.pidfd_open(int(await parent.stdout.readline()))
        try:
            parent.send_signal(signal.SIGKILL)
            await parent.wait()
            async with asyncio.timeout(5):
                await _readable(engine)
        finally:
            os.close(engine)


async def _readable(descriptor: int) -> None:
    """Wait until `descriptor` can be read; a process's descriptor can when it has ended."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)


async def _connected(process: psutil.Process) -> None:
    """Wait until somebody's request has reached the suspended engine's port."""
    port = process.net_connections()[0].laddr.port
    for _ in iter(lambda: port in _ports_reached(), True):
        await asyncio.sleep(0)  # nobody tells when a connection is there


def _ports_reached() -> set[int]:
    return {connection.raddr[1] for connection in psutil.Process().net_connections("tcp4") if any(connection.raddr)}


def _content(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
