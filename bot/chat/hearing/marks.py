"""Owns up to where everything was heard in each channel, and which channels have a gap that isn't read yet. Pure.

A gap is what was written while nobody listened. What is heard behind one isn't written down before the gap is read, or
the next Sova would begin behind it.
"""

from collections.abc import Mapping


class Marks:
    """The marks of one platform's channels. Nothing is known at first, so there may be a gap anywhere."""

    def __init__(self) -> None:
        self._safe: dict[str, int] = {}
        self._behind: dict[str, int] = {}
        self._gaps: set[str] = set()
        self._unkept: set[str] = set()
        self._is_recalled = False
        self._is_gap_anywhere = True

    @property
    def is_recalled(self) -> bool:
        """Whether it is known what an earlier Sova heard."""
        return self._is_recalled

    @property
    def known(self) -> frozenset[str]:
        """The channels where anything was ever heard."""
        return frozenset(self._safe.keys() | self._behind.keys())

    def recall(self, marks: Mapping[str, int]) -> None:
        """That is what an earlier Sova heard."""
        self._safe = dict(marks)
        self._is_recalled = True

    def note(self, channel: str, mark: int) -> None:
        """Everything in the channel was heard up to this, except for what its gap hides."""
        if self._is_gap_anywhere or channel in self._gaps:
            self._behind[channel] = max(mark, self._behind.get(channel, 0))
        elif mark > self._safe.get(channel, 0):
            self._safe[channel] = mark
            self._unkept.add(channel)

    def lose(self) -> None:
        """From now on nobody may have listened, wherever it was."""
        self._is_gap_anywhere = True

    def reopen(self, channel: str, mark: int) -> None:
        """What stands there in the channel was heard in vain: it must be read again."""
        if self._is_gap_anywhere:
            return
        self._begin_at(channel, mark - 1)
        self._gaps.add(channel)

    def gaps(self, channels: Mapping[str, int | None], *, oldest: int) -> dict[str, int]:
        """Where somebody has written since, and from which mark on it must be read; never from before `oldest`.

        `channels` are all that can be read, with the mark of their last message where that is known. Where nothing was
        ever heard, it is read from what was heard last anywhere. What can't be read has no gap that could be closed.
        """
        newest = max(self._safe.values(), default=None)
        self._gaps &= channels.keys()
        if newest is not None:
            self._open(channels, newest)
        self._is_gap_anywhere = False
        for channel in self._behind.keys() - self._gaps:
            self.close(channel)
        return {channel: max(self._safe.get(channel, oldest), oldest) for channel in self._gaps}

    def close(self, channel: str) -> None:
        """The channel's gap is read."""
        self._gaps.discard(channel)
        if mark := self._behind.pop(channel, 0):
            self.note(channel, mark)

    def to_keep(self) -> dict[str, int]:
        """What is to be written down, once; `not_kept` takes back what couldn't be.

        Where a gap anywhere was never looked at, for this Sova ends first, channels that are new are written down with
        the mark that counts for them without one. Where nothing was heard before, there is no gap.
        """
        if self._is_recalled and self._is_gap_anywhere:
            self._settle()
        kept = {channel: self._safe[channel] for channel in self._unkept}
        self._unkept.clear()
        return kept

    def not_kept(self, marks: Mapping[str, int]) -> None:
        """These couldn't be written down."""
        self._unkept |= marks.keys()

    def _open(self, channels: Mapping[str, int | None], newest: int) -> None:
        for channel, last in channels.items():
            if last is None or last > self._safe.get(channel, newest):
                self._begin_at(channel, newest)
                self._gaps.add(channel)

    def _settle(self) -> None:
        newest = max(self._safe.values(), default=None)
        for channel, mark in self._behind.items():
            self._begin_at(channel, mark if newest is None else newest)

    def _begin_at(self, channel: str, mark: int) -> None:
        """Where nothing was ever heard in the channel, this is where its mark begins."""
        if channel not in self._safe:
            self._safe[channel] = mark
            self._unkept.add(channel)
