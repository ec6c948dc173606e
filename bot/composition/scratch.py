"""Owns a memory that lasts as long as an evaluation: nothing that is asked there reaches the team's history."""

from collections.abc import Mapping, Sequence

from bot.messages import Author, ConversationKey, Turn
from bot.ports import Forgotten, LatencySample, Pin, PinScope


class ScratchHistory:
    """The turns of each conversation, in memory alone."""

    def __init__(self) -> None:
        self._turns: dict[ConversationKey, list[Turn]] = {}

    async def turns(self, conversation: ConversationKey) -> Sequence[Turn]:
        """The turns so far, oldest first."""
        return tuple(self._turns.get(conversation, ()))

    async def append(self, conversation: ConversationKey, turn: Turn, *, replaces: str | None = None) -> None:
        """Keep `turn` as the newest, in place of the one that it replaces."""
        turns = self._turns.setdefault(conversation, [])
        if turns and turns[-1].id == replaces:
            turns.pop()
        turns.append(turn)

    async def forget(self, conversation: ConversationKey) -> Forgotten:
        """Erase the conversation's turns."""
        return Forgotten(turns=len(self._turns.pop(conversation, ())), pins=0)

    async def forget_person(self, platform: str, author: str) -> Forgotten:  # noqa: ARG002 - the port's
        """Erase everything: there is one person alone, whose evaluation this is."""
        forgotten = Forgotten(turns=sum(map(len, self._turns.values())), pins=0, conversations=len(self._turns))
        self._turns.clear()
        return forgotten


class NoPins:
    """Nobody has chosen a model: the settings decide, so that an evaluation can be repeated elsewhere."""

    async def pins(self, conversation: ConversationKey, author: Author) -> Sequence[Pin]:  # noqa: ARG002 - the port's
        """None."""
        return ()

    async def pin(self, scope: PinScope, conversation: ConversationKey, author: Author, model: str) -> None:
        """Not in an evaluation."""
        raise NotImplementedError

    async def unpin(self, scope: PinScope, conversation: ConversationKey, author: Author) -> bool:  # noqa: ARG002
        """There is none to take back."""
        return False

    async def holders(self, model: str) -> Mapping[PinScope, int]:  # noqa: ARG002
        """Nobody."""
        return {}


class NoLatencyLog:
    """An evaluation's turns are no measure of how long people wait."""

    async def record(self, sample: LatencySample) -> None:
        """Drop it."""

    async def samples(self) -> Mapping[str, Sequence[LatencySample]]:
        """None."""
        return {}
