"""Owns what counts as a question to Sova: a direct message, a mention, and what goes on with her in a thread. Pure.

In a thread where she takes part nobody needs to mention her: whoever writes next below her answer means her, and so
does who goes on with what they were asking. Once somebody has written something there that wasn't for her, people talk
to each other, and she is silent until she is mentioned again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from adapters.slack.hearing.said import Said


class Floor(Enum):
    """Who has the word in a thread: nobody asked Sova there, anybody after her answer, who asks her, or people."""

    NONE = auto()
    OPEN = auto()
    ASKER = auto()
    PEOPLE = auto()


@dataclass(frozen=True, slots=True)
class Talk:
    """Where the talk in a thread stands; `asker` is whose word it is."""

    floor: Floor = Floor.NONE
    asker: str = ""

    @property
    def is_with_her(self) -> bool:
        """Whether all that was said last was said to her, or by her: her own history knows it."""
        return self.floor in {Floor.OPEN, Floor.ASKER}


NOTHING_SAID = Talk()


def is_question(said: Said, talk: Talk, *, me: str) -> bool:
    """Whether it is for Sova, whose user is `me`, where the talk in its thread stood like that before."""
    if not said.is_spoken:
        return False
    if said.is_direct or said.mentions(me):
        return True
    if said.is_to_others(me):
        return False
    return talk.floor is Floor.OPEN or (talk.floor is Floor.ASKER and talk.asker == said.user)


def after(talk: Talk, said: Said, *, me: str) -> Talk:
    """Where the talk stands after this message. What other bots and Slack itself write changes nothing."""
    if said.is_ours:
        return talk if talk.floor is Floor.PEOPLE else Talk(Floor.OPEN)
    if not said.is_spoken:
        return talk
    if is_question(said, talk, me=me):
        return Talk(Floor.ASKER, said.user)
    return talk if talk.floor is Floor.NONE else Talk(Floor.PEOPLE)


def talk_of(messages: Iterable[Said], *, me: str) -> Talk:
    """Where it stands after all these, oldest first."""
    talk = NOTHING_SAID
    for said in messages:
        talk = after(talk, said, me=me)
    return talk
