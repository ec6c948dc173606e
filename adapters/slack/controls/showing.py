"""Owns showing what came of a command in Slack: its card at once, or again and again while it changes."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from slack_sdk.errors import SlackApiError

from adapters.slack.controls.acts import Act
from adapters.slack.controls.card_screens import (
    CHANGES,
    MOST_USES,
    CommonCard,
    Means,
    PostedCard,
    SentCard,
    messages_of,
    pictured_messages,
)
from adapters.slack.controls.pictures import Pictures
from adapters.slack.controls.prefixing import Prefix
from adapters.slack.controls.replies import Replies
from adapters.slack.rendering.blocks import Rendered
from adapters.slack.response_urls import ResponseRefused
from bot.chat.controls.running import Ran
from bot.chat.showing.live import CardScreen, LiveShowing, Rhythm
from bot.chat.showing.pacing import Budgets
from bot.commands.cards import Card, LiveCard
from bot.wording import Wording

logger = logging.getLogger(__name__)


def _changes() -> Budgets:
    return Budgets(CHANGES)


@dataclass(frozen=True, slots=True)
class Showing:
    """Shows cards by `replies`; `prefix` tells what commands are called."""

    replies: Replies
    prefix: Prefix
    _changed: Budgets = field(default_factory=_changes)

    async def show(self, act: Act, ran: Ran, say: Wording) -> None:
        """Show the card where it was asked for: to everybody where it concerns them, and `said` to the person."""
        if isinstance(ran.card, LiveCard):
            await self._show_changing(act, ran.card, ran, say)
            return
        await self._show_whole(act, self.prefix.card(ran.card), say, to_all=ran.said is not None)
        await self._tell(act, ran.said)

    async def _tell(self, act: Act, said: str | None) -> None:
        if said is not None and not act.is_direct:
            await self.replies.tell(act, said)

    # --- cards that stay as they are ---------------------------------------------------------------------------

    async def _show_whole(self, act: Act, card: Card, say: Wording, *, to_all: bool) -> None:
        """With the picture if Slack takes it: one that it hasn't looked at yet, it doesn't."""
        *first, last = messages_of(card, say)
        await self._show_all(act, first, to_all=to_all)
        pictured = await pictured_messages(card, say, Pictures(self.replies.rest))
        if pictured:
            try:
                await self._show_all(act, pictured[-1:], to_all=to_all)
            except (SlackApiError, ResponseRefused) as error:
                logger.warning("a card is shown without its picture: %s", type(error).__name__)
            else:
                return
        await self._show_all(act, [last], to_all=to_all)

    async def _show_all(self, act: Act, messages: Sequence[Rendered], *, to_all: bool) -> None:
        for message in messages:
            await self.replies.show(act, message, to_all=to_all)

    # --- cards that change -------------------------------------------------------------------------------------

    async def _show_changing(self, act: Act, live: LiveCard, ran: Ran, say: Wording) -> None:
        await self._tell(act, ran.said)
        screen = await self._screen(act, say, to_all=ran.said is not None)
        named = _Named(screen, self.prefix)
        await LiveShowing(named, say=say, again=ran.again).run(live)

    async def _screen(self, act: Act, say: Wording, *, to_all: bool) -> CardScreen:
        """Where it is to stand: what the person alone may see is shown directly where Slack waits for no answer."""
        origin, means = act.origin, Means(self.replies, Pictures(self.replies.rest), self._changed)
        if to_all or act.is_direct:
            posted = PostedCard(means, origin.channel, say, origin.thread)
            sent = SentCard(means, act, say, to_all=True, left=MOST_USES - 1) if origin.response_url else None
            return CommonCard(posted, sent)
        if origin.response_url:
            return SentCard(means, act, say)
        await self.replies.tell(act, say("live-in-direct"))
        return PostedCard(means, act.user, say)


@dataclass(frozen=True, slots=True)
class _Named:
    """A screen on which commands are called what they are called here."""

    screen: CardScreen
    prefix: Prefix

    @property
    def rhythm(self) -> Rhythm:
        return self.screen.rhythm

    def wait(self) -> float:
        return self.screen.wait()

    async def show(self, card: Card, *, last: bool) -> None:
        await self.screen.show(self.prefix.card(card), last=last)
