"""An assistant that plays scripts and can be stopped, and streams that remember what they showed."""

import asyncio
import io
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from rich.console import Console

from bot.messages import (
    ConversationKey,
    FinishReason,
    Incoming,
    Progress,
    Reply,
    ReplyDelta,
    ReplyEvent,
    Timings,
    Usage,
)
from bot.ports import Fetch
from tests.adapters.terminal.screen import Screen

Item = str | Progress | ReplyDelta | Reply | Exception | asyncio.Event
HERE = ConversationKey("terminal", "local", "default")


def reply(text: str = "Hello there.", **changes: object) -> Reply:
    told = {
        "conversation": HERE,
        "model": "owl:1b",
        "engine": "scripted",
        "finish_reason": FinishReason.COMPLETE,
        "usage": Usage(prompt_tokens=7, completion_tokens=3),
        "timings": Timings(queue_ms=0.5, ttft_ms=1234.5678, total_ms=2000.0, tokens_per_second=12.34),
    }
    return Reply(text=text, **{**told, **changes})  # type: ignore[arg-type]


@dataclass
class ScriptedAssistant:
    """Plays one script a question, the last one again and again; a `Reply` with everything said ends each."""

    scripts: list[Sequence[Item]] = field(default_factory=lambda: [["Hello", " there."]])
    can_stop: bool = True
    asked: list[Incoming] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    fetched: list[bytes] = field(default_factory=list)
    closed: int = 0
    _stopped: asyncio.Event | None = None

    async def answer(self, incoming: Incoming, *, fetch: Fetch | None = None) -> AsyncGenerator[ReplyEvent, None]:
        self.asked.append(incoming)
        for attachment in incoming.attachments:
            assert fetch is not None
            self.fetched.append(await fetch(attachment, most_bytes=1_000))
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        async for event in self.play(script, incoming.conversation):
            yield event

    async def play(self, script: Sequence[Item], conversation: ConversationKey) -> AsyncGenerator[ReplyEvent, None]:
        self._stopped = asyncio.Event()
        said = ""
        try:
            for item in script:
                match item:
                    case asyncio.Event():
                        await self._until(item)
                    case Exception():
                        raise item
                    case str():
                        said += item
                        yield ReplyDelta(text=item)
                    case Reply():
                        said = item.text
                        yield item
                        return
                    case _:
                        yield item
                if self._stopped.is_set():
                    yield reply(said, conversation=conversation, finish_reason=FinishReason.STOPPED)
                    return
            yield reply(said, conversation=conversation)
        finally:
            self._stopped = None
            self.kept.append(said)
            self.closed += 1

    async def _until(self, event: asyncio.Event) -> None:
        assert self._stopped is not None
        waits = [asyncio.create_task(event.wait()), asyncio.create_task(self._stopped.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def stop(self, conversation: ConversationKey) -> bool:
        if self._stopped is None or not self.can_stop:
            return False
        self._stopped.set()
        return True


class Recorder(io.StringIO):
    """A stream that remembers, and wakes those who wait for it to show something."""

    def __init__(self) -> None:
        super().__init__()
        self._written = asyncio.Event()

    def write(self, text: str) -> int:
        self._written.set()
        return super().write(text)

    async def shows(self, text: str, *, times: int = 1) -> None:
        """Wait until `text` has been on the screen, at most five seconds."""
        async with asyncio.timeout(5):
            while self.text.count(text) < times:
                self._written.clear()
                await self._written.wait()

    @property
    def text(self) -> str:
        """Everything that is on the screen and above it."""
        return "\n".join(self.screen.lines)

    @property
    def screen(self) -> Screen:
        screen = Screen(width=80, height=24)
        screen.feed(self.getvalue())
        return screen


def terminal(stream: io.StringIO, *, width: int = 80, height: int = 24) -> Console:
    """A console on a terminal with colours, whatever the environment of the tests is."""
    return Console(
        file=stream,
        force_terminal=True,
        width=width,
        height=height,
        color_system="standard",
        markup=False,
        highlight=False,
        legacy_windows=False,
        _environ={"TERM": "xterm"},
    )


def pipe(stream: io.StringIO) -> Console:
    """A console that is no terminal."""
    return Console(file=stream, force_terminal=False, markup=False, highlight=False, _environ={})
