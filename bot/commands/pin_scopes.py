"""Owns whom a choice is for, as people type it: this thread, this channel, me, the workspace, everyone. Pure."""

from collections.abc import Mapping

from bot.commands.command import Invocation
from bot.commands.parts import demand_workspace
from bot.errors import BadArgument
from bot.messages import ConversationKey
from bot.ports import PinScope

SCOPE_WORDS: Mapping[str, str] = {
    "me": "user", "mě": "user", "já": "user", "server": "workspace", "guild": "workspace", "prostor": "workspace",
    "default": "global", "everyone": "global", "all": "global", "vlákno": "thread", "vlakno": "thread",
    "kanál": "channel", "kanal": "channel", "výchozí": "global", "vychozi": "global", "všichni": "global",
    "vsichni": "global",
}  # fmt: skip
DEFAULTS = frozenset({PinScope.WORKSPACE, PinScope.GLOBAL})
"""What concerns people who are not in this place."""


def canonical(written: str | None) -> str:
    """The word as scopes are called; a thread's where nothing is written."""
    word = (written or PinScope.THREAD).strip().lower()
    return SCOPE_WORDS.get(word, word)


def meant_scope(written: str | None, conversation: ConversationKey, *, command: str) -> PinScope:
    """The scope that is meant: without a word this thread, which outside threads is this channel.

    Raises `BadArgument` for a word that means none, and `NoWorkspace` where there is none to choose for.
    """
    meant = canonical(written)
    if meant not in set(PinScope):
        raise BadArgument(command=command, parameter="scope", value=written or "", expected=", ".join(PinScope))
    scope = PinScope(meant)
    if scope is PinScope.WORKSPACE:
        demand_workspace(conversation)
    return PinScope.CHANNEL if scope is PinScope.THREAD and not conversation.thread else scope


def where(scope: PinScope, invocation: Invocation) -> dict[str, str]:
    """What the sentences about a scope need."""
    return {"scope": scope.value, "platform": invocation.conversation.platform}
