"""Owns the parting of a model's thinking from its answer where the engine sends both in one text. Pure."""

from collections.abc import Iterator

from bot.ports import CompletionDelta

TAGS = (("<think>", "</think>"), ("<thinking>", "</thinking>"), ("[THINK]", "[/THINK]"))
"""How models mark their thinking: most of them; some finetunes; Magistral."""


class ThinkingSplitter:
    """Reads one completion piece by piece, however its tags are split, and tells thinking from answer.

    Thinking stands at the beginning, before the first word of the answer; a tag further on is part of the answer,
    for an answer may well be about such tags. Blanks around the thinking belong to neither.
    """

    def __init__(self) -> None:
        self._held = ""
        self._closing: str | None = None
        self._answering = False
        self._thought = False

    def feed(self, piece: str) -> Iterator[CompletionDelta]:
        """What `piece` adds, in order; what could still become a tag is held back."""
        self._held += piece
        while self._held:
            delta, settled = self._step()
            if delta is not None:
                yield delta
            if settled:
                return

    def end(self) -> Iterator[CompletionDelta]:
        """What was held back, now that nothing more comes."""
        held, self._held = self._held, ""
        if not held:
            return
        if self._closing:
            yield CompletionDelta(thinking=held)
        elif not (self._thought and held.isspace()):
            yield CompletionDelta(text=held)

    def _step(self) -> tuple[CompletionDelta | None, bool]:
        """Take what can be told from the held text: a delta, if any, and whether more text is needed."""
        if self._answering:
            text, self._held = self._held, ""
            return CompletionDelta(text=text), True
        if self._closing:
            return self._think(self._closing)
        return self._begin()

    def _think(self, closing: str) -> tuple[CompletionDelta | None, bool]:
        thought, found, rest = self._held.partition(closing)
        if found:
            self._held, self._closing = rest, None
            return _thinking(thought), False
        kept = _possible_start(self._held, closing)
        cut = len(self._held) - kept
        thought, self._held = self._held[:cut], self._held[cut:]
        return _thinking(thought), True

    def _begin(self) -> tuple[CompletionDelta | None, bool]:
        words = self._held.lstrip()
        for opening, closing in TAGS:
            if words.startswith(opening):
                self._held, self._closing, self._thought = words.removeprefix(opening), closing, True
                return None, False
        if any(opening.startswith(words) for opening, _ in TAGS):
            return None, True
        self._answering = True
        self._held = words if self._thought else self._held
        return None, False


def _thinking(thought: str) -> CompletionDelta | None:
    return CompletionDelta(thinking=thought) if thought else None


def _possible_start(text: str, tag: str) -> int:
    """How many characters at the end of `text` could be the beginning of `tag`."""
    return next((size for size in range(len(tag) - 1, 0, -1) if text.endswith(tag[:size])), 0)
