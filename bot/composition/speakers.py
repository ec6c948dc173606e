"""Owns who speaks in a shell: whoever is logged in, in a conversation with a name."""

import getpass

from adapters.terminal.translate import DEFAULT_USER, Speaker
from bot.wording import Wording


def speaker_at(say: Wording, *, conversation: str, model: str | None) -> Speaker:
    """Whoever is logged in, in `conversation`; `model` is the one that they want to answer, None for the usual one."""
    return Speaker(user=user_name(), conversation_name=conversation, language=say.language, model=model)


def user_name() -> str:
    """The name of whoever is logged in; containers may run as a user without one."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return DEFAULT_USER
