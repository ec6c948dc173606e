"""Owns which of what was heard is written down: channels, direct messages, and threads in which Sova takes part."""

from dataclasses import dataclass

from adapters.slack.callers import is_direct
from adapters.slack.hearing.threads import Threads
from bot.chat.hearing.noting import MarksOf


@dataclass(frozen=True, slots=True)
class OwnThreads:
    """Passes on to `marks`; people have many more threads among themselves than can be read again after a gap."""

    marks: MarksOf
    threads: Threads

    def note(self, channel: str, mark: int) -> None:
        """Everything up to this was heard, in the channel or thread."""
        place, _, thread = channel.partition("/")
        if not thread or is_direct(place) or self.threads.is_part(place, thread):
            self.marks.note(channel, mark)

    def reopen(self, channel: str, mark: int) -> None:
        """What stands there must be heard again."""
        self.marks.reopen(channel, mark)
