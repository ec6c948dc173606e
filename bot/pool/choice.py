"""Owns which of several hosts takes which request: the one that has read the conversation before, if it can. Pure.

Rendezvous hashing (Thaler and Ravishankar 1998) ranks the hosts for each key, alike in every process and without
anything shared between them; a host that goes or comes moves only its own share of the keys. Bounded loads (Mirrokni,
Thorup and Zadimoghaddam 2018, "Consistent Hashing with Bounded Loads") let a host that has more than its share pass on.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

SLACK = 0.25
"""How much more than its share of the load a host takes before it passes on: the paper's ε."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a host can do at once, and what it does: `running` of `parallel` answers."""

    parallel: int
    running: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """A request that waits: requests with the same `key` share a cache, `hosts` are those that can answer it.

    Without a key any host is as good as another.
    """

    key: str
    hosts: frozenset[str]


def ranking(key: str, hosts: Collection[str]) -> list[str]:
    """All `hosts`, the one that `key` belongs to first, then the one it would belong to without that, and so on."""
    return sorted(hosts, key=lambda host: blake2b(f"{key}\0{host}".encode(), digest_size=8).digest(), reverse=True)


def seatings(wishes: Sequence[Wish], loads: Mapping[str, Load]) -> dict[int, str]:
    """Who may go where now, by position in `wishes`, which are in the order in which they came.

    Each goes to the host in whose line it stands, as soon as that has room. No host is given more than it can do at
    once, and none has nothing to do while somebody waits whom it could answer. Of equal wishes the earlier goes first.
    """
    free = {host: load.parallel - load.running for host, load in loads.items()}
    rankings = [ranking(wish.key, wish.hosts) for wish in wishes]
    seated: dict[int, str] = {}

    def seat(at: int, host: str) -> None:
        seated[at] = host
        free[host] -= 1

    for at, host in lines(wishes, loads).items():
        if free[host] > 0:
            seat(_longest_waiting(at, host, wishes, rankings, seated), host)
    for at, hosts in enumerate(rankings):
        spare = [host for host in hosts if free[host] > 0]
        if at not in seated and spare:
            seat(at, spare[0])
    return seated


def lines(wishes: Sequence[Wish], loads: Mapping[str, Load]) -> dict[int, str]:
    """In which host's line each of `wishes` stands, by position: the first in its ranking that isn't over its bound."""
    counts = {host: load.running for host, load in loads.items()}
    totals = {
        hosts: sum(loads[host].running for host in hosts) + sum(1 for wish in wishes if wish.hosts & hosts)
        for hosts in {wish.hosts for wish in wishes}
    }
    standing: dict[int, str] = {}
    for at, wish in enumerate(wishes):
        if wish.hosts:
            standing[at] = host = _line(wish, counts, loads, total=totals[wish.hosts])
            counts[host] += 1
    return standing


def bound(parallel: int, *, total: int, capacity: int) -> int:
    """How many a host takes, waiting ones included, of `total` on hosts that can do `capacity` at once together.

    Its share and some slack; as long as it has room for another one it has room.
    """
    return max(parallel, math.ceil((1 + SLACK) * total * parallel / capacity))


def _line(wish: Wish, counts: Mapping[str, int], loads: Mapping[str, Load], *, total: int) -> str:
    if not wish.key:
        return min(sorted(wish.hosts), key=lambda host: counts[host] / loads[host].parallel)
    capacity = sum(loads[host].parallel for host in wish.hosts)
    return next(  # the bounds add up to more than there are, so one has room
        host
        for host in ranking(wish.key, wish.hosts)
        if counts[host] < bound(loads[host].parallel, total=total, capacity=capacity)
    )


def _longest_waiting(
    at: int, host: str, wishes: Sequence[Wish], rankings: Sequence[Sequence[str]], seated: Mapping[int, str]
) -> int:
    """Who takes the seat that `at` is the first to stand for.

    Where it was passed on to, it is a stranger, as all are who belong to the same host: the one that came first goes.
    """
    home = rankings[at][0]
    if host == home or not wishes[at].key:
        return at
    others = (other for other in range(at) if other not in seated and host in wishes[other].hosts)
    return next((other for other in others if wishes[other].key and rankings[other][0] == home), at)
