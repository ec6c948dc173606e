"""An engine behind OpenAI's protocol that says again what it was asked, for Sovas in processes of their own."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientConnectionResetError, web

from tests.doubles.faulty_openai import DONE, delta, listing

MODEL = "echo"


@dataclass
class EchoEngine:
    """Answers `You asked: …` in three pieces; `may_end` holds back the last one while it is clear.

    `seconds` is how long it takes for an answer. `says`, where it is set, is said instead. `models` are those that it
    has, `asked_models` which of them each question was for, `prompts` everything that it was told with each, `pictures`
    what it was shown.
    """

    port: int = 0
    asked: int = 0
    seconds: float = 0.0
    says: str = ""
    models: tuple[str, ...] = (MODEL,)
    asked_models: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    pictures: list[list[bytes]] = field(default_factory=list)
    speaking: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_end.set()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """The address, up to and with `/v1`; the same port again when it is entered again."""
        app = web.Application()
        app.router.add_get("/v1/models", self._models)
        app.router.add_post("/v1/chat/completions", self._complete)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", self.port).start()
            self.port = runner.addresses[0][1]
            yield f"http://127.0.0.1:{self.port}/v1"
        finally:
            await runner.cleanup()

    async def _models(self, _: web.Request) -> web.Response:
        return web.json_response(listing(*self.models))

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        wanted = await request.json()
        if wanted["model"] not in self.models:
            return web.json_response({"error": {"message": "no such model"}}, status=404)
        self.asked_models.append(wanted["model"])
        self.prompts.append("\n".join(_text(message) for message in wanted["messages"]))
        self.pictures.append([picture for message in wanted["messages"] for picture in _pictures(message)])
        text = _text(wanted["messages"][-1]).split("\n")[-1]
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in (self.says,) if self.says else ("You asked: ", text):
            await response.write(delta(content=piece))
        self.speaking.set()
        await self.may_end.wait()
        if self.seconds:
            await asyncio.sleep(self.seconds)
        with suppress(ClientConnectionResetError):  # whoever asked was stopped
            await self._end(response)
        return response

    async def _end(self, response: web.StreamResponse) -> None:
        for last in (delta(content="" if self.says else "."), delta("stop"), DONE):
            await response.write(last)


def _text(message: dict[str, Any]) -> str:
    """What a message says, with pictures or without."""
    content = message["content"]
    return str(content if isinstance(content, str) else content[0]["text"])


def _pictures(message: dict[str, Any]) -> list[bytes]:
    parts = message["content"] if isinstance(message["content"], list) else []
    urls = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
    return [base64.b64decode(url.partition(";base64,")[2], validate=True) for url in urls]
