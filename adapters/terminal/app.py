"""Owns the chat in a terminal: prompt, answer, prompt, until Ctrl-D; and the same line by line where input is piped."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from prompt_toolkit import PromptSession
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output
from rich.console import Console

from adapters.terminal.attaching import Tray
from adapters.terminal.completion import CommandCompleter
from adapters.terminal.dialogue import Assistant, Dialogue
from adapters.terminal.interrupts import Interrupts, leaving_on, on_signal
from adapters.terminal.prompt import InputHistory, prompt_session, watching_keys
from adapters.terminal.render import READER_GONE, console_on, print_line, silence
from adapters.terminal.sanitizing import clean
from adapters.terminal.stdin import lines
from adapters.terminal.translate import Speaker
from bot.commands.registry import Registry
from bot.errors import AssistantError
from bot.wording import Wording, speak

logger = logging.getLogger(__name__)

_ENDINGS = {signal.SIGTERM: 0, **({signal.SIGHUP: 0} if hasattr(signal, "SIGHUP") else {})}
"""The signals that end a chat in order: being told to, and the window closing (Windows has no such signal)."""

LABEL_SECONDS = 1.0  # nobody waits longer for a prompt


@dataclass(frozen=True, slots=True)
class Banner:
    """What is said once at the start: the engine that was taken, the model, and whatever else is worth a line."""

    engine: str
    model: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Streams:
    """Where the chat reads and writes. `keyboard` and `display` are prompt-toolkit's, None for the process's own."""

    out: Console
    aside: Console
    interactive: bool
    descriptor: int = 0
    keyboard: Input | None = None
    display: Output | None = None

    @classmethod
    def standard(cls) -> Self:
        """The process's own. A chat is interactive where both ends are a terminal, and plain everywhere else."""
        if sys.stdout.isatty() and os.isatty(0):
            out = console_on(sys.stdout)
            return cls(out=out, aside=out, interactive=True)
        return cls(out=console_on(sys.stdout, plain=True), aside=console_on(sys.stderr, plain=True), interactive=False)


@dataclass(slots=True)
class TerminalApp:
    """`sova chat`. `model_label` tells which model answers here now; it is asked before each prompt."""

    assistant: Assistant
    registry: Registry
    speaker: Speaker
    banner: Banner
    history_file: Path | None = None
    model_label: Callable[[], Awaitable[str]] | None = None
    streams: Streams = field(default_factory=Streams.standard)
    _label: str = field(default="", init=False)
    _tray: Tray = field(default_factory=Tray, init=False)

    def __post_init__(self) -> None:
        """Files are attached by a command of the terminal's own: elsewhere they come with the message."""
        self.registry.add(self._tray.command())

    async def run(self) -> int:
        """Chat until the end of input, SIGTERM or SIGHUP; what is typed during an answer is the next prompt's.

        Returns the exit code: 0, in a pipe also 130 after Ctrl-C and 141 without a reader. Needs the main thread.
        """
        try:
            if self.streams.interactive:
                return await leaving_on(_ENDINGS, self._converse())
            return await leaving_on({**_ENDINGS, signal.SIGINT: 130}, self._answer_lines())
        except BrokenPipeError:
            silence(self.streams.out)
            return READER_GONE

    # --- at a keyboard ----------------------------------------------------------------------------------------

    async def _converse(self) -> int:
        interrupts, history = Interrupts(), InputHistory(self.history_file) if self.history_file else None
        session = prompt_session(
            history=history,
            completer=CommandCompleter(self.registry, self.speaker),
            toolbar=self._toolbar,
            hint=self._tell_how_to_leave,
            keyboard=self.streams.keyboard,
            display=self.streams.display,
        )
        self._greet(history)
        # Raw all the way, so that keys typed between a prompt and an answer are not echoed into either.
        with session.input.raw_mode(), on_signal(signal.SIGINT, interrupts.press):
            while (text := await self._typed(session)) is not None:
                if text.strip():
                    interrupts.forget()
                    with watching_keys(session.input, interrupts):
                        await self._dialogue(interrupts).respond(text)
                    self.streams.out.print()
        return 0

    async def _typed(self, session: PromptSession[str]) -> str | None:
        """The next text, None for Ctrl-D."""
        self._label = await self._current_model()
        try:
            return await session.prompt_async(set_exception_handler=False)  # a fault goes to the log, not here
        except EOFError:
            return None

    def _greet(self, history: InputHistory | None) -> None:
        out, banner = self.streams.out, self.banner
        print_line(out, self._say("terminal-banner", engine=banner.engine, model=banner.model or "none"), style="bold")
        for note in banner.notes:
            print_line(out, note, style="dim")
        if history and history.fault:
            reason = history.fault.strerror or type(history.fault).__name__
            print_line(out, self._say("terminal-input-not-kept", path=str(history.path), reason=reason), style="yellow")
        out.print()

    def _tell_how_to_leave(self) -> None:
        print_line(self.streams.out, self._say("terminal-how-to-leave"), style="dim")

    async def _current_model(self) -> str:
        if self.model_label is None:
            return self.banner.model or ""
        try:
            async with asyncio.timeout(LABEL_SECONDS):
                return await self.model_label()
        except (AssistantError, TimeoutError) as error:  # the answer will say it in full
            logger.debug("no model to show: %s", error)
            return "–"

    def _toolbar(self) -> str:
        told = self._say("terminal-toolbar", model=self._label, conversation=self.speaker.conversation_name)
        files = len(self._tray.waiting)
        return clean(f"{told} · {self._say('attach-waiting', files=files)}" if files else told)

    # --- in a pipe --------------------------------------------------------------------------------------------

    async def _answer_lines(self) -> int:
        """Each line is one text; each answer ends with an empty line, so that a program can tell them apart."""
        dialogue = self._dialogue(Interrupts())
        async for line in lines(self.streams.descriptor):
            if line.strip() and await dialogue.respond(line):
                self.streams.out.print()
        return 0

    # --- both -------------------------------------------------------------------------------------------------

    def _dialogue(self, interrupts: Interrupts) -> Dialogue:
        return Dialogue(
            assistant=self.assistant,
            registry=self.registry,
            speaker=self.speaker,
            out=self.streams.out,
            aside=self.streams.aside,
            interrupts=interrupts,
            tray=self._tray,
        )

    @property
    def _say(self) -> Wording:
        return speak(self.speaker.language)
