"""Owns where a card stands in Slack while it changes: in messages that are changed, or in one message after another.

What everybody sees is posted and changed in place, and so is what is shown in direct messages. What the caller alone
sees in a channel goes to Slack's address for answers, which can't change what was sent there before: Slack replaces
only what somebody pressed something in (https://github.com/slackapi/bolt-js/issues/2287). It takes five messages, for
30 minutes; so a few come in between, at growing distances, and the last one always.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from slack_sdk.errors import SlackApiError

from adapters.slack.controls.acts import Act
from adapters.slack.controls.pictures import Pictures
from adapters.slack.controls.replies import Placed, Replies
from adapters.slack.faults import NO_MESSAGE, code_of
from adapters.slack.rendering.blocks import Rendered, sections
from adapters.slack.rendering.buttons import card_actions
from adapters.slack.rendering.cards import card_messages
from adapters.slack.rendering.mrkdwn import fallback, plainly
from adapters.slack.response_urls import ResponseRefused
from bot.chat.showing.live import Rhythm
from bot.chat.showing.pacing import Budgets, Rate
from bot.commands.cards import Card
from bot.errors import NotAMember
from bot.wording import Wording

logger = logging.getLogger(__name__)

POSTED, SENT = Rhythm(every=3.0), Rhythm(pauses=(20.0, 90.0, 360.0))
MOST_USES = 5
"""Messages that Slack takes at an address for answers."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How often messages of cards are changed, in a channel and in all of them."""

    channel: Rate
    whole: Rate


CHANGES = Changes(Rate(20, window=60.0, reserved=4), Rate(30, window=60.0, reserved=10))
"""Leaves answers enough of Slack's 50 changes a minute."""


@dataclass(frozen=True, slots=True)
class Means:
    """What all screens share: the ways to messages and to pictures, and how many changes are left."""

    replies: Replies
    pictures: Pictures
    changes: Budgets


@dataclass(slots=True)
class PostedCard:
    """A card in messages of a `channel`, which may be a person, below `thread` where there is one."""

    means: Means
    channel: str
    say: Wording
    thread: str = ""
    _shown: list[tuple[Placed, Rendered]] = field(default_factory=list)
    _is_seen: bool = False

    @property
    def rhythm(self) -> Rhythm:
        """Evenly."""
        return POSTED

    def wait(self) -> float:
        """Until Slack takes the next change there."""
        return self.means.changes.wait(self._place, last=False)

    async def show(self, card: Card, *, last: bool) -> None:
        """Let the card stand there; its picture comes with the `last` one.

        Raises `NotAMember`, `PlatformUnreachable`, and what Slack says of the first or the last that it doesn't take.
        """
        try:
            if not (last and await self._shown_with_picture(card)):
                await self._show(messages_of(card, self.say), last=last)
        except SlackApiError as error:
            if last or not self._is_seen:
                raise
            logger.info("a card isn't shown as it is now: Slack says %s", code_of(error))
        self._is_seen = True

    async def _shown_with_picture(self, card: Card) -> bool:
        """Whether Slack takes it with its picture: one that it hasn't looked at yet, it doesn't."""
        pictured = await pictured_messages(card, self.say, self.means.pictures)
        if pictured is None:
            return False
        try:
            await self._show(pictured, last=True)
        except SlackApiError as error:
            logger.warning("a card is shown without its picture: Slack says %s", code_of(error))
            return False
        return True

    async def _show(self, messages: Sequence[Rendered], *, last: bool) -> None:
        try:
            await self._put_all(messages, last=last)
        except SlackApiError as error:
            if not last or code_of(error) not in NO_MESSAGE or not self._shown:
                raise
            self._shown = []  # somebody took it away, and still wants to know how it ended
            await self._put_all(messages, last=last)

    async def _put_all(self, messages: Sequence[Rendered], *, last: bool) -> None:
        for index, message in enumerate(messages):
            await self._put(index, message, last=last)
        while len(self._shown) > len(messages):
            await self.means.replies.remove(self._shown[-1][0])
            self._shown.pop()

    async def _put(self, index: int, message: Rendered, *, last: bool) -> None:
        if index == len(self._shown):
            placed = await self.means.replies.place(self._place, message, thread=self.thread)
            self._shown.append((placed, message))
            return
        placed, shown = self._shown[index]
        if shown.payload() != message.payload():
            await self.means.changes.take(self._place, last=last)
            await self.means.replies.change(placed, message)
            self._shown[index] = (placed, message)

    @property
    def _place(self) -> str:
        """Of a person's direct messages Slack tells the name when there is one."""
        return self._shown[0][0].channel if self._shown else self.channel


