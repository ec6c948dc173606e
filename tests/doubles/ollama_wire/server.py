"""The HTTP side of the wire: routes, requests read strictly, answers streamed as NDJSON."""

import asyncio
import json
import re
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web
from pydantic import ValidationError

from tests.doubles.ollama_wire.faults import Busy, Drop, End, ErrorLine, Fault, Garbage, HeldLoad, Says, Silent
from tests.doubles.ollama_wire.llama import Counted, Llama, Piece
from tests.doubles.ollama_wire.shapes import (
    Chat,
    Completion,
    Copy,
    Create,
    Generate,
    Message,
    Named,
    Pull,
    Strict,
    keep_alive_seconds,
)
from tests.doubles.ollama_wire.store import Json, Memory, StoredModel, on_disk, registry

S = TypeVar("S", bound=Strict)
VERSION = "0.17.1"
_STEPS = 4
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}(:[A-Za-z0-9][A-Za-z0-9._-]{0,79})?")


class Refused(Exception):
    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


class OllamaWire:
    """Enter it to serve on 127.0.0.1, by default on a free port. `clock` gives seconds since the epoch, for expiry.

    Pictures reach a llama.cpp that `sees`; another one is asked without them.

    For tests to look at: `url`; `requests`, each as "METHOD /path"; `asked`, the completions as they were read;
    `created`, the models that were made; `loads`; `stopped`, completions that the client broke off; `cloud_calls`,
    which must stay 0. `usually` gives what an answer does that wasn't told otherwise. `half_pulled` are the parts
    that are kept of models; a pull goes on from them. With `pull_held` it stops halfway, sets `pull_reached` and waits;
    with `pull_error` it fails halfway.
    """

    def __init__(
        self, llama_address: str, *, clock: Callable[[], float] = time.time, port: int = 0, sees: bool = False
    ) -> None:
        self.clock = clock
        self.memory = Memory(clock)
        self.models = {model.name: model for model in on_disk()}
        self.registry = registry()
        self.requests: list[str] = []
        self.asked: list[Chat | Generate] = []
        self.created: list[Create] = []
        self.headers: list[dict[str, str]] = []
        self.stopped = 0
        self.stop_seen = asyncio.Event()
        self.asked_seen = asyncio.Event()
        self.cloud_calls = 0
        self.half_pulled: dict[str, int] = {}
        self.pull_held: asyncio.Event | None = None
        self.pull_reached = asyncio.Event()
        self.pull_error: str | None = None
        self.port = port
        self.usually: Callable[[], Fault | None] = lambda: None
        self._faults: list[Fault] = []
        self._loading: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._llama = Llama(llama_address, sees=sees)
        self._closing = asyncio.Event()
        self._runner = web.AppRunner(self._app(), handler_cancellation=True, shutdown_timeout=1)

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def loads(self) -> int:
        """How often a model had to be loaded, or loaded again with other options."""
        return self.memory.loads

    def then(self, *faults: Fault) -> None:
        """Let the next completions go wrong, one fault each."""
        self._faults.extend(faults)

    async def __aenter__(self) -> Self:
        await self._llama.__aenter__()
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._runner.cleanup()
        await self._llama.__aexit__()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._record])
        app.add_routes(
            [
                web.get("/api/version", self._version),
                web.get("/api/tags", self._tags),
                web.get("/api/ps", self._ps),
                web.post("/api/show", self._show),
                web.post("/api/chat", self._chat),
                web.post("/api/generate", self._generate),
                web.post("/api/pull", self._pull),
                web.post("/api/create", self._create),
                web.post("/api/copy", self._copy),
                web.delete("/api/delete", self._delete),
            ]
        )
        return app

    @web.middleware
    async def _record(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.requests.append(f"{request.method} {request.path}")
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        try:
            return await handler(request)
        except Refused as refused:
            return web.json_response({"error": refused.error}, status=refused.status)

    async def _version(self, request: web.Request) -> web.Response:
        return web.json_response({"version": VERSION})

    async def _tags(self, request: web.Request) -> web.Response:
        return web.json_response({"models": [model.tag() for model in self.models.values()]})

    async def _ps(self, request: web.Request) -> web.Response:
        return web.json_response({"models": [runner.ps() for runner in self.memory.running()]})

    async def _show(self, request: web.Request) -> web.Response:
        return web.json_response(self._named((await _read(request, Named)).model).show())

    async def _copy(self, request: web.Request) -> web.Response:
        asked = await _read(request, Copy)
        name = _full(asked.destination)
        self.models[name] = replace(self._named(asked.source), name=name)
        return web.Response()

    async def _delete(self, request: web.Request) -> web.Response:
        model = self._named((await _read(request, Named)).model)
        del self.models[model.name]
        self.memory.forget(model.name)
        return web.Response()

    async def _pull(self, request: web.Request) -> web.StreamResponse:
        asked = await _read(request, Pull)
        return await self._send(request, self._pulling(_full(asked.model)), stream=asked.stream)

    async def _pulling(self, name: str) -> AsyncGenerator[Json, None]:
        yield {"status": "pulling manifest"}
        model = self.registry.get(name)
        if model is None:
            yield {"error": "pull model manifest: file does not exist"}
            return
        for layer, total in (("a", model.size - 1000), ("b", 1000)):
            digest = f"sha256:{layer * 64}"
            for step in range(self.half_pulled.pop(name, 0) if layer == "a" else 0, _STEPS + 1):
                if layer == "a" and step == _STEPS // 2:
                    self.half_pulled[name] = step
                    if self.pull_held:
                        self.pull_reached.set()
                        await self.pull_held.wait()
                    if self.pull_error:
                        yield {"error": self.pull_error}
                        return
                completed: Json = {"completed": total * step // _STEPS} if step else {}
                yield {"status": f"pulling {layer * 12}", "digest": digest, "total": total, **completed}
        self.half_pulled.pop(name, None)
        self.models[name] = model
        for status in ("verifying sha256 digest", "writing manifest", "success"):
            yield {"status": status}

    async def _create(self, request: web.Request) -> web.StreamResponse:
        asked = await _read(request, Create)
        if not _NAME.fullmatch(asked.model):
            raise Refused(400, "invalid model name")
        if any(message.role not in {"system", "user", "assistant"} for message in asked.messages):
            raise Refused(400, "invalid role")
        self.created.append(asked)
        return await self._send(request, self._creating(asked), stream=asked.stream)

    async def _creating(self, asked: Create) -> AsyncGenerator[Json, None]:
        """A base that isn't there would be pulled by Ollama; the wire's registry is as good as empty."""
        base = self.models.get(_full(asked.base))
        if base is None:
            yield {"status": "pulling manifest"}
            yield {"error": "pull model manifest: file does not exist"}
            return
        yield {"status": "using existing layer sha256:" + base.digest}
        name = _full(asked.model)
        self.models[name] = replace(base, name=name)
        for status in ("writing manifest", "success"):
            yield {"status": status}

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        asked = await _read(request, Chat)
        return await self._complete(request, asked, _chat_part)

    async def _generate(self, request: web.Request) -> web.StreamResponse:
        asked = await _read(request, Generate)
        return await self._complete(request, asked, _generate_part)

    async def _complete(
        self, request: web.Request, asked: Chat | Generate, part: Callable[[Piece], Json]
    ) -> web.StreamResponse:
        model = self._able(asked)
        seconds = _seconds(asked)
        self.asked.append(asked)
        self.asked_seen.set()
        fault = self._faults.pop(0) if self._faults else None
        if fault is None and asked.asked():
            fault = self.usually()
        try:
            await self._before(request, fault)
            return await self._send(request, self._lines(asked, model, fault, part), stream=asked.stream)
        except asyncio.CancelledError:
            self.stopped += 1
            self.stop_seen.set()
            raise
        finally:
            self.memory.keep(model.name, seconds)

    async def _before(self, request: web.Request, fault: Fault | None) -> None:
        match fault:
            case Drop(after=None):
                _abort(request)
            case Busy():
                raise Refused(503, "server busy, please try again.  maximum pending requests exceeded")
            case Silent():
                await self._closing.wait()
            case _:
                return

    async def _lines(
        self, asked: Chat | Generate, model: StoredModel, fault: Fault | None, part: Callable[[Piece], Json]
    ) -> AsyncGenerator[Json | Fault, None]:
        """The answer's parts; a fault among them is for the sender."""
        began = time.perf_counter_ns()
        head: Json = {"model": asked.model, "created_at": datetime.fromtimestamp(self.clock(), UTC).isoformat()}
        if not asked.asked() and asked.keep_alive == 0:
            yield {**head, **part(Piece("")), "done": True, "done_reason": "unload"}
            return
        load_ns = await self._load(asked, model, fault)
        if not asked.asked():
            yield {**head, **part(Piece("")), "done": True, "done_reason": "load"}
            return
        said = 0
        async for item in self._answer(asked, fault):
            if fault is not None and said == getattr(fault, "after", None):
                yield fault
                return
            match item:
                case Piece():
                    said += 1
                    yield {**head, **part(item), "done": False}
                case Counted():
                    yield {**head, **part(Piece("")), "done": True, **_counts(item, load_ns, began)}

    async def _load(self, asked: Completion, model: StoredModel, fault: Fault | None) -> int:
        """Load the model if it must be, once for all who wait for it; what that took in nanoseconds."""
        began = time.perf_counter_ns()
        async with self._loading[model.name]:
            if self.memory.needs_load(model, asked.options.loading()):
                if isinstance(fault, HeldLoad):
                    await fault.ready.wait()
                await self._llama.ready()
                self.memory.load(model, asked.options.loading())
        return time.perf_counter_ns() - began

    async def _answer(self, asked: Chat | Generate, fault: Fault | None) -> AsyncGenerator[Piece | Counted, None]:
        fitting, tokens = await self._fit(asked.asked(), asked.options.num_ctx)
        if isinstance(fault, Says):
            for thinking, content in fault.pieces:
                yield Piece(content, thinking)
            yield Counted("stop", tokens, len(fault.pieces), 1_000_000, 1_000_000)
            return
        room = max(1, asked.options.num_ctx - tokens)
        most = room if asked.options.num_predict < 0 else min(room, asked.options.num_predict)
        completion = self._llama.complete(fitting, asked.options, most=most, alternatives=asked.alternatives)
        async for item in completion:
            yield item

    async def _fit(self, messages: list[Message], num_ctx: int) -> tuple[list[Message], int]:
        """What of `messages` is left when the oldest are silently dropped, as Ollama does, and its tokens."""
        fitting = list(messages)
        while (tokens := await self._llama.count(fitting)) > num_ctx:
            oldest = next((at for at, message in enumerate(fitting[:-1]) if message.role != "system"), None)
            if oldest is not None:
                del fitting[oldest]
            elif len(fitting) > 1:
                del fitting[0]
            else:
                last = fitting[-1]
                fitting[-1] = last.model_copy(update={"content": last.content[len(last.content) // 4 + 1 :]})
        return fitting, tokens

    async def _send(
        self, request: web.Request, lines: AsyncGenerator[Json | Fault, None], *, stream: bool
    ) -> web.StreamResponse:
        """Headers go out with the first line, not before: so Ollama is silent while it loads."""
        if not stream:
            return web.json_response(await _whole(lines))
        response: web.StreamResponse | None = None
        async for line in lines:
            if response is None:
                response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
                await response.prepare(request)
            if not isinstance(line, dict):
                return await _break(request, response, line)
            await response.write(json.dumps(line).encode() + b"\n")
        assert response is not None
        await response.write_eof()
        return response

    def _named(self, name: str) -> StoredModel:
        if model := self.models.get(_full(name)):
            return model
        raise Refused(404, f"model '{name}' not found")

    def _able(self, asked: Chat | Generate) -> StoredModel:
        model = self._named(asked.model)
        if model.remote_host:
            self.cloud_calls += 1
            raise Refused(401, "unauthorized")
        if "completion" not in model.capabilities:
            raise Refused(400, f'"{asked.model}" does not support chat')
        if asked.think is not None and "thinking" not in model.capabilities:
            raise Refused(400, f'"{asked.model}" does not support thinking')
        if any(message.images for message in asked.asked()) and "vision" not in model.capabilities:
            raise Refused(400, f'"{asked.model}" does not support images')
        return model


async def _read(request: web.Request, shape: type[S]) -> S:
    try:
        return shape.model_validate_json(await request.read())
    except ValidationError as error:
        raise Refused(400, str(error)) from error


def _seconds(asked: Completion) -> float:
    try:
        return keep_alive_seconds(asked.keep_alive)
    except ValueError as error:
        raise Refused(400, str(error)) from error


def _full(name: str) -> str:
    return name if ":" in name else f"{name}:latest"


def _chat_part(piece: Piece) -> Json:
    thinking = {"thinking": piece.thinking} if piece.thinking else {}
    return {"message": {"role": "assistant", "content": piece.content, **thinking}, **_logprobs(piece)}


def _generate_part(piece: Piece) -> Json:
    thinking = {"thinking": piece.thinking} if piece.thinking else {}
    return {"response": piece.content, **thinking, **_logprobs(piece)}


def _logprobs(piece: Piece) -> Json:
    return {"logprobs": list(piece.logprobs)} if piece.logprobs else {}


def _counts(counted: Counted, load_ns: int, began: int) -> Json:
    return {
        "done_reason": "length" if counted.finish == "length" else "stop",
        "total_duration": time.perf_counter_ns() - began,
        "load_duration": load_ns,
        "prompt_eval_count": counted.prompt_tokens,
        "prompt_eval_duration": counted.prompt_ns,
        "eval_count": counted.completion_tokens,
        "eval_duration": counted.completion_ns,
    }


async def _whole(lines: AsyncGenerator[Json | Fault, None]) -> Json:
    """The parts of a stream as the one answer of a request with `"stream": false`."""
    parts = [line async for line in lines if isinstance(line, dict)]
    whole = dict(parts[-1])
    if "message" in whole:
        contents = [part["message"] for part in parts]
        text = "".join(str(message["content"]) for message in contents if isinstance(message, dict))
        whole["message"] = {"role": "assistant", "content": text}
    if "response" in whole:
        whole["response"] = "".join(str(part["response"]) for part in parts)
    return whole


def _abort(request: web.Request) -> None:
    assert request.transport is not None
    request.transport.abort()


async def _break(request: web.Request, response: web.StreamResponse, fault: Fault) -> web.StreamResponse:
    """Carry out a fault in the middle of a stream."""
    match fault:
        case Drop():
            _abort(request)
        case Garbage():
            await response.write(b"<html>502 Bad Gateway</html>\n")
        case ErrorLine():
            await response.write(json.dumps({"error": fault.text}).encode() + b"\n")
        case End():
            await response.write_eof()
        case _:
            raise AssertionError(fault)
    return response
