import pytest

from bot.access.rules import Grantee, Kind, Permission, Rules
from bot.chat.controls.presses import Action
from bot.errors import HistoryUnavailable, TooBusy
from bot.messages import Citation, Place
from bot.ports import Vote
from tests.adapters.discord.controls.stage import Scene, press, pressable, said
from tests.doubles.behind import LARK, OWL, TURN

LEAVE = "Everybody has 25 days of leave."
CITED = Citation(1, "hr/leave.md", "Holidays", 0.9, Place(0, len(LEAVE), 0, 0))
ACTIONS = list(Action)


# --- which there are ------------------------------------------------------------------------------------------------


async def test_an_answer_that_is_being_given_can_be_stopped_and_nothing_else(stage: Scene) -> None:
    message = await stage.post(running=True)

    assert [action for action in ACTIONS if pressable(message, action)] == [Action.STOP]


async def test_sources_are_offered_where_there_are_some(stage: Scene) -> None:
    assert pressable(await stage.post(CITED), Action.SOURCES)
    assert not pressable(await stage.post(), Action.SOURCES)


async def test_what_was_never_answered_can_be_tried_again(stage: Scene) -> None:
    message = await stage.unanswered()

    offered = [action for action in ACTIONS if pressable(message, action)]
    assert offered == [Action.AGAIN, Action.OTHER]


# --- Stop -----------------------------------------------------------------------------------------------------------


async def test_stop_stops_what_the_asker_asked(stage: Scene) -> None:
    stage.behind.room.waiting = (stage.question(),)
    message = await stage.post(running=True)

    pressed = await press(stage.ana, message, Action.STOP)

    assert pressed.acknowledged
    assert not pressed.followups
    assert stage.behind.room.stops == [(stage.place, str(stage.ana.id))]


async def test_stop_is_not_for_others(stage: Scene) -> None:
    message = await stage.post(running=True)

    pressed = await press(stage.bob, message, Action.STOP)

    assert "Only whoever asked" in said(pressed)
    assert stage.behind.room.stops == []


async def test_an_administrator_stops_what_somebody_else_asked(stage: Scene) -> None:
    stage.behind.room.waiting = (stage.question(),)
    message = await stage.post(running=True)

    await press(stage.boss, message, Action.STOP)

    assert stage.behind.room.stops == [(stage.place, str(stage.ana.id))]


async def test_stopping_what_has_ended_says_so(stage: Scene) -> None:
    message = await stage.post(running=True)

    assert "No answer is being given" in said(await press(stage.ana, message, Action.STOP))


# --- Regenerate -----------------------------------------------------------------------------------------------------


async def test_regenerate_asks_again_in_the_place_of_the_answer(stage: Scene) -> None:
    message = await stage.answered()

    await press(stage.ana, message, Action.AGAIN)

    (asked,) = stage.behind.received
    assert (asked.again, asked.model, asked.conversation, asked.asker) == (True, None, stage.place, None)
    assert asked.replaces == f"{stage.channel.id}:{message.id}"
    assert asked.turn == str(TURN)
    assert asked.author.id == str(stage.ana.id)
    assert asked.id != str(TURN)


async def test_regenerate_takes_the_place_of_every_part_of_a_long_answer(stage: Scene) -> None:
    await stage.behind.answered(stage.place, TURN)
    message = await stage.post(earlier=["11", "12", "13"])

    await press(stage.ana, message, Action.AGAIN)

    (asked,) = stage.behind.received
    assert asked.replaces == f"{stage.channel.id}:11,12,13,{message.id}"


async def test_the_names_of_very_many_parts_are_spread_over_the_buttons(stage: Scene) -> None:
    await stage.behind.answered(stage.place, TURN)
    parts = [str(part) for part in range(11, 31)]
    message = await stage.post(earlier=parts)

    await press(stage.ana, message, Action.AGAIN)

    assert stage.behind.received[0].replaces == f"{stage.channel.id}:{','.join(parts)},{message.id}"


async def test_an_answer_of_more_parts_than_its_buttons_can_name_is_given_again_below_and_that_is_said(
    stage: Scene,
) -> None:
    await stage.behind.answered(stage.place, TURN)
    message = await stage.post(earlier=[str(part) for part in range(11, 51)])

    assert "will follow below" in said(await press(stage.ana, message, Action.AGAIN))

    assert stage.behind.received[0].replaces is None


