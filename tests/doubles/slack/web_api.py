"""Owns the Web API over HTTP: which method, how often, what goes wrong on demand, and answers in Slack's shape."""

import json
from collections.abc import Callable, Mapping, Sequence

from aiohttp import web

from tests.doubles.slack import calls
from tests.doubles.slack.calls import Call
from tests.doubles.slack.faults import Broken, Cut, Fault, Faults, Hold, Limit, Refuse
from tests.doubles.slack.methods import METHODS
from tests.doubles.slack.methods.method import Method
from tests.doubles.slack.rate_limits import RATES, Rate, RateLimits
from tests.doubles.slack.refusals import Refused
from tests.doubles.slack.world import World


class WebApi:
    """For tests to look at: `calls`, all that arrived; `limited`, those that were too many; `refused`, with why."""

    def __init__(self, world: World, open_socket: Callable[[], str], *, rates: Sequence[Rate] = RATES) -> None:
        self.faults = Faults()
        self.calls: list[Call] = []
        self.limited: list[Call] = []
        self.refused: list[tuple[Call, str]] = []
        self._world = world
        self._limits = RateLimits(world.clock.now, rates)
        connect = Method(lambda _, __: {"url": open_socket()}, app_level=True)
        self._methods: Mapping[str, Method] = {**METHODS, "apps.connections.open": connect}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        try:
            call = await calls.read(request)
        except Refused as refused:
            return _json(200, refused.told())
        self.calls.append(call)
        self._world.changes.tell()
        fault = self.faults.next(call.method)
        return self._answer(call) if fault is None else await self._spoil(fault, call, request)

    async def _spoil(self, fault: Fault, call: Call, request: web.Request) -> web.StreamResponse:
        match fault:
            case Limit(retry_after=seconds):
                return _limited(seconds)
            case Broken(status=status):
                return web.Response(status=status, text="<html>Something went wrong</html>", content_type="text/html")
            case Refuse(error=error, more=more):
                return _json(200, {"ok": False, "error": error, **more})
            case Hold():
                return await self._late(fault, call)
            case Cut(done=done):
                return await _cut(request, self._answer(call) if done else _json(200, {"ok": True}))
            case _:
                raise AssertionError(fault)

    async def _late(self, hold: Hold, call: Call) -> web.Response:
        answer = self._answer(call) if hold.done else None
        hold.reached.set()
        await hold.released.wait()
        return answer or self._answer(call)

    def _answer(self, call: Call) -> web.Response:
        wait = self._limits.take(call)
        if wait is not None:
            self.limited.append(call)
            return _limited(wait)
        try:
            told = {"ok": True, **self._do(call)}
        except Refused as refused:
            self.refused.append((call, refused.error))
            told = refused.told()
        return _json(200, told, {"X-OAuth-Scopes": ",".join(sorted(self._world.app.manifest.scopes))})

    def _do(self, call: Call) -> dict[str, object]:
        method = self._methods.get(call.method)
        if method is None:
            self._world.accuse(f"{call.method} is not known here")
            raise Refused("unknown_method", req_method=call.method)
        return method.run(self._world, call)


async def _cut(request: web.Request, response: web.Response) -> web.StreamResponse:
    """The line breaks in the middle of the answer's body."""
    body = response.body if isinstance(response.body, bytes) else b"{}"
    broken = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
    await broken.prepare(request)
    await broken.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.abort()
    return broken


def _limited(seconds: int) -> web.Response:
    return _json(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(seconds)})


def _json(status: int, told: object, headers: Mapping[str, str] | None = None) -> web.Response:
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return web.Response(status=status, body=json.dumps(told).encode(), headers={**kind, **(headers or {})})
