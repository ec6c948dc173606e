"""Owns the sessions in which Slack shows its own Stop: begun once a thread, ended when the answer there is whole."""

import asyncio
from collections import OrderedDict
from enum import Enum, auto

from adapters.slack.answering.abilities import Abilities, Ability
from adapters.slack.answering.asking import asked
from adapters.slack.answering.rates import Allowance
from adapters.slack.answering.target import Target
from adapters.slack.rest import Rest

AFTER_SECONDS = 0.25
"""Nobody presses Stop sooner; until then the question itself is brought to the engine."""
MOST = 1_000
"""Of how many threads it is remembered."""
PROCESSING, ACTIVE = "processing", "active"
"""What Slack calls a session in which an answer is given, and one that waits for people."""


class _State(Enum):
    PLANNED = auto()
    ASKED = auto()
    OPEN = auto()


class Sessions:
    """Those that this process has begun. Slack takes few of them a minute: without room an answer has none."""

    def __init__(self, rest: Rest, *, abilities: Abilities, allowance: Allowance) -> None:
        self._rest = rest
        self._abilities = abilities
        self._allowance = allowance
        self._begun: OrderedDict[tuple[str, str], _State] = OrderedDict()

    def is_begun(self, target: Target) -> bool:
        """Whether Slack shows its Stop there, or is about to."""
        return _key(target) in self._begun

    def is_open(self, target: Target) -> bool:
        """Whether Slack has said that it does; then the end of a stream may end it, too."""
        return self._begun.get(_key(target)) is _State.OPEN

    async def begin(self, target: Target) -> None:
        """Have Slack show its Stop there."""
        key = _key(target)
        if not target.thread or key in self._begun or not self._abilities.has(Ability.SESSION):
            return
        if not self._allowance.takes_session():
            return
        self._begun[key] = _State.PLANNED
        while len(self._begun) > MOST:
            self._begun.popitem(last=False)
        await asyncio.sleep(AFTER_SECONDS)
        if key not in self._begun:
            return
        self._begun[key] = _State.ASKED
        if not await self._set(target, PROCESSING):
            self._begun.pop(key, None)
        elif key in self._begun:
            self._begun[key] = _State.OPEN

    def ended(self, target: Target) -> None:
        """Slack was told with an answer's last words."""
        if self._begun.pop(_key(target), None):
            self._allowance.end_session()

    async def end(self, target: Target) -> None:
        """Have Slack take its Stop away, where it was asked for one."""
        was_asked = self._begun.get(_key(target)) in (_State.ASKED, _State.OPEN)
        self.ended(target)
        if was_asked:
            await self._set(target, ACTIVE)

    async def _set(self, target: Target, status: str) -> bool:
        call = self._rest.client.agents_sessions_setStatus(
            channel_id=target.channel, thread_ts=target.thread, status=status
        )
        return await asked(call, Ability.SESSION, self._abilities)


def _key(target: Target) -> tuple[str, str]:
    return target.channel, target.thread
