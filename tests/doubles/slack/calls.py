"""Owns what a request to the Web API says once it is read: method, token and arguments, wherever they stood."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.doubles.slack.refusals import Refused, malformed

PREFIX = "/api/"
_STRUCTURED = frozenset({"blocks", "attachments", "view", "metadata", "files", "chunks", "loading_messages", "prompts"})
"""Arguments that may come as JSON inside a string."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `at` is in seconds of `time.perf_counter`."""

    method: str
    args: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    at: float = field(default_factory=time.perf_counter)

    def has(self, name: str) -> bool:
        """Whether it was given at all."""
        return name in self.args

    def text(self, name: str, default: str = "") -> str:
        """A string. Raises Refused for another kind of value."""
        value = self.args.get(name, default)
        if not isinstance(value, str):
            raise malformed("invalid_arguments", [f"must be a string [json-pointer:/{name}]"])
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean; 1 and 0 are the forms of a query."""
        return self.args.get(name, default) in (True, 1, "1", "true", "True")

    def number(self, name: str, default: int) -> int:
        """A whole number. Raises Refused for anything else."""
        try:
            return int(self.args.get(name, default))
        except (TypeError, ValueError):
            raise malformed("invalid_arguments", [f"must be a number [json-pointer:/{name}]"]) from None

    def items(self, name: str) -> list[Any]:
        """A list, empty where there is none. Raises Refused for anything else."""
        value = self.args.get(name) or []
        if not isinstance(value, list):
            raise malformed("invalid_arguments", [f"must be an array [json-pointer:/{name}]"])
        return value

    def table(self, name: str) -> dict[str, Any] | None:
        """An object, or None. Raises Refused for anything else."""
        value = self.args.get(name)
        if value is not None and not isinstance(value, dict):
            raise malformed("invalid_arguments", [f"must be an object [json-pointer:/{name}]"])
        return value


async def read(request: web.Request) -> Call:
    """The call that a request makes. Raises Refused where its body can't be read."""
    args: dict[str, Any] = {**request.query, **await _body(request)}
    kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
    token = bearer if kind == "Bearer" else str(args.pop("token", ""))
    return Call(request.path.removeprefix(PREFIX), {name: _read(name, value) for name, value in args.items()}, token)


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        return dict(await request.post())
    try:
        told = json.loads(await request.text())
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(told, dict):
        raise Refused("json_not_object")
    return told


def _read(name: str, value: Any) -> Any:  # noqa: ANN401  # what came over the wire
    if name not in _STRUCTURED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
