"""Owns making a model's words safe to be shown: which characters, how many, and what they may do."""

from bot.messages import Notice
from bot.output.characters import Bounds, CharacterFilter
from bot.output.disarming import Disarmer, without_mentions
from bot.output.links import AllowedHosts


class Sanitizer:
    """Makes one answer safe while it streams: the same result however it is cut.

    What `feed` and `end` give is safe Markdown by itself at any moment, except that a block of code may be open:
    whoever shows a part of it closes the block.
    """

    def __init__(self, *, link_hosts: frozenset[str] = frozenset(), bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._characters = CharacterFilter(self._bounds)
        self._disarmer = Disarmer(AllowedHosts(link_hosts))

    def feed(self, piece: str) -> str:
        """What may be shown now that `piece` has come."""
        return self._disarmer.feed(self._characters.feed(piece))

    def end(self) -> str:
        """The rest, now that nothing more comes, or only another text that stands by itself."""
        return self._disarmer.end()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the person must be told: that something was cut off."""
        notices = []
        if self._characters.answer_cut:
            notices.append(Notice("answer-cut", {"characters": self._bounds.answer}))
        if self._characters.lines_cut:
            notices.append(Notice("lines-cut"))
        return tuple(notices)


def sanitized(text: str, *, link_hosts: frozenset[str] = frozenset(), bounds: Bounds | None = None) -> str:
    """A whole text, made safe."""
    sanitizer = Sanitizer(link_hosts=link_hosts, bounds=bounds)
    return sanitizer.feed(text) + sanitizer.end()


def sanitized_plain(text: str) -> str:
    """A whole text for whoever draws no Markdown: visible characters only, and no mention. Links are words there."""
    characters = CharacterFilter(Bounds())
    return without_mentions(characters.feed(text))
