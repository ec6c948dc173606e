"""Owns answering where Slack waits for an answer to what somebody did: an address that takes five, for 30 minutes."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from adapters.slack.faults import NAME, translated
from adapters.slack.rest import Rest
from bot.errors import PlatformUnreachable


class ResponseRefused(Exception):
    """Slack doesn't take it there: `word` is its word for why, such as `used_url` or `invalid_blocks`."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(f"{status} {word}")
        self.status = status
        self.word = word

    @property
    def is_over(self) -> bool:
        """Whether nothing will be taken there any more: too late, or too much."""
        return self.status == HTTPStatus.NOT_FOUND


async def respond(rest: Rest, url: str, message: Mapping[str, Any]) -> None:
    """Send the message there; it says who sees it by `response_type`. Nothing is tried twice.

    Raises `ResponseRefused`, also for an address that isn't Slack's, and `PlatformUnreachable`.
    """
    if not is_slacks(url, api=rest.address.api):
        raise ResponseRefused(HTTPStatus.NOT_FOUND, "not an address of Slack's")
    headers = {"Content-Type": "application/json; charset=utf-8"}
    with translated():
        async with rest.session.post(
            url, data=json.dumps(message), headers=headers, proxy=rest.address.proxy
        ) as response:
            await _judge(response)


def is_slacks(url: str, *, api: str) -> bool:
    """Whether the address is at the host of Slack's `api`, or below it, as `hooks.slack.com` is. Pure."""
    asked, known = urlsplit(url), urlsplit(api)
    host, own = asked.hostname or "", known.hostname or ""
    return (asked.scheme, asked.port) == (known.scheme, known.port) and (host == own or host.endswith(f".{own}"))


async def _judge(response: aiohttp.ClientResponse) -> None:
    if response.status == HTTPStatus.OK:
        return
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise PlatformUnreachable(NAME, f"it answers {response.status}")
    raise ResponseRefused(response.status, (await response.text())[:100])
