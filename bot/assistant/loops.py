"""Owns noticing that a model says the same over and over, as small ones may until their tokens run out. Pure."""

TIMES = 5
"""So often in a row the same words make a loop: a table may well have three equal lines."""
LEAST_CHARS = 300
LONGEST_CHARS = 300
"""Of what is repeated: about two sentences."""
DRAWN_CHARS = TIMES * LONGEST_CHARS
"""What has no letters, such as a table's lines, may go on for longer."""

_PROBE = 24
_STEP = 64


class LoopWatch:
    """Listens to one completion."""

    def __init__(self) -> None:
        self._tail = ""
        self._unlooked = 0

    def hears(self, text: str) -> bool:
        """Take in a piece; True when the completion has got into a loop. Looks every 64 characters."""
        self._tail = (self._tail + text)[-DRAWN_CHARS:]
        self._unlooked += len(text)
        if self._unlooked < _STEP:
            return False
        self._unlooked = 0
        return bool(_period(self._tail))


def without_loop(text: str) -> str:
    """`text` with what it repeats at its end said once."""
    period = _period(text)
    if not period:
        return text
    start = len(text) - period
    while start and text[start - 1] == text[start - 1 + period]:
        start -= 1
    return text[: start + period]


def _period(text: str) -> int:
    """After how many characters the end of `text` repeats itself; 0 when it is no loop."""
    probe = text[-_PROBE:]
    end = len(text) - _PROBE
    before = text.rfind(probe, 0, len(text) - 1)
    while 0 <= before < end and end - before <= LONGEST_CHARS:
        if _repeats(text, end - before, drawn=not any(map(str.isalpha, probe))):
            return end - before
        before = text.rfind(probe, 0, before + _PROBE - 1)
    return 0


def _repeats(text: str, period: int, *, drawn: bool) -> bool:
    least = DRAWN_CHARS if drawn else max(LEAST_CHARS, TIMES * period)
    return len(text) >= least and text[-least:-period] == text[period - least :]
