"""Owns `/ask`: a question as a command, for everybody to see or for the asker alone."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import discord

from adapters.discord.answering.posted import PrivateName
from adapters.discord.callers import Callers, attachment_of
from adapters.discord.controls.private import quoted
from adapters.discord.controls.responding import QUIET, Interaction, defer, respond, tell
from bot.commands.registry import Invocation
from bot.errors import NotKept
from bot.languages import detect
from bot.messages import Attachment, ConversationKey, Language
from bot.places import PlaceRules, Response, response
from bot.ports import AnswerIn
from bot.service.platforms import Receive

RULES_S = 1.5
"""How long it may take to find out what holds in a place: Discord waits three seconds for the first answer."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Takes questions in. `rules_of` tells what holds where one is asked."""

    callers: Callers
    receive: Receive
    rules_of: Callable[[ConversationKey], Awaitable[PlaceRules]]

    async def run(
        self, interaction: Interaction, *, question: str, private: bool, file: discord.Attachment | None
    ) -> None:
        """Ask `question`; with `private` only the asker sees it and the answer."""
        asked = self._privately if private else self._publicly
        await respond(interaction, asked(interaction, question, file), say=self.callers.say(interaction))

    async def _privately(self, interaction: Interaction, question: str, file: discord.Attachment | None) -> None:
        """The answer is shown by the interaction's token, whichever process gives it."""
        message = await defer(interaction)
        invocation = self.callers.invocation(interaction, private=True)
        if not self._is_open(await self._rules(invocation)):
            await tell(interaction, invocation.say("ask-closed"))
            return
        await self.receive(
            self.callers.question(
                replace(invocation, language=self._spoken_in(question, invocation)),
                id_=str(interaction.id),
                text=question,
                attachments=_attachments(file),
                reply=str(PrivateName(interaction.application_id, interaction.token, (message,))),
            )
        )

    async def _publicly(self, interaction: Interaction, question: str, file: discord.Attachment | None) -> None:
        """The question is shown, and from there on it is a message like any other: it is answered in the same way."""
        invocation = self.callers.invocation(interaction)
        say, rules = invocation.say, await self._rules(invocation)
        if not self._is_open(rules):
            await tell(interaction, say("ask-closed"))
            return
        with_file = f"\n{say('ask-with-file', name=file.filename)}" if file else ""
        shown = await interaction.response.send_message(quoted(question) + with_file, **QUIET)
        asked = replace(
            invocation,
            conversation=_answered_in(invocation.conversation, shown.message_id, rules),
            language=rules.language or self._spoken_in(question, invocation),
        )
        await self.receive(
            self.callers.question(asked, id_=str(shown.message_id), text=question, attachments=_attachments(file))
        )

    def _spoken_in(self, question: str, invocation: Invocation) -> Language:
        """The operator's choice, else the question's language; where that can't be told, the person's."""
        return self.callers.spoken or detect(question) or invocation.language

    async def _rules(self, invocation: Invocation) -> PlaceRules:
        """What holds there; raises `NotKept` where the store says nothing, for it couldn't keep the question either."""
        try:
            async with asyncio.timeout(RULES_S):
                return await self.rules_of(invocation.conversation)
        except TimeoutError as error:
            raise NotKept from error

    @staticmethod
    def _is_open(rules: PlaceRules) -> bool:
        """Whether Sova answers there; who asks by a command is told when not."""
        return response(rules, is_explicit=True) is Response.ANSWER


def _answered_in(place: ConversationKey, message: int | None, rules: PlaceRules) -> ConversationKey:
    """The thread that will be opened from the message, and has its id, where questions are answered in threads."""
    opens = rules.answer_in is AnswerIn.THREAD and not place.direct and not place.thread
    return replace(place, thread=str(message)) if opens else place


def _attachments(file: discord.Attachment | None) -> tuple[Attachment, ...]:
    return (attachment_of(file),) if file else ()
