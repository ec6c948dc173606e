"""Owns when what was heard in a channel counts as heard: once no earlier question there is still on its way. Pure."""

from collections import Counter
from typing import Protocol

from bot.chat.hearing.merging import Heard, M


class MarksOf(Protocol):
    """Remembers up to where everything was taken in."""

    def note(self, channel: str, mark: int) -> None:
        """Everything up to this was, in the channel."""
        ...

    def reopen(self, channel: str, mark: int) -> None:
        """What stands there wasn't: it must be heard again."""
        ...


class Noting:
    """Tells `marks` what was taken in, place by place."""

    def __init__(self, marks: MarksOf) -> None:
        self._marks = marks
        self._on_their_way: Counter[str] = Counter()
        self._newest: dict[str, int] = {}

    def heard(self, message: Heard[M]) -> None:
        """Nothing more is to be done for this message."""
        place = message.place
        if not self._on_their_way[place]:
            self._marks.note(place, message.mark)
            return
        self._newest[place] = max(message.mark, self._newest.get(place, 0))

    def begins(self, place: str) -> None:
        """A question is on its way there: until it `ends` nothing behind it counts."""
        self._on_their_way[place] += 1

    def ends(self, place: str) -> None:
        """It is kept or refused, or there is none any more."""
        self._on_their_way[place] -= 1
        if not self._on_their_way[place]:
            del self._on_their_way[place]
            if mark := self._newest.pop(place, 0):
                self._marks.note(place, mark)

    def fails(self, message: Heard[M]) -> None:
        """The question that begins there could neither be kept nor refused; it `ends` all the same."""
        self._marks.reopen(message.place, message.mark)
