import socket
from pathlib import Path

import httpx
import pytest

from bot.backends.hubs.hub import Hub
from bot.messages import Notice
from bot.models.fetching import SourceFailed
from bot.models.part import PartFile
from tests.doubles.model_sources import HubDouble
from tests.doubles.small_models import DATA, small_model

MODEL, _ = small_model()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "owl.gguf.part"


def _put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _content(path: Path) -> bytes:
    return path.read_bytes()


async def _fetch(url: str, path: Path) -> list[int]:
    with PartFile(path) as part:
        return [size async for size in Hub(url, read_seconds=5).fetch(MODEL, part)]


async def _reason(url: str, path: Path) -> Notice:
    with pytest.raises(SourceFailed) as caught:
        await _fetch(url, path)
    return caught.value.reason


async def test_a_file_is_fetched_by_repository_and_revision(path: Path) -> None:
    hub = HubDouble(DATA)
    async with hub.served() as url:
        sizes = await _fetch(url, path)
    assert hub.paths == ["/owls/owl/resolve/main/owl.gguf"]
    assert sizes[-1] == len(DATA)
    assert _content(path) == DATA


async def test_only_what_is_missing_is_asked_for(path: Path) -> None:
    _put(path, DATA[:1000])
    hub = HubDouble(DATA)
    async with hub.served() as url:
        await _fetch(url, path)
    assert hub.ranges == ["bytes=1000-"]
    assert _content(path) == DATA


@pytest.mark.parametrize("announces_size", [True, False])
async def test_a_transfer_that_breaks_off_goes_on_where_it_was(path: Path, announces_size: bool) -> None:
    hub = HubDouble(DATA, drop_after=50_000, announces_size=announces_size)
    async with hub.served() as url:
        await _fetch(url, path)
    assert hub.ranges[0] is None
    assert hub.ranges[1] == "bytes=50000-"
    assert _content(path) == DATA


async def test_a_hub_without_ranges_sends_everything_again(path: Path) -> None:
    _put(path, b"?" * 1000)
    async with HubDouble(DATA, knows_ranges=False).served() as url:
        await _fetch(url, path)
    assert _content(path) == DATA


async def test_a_transfer_that_keeps_breaking_off_is_given_up_and_kept(path: Path) -> None:
    hub = HubDouble(DATA[:60_000], announces_size=False)  # ends early without a word, each time
    hub.knows_ranges = False
    async with hub.served() as url:
        assert await _reason(url, path) == Notice("source-broke-off", {"source": "hub"})
    assert _content(path) == DATA[:60_000]


async def test_a_file_of_another_length_is_refused_before_it_is_fetched(path: Path) -> None:
    _put(path, DATA[:1000])
    async with HubDouble(DATA + b"more").served() as url:
        assert (await _reason(url, path)).code == "source-wrong-bytes"
    assert _content(path) == DATA[:1000]


async def test_a_file_that_turns_out_too_long_is_dropped(path: Path) -> None:
    async with HubDouble(DATA + b"more", announces_size=False).served() as url:
        assert (await _reason(url, path)).code == "source-wrong-bytes"
    assert _content(path) == b""


async def test_a_file_shorter_than_what_is_here_is_another_one(path: Path) -> None:
    _put(path, DATA[:2000])
    async with HubDouble(DATA[:1000]).served() as url:
        assert (await _reason(url, path)).code == "source-wrong-bytes"


async def test_a_hub_that_does_not_have_it_says_so(path: Path) -> None:
    async with HubDouble(DATA, statuses=[404]).served() as url:
        assert await _reason(url, path) == Notice("source-lacks-it", {"source": "hub"})


async def test_a_refusal_is_told_with_its_status(path: Path) -> None:
    async with HubDouble(DATA, statuses=[401]).served() as url:
        assert await _reason(url, path) == Notice("source-refused", {"source": "hub", "status": 401})


async def test_a_redirect_is_followed_with_the_range(path: Path) -> None:
    _put(path, DATA[:1000])
    hub = HubDouble(DATA, redirect_to="/moved/owl.gguf")
    async with hub.served() as url:
        await _fetch(url, path)
    assert hub.ranges == ["bytes=1000-", "bytes=1000-"]
    assert _content(path) == DATA


async def test_a_redirect_from_https_to_plain_http_is_not_followed(path: Path) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"Location": "http://cdn.example/owl.gguf"})

    hub = Hub("https://hub.example", transport=httpx.MockTransport(answer))
    with PartFile(path) as part, pytest.raises(SourceFailed) as caught:
        async for _ in hub.fetch(MODEL, part):
            pass
    assert caught.value.reason == Notice("source-insecure", {"source": "hub"})
    assert asked == ["https://hub.example/owls/owl/resolve/main/owl.gguf"]


async def test_a_range_that_leaves_a_gap_is_not_used(path: Path) -> None:
    _put(path, DATA[:1000])
    async with HubDouble(DATA, skips=10).served() as url:
        assert (await _reason(url, path)).code == "source-wrong-bytes"
    assert _content(path) == DATA[:1000]


async def test_redirects_in_a_circle_are_given_up(path: Path) -> None:
    async with HubDouble(DATA, redirect_to="/round").served() as url:
        assert await _reason(url, path) == Notice("source-refused", {"source": "hub", "status": 302})


async def test_nobody_at_the_address_is_told_at_once(path: Path) -> None:
    with socket.socket() as taken:  # bound and not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        reason = await _reason(f"http://127.0.0.1:{taken.getsockname()[1]}", path)
    assert reason == Notice("source-unreachable", {"source": "hub"})


@pytest.mark.parametrize("url", ["owl://hub", "http://[", "not a url"])
async def test_an_address_that_is_none_is_not_reached(path: Path, url: str) -> None:
    assert (await _reason(url, path)).code == "source-unreachable"
