"""Owns the controls under an answer as Slack's: how they are drawn, and what happens when one is pressed.

They work after a restart: what a press means stands in the control's own words (`presses`), and it is carried
out (`pressing`) by whoever is told of it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never
from weakref import WeakValueDictionary

from slack_sdk.models.blocks import Block

from adapters.slack.answering.posted import PrivateName
from adapters.slack.answering.target import is_for_one
from adapters.slack.controls import views
from adapters.slack.controls.acts import Act, Payload, field_value, message_parts, pressed_words
from adapters.slack.controls.replies import Replies
from adapters.slack.controls.windows import Windows
from adapters.slack.rendering.buttons import answer_actions
from adapters.slack.rendering.cards import source_pages
from adapters.slack.rendering.limits import BUTTON_WORDS
from bot.chat.controls.answer_buttons import answer_buttons
from bot.chat.controls.presses import Action, Press, read_press
from bot.chat.controls.pressing import Pressing
from bot.chat.showing.posted import posted_name
from bot.commands.command import Invocation
from bot.messages import Incoming, Reply
from bot.ports import Vote
from bot.wording import Wording, speak


def answer_blocks(
    incoming: Incoming,
    *,
    running: bool,
    reply: Reply | None = None,
    has_words: bool = True,
    earlier: Sequence[str] = (),
) -> tuple[Block, ...]:
    """The controls for the last message of the answer to `incoming`; the rest is as `answer_buttons` wants it."""
    buttons = answer_buttons(
        incoming,
        running=running,
        longest=BUTTON_WORDS,
        private=is_for_one(incoming),
        reply=reply,
        has_words=has_words,
        earlier=earlier,
    )
    return answer_actions(buttons, speak(incoming.language))


@dataclass(frozen=True, slots=True)
class Buttons:
    """Does what is pressed. A person's votes are kept in the order in which they were given."""

    pressing: Pressing
    replies: Replies
    windows: Windows
    _voting: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def pressed(self, act: Act, body: Payload, invocation: Invocation) -> None:
        """Do what the words of a control mean; those of another version mean nothing."""
        press = read_press(pressed_words(body))
        if press is None:
            await self.replies.tell(act, invocation.say("button-outdated"))
            return
        await self._do(_Pressed(act, press, invocation, message_parts(body)))

    async def _do(self, pressed: "_Pressed") -> None:
        match pressed.press.action:
            case Action.STOP:
                await self._tell(pressed, await self.pressing.stop(pressed.press, pressed.invocation))
            case Action.AGAIN:
                await self._again(pressed)
            case Action.OTHER | Action.MODEL:
                await self._offer_models(pressed)
            case Action.SOURCES:
                await self._show_sources(pressed)
            case Action.PAGE:
                await self._turn_page(pressed)
            case Action.UP:
                await self._tell(pressed, await self._vote(pressed, Vote.UP))
            case Action.DOWN:
                await self._ask_why(pressed)
            case unreachable:
                assert_never(unreachable)

    async def _tell(self, pressed: "_Pressed", sentence: str | None) -> None:
        if sentence is not None:
            await self.replies.tell(pressed.act, sentence)

    # --- Regenerate -------------------------------------------------------------------------------------------

    async def _again(self, pressed: "_Pressed") -> None:
        own = pressed.own_reply
        replaces = None if own else pressed.answer
        said = await self.pressing.again(pressed.press, pressed.invocation, replaces=replaces, reply=own)
        await self._tell(pressed, said)

    async def _offer_models(self, pressed: "_Pressed") -> None:
        self.pressing.demand_switch(pressed.press, pressed.invocation)
        say, kept = pressed.say, pressed.keeping(Action.MODEL)

        async def fill() -> views.View:
            names = await self.pressing.models(
                pressed.press, pressed.invocation, most=views.MOST_OPTIONS, longest=views.MOST_OPTION
            )
            title = say("slack-other-model")
            return (
                views.models(names, say, kept.origin)
                if names
                else views.told(title, say("button-no-models"), say, kept.origin)
            )

        await self.windows.filled(kept, fill, title=say("slack-other-model"), say=say)

    async def model_chosen(self, act: Act, body: Payload, invocation: Invocation) -> None:
        """The form in which a model was chosen to answer again."""
        pressed, model = _kept(act, invocation), field_value(body, views.MODEL_FIELD)
        own = pressed.own_reply
        besides = await self.pressing.again(
            pressed.press, invocation, replaces=None if own else act.origin.answer or None, reply=own, model=model
        )
        asked = [invocation.say("button-asked-model", model=model), besides]
        await self._tell(pressed, "\n".join(filter(None, asked)))

    # --- Sources ----------------------------------------------------------------------------------------------

    async def _show_sources(self, pressed: "_Pressed") -> None:
        kept = pressed.keeping(Action.PAGE)
        await self.windows.filled(
            kept, lambda: self._sources(pressed, kept), title=pressed.say("button-sources"), say=pressed.say
        )

    async def _turn_page(self, pressed: "_Pressed") -> None:
        """Read again each time: what may be seen can have changed."""
        act, say = pressed.act, pressed.say
        await self.windows.refilled(
            act.view, act, lambda: self._sources(pressed, act), title=say("button-sources"), say=say
        )

    async def _sources(self, pressed: "_Pressed", kept: Act) -> views.View:
        pages = source_pages(await self.pressing.sources(pressed.press, pressed.invocation), pressed.say)
        turning = replace(pressed.press.to(Action.PAGE, page=pressed.page), parts=())
        return views.sources(pages, turning, pressed.say, kept.origin)

    # --- 👍 👎 ------------------------------------------------------------------------------------------------

    async def _ask_why(self, pressed: "_Pressed") -> None:
        """The vote counts at once: who closes the form has nothing to add."""
        self.pressing.demand_vote(pressed.press, pressed.invocation)
        kept = pressed.keeping(Action.DOWN)
        counted = asyncio.create_task(self._vote(pressed, Vote.DOWN))
        try:
            await self.windows.open(kept, views.reason(pressed.say, kept.origin))
        finally:
            await counted

    async def reason_given(self, act: Act, body: Payload, invocation: Invocation) -> None:
        """The form that tells why an answer didn't help."""
        pressed = _kept(act, invocation)
        await self._tell(pressed, await self._vote(pressed, Vote.DOWN, reason=field_value(body, views.REASON_FIELD)))

    async def _vote(self, pressed: "_Pressed", vote: Vote, *, reason: str = "") -> str:
        async with self._voting.setdefault(pressed.act.user, asyncio.Lock()):
            return await self.pressing.vote(pressed.press, pressed.invocation, vote, reason=reason)


