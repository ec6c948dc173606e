import asyncio
import signal
import socket
from pathlib import Path

import pytest

from tests.end_to_end.sova import PATIENCE_S, Sova

pytestmark = pytest.mark.engine


@pytest.fixture
def sova(tmp_path: Path) -> Sova:
    return Sova(tmp_path)


def usage(answer: dict[str, object]) -> dict[str, int]:
    counts = answer["usage"]
    assert isinstance(counts, dict)
    return counts


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def test_a_question_is_answered_by_a_real_model_and_the_follow_up_builds_on_it(sova: Sova) -> None:
    first = (await sova("ask", "My name is Ula and I like owls. Remember that.", "--json")).json
    second = (await sova("ask", "What do I like?", "--json")).json
    assert first["engine"] == "embedded"
    assert first["model"] == "smollm2-135m"
    assert first["text"]
    told = usage(first)["prompt_tokens"] + usage(first)["completion_tokens"]
    assert usage(second)["prompt_tokens"] > told


async def test_the_json_object_has_the_keys_that_scripts_rely_on(sova: Sova) -> None:
    ran = await sova("ask", "Hello?", "--json", "--conversation", "scripts")
    assert ran.code == 0
    answer = ran.json
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
    assert set(usage(answer)) == {"prompt_tokens", "completion_tokens"}
    timings = answer["timings"]
    assert isinstance(timings, dict)
    assert set(timings) == {"queue_ms", "retrieval_ms", "load_ms", "ttft_ms", "total_ms", "tokens_per_second"}
    assert 0 < timings["ttft_ms"] <= timings["total_ms"]


async def test_a_piped_question_gets_a_plain_answer_and_nothing_else(sova: Sova) -> None:
    ran = await sova("ask", "-", typed="Say hello.")
    assert ran.code == 0
    assert ran.out.strip()
    assert "\x1b" not in ran.out


async def test_other_conversations_are_other_conversations(sova: Sova) -> None:
    await sova("ask", "My name is Ula and I like owls.", "--conversation", "one")
    alone = (await sova("ask", "What do I like?", "--json", "--conversation", "two")).json
    again = (await sova("ask", "What do I like?", "--json", "--conversation", "one")).json
    assert usage(again)["prompt_tokens"] > usage(alone)["prompt_tokens"]


async def test_a_conversation_goes_on_after_the_program_was_killed(sova: Sova) -> None:
    async with sova.running("chat") as chat, asyncio.timeout(PATIENCE_S):
        assert chat.stdin is not None
        assert chat.stdout is not None
        chat.stdin.write(b"My name is Ula and I like owls.\nTell me a very long story.\n")
        await chat.stdin.drain()
        while not (await chat.stdout.readline()).strip():
            pass
        await chat.stdout.readline()  # the second answer has begun, so the first one is stored
        chat.send_signal(signal.SIGKILL)
        await chat.wait()
    after = (await sova("ask", "What do I like?", "--json")).json
    fresh = (await sova("ask", "What do I like?", "--json", "--conversation", "fresh")).json
    assert usage(after)["prompt_tokens"] > usage(fresh)["prompt_tokens"]


async def test_a_piped_chat_answers_line_by_line_and_runs_commands(sova: Sova) -> None:
    ran = await sova("chat", "--lang", "cs", typed="Hello?\n/model\n/nosuch\n/stats\n/forget\n")
    assert ran.code == 0
    assert "smollm2-135m" in ran.out
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
    ran = await sova("ask", "Hello?", "--model", "smolm2-135m")
    assert ran.code == 2
    assert "smollm2-135m" in ran.aside


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


async def test_no_connection_leaves_the_machine_while_a_question_is_answered(sova: Sova) -> None:
    ran = await sova("ask", "Hello?")
    assert ran.code == 0
    assert "FORBIDDEN" not in ran.aside


async def test_the_log_holds_no_message_text_and_no_secret(tmp_path: Path) -> None:
    sova = Sova(tmp_path, settings={"SOVA_OPENAI_API_KEY": "sk-very-secret"})
    await sova("ask", "My password is swordfish.")
    logged = (tmp_path / "sova.log").read_text() + (tmp_path / "engine.log").read_text()
    assert "turn ended" in logged
    assert "swordfish" not in logged
    assert "sk-very-secret" not in logged
