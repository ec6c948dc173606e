import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.doubles.echo_engine import EchoEngine
from tests.end_to_end.sova import PATIENCE_S, Ran, Sova, answered_by

SECRET = "sk-very-secret"  # noqa: S105  # nobody's


@dataclass(frozen=True)
class Talk:
    """What a real model said to a first question, to a follow-up, and to the same in another conversation."""

    first: Ran
    follow_up: Ran
    elsewhere: Ran
    state: Path


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    state = tmp_path_factory.mktemp("s")
    sova = Sova(state, settings={"SOVA_OPENAI_API_KEY": SECRET})

    async def asked(question: str, *, conversation: str) -> Ran:
        return await sova("ask", question, "--json", "--conversation", conversation)

    async def talked() -> Talk:
        first = await asked("My name is Ula and I like owls. Remember that.", conversation="owls")
        follow_up = await asked("What do I like?", conversation="owls")
        return Talk(first, follow_up, await asked("What do I like?", conversation="scripts"), state)

    return asyncio.run(talked())


@pytest.fixture
def engine() -> EchoEngine:
    return EchoEngine()


@pytest.fixture
async def sova(engine: EchoEngine, tmp_path: Path) -> AsyncIterator[Sova]:
    async with engine.serving() as url:
        yield Sova(tmp_path, settings=answered_by(url))


def usage(ran: Ran) -> dict[str, int]:
    counts = ran.json["usage"]
    assert isinstance(counts, dict)
    return counts


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.engine
def test_a_question_is_answered_by_a_real_model_and_the_follow_up_builds_on_it(talk: Talk) -> None:
    first = talk.first.json
    assert (first["engine"], first["model"]) == ("embedded", "smollm2-135m")
    assert first["text"]
    told = usage(talk.first)["prompt_tokens"] + usage(talk.first)["completion_tokens"]
    assert usage(talk.follow_up)["prompt_tokens"] > told


@pytest.mark.engine
def test_the_json_object_has_the_keys_that_scripts_rely_on(talk: Talk) -> None:
    assert talk.elsewhere.code == 0
    answer = talk.elsewhere.json
    assert set(answer) == {
        "text",
        "citations",
        "attachments",
        "model",
        "engine",
        "finish_reason",
        "usage",
        "timings",
        "abstained",
        "notices",
        "conversation",
    }
    assert answer["conversation"] == "scripts"
    assert set(usage(talk.elsewhere)) == {"prompt_tokens", "completion_tokens"}
    timings = answer["timings"]
    assert isinstance(timings, dict)
    assert set(timings) == {"queue_ms", "retrieval_ms", "load_ms", "ttft_ms", "total_ms", "tokens_per_second"}
    assert 0 < timings["ttft_ms"] <= timings["total_ms"]


@pytest.mark.engine
def test_other_conversations_are_other_conversations(talk: Talk) -> None:
    assert usage(talk.follow_up)["prompt_tokens"] > usage(talk.elsewhere)["prompt_tokens"]


@pytest.mark.engine
def test_no_connection_leaves_the_machine_while_a_question_is_answered(talk: Talk) -> None:
    for ran in (talk.first, talk.follow_up, talk.elsewhere):
        assert (ran.code, ran.reached) == (0, ())


@pytest.mark.engine
def test_the_log_holds_no_message_text_and_no_secret(talk: Talk) -> None:
    logged = (talk.state / "sova.log").read_text() + (talk.state / "engine.log").read_text()
    assert "turn ended" in logged
    assert "owls" not in logged
    assert SECRET not in logged


async def test_a_piped_question_gets_a_plain_answer_and_nothing_else(sova: Sova) -> None:
    ran = await sova("ask", "-", typed="Say hello.")
    assert (ran.code, ran.out) == (0, "You asked: Say hello..\n")