@dataclass(frozen=True, slots=True)
class _Pressed:
    """A press, who pressed where, and the messages of the answer above, None where not all are known."""

    act: Act
    press: Press
    invocation: Invocation
    messages: tuple[str, ...] | None = None

    @property
    def say(self) -> Wording:
        return self.invocation.say

    @property
    def page(self) -> int:
        """Of the sources; under an answer the number means something else."""
        return self.press.page if self.press.action is Action.PAGE else 0

    @property
    def answer(self) -> str | None:
        """What the answer is called."""
        return posted_name(self.act.origin.channel, self.messages) if self.messages else None

    @property
    def own_reply(self) -> str | None:
        """Where a private answer is given again: the messages of the earlier one are out of reach by now."""
        url = self.act.origin.response_url
        return str(PrivateName(url)) if self.press.private and url else None

    def keeping(self, action: Action) -> Act:
        """The act with all that a window needs to know of it."""
        press = replace(self.press.to(action), parts=())
        origin = replace(self.act.origin, press=press.words, answer=self.answer or "")
        return replace(self.act, origin=origin)


def _kept(act: Act, invocation: Invocation) -> _Pressed:
    """What a form was opened for."""
    press = read_press(act.origin.press)
    if press is None:
        raise ValueError("a form of ours holds no press")
    return _Pressed(act, press, invocation)
