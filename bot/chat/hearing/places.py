"""Owns what holds in a channel, as the adapter asks for it: what administrators have set there, else the operator."""

import logging
from dataclasses import dataclass

from bot.errors import AssistantError
from bot.messages import ConversationKey
from bot.places import PlaceRules, resolve
from bot.ports import AnswerIn, ChosenHere, PlaceSettings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Places:
    """`answer_in` is the operator's choice."""

    settings: PlaceSettings
    answer_in: AnswerIn

    async def rules(self, conversation: ConversationKey) -> PlaceRules:
        """What holds in the conversation's channel.

        The operator's choices alone where what is set can't be read: the question then can't be kept either, and of
        that the person is told.
        """
        try:
            chosen = await self.settings.chosen(conversation)
        except AssistantError as error:
            logger.warning("what is set for the channel can't be read: %s", error)
            chosen = ChosenHere()
        return resolve(chosen, conversation, answer_in=self.answer_in)
