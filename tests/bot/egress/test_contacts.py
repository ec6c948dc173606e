import asyncio
from collections.abc import Sequence

import pytest

from bot.egress import contacts as room
from bot.egress.contacts import Contact, Located, Service, Use, Where, contacts, judged, locate
from bot.messages import Language
from bot.settings import Settings
from bot.wording import speak

ADDRESSES = {
    "gpu-box": ["10.0.0.7", "fd00::7"],
    "outside.org": ["93.184.215.14"],
    "both.org": ["10.0.0.7", "93.184.215.14"],
    "huggingface.co": ["18.66.0.1"],
}


async def resolve(host: str) -> Sequence[str]:
    if host not in ADDRESSES:
        raise OSError(host)
    return ADDRESSES[host]


def uses(settings: Settings, *, taken: str = "") -> dict[str, str]:
    return {one.service.value: one.use.value for one in contacts(settings, taken=taken)}


async def located(settings: Settings) -> dict[Service, Located]:
    found = await locate(contacts(settings), allowed=settings.allowed_hosts, resolve=resolve)
    return {one.contact.service: one for one in found}


def test_everyone_stands_in_the_table_once() -> None:
    assert [one.service for one in contacts(Settings())] == list(Service)


@pytest.mark.parametrize(
    ("engine", "taken", "ollama", "openai", "own"),
    [
        ("auto", "", Use.AUTO, Use.NEVER, Use.AUTO),
        ("auto", "ollama", Use.ALWAYS, Use.NEVER, Use.NEVER),
        ("auto", "embedded", Use.AUTO, Use.NEVER, Use.ALWAYS),
        ("ollama", "", Use.ALWAYS, Use.NEVER, Use.NEVER),
        ("openai", "openai", Use.NEVER, Use.ALWAYS, Use.NEVER),
        ("embedded", "", Use.NEVER, Use.NEVER, Use.ALWAYS),
    ],
)
def test_only_the_engines_that_are_asked_count(engine: str, taken: str, ollama: Use, openai: Use, own: Use) -> None:
    found = uses(Settings.model_validate({"engine": engine}), taken=taken)
    assert (found["ollama"], found["openai"], found["own-engine"]) == (ollama, openai, own)


@pytest.mark.parametrize(
    ("engine", "hosts", "other"),
    [
        ("auto", Service.OLLAMA, Service.OPENAI),
        ("ollama", Service.OLLAMA, Service.OPENAI),
        ("openai", Service.OPENAI, Service.OLLAMA),
    ],
)
def test_each_of_several_engine_hosts_stands_in_the_table(engine: str, hosts: Service, other: Service) -> None:
    settings = Settings.model_validate({"engine": engine, "engine_urls": "http://me:secret@gpu-1/v1,http://gpu-2/v1"})
    found = contacts(settings, taken=hosts.value)
    rows = [(one.host, one.setting, one.use) for one in found if one.service is hosts]
    assert rows == [("gpu-1", "SOVA_ENGINE_URLS", Use.ALWAYS), ("gpu-2", "SOVA_ENGINE_URLS", Use.ALWAYS)]
    unused = [one for one in found if one.service in {other, Service.OWN_ENGINE}]
    assert [one.use for one in unused] == [Use.NEVER, Use.NEVER]
    assert {one.service for one in found} == set(Service)


def test_what_is_set_takes_the_place_of_sovas_own() -> None:
    own = uses(Settings())
    theirs = uses(Settings.model_validate({"redis_url": "redis://:s@gpu-box", "qdrant_url": "http://gpu-box:6333"}))
    for service, instead in (("redis", "own-history"), ("qdrant", "own-index")):
        assert (own[service], own[instead]) == (Use.NEVER, Use.ALWAYS)
        assert (theirs[service], theirs[instead]) == (Use.ALWAYS, Use.NEVER)


def test_model_files_come_on_request_and_from_no_hub_when_it_is_off() -> None:
    assert uses(Settings())["hub"] == uses(Settings())["package-index"] == Use.ON_REQUEST
    assert uses(Settings(hub_url="off"))["hub"] == Use.NEVER


