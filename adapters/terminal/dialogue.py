"""Owns one exchange at the terminal: a typed text is run or answered, shown, and every failure is said."""

import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Protocol

from rich.console import Console

from adapters.terminal.attaching import ATTACH, Tray, called, fetch_file
from adapters.terminal.interrupts import Interrupts, interruptible
from adapters.terminal.live_cards import show_changing
from adapters.terminal.render import print_card, print_error, print_line, print_surroundings
from adapters.terminal.streaming import answer_on, busy, show, waiting_on
from adapters.terminal.translate import Speaker, decode, is_command, tidy
from bot.commands.cards import Card, LiveCard
from bot.commands.command import Invocation
from bot.commands.registry import Registry
from bot.errors import AssistantError
from bot.messages import ConversationKey, Incoming, ReplyEvent
from bot.ports import Fetch
from bot.wording import Wording, speak

logger = logging.getLogger(__name__)


class Assistant(Protocol):
    """What the terminal needs of the assistant."""

    def answer(self, incoming: Incoming, *, fetch: Fetch | None = None) -> AsyncGenerator[ReplyEvent, None]:
        """Progress, deltas, and the Reply last; closing it ends the turn and keeps what was said.

        `fetch` brings the files that came with the question.
        """
        ...

    async def stop(self, conversation: ConversationKey) -> bool:
        """End the answer that is running; False when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Answers typed texts on two consoles: `out` takes answers and cards, `aside` all else; they may be one.

    What lies in the `tray` goes with the next question.
    """

    assistant: Assistant
    registry: Registry
    speaker: Speaker
    out: Console
    aside: Console
    interrupts: Interrupts
    tray: Tray = field(default_factory=Tray)

    @property
    def say(self) -> Wording:
        """Sova's voice in the speaker's language."""
        return speak(self.speaker.language)

    async def respond(self, typed: str | bytes) -> bool:
        """Answer one typed text, or one line as it came through a pipe; True when that worked out.

        Every failure is said, so nothing is raised but cancellation and BrokenPipeError: there is no one to say it to.
        """
        finished = False
        try:
            text = decode(typed) if isinstance(typed, bytes) else tidy(typed)
            finished = await interruptible(self._take(text), interrupts=self.interrupts, stop=self._stop)
            if not finished:
                print_line(self.aside, self.say("terminal-stopped"), style="yellow")
        except AssistantError as error:
            logger.info("a typed text was not answered: %s", error.code)
            print_error(self.aside, error, self.say)
        except BrokenPipeError:
            raise
        except Exception:
            logger.exception("a typed text was not answered")
            print_line(self.aside, self.say("error-unexpected"), style="red")
        return finished

    async def _take(self, text: str) -> None:
        path = called(text)
        if path is None and not is_command(text):
            incoming = self.speaker.incoming(text, attachments=self.tray.take())
            await self._show(self.assistant.answer(incoming, fetch=fetch_file))
            return
        if path is None:
            command, values = self.registry.parse(text)
        else:
            command, values = self.registry.named(ATTACH), {"path": path}
        with busy(waiting_on(self.aside), self.say("terminal-working")):
            result = await self.registry.run(self._invocation(), command, values)
        if isinstance(result, Card):
            print_card(self.out, result, self.say)
        elif isinstance(result, LiveCard):
            await show_changing(result, out=self.out, aside=self.aside, say=self.say)
        else:
            await self._show(result)

    async def _show(self, events: AsyncGenerator[ReplyEvent, None]) -> None:
        reply = await show(events, answer=answer_on(self.out), waiting=waiting_on(self.aside), say=self.say)
        print_surroundings(self.aside, reply, self.say)

    def _invocation(self) -> Invocation:
        """What lies in the tray is shown to commands, and stays for the next question."""
        return self.speaker.invocation(files=tuple(self.tray.waiting), fetch=fetch_file)

    async def _stop(self) -> bool:
        return await self.assistant.stop(self.speaker.conversation)
