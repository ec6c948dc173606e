"""Owns what a request says once it is read: method, path below the API's, body and files."""

import io
import json
import time
from dataclasses import dataclass, field, replace
from typing import Any, Self

from aiohttp import web

PREFIX = "/api/v10"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart request, in the shape that simcord reads."""

    fp: io.BytesIO
    filename: str
    description: str | None

    @property
    def size(self) -> int:
        """Bytes."""
        return self.fp.getbuffer().nbytes


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API. `at` is in seconds of `time.perf_counter`; `token` is what it was signed with."""

    method: str
    path: str
    json: Any = None
    params: dict[str, str] = field(default_factory=dict)
    files: tuple[Upload, ...] = ()
    token: str = ""
    reason: str | None = None
    at: float = field(default_factory=time.perf_counter)

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object, empty where there is none."""
        return self.json if isinstance(self.json, dict) else {}

    def trimmed(self) -> Self:
        """As Discord keeps it: without blanks and line ends around what a message says."""
        return replace(self, json=_trimmed(self.json)) if isinstance(self.json, dict) else self


def _trimmed(told: dict[str, Any]) -> dict[str, Any]:
    trimmed = {"content": told["content"].strip()} if isinstance(told.get("content"), str) else {}
    nested = {"data": _trimmed(told["data"])} if isinstance(told.get("data"), dict) else {}
    return told | trimmed | nested


async def read(request: web.Request) -> Call:
    """The call that a request makes; raises ValueError where its body is no JSON."""
    told, files = await _body(request)
    return Call(
        request.method,
        request.path.removeprefix(PREFIX),
        told,
        dict(request.query),
        files,
        _token(request.headers.get("Authorization", "")),
        request.headers.get("X-Audit-Log-Reason"),
    )


def _token(authorization: str) -> str:
    kind, _, token = authorization.partition(" ")
    return token if kind == "Bot" else ""


async def _body(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    if request.content_type == "multipart/form-data":
        return await _multipart(request)
    text = await request.text()
    return (json.loads(text) if text else None), ()


async def _multipart(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    form = await request.post()
    told = json.loads(str(form.get("payload_json", "{}")))
    parts = {name: part for name, part in form.items() if isinstance(part, web.FileField)}
    described = _descriptions(told)
    return told, tuple(
        Upload(io.BytesIO(part.file.read()), part.filename, described.get(name)) for name, part in sorted(parts.items())
    )


def _descriptions(told: dict[str, Any]) -> dict[str, str | None]:
    attachments = told.get("attachments") or (told.get("data") or {}).get("attachments") or []
    return {f"files[{item.get('id')}]": item.get("description") for item in attachments}
