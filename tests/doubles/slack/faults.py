"""Owns what goes wrong on demand between a client and the Web API."""

import asyncio
import fnmatch
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Refuse:
    """The API answers `ok: false` with this error instead of doing it."""

    error: str
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Broken:
    """A server of Slack's has trouble: a page, not JSON."""

    status: int = 503


@dataclass(frozen=True, slots=True)
class Limit:
    """A 429 out of the blue; `retry_after` is in whole seconds, as Slack's are."""

    retry_after: int = 1


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection breaks in the middle of the answer: before it was done, or after, when only the answer is lost."""

    done: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """The call waits, before it is done or after, when only the answer is late.

    `reached` tells the test that it is there, `released` lets it go on.
    """

    done: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)


Fault = Refuse | Broken | Limit | Cut | Hold


@dataclass
class _Planned:
    method: str
    fault: Fault
    times: int


class Faults:
    """What is planned; each plan is used up by the calls that it fits."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []

    def plan(self, fault: Fault, method: str, *, times: int = 1) -> None:
        """`method` is such as `chat.update` or `chat.*`."""
        self._planned.append(_Planned(method, fault, times))

    def next(self, method: str) -> Fault | None:
        """What happens to this call."""
        for planned in self._planned:
            if planned.times and fnmatch.fnmatchcase(method, planned.method):
                planned.times -= 1
                return planned.fault
        return None

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._planned.clear()
