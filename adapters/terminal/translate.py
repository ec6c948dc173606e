"""Owns the way in: what was typed or piped becomes an `Incoming` or an `Invocation`; pure, the clock comes in."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from bot.access import LOCAL_PLATFORM
from bot.commands.command import Invocation
from bot.errors import NotText, QuestionTooLong
from bot.messages import Attachment, Author, ConversationKey, Incoming, Language
from bot.ports import Fetch

MAX_BYTES = 16 * 1024 * 1024
"""More than this is refused before it is decoded; the core's own bound, in characters, is far below."""

DEFAULT_CONVERSATION = "default"
DEFAULT_USER = "local"

_CONTROLS = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f]")


def _new_id() -> str:
    return uuid4().hex


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks at this terminal, in which conversation and language; `model` is asked for with every question.

    `now` gives seconds since the epoch.
    """

    user: str = DEFAULT_USER
    conversation_name: str = DEFAULT_CONVERSATION
    language: Language = Language.ENGLISH
    model: str | None = None
    now: Callable[[], float] = time.time
    new_id: Callable[[], str] = _new_id

    @property
    def conversation(self) -> ConversationKey:
        """Conversations of one name are one, whichever terminal they are held in; each user has their own."""
        return ConversationKey(
            platform=LOCAL_PLATFORM, workspace=self.user or DEFAULT_USER, channel=self.conversation_name
        )

    def incoming(self, text: str, *, attachments: tuple[Attachment, ...] = ()) -> Incoming:
        """The question `text` with files; raises `NotText` when it is binary."""
        return Incoming(
            id=self.new_id(),
            conversation=self.conversation,
            author=self._author,
            text=tidy(text),
            received_at=self.now(),
            language=self.language,
            attachments=attachments,
            model=self.model,
        )

    def invocation(self, *, files: tuple[Attachment, ...] = (), fetch: Fetch | None = None) -> Invocation:
        """A command called here and now; `files` wait for the next question, and `fetch` reads them."""
        return Invocation(
            id=self.new_id(),
            conversation=self.conversation,
            author=self._author,
            at=self.now(),
            language=self.language,
            shows_pictures=False,
            files=files,
            fetch=fetch,
        )

    @property
    def _author(self) -> Author:
        user = self.user or DEFAULT_USER
        return Author(id=user, name=user)


def decode(data: bytes) -> str:
    """UTF-8 bytes, with or without a byte order mark, as text. Raises `NotText` and `QuestionTooLong` (over 16 MiB)."""
    if len(data) > MAX_BYTES:
        raise QuestionTooLong(length=len(data), limit=MAX_BYTES)
    try:
        return tidy(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotText from error


def tidy(text: str) -> str:
    r"""`text` with `\n` as its only line ending and without control characters, byte order mark and outer blank lines.

    Right-to-left marks stay: they are part of how people write. NUL, or bytes that the terminal could not decode
    (they arrive as half surrogates), raise `NotText`.
    """
    if "\0" in text or (not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)):
        raise NotText
    unified = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", unified).strip("\n").rstrip()


def is_command(text: str) -> bool:
    """Whether `text` calls a command: one line that begins with a slash. A space before it makes it a question."""
    return text.startswith("/") and "\n" not in text
