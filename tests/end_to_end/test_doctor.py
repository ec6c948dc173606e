import asyncio
from pathlib import Path

import pytest

from tests.end_to_end.sova import Sova

pytestmark = pytest.mark.engine


async def test_doctor_finds_a_working_installation_in_order(tmp_path: Path) -> None:
    ran = await Sova(tmp_path)("doctor", "--json")
    assert (ran.code, ran.json["ok"]) == (0, True)


async def test_doctor_names_the_missing_service_and_exits_with_3(tmp_path: Path) -> None:
    async with asyncio.timeout(30):
        taken = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    taken.close()
    await taken.wait_closed()
    nobody = {"SOVA_ENGINE": "ollama", "SOVA_OLLAMA_URL": f"http://127.0.0.1:{port}"}
    ran = await Sova(tmp_path, settings=nobody)("doctor", "--lang", "cs")
    assert ran.code == 3
    assert f"127.0.0.1:{port}" in ran.out
    assert "ollama serve" in ran.out


async def test_doctor_explains_settings_that_nothing_else_can_start_with(tmp_path: Path) -> None:
    ran = await Sova(tmp_path, settings={"SOVA_CONTEXT_TOKENS": "many"})("doctor", "--json")
    assert ran.code == 2
    assert "SOVA_CONTEXT_TOKENS" in ran.out


async def test_models_list_shows_what_is_here_and_what_fits(tmp_path: Path) -> None:
    ran = await Sova(tmp_path)("models", "list")
    assert ran.code == 0
    assert "smollm2-135m" in ran.out
    assert "Apache-2.0" in ran.out


async def test_models_use_makes_a_model_the_default_for_later_programs(tmp_path: Path) -> None:
    sova = Sova(tmp_path, settings={"SOVA_MODEL": "nobody-has-this"})
    assert (await sova("models", "use", "SmolLM2-135M")).code == 0
    assert (await sova("ask", "Hello?", "--json")).json["model"] == "smollm2-135m"


async def test_models_fetch_needs_no_network_for_a_model_that_is_here(tmp_path: Path) -> None:
    ran = await Sova(tmp_path)("models", "fetch", "smollm2-135m")
    assert ran.code == 0
    assert "FORBIDDEN" not in ran.aside
