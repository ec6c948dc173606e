"""Owns what holds in a place: the channel's own setting, else its workspace's, else the operator's. Pure."""

from dataclasses import dataclass
from enum import Enum, auto

from bot.messages import ConversationKey, Language
from bot.ports import AnswerIn, ChosenHere, PlaceLanguage

DIRECT_MESSAGES = "dm"
"""The workspace of conversations that belong to none, where a platform's direct messages don't."""


@dataclass(frozen=True, slots=True)
class PlaceRules:
    """What holds in one channel.

    `language` is None where each person's own applies. `knowledge` narrows what is searched to these scopes; None does
    not. `is_open` says whether Sova answers there at all.
    """

    answer_in: AnswerIn
    language: Language | None = None
    knowledge: frozenset[str] | None = None
    is_open: bool = True


class Response(Enum):
    """What becomes of a question: it is answered, left without a word, or refused with one."""

    ANSWER = auto()
    IGNORE = auto()
    REFUSE = auto()


def resolve(chosen: ChosenHere, conversation: ConversationKey, *, answer_in: AnswerIn) -> PlaceRules:
    """What holds where `conversation` is; `answer_in` is the operator's choice, for where nobody has made one.

    A narrowing of the channel takes the place of its workspace's: neither ever widens what may be read there.
    """
    channel, workspace = chosen.channel, chosen.workspace
    return PlaceRules(
        answer_in=channel.answer_in or workspace.answer_in or answer_in,
        language=_language(channel.language or workspace.language or PlaceLanguage.AUTO),
        knowledge=narrowing(chosen),
        is_open=_is_open(workspace.channels, conversation),
    )


def narrowing(chosen: ChosenHere) -> frozenset[str] | None:
    """The scopes to which searching is narrowed; None where it isn't."""
    of_channel = chosen.channel.knowledge
    return of_channel if of_channel is not None else chosen.workspace.knowledge


def response(rules: PlaceRules, *, is_explicit: bool) -> Response:
    """What becomes of a question under `rules`; `is_explicit` says that a command was used, which wants an answer.

    A mention where Sova shall keep quiet is passed over, as people expect of it; who typed a command is told why.
    """
    if rules.is_open:
        return Response.ANSWER
    return Response.REFUSE if is_explicit else Response.IGNORE


def _language(chosen: PlaceLanguage) -> Language | None:
    return None if chosen is PlaceLanguage.AUTO else Language(chosen.value)


def _is_open(channels: frozenset[str] | None, conversation: ConversationKey) -> bool:
    """Direct conversations are between Sova and a person, whatever a workspace says."""
    return channels is None or conversation.direct or conversation.channel in channels
