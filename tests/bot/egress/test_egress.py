from collections.abc import Sequence

import pytest

from bot.egress import Gate, demand_inside, peer_of
from bot.errors import LeavesTheNetwork

ADDRESSES = {
    "gpu-box": ["10.0.0.7", "fd00::7"],
    "api.example.com": ["93.184.215.14"],
    "half-inside": ["10.0.0.7", "93.184.215.14"],
    "rebound": ["::ffff:93.184.215.14"],
}


async def resolve(host: str) -> Sequence[str]:
    if host not in ADDRESSES:
        raise OSError(host)
    return ADDRESSES[host]


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "192.168.1.5", "gpu-box", "nobody-knows-it"])
async def test_a_host_inside_the_network_is_used(host: str) -> None:
    await demand_inside(peer_of("SOVA_OLLAMA_URL", f"http://{host}:11434"), allowed=frozenset(), resolve=resolve)


@pytest.mark.parametrize("host", ["8.8.8.8", "api.example.com", "half-inside", "rebound", "100.64.0.9"])
async def test_a_host_outside_is_refused_and_its_setting_named(host: str) -> None:
    peer = peer_of("SOVA_OPENAI_BASE_URL", f"https://{host}/v1")
    with pytest.raises(LeavesTheNetwork) as refused:
        await demand_inside(peer, allowed=frozenset(), resolve=resolve)
    assert (refused.value.name, refused.value.host) == ("SOVA_OPENAI_BASE_URL", host)


async def test_a_host_that_the_operator_listed_is_used() -> None:
    peer = peer_of("SOVA_REDIS_URL", "redis://:secret@100.64.0.9/0")
    await demand_inside(peer, allowed=frozenset({"100.64.0.9"}), resolve=resolve)


def test_a_unix_socket_is_no_peer() -> None:
    assert peer_of("SOVA_REDIS_URL", "unix:///run/redis.sock") is None


async def test_a_gate_gives_what_it_looked_up_at_this_moment() -> None:
    answers = [["10.0.0.7"], ["10.0.0.8"]]

    async def moving(_host: str) -> Sequence[str]:
        return answers.pop(0)

    gate = Gate("SOVA_OLLAMA_URL", frozenset(), moving)
    assert [await gate.addresses("gpu-box"), await gate.addresses("gpu-box")] == [("10.0.0.7",), ("10.0.0.8",)]


@pytest.mark.parametrize("host", ["8.8.8.8", "api.example.com", "half-inside", "rebound", "100.64.0.9"])
async def test_a_gate_refuses_what_lies_outside(host: str) -> None:
    with pytest.raises(LeavesTheNetwork):
        await Gate("SOVA_OLLAMA_URL", frozenset({"another"}), resolve).addresses(host)


async def test_a_gate_lets_listed_hosts_be_anywhere() -> None:
    assert await Gate("SOVA_OLLAMA_URL", frozenset({"rebound"}), resolve).addresses("rebound")


async def test_nobody_goes_through_a_gate_to_a_host_without_an_address() -> None:
    async def none(_host: str) -> Sequence[str]:
        return ()

    for resolving in (none, resolve):
        with pytest.raises(OSError, match="nobody-knows-it"):
            await Gate("SOVA_OLLAMA_URL", frozenset(), resolving).addresses("nobody-knows-it")
