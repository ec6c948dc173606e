"""Owns what every error has: a code, an exit code, and data for its sentence."""

from dataclasses import dataclass, fields
from typing import ClassVar

from bot.messages import Notice

Value = str | int | float


@dataclass(eq=False)
class AssistantError(Exception):
    """What can go wrong, in a form that a person can be told.

    `code` names the sentence in `wording` (`error-<code>`); `data()` fills it in. `exit_code` is what the `sova`
    command returns: 1 failed, 2 wrong usage, 3 a needed service is not there.
    """

    code: ClassVar[str] = "unexpected"
    exit_code: ClassVar[int] = 1

    def data(self) -> dict[str, Value]:
        """The error's fields for a sentence: sequences joined by commas, what is missing or empty as `none`."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    def notices(self) -> dict[str, tuple[Notice, ...]]:
        """The fields that are told as sentences of their own, in the person's language."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        lists = {name: value if isinstance(value, tuple) else (value,) for name, value in values.items()}
        return {name: items for name, items in lists.items() if items and all(isinstance(i, Notice) for i in items)}

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.data().items())
        return f"{self.code}({details})"


def _plain(value: object) -> Value:
    match value:
        case None | "" | ():
            return "none"
        case str() | int() | float():
            return value
        case Notice():
            return " ".join([value.code, *(str(item) for item in value.data.values())])
        case tuple():
            return ", ".join(str(_plain(item)) for item in value)
        case _:
            return str(value)
