"""Owns when Slack is asked once more: after the pause it asked for, and where asking twice does no harm."""
# ruff: noqa: ARG002  # the SDK calls its handlers with all of these names

import asyncio
import logging

import aiohttp
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import BackoffRetryIntervalCalculator
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState

from adapters.slack.faults import LONGEST_LIMIT_S

logger = logging.getLogger(__name__)

TRIES = 3
"""How often what may be asked twice is asked, when nobody answers."""
_REPEATABLE = (
    *("auth.", "users.", "conversations.", "files.info", "bots.", "team.", "apps.connections.open"),
    *("chat.update", "chat.getPermalink", "assistant.threads.", "views.publish"),
)
"""Methods that change nothing, or the same once more. Whoever posts looks first whether it is there already."""
_TOO_MANY, _SERVER_FAULT = 429, 500


class Patience(AsyncRetryHandler):
    """Waits as long as Slack asks, `LONGEST_LIMIT_S` in all for one call."""

    def __init__(self) -> None:
        super().__init__(max_retry_count=100)

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != _TOO_MANY:
            return False
        return _waited(state) + _asked_seconds(response) <= LONGEST_LIMIT_S

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        """Wait for as long as it says."""
        seconds = _asked_seconds(response) if response else 1.0
        logger.warning("Slack asks for patience: method=%s seconds=%.0f", _method(request), seconds)
        await asyncio.sleep(seconds)
        state.custom_values = {"waited": _waited(state) + seconds}
        state.next_attempt_requested = True


class Repeating(AsyncRetryHandler):
    """Asks again where nobody answered, or a server of Slack's had trouble, and asking twice does no harm."""

    def __init__(self) -> None:
        super().__init__(max_retry_count=TRIES - 1, interval_calculator=BackoffRetryIntervalCalculator(0.2))

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        broken = isinstance(error, aiohttp.ClientConnectionError | aiohttp.ClientPayloadError)
        troubled = response is not None and response.status_code >= _SERVER_FAULT
        return (broken or troubled) and _method(request).startswith(_REPEATABLE)


def _method(request: HttpRequest) -> str:
    return request.url.rpartition("/")[2]


def _waited(state: RetryState) -> float:
    return float((state.custom_values or {}).get("waited", 0.0))


def _asked_seconds(response: HttpResponse) -> float:
    """What `Retry-After` says, at least a second."""
    told = {name.lower(): value for name, value in response.headers.items()}.get("retry-after", "")
    words = told[0] if isinstance(told, list) else told
    return max(1.0, float(words)) if words.isdigit() else 1.0
