"""Owns the buttons under an answer as Discord's: how they are drawn, and what Discord is told when one is pressed.

They work after a restart: what a press means stands in the button's own words (`presses`), and it is carried
out (`pressing`) by whoever is asked.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

import discord

from adapters.discord.answering.posted import PrivateName
from adapters.discord.callers import Callers
from adapters.discord.controls.feedback_form import feedback_form
from adapters.discord.controls.private import is_for_one
from adapters.discord.controls.responding import Interaction, defer, frozen, respond, tell
from adapters.discord.faults import HIDDEN, UNKNOWN_MESSAGE
from adapters.discord.rendering.render import source_pages
from bot.chat.controls.answer_buttons import Button, answer_buttons, page_buttons
from bot.chat.controls.presses import Action, Press, gathered, read_press
from bot.chat.controls.pressing import Pressing
from bot.chat.showing.posted import posted_name
from bot.commands.command import Invocation
from bot.messages import Incoming, Reply
from bot.ports import Vote
from bot.wording import Wording

MOST_WORDS = 100
"""Characters that Discord keeps with a control."""
MOST_OPTIONS = 25
"""Of a select, by Discord."""
MOST_CHARACTERS = 100
"""Of a select's option, by Discord."""


def answer_view(
    incoming: Incoming,
    *,
    running: bool,
    reply: Reply | None = None,
    has_words: bool = True,
    earlier: Sequence[str] = (),
) -> discord.ui.View:
    """The buttons for the last message of the answer to `incoming`; needs a running event loop, and no connection.

    The rest is as `answer_buttons` wants it. Send it as it is: discord.py keeps nothing of it in mind.
    """
    buttons = answer_buttons(
        incoming,
        running=running,
        longest=MOST_WORDS,
        private=is_for_one(incoming),
        reply=reply,
        has_words=has_words,
        earlier=earlier,
    )
    return frozen(_view(buttons))


@dataclass(frozen=True, slots=True)
class Buttons:
    """Does what is pressed."""

    pressing: Pressing
    callers: Callers

    async def pressed(self, interaction: Interaction, custom_id: str) -> None:
        """Do what the words of a button mean, and say what came of it; those of another version mean nothing."""
        say, press = self.callers.say(interaction), read_press(custom_id)
        if press is None:
            await respond(interaction, tell(interaction, say("button-outdated")), say=say)
            return
        pressed = _Pressed(interaction, press, self.callers.invocation(interaction))
        await respond(interaction, self._do(pressed), say=say)

    def _do(self, pressed: "_Pressed") -> Awaitable[None]:
        match pressed.press.action:
            case Action.STOP:
                return self._stop(pressed)
            case Action.AGAIN:
                return self._again(pressed)
            case Action.OTHER:
                return self._offer_models(pressed)
            case Action.MODEL:
                return self._again_with_model(pressed)
            case Action.SOURCES:
                return self._show_sources(pressed)
            case Action.PAGE:
                return self._turn_page(pressed)
            case Action.UP:
                return self._praise(pressed)
            case Action.DOWN:
                return self._ask_why(pressed)
            case unreachable:
                assert_never(unreachable)

    # --- Stop -------------------------------------------------------------------------------------------------

    async def _stop(self, pressed: "_Pressed") -> None:
        self.pressing.demand_own(pressed.press, pressed.invocation)
        try:
            await pressed.interaction.response.defer()
        finally:  # who can't be told any more is obeyed all the same
            said = await self.pressing.stop(pressed.press, pressed.invocation)
        await pressed.tell(said)

    # --- Regenerate -------------------------------------------------------------------------------------------

    async def _again(self, pressed: "_Pressed") -> None:
        own = await _acknowledge(pressed)
        earlier = _answer_at(pressed.interaction.message)
        await pressed.tell(
            await self.pressing.again(pressed.press, pressed.invocation, replaces=None if own else earlier, reply=own)
        )

    async def _offer_models(self, pressed: "_Pressed") -> None:
        self.pressing.demand_switch(pressed.press, pressed.invocation)
        await defer(pressed.interaction)
        names = await self.pressing.models(
            pressed.press, pressed.invocation, most=MOST_OPTIONS, longest=MOST_CHARACTERS
        )
        if not names:
            await pressed.tell(pressed.say("button-no-models"))
            return
        view = _select(pressed.naming_its_message(), names, pressed.say)
        await tell(pressed.interaction, pressed.say("button-which-model"), view=view)

    async def _again_with_model(self, pressed: "_Pressed") -> None:
        self.pressing.demand_switch(pressed.press, pressed.invocation)
        own, chosen = await _acknowledge(pressed), pressed.chosen
        earlier = await _answer_named(pressed) if own is None else None
        besides = await self.pressing.again(
            pressed.press, pressed.invocation, replaces=earlier, reply=own, model=chosen
        )
        if own is None:
            asked = "\n".join(filter(None, [pressed.say("button-asked-model", model=chosen), besides]))
            await pressed.interaction.edit_original_response(content=asked, view=None)

    # --- Sources ----------------------------------------------------------------------------------------------

    async def _show_sources(self, pressed: "_Pressed") -> None:
        await defer(pressed.interaction)
        pages = await self._pages(pressed)
        await tell(pressed.interaction, pages[0], view=_turning(pressed.press.to(Action.PAGE), len(pages)))

    async def _turn_page(self, pressed: "_Pressed") -> None:
        """Read again each time: what may be seen can have changed."""
        await pressed.interaction.response.defer()
        pages = await self._pages(pressed)
        page = min(pressed.press.page, len(pages) - 1)
        view = _turning(pressed.press.to(Action.PAGE, page=page), len(pages))
        await pressed.interaction.edit_original_response(content=pages[page], view=view and frozen(view))

    async def _pages(self, pressed: "_Pressed") -> Sequence[str]:
        return source_pages(await self.pressing.sources(pressed.press, pressed.invocation), pressed.say)

    # --- 👍 👎 ------------------------------------------------------------------------------------------------

    async def _praise(self, pressed: "_Pressed") -> None:
        await defer(pressed.interaction)
        await pressed.tell(await self._vote(pressed, Vote.UP))

    async def _ask_why(self, pressed: "_Pressed") -> None:
        """The vote counts at once: who closes the form has nothing to add."""
        self.pressing.demand_vote(pressed.press, pressed.invocation)
        counted = asyncio.Event()

        async def with_reason(submitted: Interaction, reason: str) -> None:
            await defer(submitted)
            await counted.wait()  # else the vote without a reason could come last
            await tell(submitted, await self._vote(pressed, Vote.DOWN, reason=reason))

        await pressed.interaction.response.send_modal(feedback_form(with_reason, pressed.say))
        try:
            await self._vote(pressed, Vote.DOWN)
        finally:
            counted.set()

    async def _vote(self, pressed: "_Pressed", vote: Vote, *, reason: str = "") -> str:
        return await self.pressing.vote(pressed.press, pressed.invocation, vote, reason=reason)


