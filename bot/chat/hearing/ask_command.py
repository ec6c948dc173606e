"""Owns what `/ask` asks: whether Sova answers there, in which conversation and language, and how the question looks."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.chat.controls.private import in_private
from bot.commands.command import Invocation
from bot.errors import NotAnsweredHere, NotKept
from bot.languages import detect
from bot.messages import Attachment, ConversationKey, Incoming, Language
from bot.places import PlaceRules, Response, response
from bot.ports import AnswerIn

RULES_S = 1.5
"""How long it may take to find out what holds in a place: platforms wait three seconds for the first answer."""
MOST_QUOTED = 1_500
"""Characters of a question that are repeated."""

RulesOf = Callable[[ConversationKey], Awaitable[PlaceRules]]


@dataclass(frozen=True, slots=True)
class AskCommand:
    """Questions that are asked by a command. `rules_of` tells what holds in a place.

    `spoken` is the language that the operator has chosen; None follows what is asked, and who asks.
    """

    rules_of: RulesOf
    spoken: Language | None = None

    async def rules(self, invocation: Invocation) -> PlaceRules:
        """What holds there.

        Raises `NotAnsweredHere` where Sova keeps quiet, for who asks by a command is told why; and `NotKept` where the
        store says nothing, for it couldn't keep the question either.
        """
        try:
            async with asyncio.timeout(RULES_S):
                rules = await self.rules_of(invocation.conversation)
        except TimeoutError as error:
            raise NotKept from error
        if response(rules, is_explicit=True) is not Response.ANSWER:
            raise NotAnsweredHere
        return rules

    def for_everybody(
        self,
        invocation: Invocation,
        rules: PlaceRules,
        text: str,
        *,
        message: str,
        attachments: tuple[Attachment, ...] = (),
    ) -> Incoming:
        """The question that was shown as `message`: from there on it is a message like any other."""
        return Incoming(
            id=message,
            conversation=_answered_in(invocation.conversation, message, rules),
            author=invocation.author,
            text=text,
            received_at=invocation.at,
            language=rules.language or self._spoken_in(text, invocation),
            attachments=attachments,
        )

    def for_one(
        self, invocation: Invocation, text: str, *, reply: str | None, attachments: tuple[Attachment, ...] = ()
    ) -> Incoming:
        """The question whose answer the asker alone sees, in the message that the platform calls `reply`."""
        return Incoming(
            id=invocation.id,
            conversation=in_private(invocation).conversation,
            author=invocation.author,
            text=text,
            received_at=invocation.at,
            language=self._spoken_in(text, invocation),
            attachments=attachments,
            reply=reply,
        )

    def _spoken_in(self, question: str, invocation: Invocation) -> Language:
        """The operator's choice, else the question's language; where that can't be told, the person's."""
        return self.spoken or detect(question) or invocation.language


def quoted(text: str) -> str:
    """A person's own words as a quotation, cut to at most `MOST_QUOTED` characters. They are no markup of Sova's."""
    quotation = "\n".join(f"> {line}" for line in text.splitlines())
    return quotation if len(quotation) <= MOST_QUOTED else f"{quotation[:MOST_QUOTED]}…"


def _answered_in(place: ConversationKey, message: str, rules: PlaceRules) -> ConversationKey:
    """The thread that is opened from the message, and has its id, where questions are answered in threads."""
    opens = rules.answer_in is AnswerIn.THREAD and not place.direct and not place.thread
    return replace(place, thread=message) if opens else place
