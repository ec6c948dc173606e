"""Socket Mode: envelopes, their acknowledgement, and what happens when it doesn't come."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Manifest, Person, Place, Slack, State, slack_service
from tests.doubles.slack.conftest import Bolt, connected

pytestmark = pytest.mark.timeout(20)


@asynccontextmanager
async def silent(slack: Slack) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Somebody who listens and says nothing."""
    async with aiohttp.ClientSession() as session, session.ws_connect(slack.sockets.open_url()) as socket:
        await socket.receive()
        yield socket


@pytest.fixture
async def jana_in_quiet() -> AsyncIterator[tuple[Slack, Person]]:
    async with slack_service(manifest=Manifest(events=frozenset({"app_mention"}))) as slack:
        yield slack, slack.team.person("Jana")


async def test_a_mention_comes_twice_with_one_ts(slack: Slack, bolt: Bolt, general: Place, jana: Person) -> None:
    post = await jana.says(general, "Hello", mention=True)
    heard = [await bolt.event(), await bolt.event()]
    assert {event["type"] for event in heard} == {"message", "app_mention"}
    assert {(event["ts"], event["client_msg_id"], event["channel"]) for event in heard} == {
        (post.ts, post.message.client_msg_id, general.id)
    }


async def test_what_isnt_acknowledged_comes_again_at_once_after_one_minute_and_after_five(
    slack: Slack, general: Place, jana: Person
) -> None:
    slack.stop_clock()
    async with silent(slack):
        await jana.says(general, "Hello")
        await slack.advance(600)
        (delivery,) = slack.deliveries.all
    tries = [(told["retry_attempt"], told["retry_reason"]) for told in slack.sockets.envelopes]
    assert tries == [(0, ""), (1, "http_timeout"), (2, "http_timeout"), (3, "http_timeout")]
    assert len({told["envelope_id"] for told in slack.sockets.envelopes}) == 4
    assert len({told["payload"]["event_id"] for told in slack.sockets.envelopes}) == 1
    assert delivery.state is State.LOST


async def test_with_nobody_connected_it_comes_after_a_minute(slack: Slack, general: Place, jana: Person) -> None:
    slack.stop_clock()
    post = await jana.says(general, "Hello")
    async with connected(slack) as bolt:
        await slack.advance(60)
        assert (await bolt.event())["ts"] == post.ts
        await slack.until(lambda: all(one.state is State.ACKED for one in slack.deliveries.all))
    assert [told["retry_attempt"] for told in slack.sockets.envelopes] == [2]


async def test_a_line_that_dies_in_the_middle_of_an_envelope_costs_nothing(
    slack: Slack, bolt: Bolt, general: Place, jana: Person
) -> None:
    async with connected(slack, bolt):
        slack.sockets.tear_next()
        post = await jana.says(general, "Hello")
        assert (await bolt.event())["ts"] == post.ts
        await slack.until_connected(2)
    assert (slack.sockets.opened, len(slack.sockets.envelopes)) == (3, 2)


async def test_envelopes_go_to_any_of_the_open_sockets(slack: Slack, bolt: Bolt, general: Place, jana: Person) -> None:
    other = Bolt(slack)
    async with connected(slack, other):
        for n in range(4):
            await jana.says(general, str(n))
        mine = [(await bolt.event())["text"] for _ in range(2)]
        others = [(await other.event())["text"] for _ in range(2)]
    assert sorted([*mine, *others]) == ["0", "1", "2", "3"]


async def test_a_refreshed_connection_is_replaced(slack: Slack, bolt: Bolt, general: Place, jana: Person) -> None:
    old = slack.sockets.connections[0]
    slack.sockets.refresh("warning")
    await slack.until(lambda: slack.sockets.opened == 2 and old not in slack.sockets.connections)
    await jana.says(general, "Hello")
    assert (await bolt.event())["text"] == "Hello"


