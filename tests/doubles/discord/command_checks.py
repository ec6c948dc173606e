"""Owns what a slash command must look like to be registered.

https://discord.com/developers/docs/interactions/application-commands#application-command-object
"""

import re
from typing import Any

from simcord.backend import errors
from simcord.backend.errors import BackendError

MOST_COMMANDS, MOST_OPTIONS, MOST_CHOICES = 100, 25, 25
MOST_CHARACTERS = 8000
_NAME = re.compile(r"[-_'\w]{1,32}")
_NESTED = (1, 2)
_SLASH = 1


def check_commands(commands: Any) -> None:  # noqa: ANN401  # whatever stands in the JSON
    """Raise 50035 for a list that Discord wouldn't take."""
    if not isinstance(commands, list):
        raise _wrong("commands", "Only a list of commands is taken.")
    if len(commands) > MOST_COMMANDS:
        raise BackendError(400, 30032, f"Maximum number of application commands reached ({MOST_COMMANDS}).")
    names = [(command["name"], command.get("type", _SLASH)) for command in commands]
    if len(set(names)) < len(names):
        raise _wrong("name", "Application command names must be unique")
    for command in commands:
        if command.get("type", _SLASH) == _SLASH:
            _check(command)


def _check(command: dict[str, Any]) -> None:
    _check_words(command)
    if _characters(command) > MOST_CHARACTERS:
        raise _wrong("description", f"Command exceeds maximum size ({MOST_CHARACTERS})")
    _check_options(command.get("options") or [])


def _check_words(item: dict[str, Any]) -> None:
    for name in (item["name"], *(item.get("name_localizations") or {}).values()):
        if not _NAME.fullmatch(name) or name != name.lower():
            raise _wrong("name", f"Command name is invalid: {name}")
    for description in (item.get("description"), *(item.get("description_localizations") or {}).values()):
        if not 1 <= len(description or "") <= 100:
            raise _wrong("description", "Must be between 1 and 100 in length.")


def _check_options(options: list[dict[str, Any]]) -> None:
    if len(options) > MOST_OPTIONS:
        raise _wrong("options", f"Must be {MOST_OPTIONS} or fewer in length.")
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        raise _wrong("options", "Required options must be placed before non-required options")
    for option in options:
        _check_words(option)
        _check_choices(option)
        if option["type"] in _NESTED:
            _check_options(option.get("options") or [])


def _check_choices(option: dict[str, Any]) -> None:
    choices = option.get("choices") or []
    if len(choices) > MOST_CHOICES or (choices and option.get("autocomplete")):
        raise _wrong("choices", f"At most {MOST_CHOICES} choices, and none beside autocomplete.")
    if not all(1 <= len(choice["name"]) <= 100 and len(str(choice["value"])) <= 100 for choice in choices):
        raise _wrong("choices", "Must be between 1 and 100 in length.")


def _characters(item: dict[str, Any]) -> int:
    """A command's size is that of its longest language: name, description and values, of options and choices too."""
    longest = sum(max(map(len, _words(item, field)), default=0) for field in ("name", "description"))
    choices = sum(len(choice["name"]) + len(str(choice["value"])) for choice in item.get("choices") or [])
    return longest + choices + sum(map(_characters, item.get("options") or []))


def _words(item: dict[str, Any], field: str) -> list[str]:
    return [str(item.get(field) or ""), *(item.get(f"{field}_localizations") or {}).values()]


def _wrong(field: str, message: str) -> BackendError:
    problem = {"_errors": [{"code": "APPLICATION_COMMAND_INVALID", "message": message}]}
    return errors.invalid_form_body(errors={field: problem})
