"""Owns every sentence that a user can see, in English and in Czech.

The sentences lie in `<language>/*.ftl`, one file a family, in Fluent's syntax: it knows that Czech says 1 zpráva,
2 zprávy and 5 zpráv. A test holds the two languages to the same keys and the same variables.
"""

import logging
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale
from fluent.runtime import FluentBundle, FluentResource

from bot.errors import AssistantError, Value
from bot.messages import Language, Notice

logger = logging.getLogger(__name__)


class Wording:
    """Sova's own voice in one language: `say("model-pinned", model="llama3")`."""

    def __init__(self, language: Language) -> None:
        self.language = language
        functions = {"ORDINAL": _ordinal_form(language)}
        self._bundle = FluentBundle([language.value], functions=functions, use_isolating=False)
        for resource in files(__name__).joinpath(language.value).iterdir():
            if resource.name.endswith(".ftl"):
                self._bundle.add_resource(FluentResource(resource.read_text(encoding="utf-8")))

    def __call__(self, key: str, **data: Value) -> str:
        """The sentence `key` with `data` filled in; a `KeyError` when there is no such sentence."""
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise KeyError(key)
        sentence, faults = self._bundle.format_pattern(pattern, data)
        if faults:
            logger.error("sentence %s (%s) could not be filled in: %s", key, self.language, faults)
        return str(sentence)

    def has(self, key: str) -> bool:
        """Whether there is a sentence `key`."""
        return bool(self._bundle.has_message(key))

    def of_error(self, error: AssistantError) -> str:
        """What a person is told about `error`; the notices in it are said in the same language."""
        notices = {name: "; ".join(map(self.of_notice, told)) for name, told in error.notices().items()}
        return self(f"error-{error.code}", **{**error.data(), **notices})

    def place(self, ahead: int) -> str:
        """What a person is told whose question waits while `ahead` others are answered first."""
        return self("place-in-line", place=ahead + 1)

    def of_notice(self, notice: Notice) -> str:
        """What a person is told beside an answer."""
        return self(f"notice-{notice.code}", **notice.data)


def _ordinal_form(language: Language) -> Callable[[Any], Any]:
    """Tells the plural form of 1st, 2nd, 3rd (`one`, `two`, `few`): Fluent's own are those of 1, 2, 3 alone."""
    return Locale(language.value).ordinal_form


@cache
def speak(language: Language) -> Wording:
    """The voice in `language`, built once."""
    return Wording(language)
