"""The real engine behind the wire: llama.cpp's server, asked to count and to complete."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.doubles.ollama_wire.shapes import Message, Options


@dataclass(frozen=True)
class Piece:
    content: str
    thinking: str = ""
    logprobs: Sequence[Mapping[str, object]] = ()


@dataclass(frozen=True)
class Counted:
    """What the engine measured: tokens, and nanoseconds."""

    finish: str
    prompt_tokens: int
    completion_tokens: int
    prompt_ns: int
    completion_ns: int


class Llama:
    """llama.cpp at `address`; one that `sees` is handed pictures too."""

    def __init__(self, address: str, *, sees: bool = False) -> None:
        self._address = address
        self._sees = sees
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> "Llama":
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def ready(self) -> None:
        """Return when the model is in memory."""
        async with self._session.get(f"{self._address}/health") as response:
            response.raise_for_status()

    async def count(self, messages: Sequence[Message]) -> int:
        """The tokens of the prompt that the model's template makes of `messages`."""
        templated = await self._ask("/apply-template", {"messages": [_text(message) for message in messages]})
        return len((await self._ask("/tokenize", {"content": templated["prompt"]}))["tokens"])

    async def complete(
        self, messages: Sequence[Message], options: Options, *, most: int, alternatives: int
    ) -> AsyncGenerator[Piece | Counted, None]:
        body = {
            "messages": [_whole(message) if self._sees else _text(message) for message in messages],
            "max_tokens": most,
            "temperature": options.temperature,
            "seed": -1 if options.seed is None else options.seed,
            "stream": True,
            "stream_options": {"include_usage": True},
            **options.sampling(),
        } | ({"logprobs": True, "top_logprobs": alternatives} if alternatives else {})
        finish = "stop"
        async with self._session.post(f"{self._address}/v1/chat/completions", json=body) as response:
            response.raise_for_status()
            async for line in response.content:
                event = line.decode().removeprefix("data: ").strip()
                if not event or event == "[DONE]" or event.startswith(":"):  # a comment is a sign of life
                    continue
                told = json.loads(event)
                for choice in told["choices"]:
                    finish = choice["finish_reason"] or finish
                    if content := choice["delta"].get("content"):
                        yield Piece(content, logprobs=(choice.get("logprobs") or {}).get("content") or ())
                if "timings" in told and "usage" in told:
                    yield _counted(finish, told["usage"], told["timings"])

    async def _ask(self, path: str, body: dict[str, object]) -> Any:  # noqa: ANN401 - JSON
        async with self._session.post(f"{self._address}{path}", json=body) as response:
            response.raise_for_status()
            return await response.json()


def _text(message: Message) -> dict[str, object]:
    return {"role": message.role, "content": message.content}


def _whole(message: Message) -> dict[str, object]:
    """With its pictures; llama.cpp tells what they are by their bytes."""
    urls = [f"data:image/png;base64,{image}" for image in message.images or ()]
    if not urls:
        return _text(message)
    pictures = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return {"role": message.role, "content": [{"type": "text", "text": message.content}, *pictures]}


def _counted(finish: str, usage: dict[str, int], timings: dict[str, float]) -> Counted:
    return Counted(
        finish=finish,
        prompt_tokens=usage["prompt_tokens"],
        completion_tokens=usage["completion_tokens"],
        prompt_ns=int(timings["prompt_ms"] * 1e6),
        completion_ns=int(timings["predicted_ms"] * 1e6),
    )
