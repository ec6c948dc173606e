"""What holds in a place."""

import pytest

from bot.messages import ConversationKey, Language
from bot.places import PlaceRules, Response, resolve, response
from bot.ports import AnswerIn, ChosenHere, PlaceChoices, PlaceLanguage

HERE = ConversationKey("discord", "guild", "channel", "thread")
SECRET = frozenset({"secret"})


def rules(*, channel: PlaceChoices | None = None, workspace: PlaceChoices | None = None) -> PlaceRules:
    chosen = ChosenHere(channel or PlaceChoices(), workspace or PlaceChoices())
    return resolve(chosen, HERE, answer_in=AnswerIn.THREAD)


def test_nothing_set_leaves_the_operators_choice_and_everything_open() -> None:
    assert rules() == PlaceRules(AnswerIn.THREAD)


def test_a_workspaces_choices_hold_in_its_channels() -> None:
    chosen = PlaceChoices(AnswerIn.REPLY, PlaceLanguage.CZECH, SECRET)
    assert rules(workspace=chosen) == PlaceRules(AnswerIn.REPLY, Language.CZECH, SECRET)


def test_a_channels_choices_come_before_its_workspaces() -> None:
    of_channel = PlaceChoices(AnswerIn.REPLY, PlaceLanguage.AUTO, frozenset())
    of_workspace = PlaceChoices(AnswerIn.THREAD, PlaceLanguage.CZECH, SECRET)
    assert rules(channel=of_channel, workspace=of_workspace) == PlaceRules(AnswerIn.REPLY, None, frozenset())


@pytest.mark.parametrize(("channels", "is_open"), [({"channel"}, True), ({"other"}, False), (set(), False)])
def test_a_list_of_channels_closes_all_others(channels: set[str], is_open: bool) -> None:
    assert rules(workspace=PlaceChoices(channels=frozenset(channels))).is_open is is_open


def test_a_direct_conversation_is_open_whatever_a_list_says() -> None:
    direct = ConversationKey("discord", "dm", "channel", direct=True)
    chosen = ChosenHere(workspace=PlaceChoices(channels=frozenset()))
    assert resolve(chosen, direct, answer_in=AnswerIn.REPLY).is_open


def test_a_closed_place_is_quiet_but_tells_who_typed_a_command() -> None:
    closed = PlaceRules(AnswerIn.THREAD, is_open=False)
    assert response(closed, is_explicit=False) is Response.IGNORE
    assert response(closed, is_explicit=True) is Response.REFUSE
    assert response(PlaceRules(AnswerIn.THREAD), is_explicit=False) is Response.ANSWER