async def test_what_an_administrator_has_answered_again_stays_its_askers(stage: Scene) -> None:
    message = await stage.answered()

    await press(stage.boss, message, Action.AGAIN)

    (asked,) = stage.behind.received
    assert (asked.author.id, asked.asker) == (str(stage.boss.id), str(stage.ana.id))
    shown = await stage.post_again(asked)
    assert "Only whoever asked" in said(await press(stage.bob, shown, Action.STOP))
    await press(stage.ana, shown, Action.STOP)
    assert stage.behind.room.stops == [(stage.place, str(stage.ana.id))]


async def test_where_nothing_came_in_its_place_the_earlier_answer_can_still_be_given_again(stage: Scene) -> None:
    await press(stage.ana, await stage.answered(), Action.AGAIN)
    failed = await stage.post_again(stage.behind.received[0], running=False)

    await press(stage.ana, failed, Action.AGAIN)

    assert [asked.turn for asked in stage.behind.received] == [str(TURN), str(TURN)]


async def test_regenerate_is_not_for_others(stage: Scene) -> None:
    message = await stage.answered()

    assert "Only whoever asked" in said(await press(stage.bob, message, Action.AGAIN))
    assert stage.behind.received == []


async def test_only_the_last_answer_is_given_again(stage: Scene) -> None:
    message = await stage.answered()
    await stage.behind.answered(stage.place, TURN + 1)

    assert "Only the last answer" in said(await press(stage.ana, message, Action.AGAIN))
    assert stage.behind.received == []


async def test_a_question_that_is_not_taken_is_refused_in_words(stage: Scene) -> None:
    message = await stage.answered()
    stage.behind.refusal = TooBusy(waiting=9, whose="all")

    assert "9" in said(await press(stage.ana, message, Action.AGAIN))


async def test_another_model_answers_again_when_it_is_chosen(stage: Scene) -> None:
    message = await stage.answered()

    offered = await press(stage.ana, message, Action.OTHER)
    assert "Which model" in said(offered)
    assert offered.response
    await stage.ana.select(offered.response, [LARK.name])

    (asked,) = stage.behind.received
    assert (asked.again, asked.model) == (True, LARK.name)
    assert asked.replaces == f"{stage.channel.id}:{message.id}"
    assert offered.response.content == f"{LARK.name} answers again."
    assert not offered.response.components


async def test_another_model_takes_the_place_of_every_part_of_a_very_long_answer(stage: Scene) -> None:
    await stage.behind.answered(stage.place, TURN)
    parts = [str(part) for part in range(11, 31)]
    message = await stage.post(earlier=parts)

    offered = await press(stage.ana, message, Action.OTHER)
    assert offered.response
    await stage.ana.select(offered.response, [LARK.name])

    assert stage.behind.received[0].replaces == f"{stage.channel.id}:{','.join(parts)},{message.id}"


async def test_where_the_answer_was_deleted_meanwhile_another_model_answers_below(stage: Scene) -> None:
    message = await stage.answered()
    offered = await press(stage.ana, message, Action.OTHER)
    await message.delete()

    assert offered.response
    await stage.ana.select(offered.response, [LARK.name])

    assert "will follow below" in offered.response.content
    assert stage.behind.received[0].replaces is None


async def test_the_models_offered_are_those_that_can_chat(stage: Scene) -> None:
    message = await stage.answered()

    offered = await press(stage.ana, message, Action.OTHER)

    assert offered.response
    (row,) = offered.response.components
    assert [option["value"] for option in row["components"][0]["options"]] == [OWL.name, LARK.name]


async def test_who_may_not_switch_models_is_told_so(stage: Scene) -> None:
    leads = frozenset({Grantee.of(Kind.ROLE, "Leads")})
    stage.behind.written.now = Rules(given={"discord": {Permission.SWITCH: leads}})
    message = await stage.answered()

    assert "Leads" in said(await press(stage.ana, message, Action.OTHER))


async def test_where_no_model_is_there_none_is_offered(stage: Scene) -> None:
    message = await stage.answered()
    stage.behind.engine.offers = []

    assert "can't find out" in said(await press(stage.ana, message, Action.OTHER))


# --- Sources --------------------------------------------------------------------------------------------------------


async def test_sources_are_shown_to_whoever_asks_for_them_alone(stage: Scene) -> None:
    await stage.behind.hold("hr/leave.md", LEAVE)
    message = await stage.answered(CITED)

    pressed = await press(stage.bob, message, Action.SOURCES)

    assert LEAVE in said(pressed)
    assert pressed.response
    assert not pressable(pressed.response, Action.PAGE)


