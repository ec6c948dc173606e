"""Owns reading the files of one question: which may come in, what they are, and what is said of those that may not.

Everything about a file came from outside: its name, its claimed size and kind, its bytes. So sizes are counted, kinds
are told by the bytes, documents are parsed in a process of their own, and names are made fit to be shown.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.attachments.pictures import BadPicture, clean_picture, looks_like_picture
from bot.errors import AttachmentRefused
from bot.messages import Attached, AttachedKind, Attachment, Image
from bot.ports import Fetch
from bot.quoting import fitting, shares
from bot.retrieval.formats.decoding import clean
from bot.retrieval.loading import Reason, RefusedFile
from bot.tokens import rough_tokens

logger = logging.getLogger(__name__)

FETCH_SECONDS = 30.0
_NAME_CHARACTERS = 100
_MEGA = 1_000_000


class FileReader(Protocol):
    """Reads the text of a file, whatever is in it."""

    async def read(self, data: bytes, *, name: str) -> str:
        """The file's text, its kind told by its bytes and only then by its name; `RefusedFile` when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class AttachmentBounds:
    """How much may come with one question: files (0: none), bytes of each, and tokens of all texts together."""

    files: int = 5
    file_bytes: int = 10 * _MEGA
    tokens: float = 2000.0


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a question's files: in their order, the pictures for the model, and why some can't be used."""

    attached: tuple[Attached, ...] = ()
    images: tuple[Image, ...] = ()
    refused: tuple[AttachmentRefused, ...] = ()

    def without_pictures(self, *, models: tuple[str, ...] = (), best: str = "", pull: str = "") -> "Read":
        """The same for a model that sees none; `models`, `best` and `pull` as in `AttachmentRefused`."""
        unseen = [file.name for file in self.attached if file.kind is AttachedKind.PICTURE]
        refusals = (AttachmentRefused(name, "unseen", models=models, best=best, pull=pull) for name in unseen)
        return Read(
            attached=tuple(
                replace(file, kind=AttachedKind.UNREAD) if file.kind is AttachedKind.PICTURE else file
                for file in self.attached
            ),
            refused=(*self.refused, *refusals),
        )


class AttachmentReading:
    """Fetches and reads what comes with questions."""

    def __init__(self, reader: FileReader, *, bounds: AttachmentBounds) -> None:
        self._reader = reader
        self._bounds = bounds

    async def read(self, attachments: Sequence[Attachment], *, fetch: Fetch | None) -> Read:
        """Read them one after the other; a file that can't be used is no reason not to read the next one."""
        attached: list[Attached] = []
        images: list[Image] = []
        refused: list[AttachmentRefused] = []
        for place, attachment in enumerate(attachments):
            name = shown_name(attachment.name)
            try:
                self._demand_place(name, place)
                text, image = await self._take(attachment, name, fetch)
            except AttachmentRefused as refusal:
                logger.info("an attached file can't be used: %s", refusal.reason)
                refused.append(refusal)
                attached.append(Attached(name, AttachedKind.UNREAD))
                continue
            attached.append(Attached(name, AttachedKind.PICTURE) if image else self._beginning(name, text))
            images += [image] if image else []
        return Read(self._together(attached[: self._bounds.files]), tuple(images), _once(refused))

    async def text_of(self, attachment: Attachment, *, fetch: Fetch | None) -> str:
        """The whole text of one file. `AttachmentRefused` where it can't be had, also for a picture."""
        name = shown_name(attachment.name)
        self._demand_place(name, 0)
        text, image = await self._take(attachment, name, fetch)
        if image is not None:
            raise AttachmentRefused(name, Reason.EMPTY)
        return text

    def _demand_place(self, name: str, place: int) -> None:
        if place >= self._bounds.files:
            raise AttachmentRefused(name, "too-many" if self._bounds.files else "off", limit=self._bounds.files)

    async def _take(self, attachment: Attachment, name: str, fetch: Fetch | None) -> tuple[str, Image | None]:
        """The text of a file, or a picture."""
        data = await self._fetched(attachment, name, fetch)
        try:
            if looks_like_picture(data):
                return "", await asyncio.to_thread(clean_picture, data)
            return await self._reader.read(data, name=name), None
        except BadPicture as bad:
            raise AttachmentRefused(name, bad.reason, limit=bad.limit) from None
        except RefusedFile as bad:
            raise AttachmentRefused(name, bad.reason) from None

    async def _fetched(self, attachment: Attachment, name: str, fetch: Fetch | None) -> bytes:
        """The bytes, no more than allowed, whatever the sender's side claims and the platform brings."""
        most = self._bounds.file_bytes
        too_large = AttachmentRefused(name, Reason.TOO_LARGE, limit=most / _MEGA)
        if attachment.size_bytes > most:
            raise too_large
        if fetch is None:
            raise AttachmentRefused(name, Reason.GONE)
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                data = await fetch(attachment, most_bytes=most)
        except TimeoutError:
            raise AttachmentRefused(name, Reason.GONE) from None
        except AttachmentRefused as refusal:
            raise AttachmentRefused(name, refusal.reason, limit=most / _MEGA) from None
        if len(data) > most:
            raise too_large
        if not data:
            raise AttachmentRefused(name, Reason.EMPTY)
        return data

    def _beginning(self, name: str, text: str) -> Attached:
        """The beginning of the text, as much as one question may bring."""
        return Attached(name, AttachedKind.TEXT, fitting(text, self._bounds.tokens), len(text))

    def _together(self, attached: Sequence[Attached]) -> tuple[Attached, ...]:
        """The same within the bound for all of them: small ones stay whole, the others share what is left."""
        rooms = shares([rough_tokens(file.text) for file in attached], self._bounds.tokens)
        return tuple(replace(file, text=fitting(file.text, room)) for file, room in zip(attached, rooms, strict=True))


def shown_name(name: str) -> str:
    """A file's name without folders and invisible characters, of at most 100 characters, the ending kept."""
    last = " ".join(clean(name).replace("\\", "/").rpartition("/")[2].split()) or "file"
    if len(last) <= _NAME_CHARACTERS:
        return last
    stem, dot, ending = last.rpartition(".")
    kept = f"{dot}{ending}" if stem and len(ending) <= 10 else ""
    return last[: _NAME_CHARACTERS - 1 - len(kept)] + "…" + kept


def _once(refused: Sequence[AttachmentRefused]) -> tuple[AttachmentRefused, ...]:
    """Of files that are too many, or not wanted at all, one stands for the rest: nobody needs to be told ten times."""
    said: set[str] = set()
    told = []
    for refusal in refused:
        if refusal.reason not in {"too-many", "off"} or refusal.reason not in said:
            told.append(refusal)
        said.add(refusal.reason)
    return tuple(told)
