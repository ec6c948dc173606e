"""Owns commands in Slack: slash commands, the same as words after a mention, and as buttons below cards."""

import logging
from collections import OrderedDict
from dataclasses import dataclass, field

from adapters.slack.controls.acts import Act, Origin, Payload, pressed_words
from adapters.slack.controls.prefixing import Prefix
from adapters.slack.controls.replies import Replies
from adapters.slack.controls.showing import Showing
from bot.chat.controls.running import Commands
from bot.chat.controls.typed_commands import TypedCommands
from bot.commands.command import Command, Invocation, Values
from bot.commands.conversations.forget import HERE
from bot.errors import AssistantError
from bot.inbox import Inbox
from bot.messages import Incoming

logger = logging.getLogger(__name__)

_OF_A_THREAD = frozenset({"stop", "regenerate", "sources"})
"""What they are about stands in a thread, where Slack lets nobody use slash commands."""
_THREAD_VALUES = {"forget": HERE, "summarize": "thread"}
"""Of others only with this value."""
SUMMARIZE_THREAD = "summarize thread"
"""What the entry of a message's menu does."""
MOST_REMEMBERED = 1_000
"""Of how many commands in words it is known here that they were carried out: Slack tells of each twice."""


@dataclass(frozen=True, slots=True)
class SlackCommands:
    """Runs the registry's `commands`, which `typed` reads. `me` is what Sova is called there.

    `inbox` knows what other processes were told of.
    """

    commands: Commands
    typed: TypedCommands
    showing: Showing
    replies: Replies
    prefix: Prefix
    inbox: Inbox
    me: str
    _carried_out: OrderedDict[str, None] = field(default_factory=OrderedDict)

    async def slash(self, act: Act, body: Payload, invocation: Invocation) -> None:
        """What somebody typed as a slash command. Raises what reading and running it raise."""
        name, text = self.prefix.name(str(body["command"])), str(body.get("text") or "")
        command, values = self.typed.read(f"{name} {text}")
        if _is_about_a_thread(command, values):
            await self.replies.tell(act, invocation.say("slack-in-thread", me=self.me, command=command.name))
            return
        await self.showing.show(act, await self.commands.run(invocation, command, values), invocation.say)

    async def pressed(self, act: Act, body: Payload, invocation: Invocation) -> None:
        """A button below a card."""
        await self.showing.show(act, await self.commands.run_button(invocation, pressed_words(body)), invocation.say)

    async def summarize(self, act: Act, body: Payload, invocation: Invocation) -> None:
        """Sum up the thread of a message, for whoever chose that in its menu."""
        del body
        command, values = self.typed.read(SUMMARIZE_THREAD)
        await self.showing.show(act, await self.commands.run(invocation, command, values), invocation.say)

    def is_new(self, said: Incoming) -> bool:
        """Whether the command wasn't carried out here yet; from now on it counts as that."""
        if said.id in self._carried_out:
            return False
        self._carried_out[said.id] = None
        while len(self._carried_out) > MOST_REMEMBERED:
            self._carried_out.popitem(last=False)
        return True

    async def words(self, act: Act, said: Incoming, invocation: Invocation) -> None:
        """A command that was written as words after a mention, in the thread that it is about.

        It is carried out once, to however many processes Slack tells of it.
        """
        if not await self._is_told_first(said):
            return
        command, values = self.typed.read(self.prefix.typed(said.text))
        await self.showing.show(act, await self.commands.run(invocation, command, values), invocation.say)

    async def _is_told_first(self, said: Incoming) -> bool:
        """Whether no other process was told of it before; while nobody knows, each carries it out that is told."""
        try:
            return await self.inbox.first_time(said.conversation, said.id)
        except AssistantError as error:
            logger.warning("whether a command was carried out elsewhere isn't known: %s", error)
            return True


def act_of_words(said: Incoming) -> Act:
    """The act that a command in words is: in its thread, and without an address for answers."""
    place = said.conversation
    return Act(said.author.id, "", "", Origin(place.channel, place.thread))


def _is_about_a_thread(command: Command, values: Values) -> bool:
    return command.name in _OF_A_THREAD or values.get("what", HERE) == _THREAD_VALUES.get(command.name)
