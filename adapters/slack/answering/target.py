"""Owns where the answer to a question belongs, and for whom it is written there. Pure."""

import re
from dataclasses import dataclass
from typing import Any, Self

from adapters.slack.answering.posted import PrivateName
from adapters.slack.callers import EXTERNAL
from bot.chat.controls.private import is_private
from bot.messages import Incoming

ANSWER, NOTE = "sova_answer", "sova_note"
"""What Slack keeps with each message of an answer, and with what else is said about a question: `event_type`."""
CLOCKS_SECONDS = 60.0
"""By so much our clock may be ahead of Slack's."""
_TS = re.compile(r"\d+\.\d{6}")


@dataclass(frozen=True, slots=True)
class Target:
    """`thread` is empty where there is none. `user` of the workspace `team` is who asked; `question` is its id.

    `after` is the `ts` of a message before all that was said about the question.
    """

    channel: str
    thread: str
    user: str
    team: str
    question: str
    after: str

    @classmethod
    def of(cls, incoming: Incoming) -> Self:
        """Where the question tells that it belongs."""
        place = incoming.conversation
        own = incoming.id.removeprefix(f"{place.channel}-").partition("-")[0]
        thread = "" if is_private(place) else place.thread
        teams = incoming.author.roles - {EXTERNAL}
        return cls(
            place.channel,
            thread,
            user=incoming.author.id,
            team=next(iter(teams), place.workspace),
            question=incoming.id,
            after=own if _TS.fullmatch(own) else f"{incoming.received_at - CLOCKS_SECONDS:.6f}",
        )

    @property
    def threaded(self) -> dict[str, Any]:
        """As an argument of Slack's methods."""
        return {"thread_ts": self.thread} if self.thread else {}

    def metadata(self, kind: str = ANSWER) -> dict[str, Any]:
        """What Slack keeps with a message, by which whoever goes on finds it."""
        return {"event_type": kind, "event_payload": {"question": self.question}}


def is_for_one(incoming: Incoming) -> bool:
    """Whether the answer is shown to the asker alone."""
    return is_private(incoming.conversation) or PrivateName.read(incoming.reply) is not None
