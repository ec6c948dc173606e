"""Owns what of an answer is to be seen at each moment, in whichever looks a platform gives it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from bot.errors import AssistantError
from bot.messages import Language, Progress, Reply, ReplyDelta
from bot.wording import Wording, speak

Shown = TypeVar("Shown")
Shown_co = TypeVar("Shown_co", covariant=True)


class Looks(Protocol[Shown_co]):
    """One answer as a platform shows it, in messages; pure."""

    def add(self, delta: ReplyDelta) -> None:
        """Take in a piece."""
        ...

    def so_far(self) -> Sequence[Shown_co]:
        """Its messages as they look now; none before there is something to be seen."""
        ...

    def waiting(self, progress: Progress, say: Wording) -> Sequence[Shown_co]:
        """What it waits for before its first word."""
        ...

    def whole(self, reply: Reply, say: Wording) -> Sequence[Shown_co]:
        """All of it, with what stands below."""
        ...

    def failed(self, error: AssistantError, say: Wording) -> Sequence[Shown_co]:
        """What was said up to the `error` that ended it, and the error."""
        ...


@dataclass(frozen=True, slots=True)
class Ending:
    """An answer has ended: with a `reply`, None where an error ended it; `has_words` says whether any were seen."""

    reply: Reply | None
    has_words: bool


Show = Callable[[Sequence[Shown], Ending | None], Awaitable[None]]
"""Lets these messages stand there, and nothing else; None while the answer is being given."""


class AnswerScreen(Generic[Shown]):
    """A `streaming.Screen` of messages: `show` brings them before people, `wait` says when the next change may be made.

    `has_text` says whether anything of the answer was shown already.
    """

    def __init__(
        self, looks: Looks[Shown], *, show: Show[Shown], wait: Callable[[], float], language: Language
    ) -> None:
        self._looks = looks
        self._show = show
        self._wait = wait
        self._say = speak(language)
        self.has_text = False

    def wait(self) -> float:
        """In how many seconds the next change may be made."""
        return self._wait()

    def add(self, delta: ReplyDelta) -> bool:
        """Take a piece of the answer in; whether there is anything of it to be shown now."""
        self._looks.add(delta)
        return bool(delta.text) and (self.has_text or bool(self._looks.so_far()))

    async def waiting(self, progress: Progress) -> None:
        """Show what the answer is waiting for."""
        await self._show(self._looks.waiting(progress, self._say), None)

    async def growing(self) -> None:
        """Show what there is of the answer so far."""
        self.has_text = True
        await self._show(self._looks.so_far(), None)

    async def ended(self, end: Reply | AssistantError) -> None:
        """Show the whole answer, or what there is of it and why there is no more."""
        self.has_text = True
        has_words = bool(self._looks.so_far())
        if isinstance(end, Reply):
            await self._show(self._looks.whole(end, self._say), Ending(end, has_words))
        else:
            await self._show(self._looks.failed(end, self._say), Ending(None, has_words))
