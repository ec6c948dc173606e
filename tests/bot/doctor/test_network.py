from dataclasses import replace
from pathlib import Path

import pytest

from bot.backends.hubs.name_resolution import resolve
from bot.doctor import Check, Code, Finding, Patient, as_json, examine
from bot.messages import Language
from bot.wording import speak
from tests.bot.doctor.patients import healthy, knows

NAMES = {
    "inside.lan": ["10.0.0.7", "fd00::7"],
    "outside.org": ["93.184.215.14"],
    "both.org": ["10.0.0.7", "93.184.215.14"],
    "mapped.org": ["::ffff:93.184.215.14"],
    "odd.org": ["not-an-address"],
    "empty.org": [],
}


async def contacts(patient: Patient) -> dict[str, Finding]:
    """What was found about each of those who are talked to."""
    patient = replace(patient, resolve=knows(NAMES))
    return {str(one.data["service"]): one for one in await examine(patient) if one.check is Check.NETWORK}


async def peers(patient: Patient) -> dict[str, Finding]:
    """What was found about each host that is sent what people say, by its setting."""
    found = (await contacts(patient)).values()
    elsewhere = [one for one in found if one.code not in {Code.NETWORK_OWN, Code.NETWORK_ON_REQUEST}]
    return {str(one.data["setting"]): one for one in elsewhere}


@pytest.mark.parametrize(
    ("host", "code", "address"),
    [
        ("127.0.0.1", Code.NETWORK, "127.0.0.1"),
        ("[fe80::1]", Code.NETWORK, "fe80::1"),
        ("inside.lan", Code.NETWORK, "10.0.0.7"),
        ("8.8.8.8", Code.NETWORK_OUTSIDE, "8.8.8.8"),
        ("[64:ff9b::808:808]", Code.NETWORK_OUTSIDE, "64:ff9b::808:808"),
        ("outside.org", Code.NETWORK_OUTSIDE, "93.184.215.14"),
        ("both.org", Code.NETWORK_OUTSIDE, "93.184.215.14"),
        ("mapped.org", Code.NETWORK_OUTSIDE, "::ffff:93.184.215.14"),
        ("odd.org", Code.NETWORK_OUTSIDE, "not-an-address"),
    ],
)
async def test_a_peer_is_inside_when_all_its_addresses_are(tmp_path: Path, host: str, code: Code, address: str) -> None:
    found = await peers(healthy(tmp_path, ollama_url=f"http://{host}:11434"))
    assert (found["SOVA_OLLAMA_URL"].code, found["SOVA_OLLAMA_URL"].data["address"]) == (code, address)


async def test_a_host_outside_that_the_operator_listed_is_still_warned_of(tmp_path: Path) -> None:
    allowed = frozenset({"outside.org"})
    found = await peers(healthy(tmp_path, ollama_url="http://outside.org:11434", allowed_hosts=allowed))
    assert found["SOVA_OLLAMA_URL"].code is Code.NETWORK_ALLOWED


@pytest.mark.parametrize("host", ["nowhere.lan", "empty.org"])
async def test_a_host_that_nobody_knows_is_warned_of(tmp_path: Path, host: str) -> None:
    found = await peers(healthy(tmp_path, ollama_url=f"http://{host}"))
    assert found["SOVA_OLLAMA_URL"].code is Code.NETWORK_UNKNOWN_HOST
    assert found["SOVA_OLLAMA_URL"].data["host"] == host


async def test_the_server_of_the_index_is_examined_where_there_is_one(tmp_path: Path) -> None:
    found = await peers(healthy(tmp_path, qdrant_url="http://outside.org:6333"))
    assert found["SOVA_QDRANT_URL"].code is Code.NETWORK_OUTSIDE


@pytest.mark.parametrize(
    ("engine", "asked"),
    [
        ("auto", {"SOVA_OLLAMA_URL", "SOVA_REDIS_URL"}),
        ("ollama", {"SOVA_OLLAMA_URL", "SOVA_REDIS_URL"}),
        ("openai", {"SOVA_OPENAI_BASE_URL", "SOVA_REDIS_URL"}),
        ("embedded", {"SOVA_REDIS_URL"}),
    ],
)
async def test_only_the_peers_that_are_used_are_examined(tmp_path: Path, engine: str, asked: set[str]) -> None:
    found = await peers(healthy(tmp_path, engine=engine, redis_url="redis://127.0.0.1"))
    assert set(found) == asked


@pytest.mark.parametrize("url", ["unix:///run/redis.sock", ""])
async def test_a_server_without_a_host_needs_no_network(tmp_path: Path, url: str) -> None:
    found = await peers(healthy(tmp_path, engine="embedded", redis_url=url))
    assert found == {}


async def test_an_address_that_cannot_be_read_is_warned_of(tmp_path: Path) -> None:
    found = await peers(healthy(tmp_path, engine="embedded", redis_url="redis://[broken"))
    assert found["SOVA_REDIS_URL"].code is Code.NETWORK_UNKNOWN_HOST


async def test_everyone_who_is_talked_to_is_told_with_what_they_are_sent(tmp_path: Path) -> None:
    found = await contacts(healthy(tmp_path, ollama_url="http://inside.lan:11434", hub_url="https://outside.org"))
    assert {service: one.code for service, one in found.items()} == {
        "ollama": Code.NETWORK,
        "own-engine": Code.NETWORK_OWN,
        "own-history": Code.NETWORK_OWN,
        "own-index": Code.NETWORK_OWN,
        "hub": Code.NETWORK_ON_REQUEST,
        "package-index": Code.NETWORK_ON_REQUEST,
    }
    told = as_json(list(found.values()), speak(Language.ENGLISH))
    assert told["ok"]
    ollama, *_, hub, _ = (one["message"] for one in told["findings"])
    assert ollama == (
        "Ollama at inside.lan (SOVA_OLLAMA_URL) is inside: 10.0.0.7. "
        "Sent there: Questions with the conversation so far, and passages of your documents."
    )
    assert hub == (
        "Model hub is asked for files by `sova models fetch` and never otherwise, at outside.org (93.184.215.14). "
        "Sent there: The names of model files, nothing else."
    )


async def test_no_password_gets_into_a_finding(tmp_path: Path) -> None:
    patient = healthy(tmp_path, ollama_url="http://me:owl-secret@8.8.8.8", redis_url="redis://:owl-secret@8.8.8.8")
    assert "owl-secret" not in repr(await examine(patient))


async def test_the_system_resolves_this_machines_own_name() -> None:
    assert set(await resolve("localhost")) & {"127.0.0.1", "::1"}


@pytest.mark.parametrize("host", ["a..b", f"{'a' * 70}.lan"])
async def test_what_cannot_be_a_name_has_no_address(host: str) -> None:
    with pytest.raises(OSError, match=host):
        await resolve(host)
