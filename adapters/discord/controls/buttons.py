"""Owns the buttons under an answer: which there are, whose they are, and what each does.

They work after a restart: what a press means stands in the button's own words (`custom_ids`), and it is carried out
through the ports by whoever is asked.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

import discord

from adapters.discord.answering.posted import PrivateName, posted_name
from adapters.discord.callers import Callers
from adapters.discord.controls.custom_ids import MOST_PARTS, Action, Press, read
from adapters.discord.controls.feedback_form import feedback_form
from adapters.discord.controls.private import is_for_one
from adapters.discord.controls.responding import Interaction, defer, frozen, respond, tell
from adapters.discord.rendering.render import source_pages
from bot.access import Access, Permission
from bot.commands.cards import Card
from bot.commands.model import RESET
from bot.commands.registry import Invocation, Registry
from bot.errors import NotTheNewest
from bot.inbox import Inbox
from bot.messages import ConversationKey, Incoming, Language, Reply
from bot.ports import FeedbackEntry, History, TakesFeedback, Vote
from bot.service.platforms import Receive
from bot.wording import Wording, speak

MOST_OPTIONS = 25
"""Of a select, by Discord."""
MOST_CHARACTERS = 100
"""Of a select's option, by Discord."""


def answer_view(
    incoming: Incoming, *, running: bool, reply: Reply | None = None, earlier: Sequence[str] = ()
) -> discord.ui.View:
    """The buttons for the last message of the answer to `incoming`; needs a running event loop, and no connection.

    While it is `running` that is Stop. Afterwards `reply` is the answer, None where none was given, and `earlier` are
    the ids of its messages before this one. Send it as it is: discord.py keeps nothing of it in mind.
    """
    press = Press(
        Action.STOP,
        turn=incoming.id,
        asker=incoming.author.id,
        private=is_for_one(incoming),
        parts=tuple(earlier) if len(earlier) <= MOST_PARTS else None,
    )
    view = discord.ui.View(timeout=None)
    for action in (Action.STOP,) if running else _after(reply):
        view.add_item(_button(press.to(action), incoming.language))
    return frozen(view)