@dataclass(slots=True)
class SentCard:
    """A card in one message after another at the address for answers; `to_all` says who sees them."""

    means: Means
    act: Act
    say: Wording
    to_all: bool = False
    left: int = MOST_USES

    @property
    def rhythm(self) -> Rhythm:
        """At growing distances."""
        return SENT

    def wait(self) -> float:
        """Only its rhythm says."""
        return 0.0

    async def show(self, card: Card, *, last: bool) -> None:
        """Send the card, unless it would take what the last one needs; that one comes directly where all is used up.

        Raises `PlatformUnreachable`, and what Slack says of what it doesn't take.
        """
        messages = messages_of(card, self.say)
        if last:
            await self._send_last(card, messages)
        elif self.left >= 2 * len(messages):
            try:
                await self._sent(messages)
            except ResponseRefused as error:
                logger.warning("a card isn't shown as it is now: Slack says %s", error.word)

    async def _send_last(self, card: Card, messages: Sequence[Rendered]) -> None:
        """With its picture, if Slack takes it; a message without that is one more use."""
        pictured = await pictured_messages(card, self.say, self.means.pictures)
        if pictured is not None and self.left > len(pictured):
            try:
                if await self._sent(pictured):
                    return
            except ResponseRefused as error:
                logger.warning("a card is shown without its picture: %s", error.word)
                pictured = None
        if self.left < len(messages) or not await self._sent(messages):
            await self._send_directly(card)

    async def _sent(self, messages: Sequence[Rendered]) -> bool:
        """Whether all of it was taken there."""
        for message in messages:
            self.left -= 1
            if not await self.means.replies.respond(self.act, message, to_all=self.to_all):
                self.left = 0
                return False
        return True

    async def _send_directly(self, card: Card) -> None:
        """Below a word about why."""
        why = self.say("live-elsewhere")
        await self.means.replies.place(self.act.user, Rendered(fallback(why), sections(plainly(why))))
        await PostedCard(self.means, self.act.user, self.say).show(card, last=True)


@dataclass(slots=True)
class CommonCard:
    """A card for everybody: in a channel without Sova, where she can't post, it is sent."""

    posted: PostedCard
    sent: SentCard | None
    _is_sent: bool = False

    @property
    def rhythm(self) -> Rhythm:
        """As where it stands."""
        return SENT if self._is_sent else POSTED

    def wait(self) -> float:
        """As where it stands."""
        return 0.0 if self._is_sent else self.posted.wait()

    async def show(self, card: Card, *, last: bool) -> None:
        """Let the card stand there; raises as the two do."""
        if not self._is_sent:
            try:
                await self.posted.show(card, last=last)
            except NotAMember:
                if self.sent is None:
                    raise
                self._is_sent = True
        if self._is_sent and self.sent:
            await self.sent.show(card, last=last)


def messages_of(card: Card, say: Wording) -> tuple[Rendered, ...]:
    """The card's messages, with what to do next below the last one, and without its picture."""
    *first, last = card_messages(card, say)
    return (*first, last.with_blocks(card_actions(card)))


async def pictured_messages(card: Card, say: Wording, pictures: Pictures) -> tuple[Rendered, ...] | None:
    """The same with the picture; None where there is none, or it can't be brought there."""
    picture = await pictures.blocks(card)
    if not picture:
        return None
    *first, last = card_messages(card, say)
    return (*first, last.with_blocks((*picture, *card_actions(card))))
