"""Events, commands and actions over HTTP: signed, retried, and verified by the real Bolt."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.context.ack.async_ack import AsyncAck

from tests.doubles.slack import Person, Place, Slack, State
from tests.doubles.slack.conftest import Bolt

pytestmark = pytest.mark.timeout(20)


@asynccontextmanager
async def served(bolt: Bolt, *, failures: int = 0) -> AsyncIterator[str]:
    """Bolt behind an address, which fails so often before it answers events."""
    left = [failures]

    async def handle(request: web.Request) -> web.Response:
        if left[0] and b"event_callback" in await request.read():
            left[0] -= 1
            return web.Response(status=500)
        return await to_aiohttp_response(await bolt.app.async_dispatch(await to_bolt_request(request)))

    app = web.Application()
    app.router.add_post("/slack/events", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


async def test_events_and_commands_come_by_signed_requests(slack: Slack, general: Place, jana: Person) -> None:
    bolt = Bolt(slack)

    @bolt.app.command("/sova-ask")
    async def answer(ack: AsyncAck) -> None:
        await ack("Ten weeks.")

    async with served(bolt) as url:
        await slack.uses_http(url)
        await jana.says(general, "Hello")
        assert (await bolt.event())["text"] == "Hello"
        await (await jana.runs("/sova-ask", "How long?", general)).done()
    assert [(post.text, post.only_for) for post in general.answers] == [("Ten weeks.", jana.id)]


async def test_what_failed_comes_again_at_once_and_after_a_minute(slack: Slack, general: Place, jana: Person) -> None:
    slack.stop_clock()
    bolt = Bolt(slack)
    async with served(bolt, failures=2) as url:
        await slack.uses_http(url)
        await jana.says(general, "Hello")
        (delivery,) = slack.deliveries.all
        await slack.until(lambda: delivery.attempt == 2)
        await slack.advance(60)
        assert (await bolt.event())["text"] == "Hello"
        await slack.until(lambda: delivery.state is State.ACKED)
    assert delivery.reasons == ["http_error", "http_error"]


async def test_an_old_request_is_turned_away(slack: Slack, general: Place, jana: Person) -> None:
    bolt = Bolt(slack)
    async with served(bolt) as url:
        await slack.uses_http(url)
        assert slack.http is not None
        slack.http.skew = 301
        await jana.says(general, "Hello")
        await slack.until(lambda: slack.http and len(slack.http.statuses) == 2)
    assert (slack.http.statuses, bolt.heard.empty()) == ([401, 401], True)


async def test_who_cannot_prove_the_address_hears_nothing(slack: Slack) -> None:
    slack.app.signing_secret, bolt = "another one", Bolt(slack)
    slack.app.signing_secret = "changed since"  # noqa: S105  # the double's own
    async with served(bolt) as url:
        with pytest.raises(AssertionError, match="challenge"):
            await slack.uses_http(url)
