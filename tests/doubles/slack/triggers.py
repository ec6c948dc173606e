"""Owns trigger ids: each lets the app open one view, within three seconds."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.doubles.slack.refusals import Refused

LIVES_SECONDS = 3.0


@dataclass(slots=True)
class _Trigger:
    user: str
    view: str
    given: float
    is_used: bool = False


class Triggers:
    """`clock` gives seconds since the epoch."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._given: dict[str, _Trigger] = {}

    def give(self, user: str, *, view: str = "") -> str:
        """A new one, for what somebody just did; in a `view` where it was there."""
        id_ = f"{len(self._given) + 1}.1111111111.{user.lower()}"
        self._given[id_] = _Trigger(user, view, self._clock())
        return id_

    def exchange(self, id_: str) -> tuple[str, str]:
        """Whose it is, and in which view. Raises Refused where it is unknown, used, or too old."""
        trigger = self._given.get(id_)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.is_used:
            raise Refused("exchanged_trigger_id")
        if self._clock() - trigger.given >= LIVES_SECONDS:
            raise Refused("expired_trigger_id")
        trigger.is_used = True
        return trigger.user, trigger.view
