"""Owns which channels somebody sees, by name: for settings that name channels."""

import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.slack.faults import code_of, translated
from adapters.slack.rest import Rest
from bot.errors import AssistantError

logger = logging.getLogger(__name__)

PAGE = 200
MOST_PAGES = 10
"""2,000 channels; beyond that some are known by their ids alone."""


@dataclass(frozen=True, slots=True)
class Channels:
    """Asks Slack each time: channels are named anew, and people join and leave them."""

    rest: Rest

    async def seen_by(self, user: str, *, is_external: bool) -> Mapping[str, str]:
        """The names by id of the channels that the person sees; of private ones those where Sova is, too.

        Everybody sees the public ones, but for people of other organisations. Empty where Slack doesn't tell.
        """
        client: Any = self.rest.client
        try:
            with translated():
                kinds = "public_channel,private_channel"
                found = [one async for one in _all(client.users_conversations, user=user, types=kinds)]
                if not is_external:
                    found += [one async for one in _all(client.conversations_list, types="public_channel")]
        except (SlackApiError, AssistantError) as error:
            told = code_of(error) if isinstance(error, SlackApiError) else str(error)
            logger.warning("which channels there are can't be told now: %s", told)
            return {}
        return {str(one["id"]): str(one["name"]) for one in found}


async def _all(method: Any, **asked: str) -> AsyncIterator[Mapping[str, Any]]:  # noqa: ANN401  # the SDK's methods take anything
    cursor = ""
    for _ in range(MOST_PAGES):
        told = await method(limit=PAGE, cursor=cursor, exclude_archived=True, **asked)
        for channel in told["channels"]:
            yield channel
        cursor = str((told.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return
