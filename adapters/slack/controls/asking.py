"""Owns questions that are asked by a command or a shortcut: shown to everybody, or answered to the asker alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.slack.answering.posted import PrivateName
from adapters.slack.callers import conversation_of, question_id
from adapters.slack.controls import views
from adapters.slack.controls.acts import Act, Payload, field_value
from adapters.slack.controls.replies import Replies
from adapters.slack.controls.windows import Windows
from adapters.slack.hearing.history import History
from adapters.slack.hearing.said import Said, said_of
from adapters.slack.hearing.text import text_of
from adapters.slack.rendering.blocks import Rendered, sections
from adapters.slack.rendering.mrkdwn import bold, fallback
from adapters.slack.surroundings import Workspace
from bot.chat.controls.private import in_private
from bot.chat.hearing.ask_command import AskCommand
from bot.commands.command import Invocation
from bot.errors import EmptyQuestion
from bot.messages import Attachment, Remark
from bot.service.platforms import Receive

MOST_REMARKS = 20
_PRIVATELY = re.compile(r"(?:private(?:ly)?|soukrom[eěé])\s*:\s*(?:(?:true|yes|ano)\b)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed after `/ask`: a question, whose answer only the asker shall see where it `is_private`."""

    question: str
    is_private: bool = False


def read_question(text: str) -> Asked:
    """Read it: with `private:` before it a question is between the asker and Sova. Pure."""
    found = _PRIVATELY.match(text.strip())
    return Asked(text.strip()[found.end() :], is_private=True) if found else Asked(text.strip())


@dataclass(frozen=True, slots=True)
class Asking:
    """Takes questions in by `receive`, as `command` says."""

    workspace: Workspace
    replies: Replies
    windows: Windows
    receive: Receive
    command: AskCommand

    async def slash(self, act: Act, text: str, invocation: Invocation) -> None:
        """`/ask question` or `/ask private: question`; in a direct message nobody else reads along anyhow.

        Raises `EmptyQuestion`, `NotAMember` and what `AskCommand.rules` and `receive` raise.
        """
        asked = read_question(text)
        if not asked.question:
            raise EmptyQuestion
        if asked.is_private and not act.is_direct:
            await self._privately(act, asked.question, invocation)
        else:
            await self._openly(act, asked.question, invocation)

    # --- shortcuts --------------------------------------------------------------------------------------------

    async def about(self, act: Act, body: Payload, invocation: Invocation) -> None:
        """Ask what somebody would like to know about a message."""
        said = said_of(body["message"], me=self._me, channel=act.origin.channel)
        await self.windows.open(act, views.question(self._text(said), invocation.say, act.origin))

    async def about_sent(self, act: Act, body: Payload, invocation: Invocation) -> None:
        """The question that was asked so; it is answered in the message's thread."""
        question = field_value(body, views.QUESTION_FIELD)
        before = await self._thread(act, until=act.origin.message)
        files = tuple(file for said in before[-1:] for file in said.files)
        remarks = await self._remarks(before[-MOST_REMARKS:])
        await self._openly(act, question, invocation, remarks=remarks, files=files)

    # --- how it is asked --------------------------------------------------------------------------------------

    async def _privately(self, act: Act, question: str, invocation: Invocation) -> None:
        """The answer is shown where Slack waits for one, whichever process gives it."""
        await self.command.rules(in_private(invocation))
        reply = str(PrivateName(act.origin.response_url))
        await self.receive(self.command.for_one(invocation, question, reply=reply))

    async def _openly(
        self,
        act: Act,
        question: str,
        invocation: Invocation,
        *,
        remarks: Sequence[Remark] = (),
        files: tuple[Attachment, ...] = (),
    ) -> None:
        """The question is shown, and answered in its thread, or in the one that it is about."""
        rules = await self.command.rules(invocation)
        origin, team = act.origin, self.workspace.identity.team
        shown = _shown(invocation.say("slack-asks", name=invocation.author.name), question)
        ts = await self.replies.post(origin.channel, shown, thread=origin.thread)
        there = replace(invocation, conversation=conversation_of(team, origin.channel, origin.thread or ts))
        message = question_id(origin.channel, ts)
        incoming = self.command.for_everybody(there, rules, question, message=message, attachments=files)
        await self.receive(replace(incoming, context=tuple(remarks)))

    async def _thread(self, act: Act, *, until: str = "") -> Sequence[Said]:
        """What was written in the thread, up to and with the message `until`."""
        history = History(self.workspace.rest, me=self._me)
        found = await history.thread(act.origin.channel, act.origin.thread)
        return [said for said in found if (said.is_spoken or said.is_ours) and (not until or said.ts <= until)]

    async def _remarks(self, spoken: Sequence[Said]) -> tuple[Remark, ...]:
        await self.workspace.people.asked({said.user for said in spoken if not said.is_ours})
        remarks = (Remark(self._name(said), self._text(said)) for said in spoken)
        return tuple(remark for remark in remarks if remark.text)

    def _name(self, said: Said) -> str:
        if said.is_ours:
            return self.workspace.identity.name
        return self.workspace.people.known(said.user).name or said.user

    def _text(self, said: Said) -> str:
        names = self.workspace.people.names(said.mentioned - {self._me})
        return text_of(said, names=names, me=self._me)

    @property
    def _me(self) -> str:
        return self.workspace.identity.user


def _shown(asks: str, question: str) -> Rendered:
    """A question that nobody wrote as a message: who asks it, and what."""
    return Rendered(fallback(f"{asks}\n{question}"), (*sections(bold(asks)), *views.quotation(question)))
