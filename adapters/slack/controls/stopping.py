"""Owns Slack's own Stop, which stands there while an answer is written."""

import logging
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.slack.answering.sessions import ACTIVE
from adapters.slack.controls.acts import Act
from adapters.slack.controls.replies import Replies
from adapters.slack.faults import code_of, translated
from bot.chat.controls.pressing import Pressing
from bot.commands.command import Invocation

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stopping:
    """Stops what the person may stop."""

    pressing: Pressing
    replies: Replies

    async def stopped(self, act: Act, invocation: Invocation) -> None:
        """Have the answer stopped, and tell Slack that nobody works there any more; it wouldn't notice by itself."""
        refused = await self.pressing.stop_here(invocation)
        if refused is not None:
            await self.replies.tell(act, refused)
            return
        client: Any = self.replies.rest.client
        try:
            with translated():
                await client.agents_sessions_setStatus(
                    channel_id=act.origin.channel, thread_ts=act.origin.thread, status=ACTIVE
                )
        except SlackApiError as error:
            logger.info("a session's state can't be told: Slack says %s", code_of(error))
