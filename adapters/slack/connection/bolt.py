"""Owns the Bolt app that everything from Slack goes through: it answers for Sova alone, and only once all is done."""

import logging
from collections.abc import Awaitable, Callable

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext

from adapters.slack.rest import Identity, Rest
from bot.errors import AssistantError

logger = logging.getLogger(__name__)

_BOLT = logging.getLogger("slack_bolt")


def new_app(rest: Rest, identity: Identity, *, signing_secret: str = "") -> AsyncApp:
    """An app without listeners. What a listener raises leaves the request unanswered, so Slack brings it again.

    Its listeners run before the answer: an event is acknowledged when they are done with it. They hear what Sova says
    herself too. Without a `signing_secret` it is for sockets alone.
    """
    _BOLT.setLevel(max(_BOLT.getEffectiveLevel(), logging.WARNING))  # below, it logs what people write
    app = AsyncApp(
        logger=_BOLT,
        name="sova",
        client=rest.client,
        signing_secret=signing_secret,
        authorize=_known_as(identity),
        before_authorize=_asking_by(rest),
        process_before_response=True,
        request_verification_enabled=bool(signing_secret),
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.error(_told)
    return app


def _known_as(identity: Identity) -> Callable[[], Awaitable[AuthorizeResult]]:
    """Bolt would ask Slack who Sova is while the first question waits."""
    result = AuthorizeResult(
        enterprise_id=None, team_id=identity.team, bot_id=identity.bot, bot_user_id=identity.user, bot_token=None
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
