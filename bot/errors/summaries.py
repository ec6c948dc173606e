"""Owns what may stand in a summary's way: nothing to sum up, no such file, or one that is being made already."""

from dataclasses import dataclass

from bot.errors.family import AssistantError


@dataclass(eq=False)
class TooLittleSaid(AssistantError):
    """There is nothing to sum up: `messages` is how many were found, 0 where nobody wrote any."""

    messages: int
    code = "too-little-said"


@dataclass(eq=False)
class StillSummarizing(AssistantError):
    """A summary is being made for this person already."""

    code = "still-summarizing"


@dataclass(eq=False)
class NoFileToSummarize(AssistantError):
    """A file was to be summed up, and none was named or attached."""

    code = "no-file-to-summarize"
    exit_code = 2


@dataclass(eq=False)
class UnknownDocument(AssistantError):
    """There is no document of this name that may be read here; `nearest` are the closest names of those that may."""

    name: str
    nearest: tuple[str, ...] = ()
    code = "unknown-document"
    exit_code = 2


@dataclass(eq=False)
class NotInAThread(AssistantError):
    """A thread was to be summed up, and the command was called outside of any."""

    code = "not-in-a-thread"
    exit_code = 2


@dataclass(eq=False)
class CannotReadHere(AssistantError):
    """The chat platform lets Sova write in a place, and doesn't let her read what was written there before."""

    code = "cannot-read-here"
