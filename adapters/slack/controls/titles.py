"""Owns what the threads of direct messages are called in Slack's list of them: as what was asked first."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.slack.faults import code_of, translated
from adapters.slack.hearing.said import Said, said_of
from adapters.slack.hearing.text import text_of
from adapters.slack.rendering.blocks import one_line
from adapters.slack.surroundings import Workspace
from bot.errors import AssistantError

logger = logging.getLogger(__name__)

MOST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Titles:
    """Names threads in `workspace`."""

    workspace: Workspace

    def begun(self, body: Mapping[str, Any]) -> Said | None:
        """The message that a thread begins with; None for whatever else Slack tells."""
        event = body.get("event") or {}
        if event.get("type") != "message" or event.get("channel_type") != "im" or "ts" not in event:
            return None
        said = said_of(event, me=self.workspace.identity.user)
        return said if said.is_spoken and not said.is_reply else None

    async def name(self, said: Said) -> None:
        """Call the thread as its first message; that it can't be done matters to nobody."""
        title = one_line(text_of(said, names={}, me=self.workspace.identity.user), limit=MOST_TITLE)
        if not title:
            return
        client: Any = self.workspace.rest.client
        try:
            with translated():
                await client.assistant_threads_setTitle(channel_id=said.channel, thread_ts=said.ts, title=title)
        except (SlackApiError, AssistantError) as error:
            told = code_of(error) if isinstance(error, SlackApiError) else error.code
            logger.info("a thread keeps no name: %s", told)
