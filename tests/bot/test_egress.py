from collections.abc import Sequence

import pytest

from bot.egress import demand_inside, peer_of, peers
from bot.errors import LeavesTheNetwork
from bot.settings import Settings

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


def test_only_the_services_that_are_used_count() -> None:
    settings = Settings(engine="embedded", ollama_url="http://api.example.com")
    assert peers(settings) == ()


def test_the_server_of_the_index_counts_where_there_is_one() -> None:
    settings = Settings(engine="embedded", qdrant_url="http://:key@gpu-box:6333")
    assert [(peer.setting, peer.host) for peer in peers(settings)] == [("SOVA_QDRANT_URL", "gpu-box")]
