"""What goes to Discord goes by the proxy that the operator names, all of it."""

from pathlib import Path

import pytest

from adapters.discord.app import Account, open_outbound
from adapters.discord.connection.client import Address
from adapters.discord.examining import look
from bot.errors import PlatformUnreachable
from tests.adapters.discord.platform.stage import Remembered, connected, reply, staged, telling
from tests.doubles.discord import TOKEN, Discord
from tests.doubles.forward_proxy import ForwardProxy


async def test_api_gateway_files_and_answers_go_by_the_proxy(tmp_path: Path, service: Discord) -> None:
    proxy = ForwardProxy(credentials="sova:secret")
    async with proxy.serving() as url, staged(tmp_path, service, proxy=url) as stage, connected(stage):
        stage.general.says(stage.anna, "What is in it?", mention=True, files=[("plan.txt", b"Monday")])
        incoming = await stage.question()
        assert await stage.platform.fetch(incoming.attachments[0], most_bytes=100) == b"Monday"
        await stage.answer(incoming, reply(incoming, "Monday."))
        assert [post.text for post in (await stage.thread()).answers] == ["Monday."]
    assert sorted(proxy.asked_below(service.api_url)) == sorted(
        f"{one.method} {one.path}" for one in service.rest.calls
    )
    assert len(proxy.asked_below(service.gateway_url)) == 1
    assert len(proxy.asked_below(service.url + "/attachments")) == 1
    assert (proxy.refused, bool(service.rest.calls)) == (0, True)


async def test_examining_and_a_worker_s_answers_go_by_it_too(tmp_path: Path, service: Discord) -> None:
    proxy = ForwardProxy()
    async with proxy.serving() as url:
        account = Account(TOKEN, Address(service.api_url, proxy=url))
        assert await look(account) == "Sova"
        async with staged(tmp_path, service) as stage, connected(stage):
            incoming = await stage.asked()
        direct = len(service.rest.calls) - len(proxy.asked)
        async with open_outbound(account) as worker:
            await worker.deliver(incoming, telling(reply(incoming, "Yes.")), posted=None, remember=Remembered())
    assert proxy.asked_below(f"{service.api_url}/channels")
    assert len(service.rest.calls) - len(proxy.asked) == direct


@pytest.mark.parametrize("api", ["", "https://discord.com/api/v10"])
async def test_a_proxy_that_refuses_is_said_without_its_password(service: Discord, api: str) -> None:
    proxy = ForwardProxy(credentials="sova:right")
    async with proxy.serving() as url:
        account = Account(TOKEN, Address(api or service.api_url, proxy=url.replace("right", "wrong-secret")))
        with pytest.raises(PlatformUnreachable) as refused:
            await look(account)
    assert proxy.refused
    assert "proxy" in str(refused.value)
    assert "secret" not in f"{refused.value}{account}"


async def test_a_proxy_that_is_away_is_a_discord_out_of_reach(service: Discord) -> None:
    account = Account(TOKEN, Address(service.api_url, proxy="http://sova:secret@127.0.0.1:1"))
    with pytest.raises(PlatformUnreachable) as refused:
        await look(account)
    assert "secret" not in f"{refused.value}{account}"
    assert service.rest.calls == []
