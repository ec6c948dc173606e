"""Owns what is made of votes: whose answer a vote is about, and the rows that are exported."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from bot.messages import ConversationKey, Turn
from bot.ports import Feedback, FeedbackEntry, History


@dataclass(frozen=True, slots=True)
class AttributedFeedback:
    """Takes votes of people who don't know which model gave the answer: the history does, while it has it."""

    feedback: Feedback
    history: History

    async def record(self, entry: FeedbackEntry) -> None:
        """Keep the vote, in the place of an earlier one of this person on this answer."""
        if not (entry.model and entry.asker):
            turns = await self.history.turns(entry.conversation)
            entry = next((_attributed(entry, turn) for turn in turns if turn.id == entry.turn), entry)
        await self.feedback.record(entry)


@dataclass(frozen=True, slots=True)
class ExportedVote:
    """A vote with the turn that it is about; None where the history has it no more."""

    entry: FeedbackEntry
    turn: Turn | None


async def exported(feedback: Feedback, history: History) -> AsyncIterator[ExportedVote]:
    """Every kept vote, conversation by conversation; each conversation is read once."""
    place: ConversationKey | None = None
    turns: dict[str, Turn] = {}
    async for entry in feedback.entries():
        if entry.conversation != place:
            place = entry.conversation
            turns = {turn.id: turn for turn in await history.turns(place)}
        yield ExportedVote(entry, turns.get(entry.turn))


def as_plain(vote: ExportedVote) -> dict[str, object]:
    """The vote in the shape that scripts rely on; `at` is seconds since the epoch."""
    entry, turn = vote.entry, vote.turn
    place = entry.conversation
    return {
        "at": entry.at,
        "platform": place.platform,
        "workspace": place.workspace,
        "channel": place.channel,
        "thread": place.thread,
        "turn": entry.turn,
        "author": entry.author,
        "vote": entry.vote.value,
        "reason": entry.reason,
        "model": entry.model,
        "question": turn.question if turn else None,
        "answer": turn.answer if turn else None,
    }


def _attributed(entry: FeedbackEntry, turn: Turn) -> FeedbackEntry:
    return replace(entry, model=entry.model or turn.model, asker=entry.asker or turn.author)
