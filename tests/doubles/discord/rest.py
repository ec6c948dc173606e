"""Owns the API over HTTP: who may call, how often, and answers in Discord's shape; what it does is simcord's."""

import json
from collections.abc import Sequence
from typing import Any

from aiohttp import web
from simcord.backend.errors import BackendError

from tests.doubles.discord import calls, routes
from tests.doubles.discord.access import Access
from tests.doubles.discord.calls import Call
from tests.doubles.discord.checks import check
from tests.doubles.discord.faults import Cut, Fault, Faults, Hold, Limit, Refuse
from tests.doubles.discord.protocol import Doorman
from tests.doubles.discord.rate_limits import RATES, Rate, RateLimits, Taken
from tests.doubles.discord.world import World

BAD_GATEWAY = 502


class Rest:
    """For tests to look at: `calls`, every one that arrived; `limited`, those of them that were too many.

    `complaints` are calls that neither this double nor simcord knows: they are answered by 501 and fail the test.
    """

    def __init__(self, world: World, access: Access, door: Doorman, *, rates: Sequence[Rate] = RATES) -> None:
        self.faults = Faults()
        self.calls: list[Call] = []
        self.limited: list[Call] = []
        self.complaints: list[str] = []
        self._world = world
        self._access = access
        self._door = door
        self._limits = RateLimits(world.time.seconds, rates)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        try:
            call = await calls.read(request)
        except ValueError:
            return _json(400, {"message": "400: Bad Request", "code": 0})
        self.calls.append(call)
        self._world.changes.tell()
        fault = self.faults.next(call)
        if isinstance(fault, Hold):
            fault.reached.set()
            await fault.released.wait()
        if fault is None or isinstance(fault, Hold):
            return self._answer(call)
        return self._spoil(fault, call, request)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file that was attached."""
        file = self._world.files.download(request.raw_path.split("?")[0], expires=request.query.get("ex", ""))
        if file is None:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=file[0], content_type=file[1])

    def _spoil(self, fault: Fault, call: Call, request: web.Request) -> web.StreamResponse:
        match fault:
            case Limit():
                return _limited(Taken({}, fault.retry_after, fault.is_global), by=fault.by)
            case Refuse(status=status) if status >= BAD_GATEWAY:
                return web.Response(status=status, text="<html>Bad gateway</html>", content_type="text/html")
            case Refuse():
                return _json(fault.status, {"message": fault.message, "code": fault.code})
            case _:
                if isinstance(fault, Cut) and fault.done:
                    self._answer(call)
                if request.transport is not None:
                    request.transport.close()
                return web.Response(status=500)

    def _answer(self, call: Call) -> web.Response:
        if call.token != self._access.token and not _open_to_all(call):
            return _json(401, {"message": "401: Unauthorized", "code": 0})
        taken = self._limits.take(call)
        if taken.retry_after is not None:
            self.limited.append(call)
            return _limited(taken, by="1.1 google")
        try:
            status, told = self._do(call)
        except BackendError as error:
            status, told = error.status, error.to_json()
        return _json(status, told, taken.headers)

    def _do(self, call: Call) -> tuple[int, Any]:
        try:
            if (call.method, call.path) == ("GET", "/gateway/bot"):
                return 200, self._door.told()
            check(self._world, call)
            return routes.perform(self._world, call.trimmed(), self._access)
        except BackendError as error:
            if error.status == 501:
                self.complaints.append(str(error))
            raise
        except Exception as error:  # what neither we nor simcord understands must be heard of
            self.complaints.append(f"{call.method} {call.path} {call.json}: {error!r}")
            raise BackendError(501, 0, repr(error)) from error


def _open_to_all(call: Call) -> bool:
    """Here the token in the path is the password."""
    return call.path.startswith(("/interactions/", "/webhooks/"))


def _limited(taken: Taken, *, by: str | None) -> web.Response:
    headers = taken.headers | {"Retry-After": str(int(taken.retry_after or 0) + 1)} | ({"Via": by} if by else {})
    told = {"message": "You are being rate limited.", "retry_after": taken.retry_after, "global": taken.is_global}
    return _json(429, told, headers)


def _json(status: int, told: object, headers: dict[str, str] | None = None) -> web.Response:
    """With exactly this content type, as clients look for it."""
    if status == 204:
        return web.Response(status=204, headers=headers)
    body = json.dumps(told).encode()
    return web.Response(status=status, body=body, headers={"Content-Type": "application/json", **(headers or {})})
