"""Owns what this workspace's Slack was found not to let Sova do: it is tried again after a while, and not each time."""

import logging
from collections.abc import Callable
from enum import StrEnum

from bot.chat.showing.pacing import monotonic

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 600.0
"""After so long it is tried again: an administrator may have allowed it meanwhile."""


class Ability(StrEnum):
    """What Slack offers, and doesn't let every app do everywhere."""

    STREAM = "stream"
    STATUS = "status"
    SESSION = "session"


class Abilities:
    """`streams` says whether streaming is wanted at all; `clock` gives seconds."""

    def __init__(self, *, streams: bool = True, clock: Callable[[], float] = monotonic) -> None:
        self._wanted = set(Ability) if streams else set(Ability) - {Ability.STREAM}
        self._clock = clock
        self._refused_until: dict[Ability, float] = {}

    def has(self, ability: Ability) -> bool:
        """Whether it is worth a try."""
        return ability in self._wanted and self._refused_until.get(ability, 0.0) <= self._clock()

    def refused(self, ability: Ability, code: str) -> None:
        """Slack has refused it, with this word for why."""
        self._refused_until[ability] = self._clock() + AGAIN_SECONDS
        logger.warning("Slack doesn't offer this here, so it goes without: %s (%s)", ability, code)
