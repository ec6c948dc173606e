"""Owns counting what is chosen, over the choices of everybody: by how many people, in how many places."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from redis.asyncio import Redis

from bot.backends.redis.records import decode_text, encode_text
from bot.ports import PinScope

_AT_ONCE = 1000
_GLOB_SIGNS = re.compile(r"([*?\[\]\\])")


async def count_choices(redis: Redis, *, root: str, what: str, name: str) -> Counter[PinScope]:
    """How often `name` is chosen, scope by scope, of the choices under `root` whose keys end in `what`.

    It walks through all keys of the server, so it is for what is asked rarely.
    """
    found: Counter[PinScope] = Counter()
    pattern, wanted = encode_text(_GLOB_SIGNS.sub(r"\\\1", root) + f":*{what}"), encode_text(name)
    keys = {key async for key in redis.scan_iter(match=pattern, count=_AT_ONCE)}
    for some in _batched(keys):
        scopes = {key: scope for key in some if (scope := _scope_of(key, root=root, what=what))}
        names = await redis.mget(list(scopes)) if scopes else []
        found.update(scope for scope, kept in zip(scopes.values(), names, strict=True) if kept == wanted)
    return found


def _scope_of(key: bytes, *, root: str, what: str) -> PinScope | None:
    """Whom the choice under `key` is for; None for a key of something else."""
    place, _, ending = decode_text(key).rpartition(":")
    if place == root:
        return PinScope.GLOBAL if ending == what else None
    match ending.removesuffix(what):
        case "" if ending:
            return PinScope.CHANNEL if place.endswith("/}") else PinScope.THREAD
        case "person-":
            return PinScope.USER
        case "workspace-":
            return PinScope.WORKSPACE
        case _:
            return None


def _batched(keys: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest = iter(keys)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
