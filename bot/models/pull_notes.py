"""Owns what is remembered of pulls that aren't finished: a small file each, in a folder of this machine."""

import contextlib
import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.file_locks import FileLock
from bot.models.naming import same
from bot.whole_files import OF_OWNER, write_whole

logger = logging.getLogger(__name__)

FOLDER = "pulls"
INTERRUPTED, PAUSED = "interrupted", "paused"
_NAME_CHARS = 16


@dataclass(frozen=True, slots=True)
class PullNote:
    """A pull that began and isn't done: of which `model`, by which `engine`, begun `by` whom, how far in bytes.

    `why` it isn't done: `paused` by somebody, `interrupted` with the program, or the code of the error that ended it.
    `began_at` is in seconds since the epoch.
    """

    model: str
    engine: str
    by: str
    began_at: float
    done_bytes: int | None = None
    total_bytes: int | None = None
    why: str = INTERRUPTED


_Note = TypeAdapter(PullNote)


class PullNotes:
    """The notes in `folder`. Every method touches the disk: call it from a thread.

    A note that can't be written or read is lost, and said in the log: the model's parts are there all the same.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def held(self, model: str) -> Iterator[None]:
        """While this lasts, the pull of `model` goes on in this process, and nobody takes it for interrupted."""
        with contextlib.ExitStack() as stack:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                stack.enter_context(FileLock(self._path(model).with_suffix(".lock"))).seize()
            except OSError as error:
                logger.warning("pulls can't be remembered: %s", error)
            yield

    def write(self, note: PullNote) -> None:
        """Remember `note` in the place of what was known of its model."""
        try:
            write_whole(self._path(note.model), json.dumps(asdict(note)).encode(), mode=OF_OWNER)
        except OSError as error:
            logger.warning("a pull can't be remembered: %s", error)

    def forget(self, model: str) -> bool:
        """Forget the pull of `model`; False when none is remembered."""
        try:
            self._path(model).unlink()
        except OSError:
            return False
        return True

    def unfinished(self) -> Sequence[PullNote]:
        """The pulls that nobody carries on at this moment, the one that was begun first before the others."""
        notes = [note for path in sorted(self._folder.glob("*.json")) if (note := _read(path))]
        return sorted((note for note in notes if not self._is_held(note.model)), key=lambda note: note.began_at)

    def _is_held(self, model: str) -> bool:
        try:
            with FileLock(self._path(model).with_suffix(".lock")) as lock:
                return not lock.seize()
        except OSError:
            return False

    def _path(self, model: str) -> Path:
        """A file's name for any model's: these hold slashes and colons."""
        digest = hashlib.sha256(same(model).encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / f"{digest[:_NAME_CHARS]}.json"


def _read(path: Path) -> PullNote | None:
    try:
        return _Note.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        logger.warning("what was remembered of a pull can't be read: %s", type(error).__name__)
        return None
