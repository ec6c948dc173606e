"""Owns what Tab offers: the commands, and for each parameter its choices and what its owner lists live."""

import asyncio
import logging
import shlex
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from adapters.terminal.attaching import ATTACH
from adapters.terminal.sanitizing import clean
from adapters.terminal.translate import Speaker, is_command
from bot.commands.command import Command, Parameter
from bot.commands.registry import Registry
from bot.errors import AssistantError
from bot.wording import speak

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0
FRESH_SECONDS = 10.0  # typing a name asks its owner once, not once a letter


class CommandCompleter(Completer):
    """Completes lines that begin with a slash; questions are nobody's business."""

    def __init__(self, registry: Registry, speaker: Speaker, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._registry = registry
        self._speaker = speaker
        self._say = speak(speaker.language)
        self._clock = clock
        self._listed: dict[tuple[str, str], tuple[float, Sequence[str]]] = {}

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What needs no waiting: the commands' names, however the menu was asked for."""
        del complete_event
        words = _words_before(document)
        return self._names(words[0]) if len(words) == 1 else ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """The commands' names, or the values of the parameter under the cursor."""
        for completion in self.get_completions(document, complete_event):
            yield completion
        words = _words_before(document)
        if len(words) > 1 and words[0].lower() == ATTACH:
            path = Document(document.text_before_cursor.partition(" ")[2].lstrip())
            for completion in await asyncio.to_thread(self._paths, path, complete_event):
                yield completion
        elif len(words) > 1:
            for completion in await self._values(words):
                yield completion

    @staticmethod
    def _paths(begun: Document, event: CompleteEvent) -> Sequence[Completion]:
        """The files and folders whose path begins so."""
        found = PathCompleter(expanduser=True).get_completions(begun, event)
        return [Completion(one.text, one.start_position, display=clean(one.display_text)) for one in found]

    def _names(self, begun: str) -> Iterable[Completion]:
        for command in self._registry.listed:
            if command.name.startswith(begun.lower()):
                yield Completion(
                    command.name, start_position=-len(begun), display_meta=clean(command.description(self._say))
                )

    async def _values(self, words: Sequence[str]) -> Iterable[Completion]:
        command = next((known for known in self._registry.commands if known.name == words[0].lower()), None)
        place = len(words) - 2
        if command is None or place >= len(command.parameters):
            return ()
        parameter, begun = command.parameters[place], words[-1]
        values = dict.fromkeys([*parameter.choices, *await self._listed_values(command, parameter)])
        return [
            Completion(shlex.quote(value), start_position=-len(begun), display=clean(value))
            for value in values
            if begun.lower() in value.lower()
        ]

    async def _listed_values(self, command: Command, parameter: Parameter) -> Sequence[str]:
        if parameter.completions is None:
            return ()
        key, now = (command.name, parameter.name), self._clock()
        listed_at, values = self._listed.get(key, (-FRESH_SECONDS, ()))
        if now - listed_at < FRESH_SECONDS:
            return values
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                values = tuple(await parameter.completions(self._speaker.invocation()))
        except (AssistantError, TimeoutError) as error:
            logger.debug("no completions for /%s %s: %s", command.name, parameter.name, error)
        self._listed[key] = (now, values)
        return values


def _words_before(document: Document) -> list[str]:
    """The words up to the cursor without the slash, the last one maybe empty; none where the text is no command."""
    if not is_command(document.text):
        return []
    return document.text_before_cursor.removeprefix("/").split(" ")
