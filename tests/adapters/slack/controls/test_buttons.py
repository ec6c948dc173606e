"""What happens when somebody presses a control under an answer."""

from dataclasses import replace

import pytest

from adapters.slack.answering.posted import PrivateName
from adapters.slack.controls.buttons import answer_blocks
from bot.access.rules import Grantee, Kind, Permission, Rules
from bot.chat.controls.presses import Action
from bot.errors import HistoryUnavailable, TooBusy
from bot.messages import Citation, Place
from bot.ports import Vote
from tests.adapters.slack.controls.stage import SAY, Scene, press, pressable
from tests.doubles.behind import LARK, OWL, reply_to
from tests.doubles.slack import Refuse

LEAVE = "Everybody has 25 days of leave."
CITED = Citation(1, "hr/leave.md", "Holidays", 0.9, Place(0, len(LEAVE), 0, 0))
LEADS = Rules(
    given={
        "slack": {
            Permission.SWITCH: frozenset({Grantee.of(Kind.ROLE, "Leads")}),
            Permission.ASK: frozenset({Grantee.of(Kind.ROLE, "Leads")}),
        }
    }
)


# --- Stop -----------------------------------------------------------------------------------------------------------


async def test_stop_stops_what_the_asker_asked(scene: Scene) -> None:
    incoming = scene.incoming(await scene.asked())
    scene.behind.room.waiting = (incoming,)
    message = await scene.post(incoming, running=True)

    pressed = await press(scene.jana, message, Action.STOP)

    assert pressed.is_acked
    await scene.until(lambda: scene.behind.room.stops)
    assert scene.behind.room.stops == [(incoming.conversation, scene.jana.id)]


async def test_stop_is_not_for_others(scene: Scene) -> None:
    message = await scene.post(scene.incoming(await scene.asked()), running=True)

    await press(scene.petr, message, Action.STOP)

    said = await scene.told(scene.petr, "Only whoever asked")
    assert said.thread == message.thread
    assert scene.behind.room.stops == []


async def test_stopping_what_has_ended_says_so(scene: Scene) -> None:
    message = await scene.post(scene.incoming(await scene.asked()), running=True)

    await press(scene.jana, message, Action.STOP)

    await scene.told(scene.jana, "No answer is being given")


async def test_slacks_own_stop_stops_what_the_person_asked_and_ends_the_session(scene: Scene) -> None:
    question = await scene.asked()
    scene.behind.room.waiting = (scene.incoming(question),)
    await scene.rest.client.agents_sessions_setStatus(
        channel_id=question.channel, thread_ts=question.ts, status="processing"
    )

    await scene.jana.stops(question)

    await scene.until(lambda: scene.general.session(question) == "active")
    assert scene.behind.room.stops == [(scene.place(question.ts), scene.jana.id)]


async def test_slacks_own_stop_is_for_everybodys_answer_when_an_administrator_presses_it(scene: Scene) -> None:
    question = await scene.asked()
    await scene.rest.client.agents_sessions_setStatus(
        channel_id=question.channel, thread_ts=question.ts, status="processing"
    )

    await scene.boss.stops(question)

    await scene.until(lambda: scene.behind.room.stops)
    assert scene.behind.room.stops == [(scene.place(question.ts), None)]


async def test_slacks_own_stop_says_so_where_the_answer_is_somebody_elses(scene: Scene) -> None:
    question = await scene.asked()
    scene.behind.room.of_others = 1
    await scene.rest.client.agents_sessions_setStatus(
        channel_id=question.channel, thread_ts=question.ts, status="processing"
    )

    await scene.petr.stops(question)

    await scene.told(scene.petr, SAY("stop-only-others"))
    assert scene.general.session(question) == "processing"


async def test_slacks_own_stop_knows_people_of_other_organisations(scene: Scene) -> None:
    externals = frozenset({Grantee.of(Kind.ROLE, "external")})
    scene.behind.written.now = Rules(given={"slack": {Permission.ADMINISTER: externals}})
    shared = scene.slack.team.channel("partners", shared=True)
    olga = scene.slack.team.outsider("Olga")
    question = await olga.says(shared, "How long is parental leave?", mention=True)
    await scene.received()
    await scene.rest.client.agents_sessions_setStatus(
        channel_id=question.channel, thread_ts=question.ts, status="processing"
    )

    await olga.stops(question)

    await scene.until(lambda: scene.behind.room.stops)
    assert scene.behind.room.stops == [(scene.place(question.ts, shared), None)]


# --- Regenerate -----------------------------------------------------------------------------------------------------


