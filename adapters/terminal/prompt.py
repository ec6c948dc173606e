"""Owns the line that people type on: its history, keys, completion and what stands below it."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.completion import Completer
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory
from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPress, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Style

from adapters.terminal.interrupts import Interrupts
from adapters.terminal.sanitizing import writable

logger = logging.getLogger(__name__)

KEPT_CHARACTERS = 20_000  # longer texts are pasted documents, not lines that somebody wants back
PROMPT = FormattedText([("class:prompt", "> ")])
_STYLE = Style.from_dict(
    {"prompt": "bold ansicyan", "bottom-toolbar": "noreverse", "bottom-toolbar.text": "ansibrightblack"}
)


class InputHistory(FileHistory):
    """What was typed, kept in a file that only its owner can read. A file that can't be used never stops anybody.

    `fault` is what was wrong with the file, None while all is well.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path
        self.fault: OSError | None = None
        with self._forgiving():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.chmod(0o600)

    def load_history_strings(self) -> Iterable[str]:
        """The kept lines, newest first."""
        kept: list[str] = []
        with self._forgiving():
            kept.extend(super().load_history_strings())
        return kept

    def store_string(self, string: str) -> None:
        """Keep one line."""
        if len(string) > KEPT_CHARACTERS:
            return
        with self._forgiving():
            super().store_string(writable(string))

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            logger.warning("the input history %s can't be used: %s", self.path, error)
            self.fault = self.fault or error


def prompt_session(
    *,
    history: InputHistory | None,
    completer: Completer,
    toolbar: Callable[[], str],
    hint: Callable[[], None],
    keyboard: Input | None = None,
    display: Output | None = None,
) -> PromptSession[str]:
    """The prompt. Ctrl-C clears the line; on an empty one it calls `hint`, which may print. Ctrl-D raises EOFError."""
    return PromptSession(
        PROMPT,
        history=history,
        completer=completer,
        complete_while_typing=True,
        reserve_space_for_menu=6,
        bottom_toolbar=toolbar,
        prompt_continuation="  ",
        key_bindings=_keys(hint),
        style=_STYLE,
        input=keyboard,
        output=display,
    )


@contextmanager
def watching_keys(keyboard: Input, interrupts: Interrupts) -> Iterator[None]:
    """Inside the block, Ctrl-C on `keyboard` is a press; nothing is echoed, and other keys wait for the next prompt."""
    typed: list[KeyPress] = []

    def take(keys: list[KeyPress]) -> None:
        for key in keys:
            if key.key is Keys.ControlC:
                interrupts.press()
            else:
                typed.append(key)

    take(get_typeahead(keyboard))
    try:
        with keyboard.raw_mode(), keyboard.attach(lambda: take(keyboard.read_keys())):
            yield
    finally:
        take(keyboard.flush_keys())
        store_typeahead(keyboard, typed)


def _keys(hint: Callable[[], None]) -> KeyBindings:
    keys = KeyBindings()

    @keys.add("escape", "enter")
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add("c-c")
    @keys.add(Keys.SIGINT)
    def _clear(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            run_in_terminal(hint)

    return keys
