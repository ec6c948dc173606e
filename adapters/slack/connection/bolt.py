"""Owns the Bolt app that everything from Slack goes through: it answers for Sova alone, and only once all is done."""

import json
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.connection.socket import Envelope, Take, Taken
from adapters.slack.rest import Identity, Rest
from bot.errors import AssistantError

logger = logging.getLogger(__name__)

_BOLT = logging.getLogger("slack_bolt")


def new_app(rest: Rest, identity: Identity) -> AsyncApp:
    """An app without listeners. What a listener raises leaves the request unanswered, so Slack brings it again.

    Its listeners run before the answer: an event is acknowledged when they are done with it. They hear what Sova says
    herself too, and are given the client of `rest`. Whether a request is Slack's is known before it comes here.
    """
    _BOLT.setLevel(max(_BOLT.getEffectiveLevel(), logging.WARNING))  # below, it logs what people write
    app = AsyncApp(
        logger=_BOLT,
        name="sova",
        client=AsyncWebClient(base_url=rest.address.api, session=rest.session),  # each request gets ours
        signing_secret="",
        authorize=_known_as(identity, token=rest.client.token),
        before_authorize=_asking_by(rest),
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.error(_told)
    return app


def taking(app: AsyncApp) -> Take:
    """What deals with the envelopes of sockets: the app, which says in the words of HTTP how that went."""

    async def take(envelope: Envelope) -> Taken | None:
        request = AsyncBoltRequest(mode="socket_mode", body=envelope.payload, headers=dict(envelope.headers))
        response = await app.async_dispatch(request)
        return Taken(_answer(response)) if response.status == HTTPStatus.OK else None

    return take


def _answer(response: BoltResponse) -> dict[str, Any] | None:
    if not response.body:
        return None
    is_json = response.first_headers().get("content-type", "").startswith("application/json")
    return dict(json.loads(response.body)) if is_json else {"text": response.body}


def _known_as(identity: Identity, *, token: str | None) -> Callable[[], Awaitable[AuthorizeResult]]:
    """Bolt would ask Slack who Sova is while the first question waits."""
    result = AuthorizeResult(
        enterprise_id=None, team_id=identity.team, bot_id=identity.bot, bot_user_id=identity.user, bot_token=token
    )

    async def authorize() -> AuthorizeResult:
        return result

    return authorize


def _asking_by(rest: Rest) -> Callable[..., Awaitable[None]]:
    """Bolt makes a client for each request, and that takes a proxy from the environment."""

    async def use_ours(context: AsyncBoltContext, next: Callable[[], Awaitable[None]]) -> None:  # noqa: A002  # Bolt's name
        context["client"] = rest.client
        await next()

    return use_ours


async def _told(error: Exception) -> None:
    if isinstance(error, AssistantError):
        logger.warning("something of Slack's is left for the next time: %s", error)
    else:
        logger.error("a listener failed by a fault of ours", exc_info=error)
