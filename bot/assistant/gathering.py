"""Owns what is gathered before a question is answered: the files that came with it, and what the documents say."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot.access import LOCAL_PLATFORM
from bot.assistant.earlier import is_about_its_files
from bot.assistant.said import Asked
from bot.attachments.reading import AttachmentReading, Read, shown_name
from bot.errors import AttachmentRefused, EngineError, IndexLocked, IndexMismatch, IndexUnavailable
from bot.messages import Author, ConversationKey, Notice, Remark, Turn
from bot.models.sight import Sight
from bot.personas.persona import Persona
from bot.places import narrowing
from bot.ports import Fetch, PlaceSettings
from bot.retrieval.enclosures import are_about_files
from bot.retrieval.knowledge import Grounds
from bot.retrieval.scopes import PUBLIC, ROOT

logger = logging.getLogger(__name__)


class Consults(Protocol):
    """What the assistant asks for grounds: the team's documents."""

    async def consult(
        self,
        question: str,
        *,
        turns: Sequence[Turn],
        conversation: ConversationKey,
        author: Author,
        remarks: Sequence[Remark] = (),
        within: frozenset[str] | None = None,
    ) -> Grounds | None:
        """What the documents that may be read here say to `question`; None where there is nothing to search.

        `remarks` are what others had said before it. With `within` only these scopes are searched, of those that may
        be read here.
        """
        ...

    async def caveats(self, question: str) -> tuple[Notice, ...]:
        """What must be said with an answer to `question`, for not all documents may be there yet."""
        ...


class Gathering:
    """Reads files and searches the documents, where there are any, within what administrators have narrowed it to."""

    def __init__(
        self,
        *,
        sight: Sight,
        knowledge: Consults | None,
        attachments: AttachmentReading | None,
        places: PlaceSettings | None,
    ) -> None:
        """`sight` knows which models see."""
        self._sight = sight
        self._knowledge = knowledge
        self._attachments = attachments
        self._places = places

    async def read(self, asked: Asked, fetch: Fetch | None) -> Asked:
        """Read the files that came with the question; `AttachmentRefused` when there is nothing else to answer."""
        attachments = asked.incoming.attachments
        if self._attachments is None:
            raise AttachmentRefused(shown_name(attachments[0].name), "off")
        return await self._with(asked, await self._attachments.read(attachments, fetch=fetch))

    async def for_another_model(self, asked: Asked) -> Asked:
        """`asked` for its model, which takes the place of the one that files and documents were gathered for.

        If it doesn't see, it gets no picture, and the documents are asked instead; `AttachmentRefused` when there is
        nothing else to answer.
        """
        if not asked.images:
            return asked
        seen = await self._with(asked, Read(asked.attached, asked.images))
        return seen if seen.images else await self.consult(seen)

    async def consult(self, asked: Asked) -> Asked:
        """Search the documents. Without an index the question is answered all the same, and said to be uncited.

        What is asked of pictures, or plainly of the files that came along, no document answers; what is asked of a text
        may be about both. A persona that is to know no document is asked without any.
        """
        narrowed = searched_by(asked.persona)
        if self._knowledge is None or not asked.question or is_about_its_files(asked) or narrowed == frozenset():
            return asked
        try:
            incoming = asked.incoming
            caveats = await self._knowledge.caveats(asked.question)
            grounds = await self._knowledge.consult(
                asked.question,
                turns=asked.turns,
                conversation=incoming.conversation,
                author=incoming.author,
                remarks=asked.context,
                within=both(await self._narrowing(incoming.conversation), narrowed),
            )
        except (IndexUnavailable, IndexLocked, IndexMismatch) as error:
            logger.warning("answered without the documents: %s", error)
            return replace(asked, notices=(*asked.notices, Notice("uncited", {"reason": error.code})))
        return replace(asked, grounds=grounds, notices=(*asked.notices, *caveats))

    async def _with(self, asked: Asked, read: Read) -> Asked:
        """`asked` with what was read, as far as its model can take it in, and with what can't be used told."""
        read = await self._without_unseen(read, asked.model)
        if not asked.question and not are_about_files(read.attached):
            raise read.refused[0]
        notices = tuple(refusal.notice() for refusal in read.refused)
        return replace(asked, attached=read.attached, images=read.images, notices=(*asked.notices, *notices))

    async def _without_unseen(self, read: Read, model: str) -> Read:
        """Pictures go to models that see; otherwise it is said which one does."""
        try:
            if not read.images or await self._sight.sees(model):
                return read
            seeing = await self._sight.seeing()
        except EngineError:  # answering meets the same, and says it
            return read
        return read.without_pictures(models=seeing.installed, best=seeing.best, pull=seeing.pull)

    async def _narrowing(self, conversation: ConversationKey) -> frozenset[str] | None:
        """To which scopes an administrator has narrowed what is searched there; None where nobody has."""
        if self._places is None or conversation.platform == LOCAL_PLATFORM:
            return None
        return narrowing(await self._places.chosen(conversation))


def searched_by(persona: Persona | None) -> frozenset[str] | None:
    """The scopes to which a persona narrows what is searched; None where it doesn't."""
    if persona is None or persona.knowledge is None:
        return None
    return persona.knowledge | ({PUBLIC} if ROOT in persona.knowledge else frozenset())


def both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """What both narrowings leave; None is none."""
    if one is None or other is None:
        return other if one is None else one
    return one & other
