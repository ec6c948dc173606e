"""Owns which controls stand under an answer and beside its sources, in what order, and how each is marked. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.chat.controls.presses import Action, Press, spread
from bot.chat.controls.private import is_private
from bot.messages import ConversationKey, Incoming, Language, Reply
from bot.wording import speak


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what its `press` means (`press.words` is what the platform keeps), and how it looks.

    `sign` is an emoji or an arrow, `label` the word beside it, empty where the sign says enough.
    """

    press: Press
    sign: str
    label: str = ""
    is_enabled: bool = True


def answer_buttons(
    incoming: Incoming,
    *,
    running: bool,
    longest: int,
    private: bool = False,
    reply: Reply | None = None,
    has_words: bool = True,
    earlier: Sequence[str] = (),
) -> tuple[Button, ...]:
    """The buttons below the last message of the answer to `incoming`.

    The words of each have at most `longest` characters. While it is `running` that is Stop. Afterwards `reply` is the
    answer, None where none was given; `has_words` says whether anything was said up to there. `earlier` are the ids of
    its messages before the last one.
    """
    press = Press(
        Action.STOP,
        turn=incoming.id if running else _kept_turn(incoming, has_words=has_words or reply is not None),
        asker=incoming.owner,
        private=private,
        beside=_beside(incoming.conversation),
        parts=tuple(earlier),
    )
    actions = (Action.STOP,) if running else tuple(_after(reply))
    return tuple(_button(control, incoming.language) for control in spread(press, actions, longest=longest))


def page_buttons(press: Press, pages: int) -> tuple[Button, ...]:
    """◀ ▶ beside page `press.page` of the sources; none where there is no other page."""
    if pages < 2:
        return ()
    return tuple(_turn(press, sign, target, pages) for sign, target in (("◀", press.page - 1), ("▶", press.page + 1)))


def _beside(conversation: ConversationKey) -> tuple[str, str] | None:
    """Where a private conversation was begun: its buttons may have to stand in direct messages."""
    return (conversation.workspace, conversation.channel) if is_private(conversation) else None


def _kept_turn(incoming: Incoming, *, has_words: bool) -> str:
    """The id of the turn that the history has: an earlier answer stays there when nothing was said in its place."""
    return incoming.id if has_words else incoming.turn or incoming.id


def _after(reply: Reply | None) -> Iterator[Action]:
    """What can be done about an answer that has ended; where there was none, it can be tried again."""
    yield Action.AGAIN
    yield Action.OTHER
    if reply is None:
        return
    if reply.citations:
        yield Action.SOURCES
    yield Action.UP
    yield Action.DOWN


_SIGNS = {
    Action.STOP: "⏹️",
    Action.AGAIN: "🔁",
    Action.OTHER: "🔀",
    Action.SOURCES: "📚",
    Action.UP: "👍",
    Action.DOWN: "👎",
}
_NAMED = frozenset({Action.STOP, Action.SOURCES})
"""Those whose sign alone says too little."""


def _button(press: Press, language: Language) -> Button:
    label = speak(language)(f"button-{press.action}") if press.action in _NAMED else ""
    return Button(press, _SIGNS[press.action], label)


def _turn(press: Press, sign: str, target: int, pages: int) -> Button:
    """One that leads nowhere names the page that is shown: no two buttons of a message may keep the same words."""
    is_there = 0 <= target < pages
    return Button(press.to(Action.PAGE, page=target if is_there else press.page), sign, is_enabled=is_there)