async def test_long_sources_are_turned_page_by_page(stage: Scene) -> None:
    text = " ".join(f"Rule {number} holds." for number in range(300))
    await stage.behind.hold("hr/leave.md", text)
    message = await stage.answered(Citation(1, "hr/leave.md", "Rules", 0.9, Place(0, len(text), 0, 0)))

    shown = (await press(stage.ana, message, Action.SOURCES)).response
    assert shown
    assert "Rule 0 holds" in shown.content
    first = shown.content
    assert len(pressable(shown, Action.PAGE)) == 1
    await press(stage.ana, shown, Action.PAGE)

    assert shown.content != first
    assert len(pressable(shown, Action.PAGE)) == 2
    await press(stage.ana, shown, Action.PAGE)
    assert shown.content == first


async def test_the_sources_are_those_of_the_answer_above_the_button(stage: Scene) -> None:
    await stage.behind.hold("hr/leave.md", LEAVE)
    message = await stage.answered(CITED)
    await stage.behind.answered(stage.place, TURN + 1)

    assert LEAVE in said(await press(stage.ana, message, Action.SOURCES))


# --- 👍 👎 ----------------------------------------------------------------------------------------------------------


async def test_a_thumb_up_is_counted(stage: Scene) -> None:
    message = await stage.answered()

    assert "Thank you" in said(await press(stage.bob, message, Action.UP))

    (entry,) = stage.behind.ballot.entries
    assert (entry.turn, entry.vote, entry.author, entry.asker) == (
        str(TURN),
        Vote.UP,
        str(stage.bob.id),
        str(stage.ana.id),
    )
    assert entry.conversation == stage.place


async def test_a_thumb_down_counts_before_a_reason_is_given(stage: Scene) -> None:
    message = await stage.answered()

    shown = await press(stage.bob, message, Action.DOWN)

    assert shown.modal
    (entry,) = stage.behind.ballot.entries
    assert (entry.vote, entry.reason) == (Vote.DOWN, "")


async def test_a_reason_goes_with_the_thumb_down(stage: Scene) -> None:
    message = await stage.answered()

    shown = await press(stage.bob, message, Action.DOWN)
    assert shown.modal
    (label,) = shown.modal["components"]
    submitted = await stage.bob.submit_modal(shown, {label["component"]["custom_id"]: "It is 30 days."})

    assert "Thank you" in said(submitted)
    assert stage.behind.ballot.entries[-1].reason == "It is 30 days."


async def test_a_vote_that_cannot_be_kept_is_said(stage: Scene) -> None:
    message = await stage.answered()
    stage.behind.ballot.down = HistoryUnavailable(where="redis", reason="refused")

    assert "Thank you" not in said(await press(stage.bob, message, Action.UP))


async def test_who_may_not_ask_may_not_vote(stage: Scene) -> None:
    leads = frozenset({Grantee.of(Kind.ROLE, "Leads")})
    stage.behind.written.now = Rules(given={"discord": {Permission.ASK: leads}})
    message = await stage.answered()

    assert said(await press(stage.bob, message, Action.UP))
    assert said(await press(stage.bob, message, Action.DOWN))
    assert stage.behind.ballot.entries == []


# --- restarts and faults --------------------------------------------------------------------------------------------


async def test_buttons_work_after_a_restart(stage: Scene) -> None:
    await stage.behind.hold("hr/leave.md", LEAVE)
    message = await stage.answered(CITED)

    await stage.restart()

    assert LEAVE in said(await press(stage.ana, message, Action.SOURCES))
    await press(stage.ana, message, Action.AGAIN)
    assert stage.behind.received[0].again


async def test_nothing_is_kept_in_mind_for_each_answer(stage: Scene) -> None:
    before = len(stage.client.persistent_views)

    for _ in range(5):
        await stage.post(CITED)

    assert len(stage.client.persistent_views) == before


async def test_a_button_of_another_version_says_so(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.chat.controls.presses.VERSION", 99)
    message = await stage.post(running=True)
    monkeypatch.undo()

    (custom_id,) = pressable(message, Action.STOP)
    assert "another version" in said(await stage.ana.click(message, custom_id=custom_id))


async def test_an_interaction_that_discord_does_not_know_any_more_is_dropped(stage: Scene) -> None:
    message = await stage.answered()
    stage.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)

    pressed = await press(stage.ana, message, Action.AGAIN)

    assert not pressed.acknowledged
    assert stage.behind.received == []


async def test_a_fault_of_ours_is_said_and_logged(stage: Scene, caplog: pytest.LogCaptureFixture) -> None:
    message = await stage.answered()
    stage.behind.ballot.down = RuntimeError("secret words")  # type: ignore[assignment]

    assert said(await press(stage.ana, message, Action.UP))
    assert "by a fault of ours" in caplog.text
