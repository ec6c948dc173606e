"""Owns the small language in which blocks are checked: what must be there, of which kind, how long."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Faults:
    """What was found wrong, each with the place where it stands."""

    found: list[str] = field(default_factory=list)
    _at: list[str] = field(default_factory=list)

    @contextmanager
    def at(self, *parts: str | int) -> Iterator[None]:
        """What is said inside is about this part."""
        self._at.extend(map(str, parts))
        try:
            yield
        finally:
            del self._at[-len(parts) :]

    def say(self, fault: str) -> None:
        """Something is wrong here."""
        self.found.append(f"{fault} [json-pointer:/{'/'.join(self._at)}]")

    def keys(self, part: dict[str, Any], *, required: Sequence[str] = (), optional: Sequence[str] = ()) -> bool:
        """The part has these fields and no others; whether all that it needs is there."""
        for key in part.keys() - {"type", *required, *optional}:
            self.say(f"no more than {len(part) - 1} items allowed: additional property: {key}")
        missing = [key for key in required if part.get(key) is None]
        for key in missing:
            self.say(f"missing required field: {key}")
        return not missing

    def text(self, part: dict[str, Any], key: str, most: int, *, least: int = 0) -> None:
        """A plain string of bounded length, where it is there."""
        value = part.get(key)
        if value is None:
            return
        with self.at(key):
            if not isinstance(value, str):
                self.say("must be a string")
            elif len(value) > most:
                self.say(f"must be less than {most + 1} characters")
            elif len(value) < least:
                self.say(f"must be more than {least - 1} characters")

    def text_object(self, part: dict[str, Any], key: str, most: int, *, plain: bool = False) -> None:
        """A text object of bounded length, where it is there."""
        value = part.get(key)
        if value is None:
            return
        with self.at(key):
            if not isinstance(value, dict) or value.get("type") not in (("plain_text",) if plain else _TEXTS):
                self.say("failed to match all allowed schemas")
                return
            optional = ("emoji",) if value["type"] == "plain_text" else ("verbatim",)
            if self.keys(value, required=("text",), optional=optional):
                self.text(value, "text", most, least=1)

    def items(self, part: dict[str, Any], key: str, most: int, *, least: int = 1) -> list[Any]:
        """A list of bounded length; empty where it is no list."""
        value = part.get(key)
        if value is None:
            return []
        with self.at(key):
            if not isinstance(value, list):
                self.say("must be an array")
                return []
            if len(value) > most:
                self.say(f"no more than {most} items allowed")
            if len(value) < least:
                self.say(f"no less than {least} items allowed")
        return value

    def one_of(self, part: dict[str, Any], key: str, allowed: Sequence[Any]) -> None:
        """One of few values, where it is there."""
        if part.get(key) is not None and part[key] not in allowed:
            with self.at(key):
                self.say(f"must be one of {', '.join(map(str, allowed))}")


_TEXTS = ("plain_text", "mrkdwn")
