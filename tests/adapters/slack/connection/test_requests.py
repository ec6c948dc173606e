"""Slack's requests over HTTP: signed, young, and answered with 200 only when all is kept."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO

import aiohttp
import pytest

from adapters.slack.app import ByRequests
from adapters.slack.connection.requests import LONGEST_BYTES, PATH
from bot.errors import BadSetting, HistoryUnavailable
from bot.messages import Incoming
from tests.adapters.slack.stage import Stage, opened
from tests.doubles.slack import Slack

QUESTION = "How long is parental leave?"


@asynccontextmanager
async def listening(slack: Slack) -> AsyncIterator[tuple[Stage, str]]:
    """The adapter in mode `http`, and where it listens: once it does, it looks what it missed."""
    port = free_port()
    async with opened(slack, by=ByRequests(slack.signing_secret, port=port)) as stage:
        running = asyncio.create_task(stage.platform.run(stage.receive))
        try:
            await slack.until(lambda: any(call.method == "users.conversations" for call in slack.api.calls))
            yield stage, f"http://127.0.0.1:{port}{PATH}"
        finally:
            running.cancel()
            await asyncio.wait({running})


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def test_slack_finds_her_and_questions_come(service: Slack) -> None:
    async with listening(service) as (stage, url):
        await service.uses_http(url)
        await stage.jana.says(stage.general, QUESTION, mention=True)
        assert (await stage.question()).text == QUESTION
        await stage.quiet()
        assert service.http is not None
        assert service.http.statuses == [200, 200]
    assert stage.texts == [QUESTION]


async def test_what_is_not_kept_is_answered_with_500_and_comes_again(service: Slack) -> None:
    async with listening(service) as (stage, url):
        failures = 1

        async def fail(incoming: Incoming) -> None:
            nonlocal failures
            failures -= 1
            if failures >= 0:
                raise HistoryUnavailable("127.0.0.1", "away")

        stage.when_received = fail
        await service.uses_http(url)
        await stage.jana.says(stage.jana.direct, QUESTION)
        assert (await stage.question()).text == QUESTION
        await stage.quiet()
        assert service.http is not None
        assert service.http.statuses == [500, 200]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": "now", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "1700000000", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "²", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "9" * 5_000, "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "1700000000", "X-Slack-Signature": "v0=ž"},
    ],
)
async def test_nobody_else_is_listened_to(service: Slack, headers: dict[str, str]) -> None:
    async with listening(service) as (stage, url), aiohttp.ClientSession() as session:
        event = {"type": "event_callback", "event": {"type": "message", "channel": "D1", "user": "U1", "ts": "1.1"}}
        async with session.post(url, json=event, headers=headers) as answer:
            assert answer.status == 401
    assert stage.received == []


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b""])
async def test_what_can_not_be_read_is_refused_without_a_word_in_the_log(
    service: Slack, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": str(int(time.time())),
        "X-Slack-Signature": "v0=00",
    }
    async with (
        listening(service) as (_, url),
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as answer,
    ):
        assert answer.status == 401
    assert "Traceback" not in caplog.text


async def test_no_more_is_read_of_a_request_than_slack_would_send(service: Slack) -> None:
    async with (
        listening(service) as (_, url),
        aiohttp.ClientSession() as session,
        session.post(url, data=BytesIO(b"x" * (LONGEST_BYTES + 1))) as answer,
    ):
        assert answer.status == 413


async def test_an_old_request_is_a_replay(service: Slack) -> None:
    async with listening(service) as (stage, url):
        await service.uses_http(url)
        assert service.http is not None
        service.http.skew = 301
        await stage.jana.says(stage.jana.direct, QUESTION)
        await service.until(lambda: service.http and service.http.statuses)
        assert set(service.http.statuses) == {401}
    assert stage.received == []


async def test_a_port_that_is_taken_is_named(service: Slack) -> None:
    async with listening(service) as (_, url):
        port = int(url.split(":")[2].partition("/")[0])
        async with opened(service, by=ByRequests(service.signing_secret, port=port)) as other:
            with pytest.raises(BadSetting) as caught:
                await other.platform.run(other.receive)
    assert caught.value.name == "SOVA_SLACK_HTTP_PORT"