async def test_whoever_is_to_be_replaced_hears_until_somebody_else_is_there(
    slack: Slack, general: Place, jana: Person
) -> None:
    async with silent(slack) as old:
        slack.sockets.refresh()
        assert (await old.receive_json())["reason"] == "refresh_requested"
        await jana.says(general, "one")
        assert (await old.receive_json())["payload"]["event"]["text"] == "one"
        async with silent(slack) as new:
            await jana.says(general, "two")
            assert (await new.receive_json())["payload"]["event"]["text"] == "two"


@pytest.mark.parametrize("end", ["close", "cut"])
async def test_whoever_loses_a_connection_opens_another(
    slack: Slack, bolt: Bolt, general: Place, jana: Person, end: str
) -> None:
    getattr(slack.sockets, end)()
    await slack.until(lambda: slack.sockets.opened == 2 and len(slack.sockets.connections) == 1)
    await jana.says(general, "Hello")
    assert (await bolt.event())["text"] == "Hello"


async def test_socket_mode_can_be_switched_off(slack: Slack) -> None:
    async with silent(slack) as socket:
        slack.sockets.disable()
        assert (await socket.receive_json())["reason"] == "link_disabled"
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_an_acknowledgement_on_another_connection_comes_too_late(
    slack: Slack, general: Place, jana: Person
) -> None:
    slack.stop_clock()
    async with silent(slack) as first:
        await jana.says(general, "Hello")
        envelope = await first.receive_json()
    await slack.until(lambda: slack.deliveries.all[0].attempt == 2)
    async with silent(slack) as second:
        await second.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.advance(60)
        again = await second.receive_json()
        await second.send_json({"envelope_id": again["envelope_id"]})
        await slack.until(lambda: slack.deliveries.all[0].state is State.ACKED)
    assert (again["retry_attempt"], again["retry_reason"]) == (2, "connection_failed")


async def test_an_event_wants_no_answer(slack: Slack, general: Place, jana: Person) -> None:
    async with silent(slack) as socket:
        await jana.says(general, "Hello")
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "Hi"}})
        await slack.until(lambda: slack.violations)
    assert envelope["accepts_response_payload"] is False
    slack.violations.clear()


async def test_an_address_is_good_for_one_connection(slack: Slack, client: AsyncWebClient) -> None:
    opened = await client.apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(str(opened["url"])) as socket:
            hello = await socket.receive_json()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(str(opened["url"]))
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)


async def test_an_eleventh_socket_is_too_many(slack: Slack) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(slack.sockets.open_url()) for _ in range(11)]
        told = await sockets[-1].receive_json()
        for socket in sockets:
            await socket.close()
    assert (told["type"], told["reason"]) == ("disconnect", "too_many_websockets")


async def test_whoever_is_pinged_answers(slack: Slack, bolt: Bolt) -> None:
    slack.sockets.ping()
    await slack.until(lambda: slack.sockets.connections[0].pongs)


async def test_only_members_hear(slack: Slack, bolt: Bolt, jana: Person) -> None:
    elsewhere = slack.team.channel("elsewhere", with_bot=False)
    await jana.says(elsewhere, "secret", mention=True)
    await jana.says(jana.direct, "Hello")
    event = await bolt.event()
    assert (event["text"], event["channel_type"], bolt.heard.empty()) == ("Hello", "im", True)


async def test_without_a_subscription_nothing_comes(jana_in_quiet: tuple[Slack, Person]) -> None:
    slack, jana = jana_in_quiet
    await jana.says(slack.team.channel("general"), "Hello", mention=True)
    assert [delivery.payload["event"]["type"] for delivery in slack.deliveries.all] == ["app_mention"]


async def misbehave() -> None:
    async with slack_service() as slack, silent(slack) as socket:
        await socket.send_json({"envelope_id": "nobody's"})
        await slack.until(lambda: slack.violations)


async def test_nonsense_on_a_socket_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="nobody"):
        await misbehave()
