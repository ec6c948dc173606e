"""Owns `/ask` as Discord's: a question as a command, shown to everybody, or answered to the asker alone."""

from dataclasses import dataclass

import discord

from adapters.discord.answering.posted import PrivateName
from adapters.discord.callers import Callers, attachment_of
from adapters.discord.controls.responding import QUIET, Interaction, defer, respond
from bot.chat.controls.private import in_private
from bot.chat.hearing.ask_command import AskCommand, quoted
from bot.messages import Attachment
from bot.service.platforms import Receive


@dataclass(frozen=True, slots=True)
class Ask:
    """Takes questions in, as `command` says."""

    callers: Callers
    receive: Receive
    command: AskCommand

    async def run(
        self, interaction: Interaction, *, question: str, private: bool, file: discord.Attachment | None
    ) -> None:
        """Ask `question`; with `private` only the asker sees it and the answer."""
        asked = self._privately if private else self._publicly
        await respond(interaction, asked(interaction, question, file), say=self.callers.say(interaction))

    async def _privately(self, interaction: Interaction, question: str, file: discord.Attachment | None) -> None:
        """The answer is shown by the interaction's token, whichever process gives it."""
        message = await defer(interaction)
        invocation = self.callers.invocation(interaction)
        await self.command.rules(in_private(invocation))
        reply = str(PrivateName(interaction.application_id, interaction.token, (message,)))
        await self.receive(self.command.for_one(invocation, question, reply=reply, attachments=_attachments(file)))

    async def _publicly(self, interaction: Interaction, question: str, file: discord.Attachment | None) -> None:
        """The question is shown, and from there on it is a message like any other: it is answered in the same way."""
        invocation = self.callers.invocation(interaction)
        rules = await self.command.rules(invocation)
        with_file = f"\n{invocation.say('ask-with-file', name=file.filename)}" if file else ""
        shown = await interaction.response.send_message(quoted(question) + with_file, **QUIET)
        await self.receive(
            self.command.for_everybody(
                invocation, rules, question, message=str(shown.message_id), attachments=_attachments(file)
            )
        )


def _attachments(file: discord.Attachment | None) -> tuple[Attachment, ...]:
    return (attachment_of(file),) if file else ()
