"""Owns the files that go with a question: attached by `/attach`, dropped on the prompt, or named to `sova ask`."""

import asyncio
import mimetypes
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG

from bot.commands.cards import Card, Field
from bot.commands.command import Command, Invocation, Parameter, Values
from bot.errors import AttachmentRefused
from bot.messages import Attachment
from bot.retrieval.loading import LoadLimits, Reason, RefusedFile
from bot.retrieval.snapshots import snapshot

ATTACH = "attach"
CLEAR = "clear"

_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
"""Without waiting: a pipe in a file's place would never open."""
_QUOTED = re.compile(r"""(?P<mark>["'])(?P<path>.*)(?P=mark)""")


@dataclass(slots=True)
class Tray:
    """The files that wait for the next question."""

    waiting: list[Attachment] = field(default_factory=list)

    def take(self) -> tuple[Attachment, ...]:
        """All of them, for the question that is asked now."""
        taken = tuple(self.waiting)
        self.waiting.clear()
        return taken

    def command(self) -> Command:
        """`/attach [path]`: without a path it shows what waits, `clear` takes everything back."""
        return Command(ATTACH, self._attach, (Parameter("path"),))

    async def _attach(self, invocation: Invocation, values: Values) -> Card:
        path = values.get("path", "")
        if path == CLEAR:
            self.waiting.clear()
        elif path:
            self.waiting.append(await asyncio.to_thread(attachment_of, path))
        say = invocation.say
        fields = tuple(Field(one.name, say("attach-size", kilobytes=one.size_bytes / 1000)) for one in self.waiting)
        return Card(say("attach-title"), say("attach-waiting", files=len(self.waiting)), fields)


def attachment_of(path: str) -> Attachment:
    """The file at `path`, `~` allowed, as something that can go with a question; `AttachmentRefused` without one."""
    place = _at_home(Path(path)).absolute()
    try:
        status = place.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in it
        raise AttachmentRefused(place.name, Reason.GONE) from None
    except OSError:
        raise AttachmentRefused(place.name, Reason.NO_ACCESS) from None
    if not S_ISREG(status.st_mode):
        raise AttachmentRefused(place.name or path, Reason.NOT_A_FILE)
    media_type = mimetypes.guess_type(place.name)[0] or "application/octet-stream"
    return Attachment(place.name, media_type, status.st_size, str(place))


async def fetch_file(attachment: Attachment, *, most_bytes: int) -> bytes:
    """A `Fetch` for files on this machine, which whoever sits at this terminal has named."""
    return await asyncio.to_thread(_read, attachment, most_bytes)


def called(text: str) -> str | None:
    """The path that `/attach …` or a dropped file means: a line that is nothing but the path of a file that exists.

    None where the text is something else; empty for `/attach` alone. Spaces need no quoting.
    """
    word, _, rest = text.strip().partition(" ")
    if word.lower() == f"/{ATTACH}":
        return _unquoted(rest.strip())
    return _dropped(text.strip())


def _dropped(text: str) -> str | None:
    """Terminals type the path of a file that is dropped on them: whole, quoted, or with backslashes before spaces."""
    for path in dict.fromkeys((_unquoted(text), re.sub(r"\\(.)", r"\1", text))):
        # a single name behind the slash is a command
        with suppress(OSError, ValueError):
            if "\n" not in path and len(Path(path).parts) > 2 and Path(path).is_absolute() and Path(path).is_file():
                return path
    return None


def _unquoted(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    return quoted["path"] if quoted else text


def _at_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # nobody has such a home
        return path


def _read(attachment: Attachment, most_bytes: int) -> bytes:
    try:
        file = os.open(attachment.where, _FLAGS)
    except FileNotFoundError:
        raise AttachmentRefused(attachment.name, Reason.GONE) from None
    except OSError:
        raise AttachmentRefused(attachment.name, Reason.NO_ACCESS) from None
    try:
        return snapshot(file, LoadLimits(file_bytes=most_bytes)).data
    except RefusedFile as refused:
        raise AttachmentRefused(attachment.name, refused.reason) from None
    finally:
        os.close(file)


def attachments_of(paths: Sequence[str]) -> tuple[Attachment, ...]:
    """Several at once; the first that can't go with a question is an `AttachmentRefused`."""
    return tuple(map(attachment_of, paths))
