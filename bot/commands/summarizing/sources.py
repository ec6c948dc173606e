"""Owns finding what is to be summed up: messages of the place, turns of a conversation, sections of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.commands.command import Invocation
from bot.commands.documents.sources import KnowsScopes
from bot.commands.summarizing.values import USUAL_HOURS, Asked, What
from bot.errors import NoFileToSummarize, NotInAThread, UnknownDocument
from bot.messages import Attachment, Turn
from bot.models.naming import nearest
from bot.ports import Chunk, DocumentRecord, Fetch, History, PassageIndex
from bot.retrieval.chunking import ChunkLimits, chunk
from bot.summaries.material import Heard, Reach, Said
from bot.tokens import rough_tokens
from bot.wording import Wording

_SECTION = ChunkLimits(tokens=180, most=260, overlap=0)
_HOUR = 3_600.0


class ReadsFiles(Protocol):
    """Whoever reads files that came from people."""

    async def text_of(self, attachment: Attachment, *, fetch: Fetch | None) -> str:
        """The whole text of one; `AttachmentRefused` where there is none to be had."""
        ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """The team's documents, and who may read which."""

    index: PassageIndex
    scopes: KnowsScopes

    async def names(self, invocation: Invocation) -> tuple[str, ...]:
        """The documents that the caller may read here."""
        return tuple(record.document for record in await self.records(invocation))

    async def records(self, invocation: Invocation) -> tuple[DocumentRecord, ...]:
        """What the index knows of them."""
        scopes = await self.scopes.read()
        readable = scopes.readable(invocation.conversation, invocation.author)
        return tuple(one for one in await self.index.documents() if scopes.scope_of(one.document) in readable)


@dataclass(frozen=True, slots=True)
class Material:
    """What was found, and the name of the file that it is, empty for messages."""

    heard: Heard
    file: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Finds it. Where a platform reads no messages, a conversation's own turns are all that was said."""

    history: History
    files: ReadsFiles
    shelf: Shelf | None = None

    async def find(self, invocation: Invocation, asked: Asked) -> Material:
        """Raises `NotInAThread`, `NoFileToSummarize`, `UnknownDocument`, `AttachmentRefused`, and what reading does."""
        if asked.what is What.FILE:
            return await self._file(invocation, asked)
        if invocation.read_messages is None:
            since = invocation.at - asked.hours * _HOUR if asked.hours else 0.0
            turns = await self.history.turns(invocation.conversation)
            return Material(Heard(_said_in([turn for turn in turns if turn.at >= since], invocation)))
        return Material(await invocation.read_messages(_reach(invocation, asked)))

    async def _file(self, invocation: Invocation, asked: Asked) -> Material:
        if asked.file:
            return await self._document(invocation, asked.file)
        attachment = await _newest_file(invocation)
        text = await self.files.text_of(attachment, fetch=invocation.fetch)
        return Material(Heard(sections_of(text, name=attachment.name, say=invocation.say)), attachment.name)

    async def _document(self, invocation: Invocation, name: str) -> Material:
        """A document of the knowledge folder; of one that may not be read here it isn't said that it is there."""
        records = await self.shelf.records(invocation) if self.shelf else ()
        wanted = name.strip().lower()
        found = [one for one in records if wanted in {one.document.lower(), one.document.lower().rpartition("/")[2]}]
        if self.shelf is None or not found:
            raise UnknownDocument(name=name, nearest=nearest(name, [one.document for one in records]))
        document = found[0].document
        chunks = await self.shelf.index.chunks(document, first=0, last=found[0].chunks - 1)
        return Material(Heard(tuple(_sections(chunks, document, invocation.say))), document)


def sections_of(text: str, *, name: str, say: Wording) -> tuple[Said, ...]:
    """A file's text in sections, each called by its headings, or by its number where there are none."""
    chunks = chunk(
        name,
        text,
        title="",
        language="",
        scope="",
        modified=0.0,
        size=lambda piece: round(rough_tokens(piece)),
        limits=_SECTION,
    )
    return tuple(_sections(chunks, name, say))


def _sections(chunks: Sequence[Chunk], name: str, say: Wording) -> list[Said]:
    return [
        Said("", one.text, place=" › ".join(one.headings) or say("summarize-section", name=name, number=number))
        for number, one in enumerate(chunks, start=1)
    ]


def _reach(invocation: Invocation, asked: Asked) -> Reach:
    """Of a thread everything, of a channel what was written lately."""
    if asked.what is What.THREAD:
        if not invocation.conversation.thread:
            raise NotInAThread
        return Reach(is_thread=True, since=invocation.at - asked.hours * _HOUR if asked.hours else 0.0)
    return Reach(is_thread=False, since=invocation.at - (asked.hours or USUAL_HOURS) * _HOUR)


async def _newest_file(invocation: Invocation) -> Attachment:
    """The file that came along, or the newest of the thread, or of the channel's last day."""
    if invocation.files:
        return invocation.files[-1]
    if invocation.read_messages is None:
        raise NoFileToSummarize
    in_thread = bool(invocation.conversation.thread) and not invocation.begins_thread
    since = 0.0 if in_thread else invocation.at - USUAL_HOURS * _HOUR
    heard = await invocation.read_messages(Reach(is_thread=in_thread, since=since))
    if not heard.files:
        raise NoFileToSummarize
    return heard.files[-1]


def _said_in(turns: Sequence[Turn], invocation: Invocation) -> tuple[Said, ...]:
    """Questions and answers of a conversation with Sova, called by their numbers."""
    say = invocation.say
    said: list[Said] = []
    for number, turn in enumerate(turns, start=1):
        said.append(Said(invocation.author.name, turn.question, turn.at, place=say("summarize-asked", number=number)))
        if turn.answer:
            said.append(Said("Sova", turn.answer, turn.at, place=say("summarize-answered", number=number)))
    return tuple(said)