@dataclass(frozen=True, slots=True)
class Buttons:
    """Does what is pressed. `receive` takes the questions that are asked again."""

    registry: Registry
    inbox: Inbox
    access: Access
    feedback: TakesFeedback
    history: History
    callers: Callers
    receive: Receive

    async def pressed(self, interaction: Interaction, custom_id: str) -> None:
        """Do what the words of a button mean, and say what came of it; those of another version mean nothing."""
        say, press = self.callers.say(interaction), read(custom_id)
        if press is None:
            await respond(interaction, tell(interaction, say("button-outdated")), say=say)
            return
        await respond(
            interaction, self._do(_Pressed(interaction, press, self._invocation(interaction, press))), say=say
        )

    def _invocation(self, interaction: Interaction, press: Press) -> Invocation:
        return self.callers.invocation(interaction, private=press.private)

    async def _do(self, pressed: "_Pressed") -> None:
        match pressed.press.action:
            case Action.STOP:
                await self._stop(pressed)
            case Action.AGAIN:
                await self._again(pressed)
            case Action.OTHER:
                await self._offer_models(pressed)
            case Action.MODEL:
                await self._again_with_model(pressed)
            case Action.SOURCES:
                await self._show_sources(pressed)
            case Action.PAGE:
                await self._turn_page(pressed)
            case Action.UP:
                await self._praise(pressed)
            case Action.DOWN:
                await self._ask_why(pressed)
            case unreachable:
                assert_never(unreachable)

    # --- Stop -------------------------------------------------------------------------------------------------

    async def _stop(self, pressed: "_Pressed") -> None:
        if not await self._is_theirs(pressed):
            return
        await pressed.interaction.response.defer()
        stopped = await self.inbox.stop(pressed.place, author=pressed.press.asker)
        if not stopped.claims and not stopped.withdrawn:
            await tell(pressed.interaction, pressed.say("stop-nothing"))

    # --- Regenerate -------------------------------------------------------------------------------------------

    async def _again(self, pressed: "_Pressed") -> None:
        own = await _acknowledge(pressed)
        if await self._may_be_again(pressed):
            earlier = pressed.answer(pressed.press.of_message(pressed.message))
            await self._ask_again(pressed, reply=own or earlier)

    async def _offer_models(self, pressed: "_Pressed") -> None:
        self._demand(Permission.SWITCH, pressed)
        await defer(pressed.interaction)
        if not await self._may_be_again(pressed):
            return
        names = await self._models(pressed)
        if not names:
            await tell(pressed.interaction, pressed.say("button-no-models"))
            return
        kept = pressed.press.of_message(pressed.message).to(Action.MODEL)
        await tell(pressed.interaction, pressed.say("button-which-model"), view=_select(kept, names, pressed.say))

    async def _again_with_model(self, pressed: "_Pressed") -> None:
        self._demand(Permission.SWITCH, pressed)
        own = await _acknowledge(pressed)
        if not await self._may_be_again(pressed):
            return
        if not pressed.press.private:
            asked = pressed.say("button-asked-model", model=pressed.chosen)
            await pressed.interaction.edit_original_response(content=asked, view=None)
        await self._ask_again(pressed, model=pressed.chosen, reply=own or pressed.answer(pressed.press))

    async def _ask_again(self, pressed: "_Pressed", *, reply: str | None, model: str | None = None) -> None:
        """Through the inbox, as any question."""
        id_ = str(pressed.interaction.id)
        question = self.callers.question(
            pressed.invocation, id_=id_, again=True, model=model, reply=reply, turn=pressed.press.turn
        )
        await self.receive(question)

    async def _may_be_again(self, pressed: "_Pressed") -> bool:
        """Whether it is the person's own answer, and the conversation's last: no other can be given again."""
        if not await self._is_theirs(pressed):
            return False
        turns = await self.history.turns(pressed.place)
        if turns and turns[-1].id == pressed.press.turn:
            return True
        raise NotTheNewest

    async def _models(self, pressed: "_Pressed") -> Sequence[str]:
        """Those that `/model` offers, which are named as they are asked for."""
        offered = await self.registry.completions(pressed.invocation, self.registry.named("model"), "name")
        return [name for name in offered if name != RESET and len(name) <= MOST_CHARACTERS][:MOST_OPTIONS]

    # --- Sources ----------------------------------------------------------------------------------------------

    async def _show_sources(self, pressed: "_Pressed") -> None:
        await defer(pressed.interaction)
        pages = await self._pages(pressed)
        await tell(pressed.interaction, pages[0], view=_turning(pressed.press, len(pages)))

    async def _turn_page(self, pressed: "_Pressed") -> None:
        """Read again each time: what may be seen can have changed."""
        await pressed.interaction.response.defer()
        pages = await self._pages(pressed)
        page = min(pressed.press.page, len(pages) - 1)
        view = _turning(pressed.press.to(Action.PAGE, page=page), len(pages))
        await pressed.interaction.edit_original_response(content=pages[page], view=view and frozen(view))

    async def _pages(self, pressed: "_Pressed") -> Sequence[str]:
        command = self.registry.named("sources")
        card = await self.registry.run(pressed.invocation, command, {"answer": pressed.press.turn})
        if not isinstance(card, Card):
            raise TypeError("/sources answers with a card")
        return source_pages(card, pressed.say)

    # --- 👍 👎 ------------------------------------------------------------------------------------------------

    async def _praise(self, pressed: "_Pressed") -> None:
        await defer(pressed.interaction)
        await self._record(pressed, Vote.UP)
        await tell(pressed.interaction, pressed.say("feedback-thanks"))

    async def _ask_why(self, pressed: "_Pressed") -> None:
        """The vote counts at once: who closes the form has nothing to add."""
        self._demand(Permission.ASK, pressed)
        counted = asyncio.Event()

        async def with_reason(submitted: Interaction, reason: str) -> None:
            await defer(submitted)
            await counted.wait()  # else the vote without a reason could come last
            await self._record(pressed, Vote.DOWN, reason=reason)
            await tell(submitted, pressed.say("feedback-thanks"))

        await pressed.interaction.response.send_modal(feedback_form(with_reason, pressed.say))
        try:
            await self._record(pressed, Vote.DOWN)
        finally:
            counted.set()

    async def _record(self, pressed: "_Pressed", vote: Vote, *, reason: str = "") -> None:
        self._demand(Permission.ASK, pressed)
        invocation = pressed.invocation
        await self.feedback.record(
            FeedbackEntry(
                turn=pressed.press.turn,
                conversation=invocation.conversation,
                author=invocation.author.id,
                vote=vote,
                at=invocation.at,
                reason=reason,
                asker=pressed.press.asker,
            )
        )

    def _demand(self, permission: Permission, pressed: "_Pressed") -> None:
        action = "" if permission is Permission.ASK else "/regenerate"
        self.access.demand(permission, pressed.invocation.author, pressed.place, action=action)

    async def _is_theirs(self, pressed: "_Pressed") -> bool:
        """Whether the person asked, or is an administrator; who is neither is told."""
        author = pressed.invocation.author
        if author.id == pressed.press.asker or self.access.allows(Permission.ADMINISTER, author, pressed.place):
            return True
        await tell(pressed.interaction, pressed.say("button-not-yours"))
        return False


