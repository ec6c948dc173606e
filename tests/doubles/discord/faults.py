"""Owns what goes wrong on demand between a client and the API."""

import asyncio
import fnmatch
from dataclasses import dataclass, field

from tests.doubles.discord.calls import Call


@dataclass(frozen=True, slots=True)
class Refuse:
    """The API answers this instead of doing it. From 502 on it is a proxy's page, not JSON."""

    status: int
    code: int = 0
    message: str = "refused on demand"


@dataclass(frozen=True, slots=True)
class Limit:
    """A 429 out of the blue; `by` is the header `Via`, without which a client must think itself banned."""

    retry_after: float
    is_global: bool = False
    by: str | None = "1.1 google"


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection breaks: before the API has done it, or after, when only the answer is lost."""

    done: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """The call waits: `reached` tells the test that it is there, `released` lets it go on."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)


Fault = Refuse | Limit | Cut | Hold


@dataclass
class _Planned:
    method: str
    path: str
    fault: Fault
    times: int


class Faults:
    """What is planned; each plan is used up by the calls that it fits."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []

    def plan(self, fault: Fault, method: str, path: str, *, times: int = 1) -> None:
        """`path` is below the API's and may have `*` in it, such as `/channels/*/messages`."""
        self._planned.append(_Planned(method, path, fault, times))

    def next(self, call: Call) -> Fault | None:
        """What happens to this call."""
        for planned in self._planned:
            if planned.times and planned.method in ("*", call.method) and _fits(call.path, planned.path):
                planned.times -= 1
                return planned.fault
        return None

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._planned.clear()


def _fits(path: str, pattern: str) -> bool:
    """A `*` is one part of the path, so that a channel's messages aren't each of them."""
    parts, wanted = path.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted))
