"""Owns `sova feedback export`: every vote that is kept, for people to read or for programs."""

import json
import sys
from datetime import UTC, datetime, timedelta

from adapters.terminal.render import console_on, print_line
from bot.backends.redis.conversations import RedisHistory
from bot.backends.redis.feedback import RedisFeedback
from bot.composition.house import open_history
from bot.feedback import ExportedVote, as_plain, exported
from bot.logs import start_logging
from bot.ports import Vote
from bot.settings import Settings
from bot.wording import Wording

SIGNS = {Vote.UP: "👍", Vote.DOWN: "👎"}


async def export(settings: Settings, say: Wording, *, as_json: bool) -> int:
    """Print the votes as they are read; `HistoryUnavailable` and its like when they can't be."""
    start_logging(level=settings.log_level, form=settings.log_format, file=settings.state_dir / "sova.log")
    console, some = console_on(sys.stdout), False
    prefix, max_age = settings.redis_prefix, timedelta(days=settings.history_days)
    async with open_history(settings, required=True) as connection:
        feedback = RedisFeedback(connection, prefix=prefix, max_age=max_age)
        history = RedisHistory(connection, prefix=prefix, max_turns=settings.history_turns, max_age=max_age)
        async for vote in exported(feedback, history):
            some = True
            if as_json:
                console.file.write(json.dumps(as_plain(vote), ensure_ascii=False) + "\n")
            else:
                print_line(console, _told(vote, say))
    if not some and not as_json:
        print_line(console, say("feedback-none"))
    return 0


def _told(vote: ExportedVote, say: Wording) -> str:
    entry = vote.entry
    line = say(
        "feedback-line",
        at=datetime.fromtimestamp(entry.at, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        platform=entry.conversation.platform,
        model=entry.model or say("stats-votes-unknown"),
        vote=SIGNS[entry.vote],
        reason=entry.reason or "none",
    ).rstrip()
    if vote.turn is None:
        return line
    return f"{line}\n{say('feedback-question', question=vote.turn.question)}"
