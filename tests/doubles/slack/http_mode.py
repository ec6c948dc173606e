"""Owns the way to an app over HTTP: signed requests to its address instead of envelopes."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.doubles.slack.delivery import ACK_SECONDS, Deliveries, Delivery
from tests.doubles.slack.world import World

_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"


class HttpMode:
    """Enter it to have a client. `skew` is how old the timestamps of its requests are, in seconds."""

    def __init__(self, world: World, deliveries: Deliveries, url: str) -> None:
        self.skew = 0
        self.statuses: list[int] = []
        self._world = world
        self._deliveries = deliveries
        self._url = url
        self._tasks: set[asyncio.Task[None]] = set()
        self._session = aiohttp.ClientSession()

    async def verify(self) -> bool:
        """Whether the app proves that the address is its own: it gives the challenge back."""
        told = {"token": "verification", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY", "type": "url_verification"}
        async with self._session.post(self._url, data=json.dumps(told), headers=self._signed(json.dumps(told))) as got:
            return got.status == 200 and told["challenge"] in await got.text()

    def carry(self, delivery: Delivery) -> bool:
        """Send it off; how it went is told to the deliveries."""
        task = asyncio.create_task(self._post(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def close(self) -> None:
        """Leave what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()

    async def _post(self, delivery: Delivery) -> None:
        body, kind = _body(delivery)
        headers = self._signed(body, kind=kind) | _retry(delivery)
        try:
            async with asyncio.timeout(ACK_SECONDS), self._session.post(self._url, data=body, headers=headers) as got:
                self._settle(delivery, got.status, await got.text(), got.content_type)
        except TimeoutError:
            self._deliveries.fail(delivery, "http_timeout")
        except aiohttp.ClientError:
            self._deliveries.fail(delivery, "connection_failed")

    def _settle(self, delivery: Delivery, status: int, text: str, kind: str) -> None:
        self.statuses.append(status)
        if status != 200:
            self._deliveries.fail(delivery, "http_error")
        elif delivery.accepts_answer and text:
            self._deliveries.acknowledge(delivery, json.loads(text) if kind == _JSON else {"text": text})
        else:
            self._deliveries.acknowledge(delivery, None)

    def _signed(self, body: str, *, kind: str = _JSON) -> dict[str, str]:
        """https://docs.slack.dev/authentication/verifying-requests-from-slack: version 0."""
        moment = str(int(time.time()) - self.skew)
        base = f"v0:{moment}:{body}".encode()
        digest = hmac.new(self._world.app.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        return {"Content-Type": kind, "X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}


def _body(delivery: Delivery) -> tuple[str, str]:
    match delivery.kind:
        case "events_api":
            return json.dumps(delivery.payload), _JSON
        case "slash_commands":
            return urlencode(_texts(delivery.payload)), _FORM
        case _:
            return urlencode({"payload": json.dumps(delivery.payload)}), _FORM


def _texts(payload: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in payload.items()}


def _retry(delivery: Delivery) -> dict[str, str]:
    if not delivery.attempt:
        return {}
    return {"X-Slack-Retry-Num": str(delivery.attempt), "X-Slack-Retry-Reason": delivery.reason}
