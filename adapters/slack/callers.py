"""Owns who and where: Slack's ids and times, and the conversations, people and marks that they stand for. Pure."""

from datetime import datetime

from bot.messages import Author, ConversationKey, Language

PLATFORM = "slack"
EXTERNAL = "external"
"""The role of people whose own workspace is another one; see `author_of`."""
_DIRECT = "D"
_MICROSECONDS = 1_000_000


def is_direct(channel: str) -> bool:
    """Whether it is a direct message between one person and Sova."""
    return channel.startswith(_DIRECT)


def conversation_of(team: str, channel: str, thread_ts: str = "") -> ConversationKey:
    """What the place shares its history with. `team` is always Sova's own, also in channels shared with others.

    `thread_ts` names the thread by the `ts` of its root; an answer stands in its question's thread, so that is the
    question's own `ts` where no thread is there yet.
    """
    return ConversationKey(PLATFORM, team, channel, thread_ts, direct=is_direct(channel))


def question_id(channel: str, ts: str) -> str:
    """The `Incoming.id` of a message: the same for each event that brings it, and each time that one comes."""
    return f"{channel}-{ts}"


def author_of(user: str, *, name: str = "", team: str = "", home: str) -> Author:
    """Who it is; without a known name the id stands for it.

    The person's workspace is a role, by its id, so that rules can be made for it; whoever isn't from `home`, Sova's
    own, is in the role `external` too. Slack tells a bot of no other groups.
    """
    team = team or home
    return Author(id=user, name=name or user, roles=frozenset({team} if team == home else {team, EXTERNAL}))


def mark_of(ts: str) -> int:
    """A message's place in its channel's order: its `ts` in microseconds."""
    seconds, _, micros = ts.partition(".")
    return int(seconds) * _MICROSECONDS + int(micros.ljust(6, "0")[:6] or 0)


def ts_of(mark: int) -> str:
    """The `ts` of such a mark."""
    seconds, micros = divmod(mark, _MICROSECONDS)
    return f"{seconds}.{micros:06d}"


def mark_at(moment: datetime) -> int:
    """The mark that a message of that moment would have."""
    return int(moment.timestamp() * _MICROSECONDS)


def language_of(locale: str) -> Language | None:
    """The language of a person's Slack, such as `cs-CZ`; None where it isn't known."""
    if not locale:
        return None
    return Language.CZECH if locale.lower().startswith("cs") else Language.ENGLISH
