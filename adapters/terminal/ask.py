"""Owns one question and its answer for `sova ask`: standard output holds the answer and nothing else."""

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Literal

from rich.console import Console

from adapters.terminal.attaching import attachments_of, fetch_file
from adapters.terminal.dialogue import Assistant
from adapters.terminal.interrupts import Interrupts, interruptible, on_signal
from adapters.terminal.render import (
    READER_GONE,
    print_error,
    print_json,
    print_line,
    print_surroundings,
    silence,
)
from adapters.terminal.streaming import Unseen, answer_on, show, waiting_on
from adapters.terminal.translate import Speaker, decode, tidy
from bot.errors import AssistantError
from bot.messages import FinishReason
from bot.wording import speak

logger = logging.getLogger(__name__)

Form = Literal["text", "json"]

NOBODY_ANSWERED = 3
"""The exit code of a service that isn't there: passages were shown, and no answer."""


async def ask(
    assistant: Assistant,
    question: str | bytes,
    *,
    speaker: Speaker,
    out: Console,
    aside: Console,
    form: Form = "text",
    attach: Sequence[str] = (),
) -> int:
    """Answer `question` (bytes: as they came through standard input) and return the exit code.

    `attach` are the paths of files that go with it.

    `out` gets the answer alone: Markdown on a terminal, plain text as it comes in a pipe, or with `form="json"` one
    object once the answer is whole. Waiting, notices and errors go to `aside`; after an error `out` holds what was said
    before it, and with `json` nothing. Exit codes are the error's own, 3 when no model could answer and passages were
    shown instead, 130 after Ctrl-C (the answer up to there is shown), 143 after SIGTERM, 141 when nobody reads `out`
    any more. Needs the main thread.
    """
    interrupts = Interrupts()
    received: list[signal.Signals] = []

    def take(number: signal.Signals) -> None:
        received.append(number)
        interrupts.press()

    with ExitStack() as handlers:
        for number in (signal.SIGINT, signal.SIGTERM):
            handlers.enter_context(on_signal(number, partial(take, number)))
        exchange = _Exchange(assistant, speaker, out, aside, form, interrupts, attach)
        code = await exchange.exit_code(question)
    return 128 + received[0] if received else code


@dataclass(frozen=True, slots=True)
class _Exchange:
    assistant: Assistant
    speaker: Speaker
    out: Console
    aside: Console
    form: Form
    interrupts: Interrupts
    attach: Sequence[str]

    async def exit_code(self, question: str | bytes) -> int:
        say = speak(self.speaker.language)
        try:
            text = decode(question) if isinstance(question, bytes) else tidy(question)
            endings: list[FinishReason] = []
            await interruptible(self._answer(text, endings.append), interrupts=self.interrupts, stop=self._stop)
        except AssistantError as error:
            print_error(self.aside, error, say)
            return error.exit_code
        except BrokenPipeError:
            silence(self.out)
            return READER_GONE
        except Exception:
            logger.exception("the question was not answered")
            print_line(self.aside, say("error-unexpected"), style="red")
            return 1
        return NOBODY_ANSWERED if FinishReason.UNANSWERED in endings else 0

    async def _answer(self, text: str, tell_ending: Callable[[FinishReason], None]) -> None:
        say = speak(self.speaker.language)
        answer = answer_on(self.out) if self.form == "text" else Unseen()
        attachments = await asyncio.to_thread(attachments_of, self.attach)
        events = self.assistant.answer(self.speaker.incoming(text, attachments=attachments), fetch=fetch_file)
        reply = await show(events, answer=answer, waiting=waiting_on(self.aside), say=say)
        if self.form == "json":
            print_json(self.out, reply)
        print_surroundings(self.aside, reply, say)
        tell_ending(reply.finish_reason)

    async def _stop(self) -> bool:
        return await self.assistant.stop(self.speaker.conversation)
