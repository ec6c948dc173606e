"""Which engine the settings mean, and how many answers it gives at once."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.composition import gates
from bot.composition.engines import Taken, needs_a_model, open_engine
from bot.errors import EngineOutside, EngineUnreachable, LeavesTheNetwork
from bot.pool.pool import EnginePool
from bot.ports import HasHosts
from bot.settings import Settings

NOBODY = "http://127.0.0.1:9"
HOSTS = "http://127.0.0.1:9,http://127.0.0.2:9"
OUTSIDE = "http://203.0.113.7:9"


def settings_in(folder: Path, **given: object) -> Settings:
    places = {"state_dir": folder / "state", "cache_dir": folder / "cache", "knowledge_dir": folder}
    return Settings.model_validate({**places, **given})


async def taken(settings: Settings) -> Taken:
    """What is taken; it is closed by then."""
    async with open_engine(settings, required=False) as opened:
        return opened


@pytest.mark.parametrize(
    ("given", "parallel"),
    [
        ({"engine": "embedded"}, 1),
        ({"engine": "ollama", "ollama_url": NOBODY}, 1),
        ({"engine": "openai", "openai_base_url": f"{NOBODY}/v1"}, 4),
        ({"engine": "embedded", "engine_parallel": 3}, 3),
        ({"engine": "ollama", "ollama_url": NOBODY, "engine_parallel": 2}, 2),
        ({"engine_urls": HOSTS}, 2),
        ({"engine_urls": HOSTS, "engine_parallel": 3}, 6),
        ({"engine": "openai", "engine_urls": "http://127.0.0.1:9/v1,http://127.0.0.2:9/v1"}, 8),
    ],
)
async def test_it_is_known_how_many_answers_are_given_at_once(
    tmp_path: Path, given: dict[str, object], parallel: int
) -> None:
    assert (await taken(settings_in(tmp_path, **given))).parallel == parallel


@pytest.mark.parametrize("engine", ["auto", "ollama"])
async def test_hosts_are_ollamas_unless_the_settings_say_otherwise(tmp_path: Path, engine: str) -> None:
    found = await taken(settings_in(tmp_path, engine=engine, engine_urls=HOSTS))
    assert isinstance(found.engine, EnginePool)
    assert (found.engine.engine, found.engine.url) == ("ollama", "http://127.0.0.1:9, http://127.0.0.2:9")
    assert (found.why.code, found.why.data["url"]) == ("engine-taken-ollama", found.engine.url)


async def test_a_password_in_a_hosts_address_is_told_to_nobody(tmp_path: Path) -> None:
    found = await taken(settings_in(tmp_path, engine_urls="http://me:secret@127.0.0.1:9"))
    assert found.engine.url == "http://127.0.0.1:9"


async def test_hosts_that_are_required_and_all_away_are_an_error_that_names_them(tmp_path: Path) -> None:
    with pytest.raises(EngineUnreachable) as caught:
        async with open_engine(settings_in(tmp_path, engine_urls=HOSTS), required=True):
            pass
    assert caught.value.url == "http://127.0.0.1:9, http://127.0.0.2:9"


async def test_no_model_of_sovas_own_is_needed_where_there_are_hosts(tmp_path: Path) -> None:
    assert not await needs_a_model(settings_in(tmp_path, engine_urls=HOSTS))


async def test_a_host_outside_the_network_is_left_out_and_the_others_are_taken(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, engine_urls=f"{OUTSIDE},{NOBODY}")
    async with open_engine(settings, required=False) as found:
        assert isinstance(found.engine, HasHosts)
        outside, away = await found.engine.hosts()
    assert isinstance(outside.trouble, EngineOutside)
    assert (outside.trouble.name, outside.trouble.address) == ("SOVA_ENGINE_URLS", "203.0.113.7")
    assert isinstance(away.trouble, EngineUnreachable)


async def test_hosts_that_are_all_outside_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LeavesTheNetwork):
        await taken(settings_in(tmp_path, engine_urls=f"{OUTSIDE},http://203.0.113.8:9"))


async def test_a_host_whose_name_begins_to_lead_outside_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"a.invalid": ["127.0.0.1"], "b.invalid": ["127.0.0.1"]}

    async def resolve(host: str) -> Sequence[str]:
        return found[host]

    monkeypatch.setattr(gates, "resolve", resolve)
    settings = settings_in(tmp_path, engine_urls="http://a.invalid:9,http://b.invalid:9")
    async with open_engine(settings, required=False) as opened:
        found["a.invalid"] = ["203.0.113.7"]
        assert isinstance(opened.engine, HasHosts)
        assert [type(host.trouble) for host in await opened.engine.hosts()] == [EngineOutside, EngineUnreachable]