async def test_regenerate_asks_again_in_the_place_of_the_answer(scene: Scene) -> None:
    message = await scene.answered()

    await press(scene.jana, message, Action.AGAIN)

    asked = await scene.received()
    assert (asked.again, asked.model, asked.conversation) == (True, None, scene.place(message.thread))
    assert asked.replaces == f"{scene.general.id}:{message.ts}"
    assert asked.turn == f"{scene.general.id}-{message.thread}"
    assert asked.id.startswith(f"{scene.general.id}-")


async def test_regenerate_takes_the_place_of_every_part_of_a_long_answer(scene: Scene) -> None:
    message = await scene.answered(earlier=["1.000001", "1.000002"])

    await press(scene.jana, message, Action.AGAIN)

    assert (await scene.received()).replaces == f"{scene.general.id}:1.000001,1.000002,{message.ts}"


async def test_regenerate_is_not_for_others(scene: Scene) -> None:
    await press(scene.petr, await scene.answered(), Action.AGAIN)

    await scene.told(scene.petr, "Only whoever asked")
    assert scene.behind.received == []


async def test_a_private_answer_that_had_to_go_to_direct_messages_is_given_again_to_the_asker_alone(
    scene: Scene,
) -> None:
    own = scene.place(f"private:{scene.jana.id}")
    asked = replace(scene.incoming(await scene.asked()), conversation=replace(own, direct=True))
    await scene.behind.answered(asked.conversation, asked.id)
    await scene.rest.client.chat_postMessage(
        channel=scene.jana.id,
        text="Yes.",
        blocks=[block.to_dict() for block in answer_blocks(asked, running=False, reply=reply_to(asked))],
        unfurl_links=False,
        unfurl_media=False,
    )
    (shown,) = scene.jana.direct.answers

    pressed = await press(scene.jana, shown, Action.AGAIN)

    again = await scene.received()
    assert (again.conversation, again.turn) == (asked.conversation, asked.id)
    assert again.reply == str(PrivateName(pressed.payload["response_url"]))


async def test_only_the_last_answer_is_given_again(scene: Scene) -> None:
    message = await scene.answered()
    await scene.behind.answered(scene.place(message.thread), "later")

    await press(scene.jana, message, Action.AGAIN)

    await scene.told(scene.jana, "Only the last answer")


async def test_a_question_that_is_not_taken_is_refused_in_words(scene: Scene) -> None:
    message = await scene.answered()
    scene.behind.refusal = TooBusy(waiting=9, whose="all")

    await press(scene.jana, message, Action.AGAIN)

    await scene.told(scene.jana, "9 questions")


async def test_another_model_answers_again_when_it_is_chosen(scene: Scene) -> None:
    message = await scene.answered(earlier=["1.000001"])

    await press(scene.jana, message, Action.OTHER)
    form = await scene.modal(scene.jana, LARK.name)
    assert [option["value"] for option in form.blocks[0]["element"]["options"]] == [OWL.name, LARK.name]
    await scene.jana.submits(form, {"model": LARK.name})

    asked = await scene.received()
    assert (asked.again, asked.model) == (True, LARK.name)
    assert asked.replaces == f"{scene.general.id}:1.000001,{message.ts}"
    await scene.told(scene.jana, f"{LARK.name} answers again.")


async def test_who_may_not_switch_models_is_told_so(scene: Scene) -> None:
    message = await scene.answered()
    scene.behind.written.now = LEADS

    await press(scene.jana, message, Action.OTHER)

    await scene.told(scene.jana, "Leads")
    assert scene.jana.modal is None


async def test_where_no_model_is_there_none_is_offered(scene: Scene) -> None:
    message = await scene.answered()
    scene.behind.engine.offers = []

    await press(scene.jana, message, Action.OTHER)

    await scene.modal(scene.jana, "can't find out")


# --- Sources --------------------------------------------------------------------------------------------------------


async def test_sources_open_in_a_window_for_whoever_asks_for_them(scene: Scene) -> None:
    await scene.behind.hold("hr/leave.md", LEAVE)
    message = await scene.answered(CITED)

    await press(scene.petr, message, Action.SOURCES)

    window = await scene.modal(scene.petr, LEAVE)
    assert not pressable(window, Action.PAGE)