@dataclass(frozen=True, slots=True)
class _Pressed:
    """A press, and who pressed where."""

    interaction: Interaction
    press: Press
    invocation: Invocation

    @property
    def say(self) -> Wording:
        return self.invocation.say

    @property
    def place(self) -> ConversationKey:
        return self.invocation.conversation

    @property
    def message(self) -> str:
        """The message that the button is under."""
        return str(self.interaction.message.id) if self.interaction.message else ""

    def answer(self, press: Press) -> str | None:
        """What the answer is called that stands in the press's `parts`; None when not all of them are known."""
        return posted_name(str(self.interaction.channel_id), press.parts) if press.parts else None

    @property
    def chosen(self) -> str:
        """What was chosen of a select."""
        data: Any = self.interaction.data
        return str(data["values"][0])


def _after(reply: Reply | None) -> Iterator[Action]:
    """What can be done about an answer that has ended; where there was none, it can be tried again."""
    yield Action.AGAIN
    yield Action.OTHER
    if reply is None:
        return
    if reply.citations:
        yield Action.SOURCES
    yield Action.UP
    yield Action.DOWN


_SIGNS = {
    Action.STOP: "⏹️",
    Action.AGAIN: "🔁",
    Action.OTHER: "🔀",
    Action.SOURCES: "📚",
    Action.UP: "👍",
    Action.DOWN: "👎",
}
_NAMED = frozenset({Action.STOP, Action.SOURCES})
"""Those whose sign alone says too little."""


def _button(press: Press, language: Language) -> discord.ui.Button[discord.ui.View]:
    label = speak(language)(f"button-{press.action}") if press.action in _NAMED else None
    return discord.ui.Button(emoji=_SIGNS[press.action], label=label, custom_id=press.custom_id)


def _select(press: Press, names: Sequence[str], say: Wording) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    options = [discord.SelectOption(label=name) for name in names]
    view.add_item(discord.ui.Select(custom_id=press.custom_id, placeholder=say("button-models"), options=options))
    return view


def _turning(press: Press, pages: int) -> discord.ui.View | None:
    """◀ ▶, where there is more than one page."""
    if pages < 2:
        return None
    view, page = discord.ui.View(timeout=None), press.page
    for sign, target in (("◀", page - 1), ("▶", page + 1)):
        there = 0 <= target < pages
        custom_id = press.to(Action.PAGE, page=target if there else pages).custom_id
        view.add_item(discord.ui.Button(label=sign, custom_id=custom_id, disabled=not there))
    return view


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
