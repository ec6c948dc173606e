"""Owns the model hub: one file over HTTP, continued with `Range` where it was broken off."""

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator

import httpx

from bot.messages import Notice
from bot.models.fetching import Fetchable, SourceFailed, wrong_bytes
from bot.models.part import PartFile

logger = logging.getLogger(__name__)

_REDIRECTS = 5
_BREAKS = 5
"""How often a transfer may break off before the next source is tried; each attempt goes on where the last one ended."""
_NOBODY_THERE = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.InvalidURL,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class Hub:
    """Serves files as `<url>/<repository>/resolve/<revision>/<file>`, asked through the site's proxy if it has one.

    `transport` takes the place of the network.
    """

    name = "hub"

    def __init__(
        self,
        url: str,
        *,
        connect_seconds: float = 5.0,
        read_seconds: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._transport = transport
        self._timeout = httpx.Timeout(read_seconds, connect=connect_seconds)

    def scratch_bytes(self, model: Fetchable) -> int:  # noqa: ARG002 - the port's signature
        """The hub's bytes go into the part file alone."""
        return 0

    async def fetch(self, model: Fetchable, part: PartFile) -> AsyncGenerator[int, None]:
        """Fill `part` up, yielding its size; see `Source`."""
        url = f"{self._url}/{model.hub_repo}/resolve/{model.hub_revision}/{model.file_name}"
        breaks = 0
        async with self._client() as client:
            while part.size < model.size_bytes:
                try:
                    async with contextlib.aclosing(_attempt(client, url, model, part)) as sizes:
                        async for size in sizes:
                            yield size
                except _NOBODY_THERE as error:
                    raise source_failed("unreachable") from error
                except httpx.HTTPError as error:
                    breaks += 1
                    logger.debug("transfer broke off at %d bytes: %s", part.size, type(error).__name__)
                    if breaks >= _BREAKS:
                        raise source_failed("broke-off") from error

    def _client(self) -> httpx.AsyncClient:
        """A client that takes the site's proxies from the environment, and the file's bytes as they are."""
        headers = {"Accept-Encoding": "identity"}
        return httpx.AsyncClient(timeout=self._timeout, headers=headers, transport=self._transport)


async def _attempt(client: httpx.AsyncClient, url: str, model: Fetchable, part: PartFile) -> AsyncGenerator[int, None]:
    """One transfer of what is missing. `httpx.HTTPError` when it breaks off, `SourceFailed` when another is useless."""
    async with _response(client, httpx.URL(url), start=part.size) as response:
        start = _start(response, most=part.size)
        announced = response.headers.get("Content-Length")
        if announced is not None and start + int(announced) != model.size_bytes:
            raise wrong_bytes(Hub.name)
        await asyncio.to_thread(part.truncate, start)
        async for block in response.aiter_raw():  # as it comes; what a buffer holds is lost when the transfer breaks
            await asyncio.to_thread(part.append, block)
            if part.size > model.size_bytes:
                await asyncio.to_thread(part.truncate, 0)
                raise wrong_bytes(Hub.name)
            yield part.size
    if part.size < model.size_bytes:  # without an announced length, the end looks like any other
        raise httpx.RemoteProtocolError("the file ended early")


@contextlib.asynccontextmanager
async def _response(client: httpx.AsyncClient, url: httpx.URL, *, start: int) -> AsyncIterator[httpx.Response]:
    """The answer to a request for the bytes from `start` on, after redirects; never from https to plain http."""
    headers = {"Range": f"bytes={start}-"} if start else {}
    for _ in range(_REDIRECTS):
        async with client.stream("GET", url, headers=headers) as response:
            if not response.has_redirect_location:
                yield response
                return
            target = url.join(response.headers["Location"])
        if url.scheme == "https" and target.scheme != "https":
            raise source_failed("insecure")
        url = target
    raise source_failed("refused", status=httpx.codes.FOUND)


def _start(response: httpx.Response, *, most: int) -> int:
    """Where in the file the response begins, `most` at the latest; `SourceFailed` when it holds no part of the file."""
    match response.status_code:
        case httpx.codes.OK:
            return 0
        case httpx.codes.PARTIAL_CONTENT:
            found = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
            if found is None or int(found[1]) > most:
                raise wrong_bytes(Hub.name)
            return int(found[1])
        case httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:  # its file is shorter than what is here already
            raise wrong_bytes(Hub.name)
        case httpx.codes.NOT_FOUND:
            raise source_failed("lacks-it")
        case status:
            raise source_failed("refused", status=status)


def source_failed(why: str, **data: int) -> SourceFailed:
    """What the hub couldn't do, for the sentence `source-<why>`."""
    return SourceFailed(Notice(f"source-{why}", {"source": Hub.name, **data}))