async def test_long_sources_are_turned_page_by_page(scene: Scene) -> None:
    text = " ".join(f"Rule {number} holds." for number in range(800))
    await scene.behind.hold("hr/leave.md", text)
    message = await scene.answered(Citation(1, "hr/leave.md", "Rules", 0.9, Place(0, len(text), 0, 0)))

    await press(scene.jana, message, Action.SOURCES)
    window = await scene.modal(scene.jana, "Rule 0 holds")
    assert len(pressable(window, Action.PAGE)) == 1
    await press(scene.jana, window, Action.PAGE)
    second = await scene.until(lambda: window if "Rule 0 holds" not in str(window.told) else None)
    assert len(pressable(second, Action.PAGE)) == 2
    await press(scene.jana, second, Action.PAGE)

    await scene.modal(scene.jana, "Rule 0 holds")


async def test_who_closes_the_window_meanwhile_wants_no_more_of_it(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await scene.behind.hold("hr/leave.md", LEAVE)
    scene.slack.faults.plan(Refuse("not_found"), "views.update")

    await press(scene.jana, await scene.answered(CITED), Action.SOURCES)

    await scene.until(lambda: any(call.method == "views.update" for call in scene.slack.api.calls))
    await press(scene.jana, await scene.answered(), Action.UP)
    await scene.told(scene.jana, "Thank you")
    assert "fault of ours" not in caplog.text


async def test_what_stands_in_the_way_of_sources_is_said_in_the_window(scene: Scene) -> None:
    message = await scene.answered(CITED)
    scene.behind.index.failure = HistoryUnavailable(where="redis", reason="refused")

    await press(scene.jana, message, Action.SOURCES)

    await scene.modal(scene.jana, "redis")


# --- 👍 👎 ----------------------------------------------------------------------------------------------------------


async def test_a_thumb_up_is_counted(scene: Scene) -> None:
    message = await scene.answered()

    await press(scene.petr, message, Action.UP)

    await scene.told(scene.petr, "Thank you")
    (entry,) = scene.behind.ballot.entries
    assert (entry.turn, entry.vote) == (f"{scene.general.id}-{message.thread}", Vote.UP)
    assert (entry.author, entry.asker) == (scene.petr.id, scene.jana.id)
    assert entry.conversation == scene.place(message.thread)


async def test_a_thumb_down_counts_before_a_reason_is_given(scene: Scene) -> None:
    await press(scene.petr, await scene.answered(), Action.DOWN)

    await scene.modal(scene.petr)
    (entry,) = await scene.until(lambda: scene.behind.ballot.entries)
    assert (entry.vote, entry.reason) == (Vote.DOWN, "")


async def test_a_reason_goes_with_the_thumb_down(scene: Scene) -> None:
    await press(scene.petr, await scene.answered(), Action.DOWN)

    await scene.petr.submits(await scene.modal(scene.petr), {"reason": "It is 30 days."})

    await scene.told(scene.petr, "Thank you")
    assert scene.behind.ballot.entries[-1].reason == "It is 30 days."
    assert scene.behind.ballot.entries[-1].turn == scene.behind.ballot.entries[0].turn


async def test_a_vote_that_cannot_be_kept_is_said(scene: Scene) -> None:
    message = await scene.answered()
    scene.behind.ballot.down = HistoryUnavailable(where="redis", reason="refused")

    await press(scene.jana, message, Action.UP)

    await scene.told(scene.jana, "redis")


async def test_who_may_not_ask_may_not_vote(scene: Scene) -> None:
    message = await scene.answered()
    scene.behind.written.now = LEADS

    await press(scene.petr, message, Action.DOWN)

    await scene.told(scene.petr, "Leads")
    assert scene.petr.modal is None
    assert scene.behind.ballot.entries == []


# --- faults ---------------------------------------------------------------------------------------------------------


async def test_a_fault_of_ours_is_said_and_logged(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    message = await scene.answered()
    scene.behind.ballot.down = RuntimeError("secret words")  # type: ignore[assignment]

    await press(scene.jana, message, Action.UP)

    await scene.told(scene.jana, "Something went wrong here")
    assert "by a fault of ours" in caplog.text


async def test_a_control_of_another_version_says_so(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.chat.controls.presses.VERSION", 99)
    message = await scene.post(scene.incoming(await scene.asked()), running=True)
    monkeypatch.undo()

    await press(scene.jana, message, Action.STOP)

    await scene.told(scene.jana, "another version")


async def test_a_form_that_would_come_too_late_is_not_opened_and_that_is_said(scene: Scene) -> None:
    message = await scene.answered(CITED)
    scene.slack.faults.plan(Refuse("expired_trigger_id"), "views.open")

    await press(scene.jana, message, Action.SOURCES)

    await scene.told(scene.jana, "took me too long")
