"""Owns telling people that a question is not taken: once for each burst, so that refusals are no flood themselves."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from bot.errors import AssistantError
from bot.messages import Incoming
from bot.service.platforms import Outbound

QUIET_S = 3.0
"""For so long a person isn't told the same again, unless a question was taken meanwhile: people don't ask faster."""
PEOPLE = 10_000
"""Of how many people it is remembered what they were told; of the others it is told again."""

_Person = tuple[str, str, str]


class Refusals:
    """Remembers whom it told what; `clock` gives seconds."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: OrderedDict[_Person, dict[str, float]] = OrderedDict()

    async def tell(self, incoming: Incoming, error: AssistantError, outbound: Outbound) -> None:
        """Have the person told of `error`, unless that was just done. Raises when the platform can't be reached."""
        told, now = self._of(incoming), self._clock()
        if now - told.get(error.code, -math.inf) < QUIET_S:
            return
        told[error.code] = now
        try:
            await outbound.refuse(incoming, error)
        except BaseException:
            told.pop(error.code, None)
            raise

    def taken(self, incoming: Incoming) -> None:
        """A question of the person was taken: what is refused from now on is another burst."""
        self._told.pop(_person(incoming), None)

    def _of(self, incoming: Incoming) -> dict[str, float]:
        told = self._told.setdefault(_person(incoming), {})
        self._told.move_to_end(_person(incoming))
        while len(self._told) > PEOPLE:
            self._told.popitem(last=False)
        return told


def _person(incoming: Incoming) -> _Person:
    return (incoming.conversation.platform, incoming.conversation.workspace, incoming.author.id)
