"""Owns how Sova is put into Slack: the adapter's halves, from the settings and what the house has."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.composition.house import House
from bot.errors import BadSetting
from bot.messages import Language
from bot.ports import AnswerIn
from bot.service.platforms import Outbound, Platform
from bot.settings import Settings

if TYPE_CHECKING:
    from adapters.slack.app import Account, AnswerBy, ByRequests, BySockets
    from adapters.slack.controls.controls import Controls
    from bot.chat.hearing.places import Places

NAME = "slack"


def is_configured(settings: Settings) -> bool:
    """Whether there is a bot's token."""
    return settings.slack_bot_token is not None


@asynccontextmanager
async def connect(settings: Settings, house: House) -> AsyncIterator[Platform]:
    """The whole adapter. Raises `BadSetting` where a token, or the secret, is missing."""
    from adapters.slack.app import open_platform
    from adapters.slack.surroundings import Surroundings
    from bot.chat.hearing.places import Places

    places = Places(house.places, AnswerIn.THREAD)
    around = Surroundings(
        inbox=house.inbox,
        places=places,
        seen=house.seen,
        controls=_controls(settings, house, places),
        language=settings.spoken,
    )
    async with open_platform(_account(settings), around, answer_by=_answer_by(settings)) as platform:
        yield platform


@asynccontextmanager
async def show(settings: Settings) -> AsyncIterator[Outbound]:
    """The half that shows answers, for a worker whose connection runs elsewhere."""
    from adapters.slack.app import open_outbound

    async with open_outbound(_account(settings), answer_by=_answer_by(settings)) as outbound:
        yield outbound


async def examine(settings: Settings) -> str:
    """What Sova is called there; raises what keeps her out."""
    from adapters.slack.examining import look

    return await look(_account(settings))


def _controls(settings: Settings, house: House, places: "Places") -> "Controls":
    from adapters.slack.controls.controls import Behind, Controls
    from bot.chat.controls.suggestions import Suggestions

    documents = house.documents
    return Controls(
        Behind(
            registry=house.registry,
            inbox=house.inbox,
            access=house.access,
            feedback=house.feedback,
            history=house.history,
            places=house.places,
            rules_of=places.rules,
            prefix=settings.slack_command_prefix,
            spoken=_chosen(settings),
            suggestions=Suggestions(documents.index, documents.scopes) if documents else None,
        )
    )


def _chosen(settings: Settings) -> Language | None:
    """The language that the operator has chosen for everybody."""
    return None if settings.language == "auto" else settings.spoken


def _answer_by(settings: Settings) -> "AnswerBy":
    from adapters.slack.answering.outbound import open_answering

    return partial(open_answering, streams=settings.slack_streaming == "native")


def _account(settings: Settings) -> "Account":
    from adapters.slack.app import Account
    from adapters.slack.rest import Address

    token = _demanded(settings.slack_bot_token, name="SOVA_SLACK_BOT_TOKEN")
    return Account(token, Address(settings.slack_api_url, settings.slack_proxy), _way(settings))


def _way(settings: Settings) -> "BySockets | ByRequests":
    """How Slack's messages come."""
    from adapters.slack.app import ByRequests, BySockets

    if settings.slack_mode == "http":
        secret = _demanded(settings.slack_signing_secret, name="SOVA_SLACK_SIGNING_SECRET")
        return ByRequests(secret, settings.slack_http_host, settings.slack_http_port)
    return BySockets(_demanded(settings.slack_app_token, name="SOVA_SLACK_APP_TOKEN"), settings.slack_sockets)


def _demanded(secret: SecretStr | None, *, name: str) -> str:
    if secret is None:
        raise BadSetting(name=name, reason="it is not set; docs/slack.md tells where to get it")
    return secret.get_secret_value()