async def test_each_host_comes_with_its_addresses_and_the_setting_that_names_it() -> None:
    found = (await located(Settings(ollama_url="http://me:secret@gpu-box:11434")))[Service.OLLAMA]
    assert (found.contact.setting, found.contact.host, found.where) == ("SOVA_OLLAMA_URL", "gpu-box", Where.SITE)
    assert found.addresses == ("10.0.0.7", "fd00::7")
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("host", "allowed", "where"),
    [
        ("127.0.0.1", "", Where.MACHINE),
        ("gpu-box", "", Where.SITE),
        ("outside.org", "", Where.OUTSIDE),
        ("both.org", "", Where.OUTSIDE),
        ("outside.org", "Outside.ORG", Where.LISTED),
        ("nowhere", "", Where.UNKNOWN),
    ],
)
async def test_a_host_is_where_its_farthest_address_is(host: str, allowed: str, where: Where) -> None:
    settings = Settings.model_validate({"ollama_url": f"http://{host}", "allowed_hosts": allowed})
    found = (await located(settings))[Service.OLLAMA]
    assert found.where is where
    assert found.leaves is (where is Where.LISTED)


async def test_where_model_files_come_from_is_sent_nothing_that_people_say() -> None:
    found = (await located(Settings.model_validate({"allowed_hosts": "huggingface.co"})))[Service.HUB]
    assert found.where is Where.LISTED
    assert not found.leaves


async def test_nobody_is_looked_up_who_is_not_talked_to() -> None:
    asked: list[str] = []

    async def noting(host: str) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    elsewhere = {"ollama_url": "http://gpu-box", "openai_base_url": "http://gpu-box/v1", "hub_url": "off"}
    settings = Settings.model_validate({"engine": "embedded", **elsewhere})
    await locate(contacts(settings), allowed=frozenset(), resolve=noting)
    assert asked == []


@pytest.mark.parametrize(("url", "where"), [("unix:///redis.sock", Where.MACHINE), ("redis://[broken", Where.UNTOLD)])
async def test_a_redis_without_a_host_is_here_only_by_a_socket(url: str, where: Where) -> None:
    assert (await located(Settings.model_validate({"redis_url": url})))[Service.REDIS].where is where


async def test_a_name_server_that_says_nothing_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(_host: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    monkeypatch.setattr(room, "LOOK_UP_SECONDS", 0.01)
    async with asyncio.timeout(5):
        found = await locate(contacts(Settings(ollama_url="http://gpu-box")), allowed=frozenset(), resolve=silent)
    assert found[0].where is Where.UNKNOWN


def test_what_has_no_address_is_nowhere() -> None:
    assert judged(Contact(Service.QDRANT, Use.ALWAYS), (), allowed=frozenset()).where is Where.UNKNOWN


@pytest.mark.parametrize("language", Language)
def test_everything_in_the_table_has_words(language: Language) -> None:
    say = speak(language)
    keys = [f"contact-{one}" for one in Service] + [f"contact-sent-{one}" for one in Service]
    keys += [f"contact-where-{one}" for one in Where] + [f"contact-use-{one}" for one in Use]
    assert all(say.has(key) for key in keys)


@pytest.mark.parametrize(("url", "use"), [("", Use.NEVER), ("http://gpu-box:4318", Use.ALWAYS)])
async def test_a_collector_of_traces_is_talked_to_only_where_there_is_one(url: str, use: Use) -> None:
    found = (await located(Settings.model_validate({"otlp_url": url})))[Service.COLLECTOR]
    assert found.contact.use is use
    assert found.where is (Where.SITE if url else Where.UNTOLD)


def test_where_a_proxy_leads_to_discord_it_is_all_that_is_talked_to() -> None:
    given = {
        "discord_token": "t",
        "discord_gateway_url": "wss://gateway.lan",
        "discord_proxy": "http://me:secret@gpu-box:3128",
    }
    rows = [one for one in contacts(Settings.model_validate(given)) if one.service is Service.DISCORD]
    assert [(one.setting, one.host, one.use) for one in rows] == [("SOVA_DISCORD_PROXY", "gpu-box", Use.ALWAYS)]
    assert rows[0].is_chat_platform
    assert "secret" not in repr(rows)
