"""Owns the document reader's own process: it reads one file after the other, within limits.

`python -m bot.backends.documents.reader` reads a line of JSON from standard input (`ReaderConfig`), answers with a line
when it is ready, and then with a line and a text to each line it gets:

    "handbook/leave.pdf"  →  {"reason": "", "size": 1234, "title": "Leave", …} and 1234 bytes of UTF-8

That is a file of the knowledge folder. One that came with a question is sent along:

    {"name": "leave.pdf", "size": 5678} and 5678 bytes  →  the same

It ends when its input does, so it never outlives its parent by more than the file at hand.
"""

import hashlib
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from bot.backends.documents.office import OfficeDocuments
from bot.retrieval.formats.reading import Reading, read_attached, read_document
from bot.retrieval.loading import Kind, LoadedDocument, LoadLimits, Reason, RefusedFile
from bot.retrieval.paths import open_inside
from bot.retrieval.snapshots import Snapshot, snapshot

READY = b"ready\n"
_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000
"""CLONE_NEWUSER | CLONE_NEWNET, from Linux's sched.h."""
_GRACE_SECONDS = 5
"""The parent ends a slow reader; this long after, the reader does so itself, in case the parent is gone."""
_FIRST_FOR_OOM = "700"
"""When memory runs out, Linux kills the process with the highest score: this one before the engine and the bot."""


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """What to read: the knowledge folder, empty for a reader of attached files alone, and what a file may cost."""

    folder: str
    limits: LoadLimits

    @classmethod
    def from_json(cls, line: str) -> "ReaderConfig":
        """The configuration as the parent writes it."""
        given = json.loads(line)
        return cls(given["folder"], LoadLimits(**given["limits"]))


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one file: `reason` is empty when it was read, and then `size` bytes of text follow."""

    reason: str = ""
    size: int = 0
    title: str = ""
    language: str = ""
    kind: str = ""
    modified: float = 0.0
    digest: str = ""


def main() -> None:
    """Answer until standard input ends."""
    answers = _claim_standard_output()
    _leave_the_network()
    questions = sys.stdin.buffer
    config = ReaderConfig.from_json(questions.readline().decode())
    office = OfficeDocuments(config.limits)
    _restrain(config.limits)
    answers.write(READY)
    answers.flush()
    for line in iter(questions.readline, b""):
        _wake_after(config.limits.seconds + _GRACE_SECONDS)
        answer, text = _read(json.loads(line), questions, config, office)
        answers.write(json.dumps(asdict(answer)).encode() + b"\n" + text)
        answers.flush()
        _wake_after(0)


def _read(
    asked: str | dict[str, str | int], sent: BinaryIO, config: ReaderConfig, office: OfficeDocuments
) -> tuple[Answer, bytes]:
    try:
        reading, modified, digest = _reading(asked, sent, config, office)
    except RefusedFile as refused:
        return Answer(refused.reason), b""
    except MemoryError:
        return Answer(Reason.TOO_MUCH_MEMORY), b""
    except Exception:  # noqa: BLE001 - a parser stumbles over a hostile file as it likes; that is this file's fault
        return Answer(Reason.UNREADABLE), b""
    text = reading.text.encode()
    return Answer("", len(text), reading.title, reading.language or "", reading.kind, modified, digest), text


def _reading(
    asked: str | dict[str, str | int], sent: BinaryIO, config: ReaderConfig, office: OfficeDocuments
) -> tuple[Reading, float, str]:
    """What was read, when it was changed last, and the digest of its bytes."""
    if isinstance(asked, str):
        taken = _take(asked, config)
        reading = read_document(taken.data, asked, limits=config.limits, office=office.read)
        return reading, taken.modified, hashlib.sha256(taken.data).hexdigest()
    data = sent.read(int(asked["size"]))
    reading = read_attached(data, str(asked["name"]), limits=config.limits, office=office.read)
    return reading, 0.0, hashlib.sha256(data).hexdigest()


def _take(document: str, config: ReaderConfig) -> Snapshot:
    file = open_inside(Path(config.folder), document)
    try:
        return snapshot(file, config.limits)
    finally:
        os.close(file)


# --- what this process gives up -------------------------------------------------------------------------------


def _claim_standard_output() -> BinaryIO:
    """The pipe to the parent, for our answers alone; whatever else prints, prints to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _leave_the_network() -> None:
    """Move into a network of our own, where there is nobody, on systems that let anyone do so (most Linux)."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).unshare(_NEW_USER_AND_NETWORK)


def _restrain(limits: LoadLimits) -> None:
    """No more memory than the limit on top of what the parser's code takes, no files written, no core dumped."""
    if sys.platform == "win32":
        return  # there, the parent's watch over the memory is all there is
    import resource

    import psutil

    room = psutil.Process().memory_info().vms + limits.memory_bytes
    for kind, amount in ((resource.RLIMIT_AS, room), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # macOS has no bound on memory
            resource.setrlimit(kind, (amount, amount))
    with suppress(OSError):  # only Linux has it
        Path("/proc/self/oom_score_adj").write_text(_FIRST_FOR_OOM, encoding="ascii")


def _wake_after(seconds: float) -> None:
    """Be ended by the system's alarm in so many seconds; 0 calls it off."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def document_of(answer: Answer, text: str) -> LoadedDocument:
    """The document that a positive answer tells of."""
    from bot.messages import Language

    language = Language(answer.language) if answer.language else None
    return LoadedDocument(text, answer.title, language, Kind(answer.kind), answer.modified, answer.digest)


if __name__ == "__main__":
    main()