@dataclass(frozen=True, slots=True)
class _Pressed:
    """A press, and who pressed where."""

    interaction: Interaction
    press: Press
    invocation: Invocation

    @property
    def say(self) -> Wording:
        return self.invocation.say

    async def tell(self, sentence: str | None) -> None:
        """Say it to the person alone, where there is something to be said."""
        if sentence is not None:
            await tell(self.interaction, sentence)

    @property
    def chosen(self) -> str:
        """What was chosen of a select."""
        data: Any = self.interaction.data
        return str(data["values"][0])

    def naming_its_message(self) -> Press:
        """What a menu elsewhere keeps: below which message the names of the answer's others are found."""
        message = self.interaction.message
        return replace(self.press.to(Action.MODEL), parts=(str(message.id),) if message else None)


async def _acknowledge(pressed: _Pressed) -> str | None:
    """At once: where the earlier answer stands, or, with its name, in a message of its own.

    That is for a private answer: the messages of the earlier one are out of reach by now.
    """
    interaction = pressed.interaction
    if not pressed.press.private:
        await interaction.response.defer()
        return None
    message = await defer(interaction)
    return str(PrivateName(interaction.application_id, interaction.token, (message,)))


def _answer_at(message: discord.Message | None) -> str | None:
    """What the answer is called whose last message this is; None when not all of its messages are known."""
    earlier = gathered(_presses(message)) if message else None
    if message is None or earlier is None:
        return None
    return posted_name(str(message.channel.id), (*earlier, str(message.id)))


async def _answer_named(pressed: _Pressed) -> str | None:
    """The same for the message that a menu names; None as well when it can't be read any more."""
    channel, parts = pressed.interaction.channel_id, pressed.press.parts
    if channel is None or not parts:
        return None
    there = pressed.interaction.client.get_partial_messageable(channel)
    try:
        return _answer_at(await there.fetch_message(int(parts[-1])))
    except discord.HTTPException as error:
        if error.code not in HIDDEN | {UNKNOWN_MESSAGE}:
            raise
        return None


def _presses(message: discord.Message) -> Iterator[Press]:
    """What the buttons below a message mean."""
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    for control in (control for row in rows for control in row.children):
        press = read_press(control.custom_id or "")
        if press:
            yield press


def _view(buttons: Iterable[Button]) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(_drawn(button))
    return view


def _drawn(button: Button) -> discord.ui.Button[discord.ui.View]:
    """Arrows are text to Discord: it takes no emoji that isn't one."""
    words, is_disabled = button.press.words, not button.is_enabled
    if button.press.action is Action.PAGE:
        return discord.ui.Button(label=button.sign, custom_id=words, disabled=is_disabled)
    return discord.ui.Button(emoji=button.sign, label=button.label or None, custom_id=words, disabled=is_disabled)


def _select(press: Press, names: Sequence[str], say: Wording) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    options = [discord.SelectOption(label=name) for name in names]
    view.add_item(discord.ui.Select(custom_id=press.words, placeholder=say("button-models"), options=options))
    return view


def _turning(press: Press, pages: int) -> discord.ui.View | None:
    """◀ ▶, where there is more than one page."""
    buttons = page_buttons(press, pages)
    return _view(buttons) if buttons else None