async def test_a_conversation_goes_on_after_the_program_was_killed(sova: Sova, engine: EchoEngine) -> None:
    async with sova.running("chat") as chat, asyncio.timeout(PATIENCE_S):
        assert chat.stdin is not None
        assert chat.stdout is not None
        chat.stdin.write(b"My name is Ula and I like owls.\n")
        while not (await chat.stdout.readline()).strip():
            pass
        engine.may_end.clear()
        engine.speaking.clear()
        chat.stdin.write(b"Tell me a very long story.\n")
        await engine.speaking.wait()  # the second answer has begun, so the first one is stored
        chat.send_signal(signal.SIGKILL)
        await chat.wait()
    engine.may_end.set()
    assert (await sova("ask", "What do I like?")).code == 0
    assert "owls" in engine.prompts[-1]


async def test_a_piped_chat_answers_line_by_line_and_runs_commands(sova: Sova) -> None:
    ran = await sova("chat", "--lang", "cs", typed="Hello?\n/model\n/nosuch\n/stats\n/forget\n")
    assert ran.code == 0
    assert "You asked: Hello?" in ran.out
    assert "Příkaz „nosuch“ neznám" in ran.aside
    assert "Procesor" in ran.out
    assert "Tento počítač teď (% využito): Procesor: " in ran.out


async def test_two_programs_share_one_history(sova: Sova) -> None:
    async with sova.running("chat") as first, asyncio.timeout(PATIENCE_S):
        assert first.stdin is not None
        assert first.stdout is not None
        first.stdin.write(b"My name is Ula and I like owls.\n")
        await first.stdin.drain()
        while not (await first.stdout.readline()).strip():
            pass
        beside = await sova("chat", typed="/forget\n")
        assert beside.code == 0
        assert "1" in beside.out
        first.stdin.write_eof()
        await first.wait()
    assert first.returncode == 0


async def test_without_an_engine_it_says_what_to_do_and_exits_with_3(tmp_path: Path) -> None:
    cold = {
        "SOVA_ENGINE": "auto",
        "SOVA_CACHE_DIR": str(tmp_path / "empty"),
        "SOVA_OLLAMA_URL": f"http://127.0.0.1:{closed_port()}",
    }
    ran = await Sova(tmp_path, settings=cold)("ask", "Hello?")
    assert ran.code == 3
    assert "sova models fetch" in ran.aside


async def test_without_redis_it_says_so_within_seconds_and_exits_with_3(tmp_path: Path) -> None:
    down = {"SOVA_REDIS_URL": f"redis://127.0.0.1:{closed_port()}/0"}
    ran = await Sova(tmp_path, settings=down)("ask", "Ahoj?", "--lang", "cs")
    assert ran.code == 3
    assert "historii" in ran.aside


async def test_a_misspelt_model_gets_the_nearest_name_and_exits_with_2(sova: Sova) -> None:
    ran = await sova("ask", "Hello?", "--model", "ecco")
    assert ran.code == 2
    assert "echo" in ran.aside


async def test_an_engine_outside_the_network_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    outside = {"SOVA_ENGINE": "openai", "SOVA_OPENAI_BASE_URL": "https://203.0.113.7/v1"}
    ran = await Sova(tmp_path, settings=outside)("ask", "Hello?")
    assert ran.code == 2
    assert "SOVA_OPENAI_BASE_URL" in ran.aside
    assert "FORBIDDEN" not in ran.aside


async def test_a_bad_setting_is_named_and_exits_with_2(tmp_path: Path) -> None:
    ran = await Sova(tmp_path, settings={"SOVA_CONTEXT_TOKENS": "many"})("ask", "Hello?")
    assert ran.code == 2
    assert "SOVA_CONTEXT_TOKENS" in ran.aside


@pytest.mark.parametrize(("typed", "code"), [(b"", 2), (b"PK\x03\x04\x00\xff", 2), (b"x" * 1_000_000, 2)])
async def test_what_is_no_question_is_refused_with_a_sentence(sova: Sova, typed: bytes, code: int) -> None:
    ran = await sova("ask", "-", typed=typed)
    assert ran.code == code
    assert ran.aside.strip()
    assert ran.out == ""
