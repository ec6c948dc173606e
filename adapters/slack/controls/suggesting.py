"""Owns what Slack shows in the agent's view before somebody asks: questions to choose from."""

import logging
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.slack.controls.acts import Act
from adapters.slack.faults import code_of, translated
from adapters.slack.rest import Rest
from bot.chat.controls.suggestions import Suggestion, Suggestions
from bot.commands.command import Invocation
from bot.errors import AssistantError

logger = logging.getLogger(__name__)

MOST = 4
"""Prompts, by Slack."""


@dataclass(frozen=True, slots=True)
class Suggesting:
    """Suggests what Sova can do, and documents that the person may read; `suggestions` is None where there are none."""

    rest: Rest
    suggestions: Suggestions | None

    async def suggest(self, act: Act, invocation: Invocation) -> None:
        """Show them; that Slack doesn't want them matters to nobody. Raises `PlatformUnreachable`."""
        say, client = invocation.say, self._client
        first = Suggestion(say("suggestion-abilities-title"), say("suggestion-abilities"))
        prompts = [first, *await self._documents(invocation)]
        told = [{"title": one.title, "message": one.message} for one in prompts]
        try:
            with translated():
                await client.assistant_threads_setSuggestedPrompts(
                    channel_id=act.origin.channel, title=say("slack-suggestions"), prompts=told
                )
        except SlackApiError as error:
            logger.info("nothing is suggested to somebody: Slack says %s", code_of(error))

    async def _documents(self, invocation: Invocation) -> tuple[Suggestion, ...]:
        """None while documents can't be looked at: whoever asks is told why."""
        if self.suggestions is None:
            return ()
        try:
            return tuple(await self.suggestions.find(invocation, most=MOST - 1))
        except AssistantError as error:
            logger.warning("no documents are suggested: %s", error)
            return ()

    @property
    def _client(self) -> Any:  # noqa: ANN401  # the SDK's keyword arguments are any
        return self.rest.client
