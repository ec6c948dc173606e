"""What befalls commands and buttons: they are acknowledged in time, say what went wrong, and ping nobody."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from adapters.discord.app import Account, open_outbound
from adapters.discord.connection.client import Address
from adapters.discord.controls.buttons import answer_view
from bot.access import Permission
from bot.access.rules import Grantee, Kind, Rules
from bot.chat.controls.presses import Action
from bot.errors import HistoryUnavailable
from bot.messages import Author, Citation, Incoming, ReplyDelta, Turn
from bot.ports import Capability, ModelInfo
from bot.service.platforms import Told
from tests.adapters.discord.controls import test_over_http as wire
from tests.adapters.discord.controls.stage import Scene, press, pressable, said
from tests.adapters.discord.controls.test_ask import deliver, outbound_of
from tests.doubles.behind import LARK, TURN, reply_to
from tests.doubles.discord import Interaction, Post

line = wire.line
Line = wire.Line
HOSTILE = "Ask @everyone and <@{}>, or see https://evil.example"


def has_words(sent: Interaction) -> bool:
    """Whether the person reads something."""
    own = [sent.answer] if sent.answer and sent.answer.is_ephemeral and not sent.answer.is_loading else []
    return bool([*own, *sent.follow_ups])


async def begun(line: Line) -> Post:
    """An answer to Anna that is being given."""
    question = Incoming(str(TURN), line.place, Author(str(line.anna.id), "Anna"), "?", received_at=1.0)
    view = answer_view(question, running=True)
    await line.client.get_partial_messageable(line.general.id).send("Yes", view=view)
    return line.general.answers[-1]


@dataclass
class Slow:
    """A store that answers when it may; `has_answered` says that it did."""

    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    has_answered: asyncio.Event = field(default_factory=asyncio.Event)

    def version(self, asked: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """What is asked of the store, as it answers."""

        async def answer(*given: Any, **named: Any) -> Any:  # noqa: ANN401  # whatever it takes
            await self.may_answer.wait()
            answered = await asked(*given, **named)
            self.has_answered.set()
            return answered

        return answer


# --- in time --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["stop", "again", "other", "sources", "up", "down", "/stop", "/sources"])
async def test_whatever_is_pressed_is_acknowledged_before_a_store_is_asked(
    line: Line, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    slow, behind = Slow(), line.behind
    for owner, name in ((behind.history, "turns"), (behind.ballot, "record"), (behind.room, "stop")):
        monkeypatch.setattr(owner, name, slow.version(getattr(owner, name)))
    answer = await (begun(line) if act == "stop" else line.answered())
    command = act.removeprefix("/")
    sent = line.anna.slash(line.general, command) if act != command else line.anna.clicks(answer, act)
    await line.service.until(lambda: sent.is_answered)
    slow.may_answer.set()
    async with asyncio.timeout(5):
        await slow.has_answered.wait()
        await line.service.until(lambda: act in ("again", "down") or has_words(sent))


@pytest.mark.parametrize("private", [True, False])
async def test_a_question_whose_interaction_is_too_old_is_not_asked(
    stage: Scene, caplog: pytest.LogCaptureFixture, *, private: bool
) -> None:
    caplog.set_level("INFO")
    stage.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    await stage.ana.slash(stage.channel, "ask", question="How many days?", private=private)
    assert stage.behind.received == []
    assert "10062" in caplog.text
    assert "How many" not in caplog.text


async def test_who_stops_too_late_to_be_told_is_obeyed(stage: Scene) -> None:
    stage.behind.room.waiting = (stage.question(),)
    message = await stage.post(running=True)
    stage.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    await press(stage.ana, message, Action.STOP)
    assert stage.behind.room.stops == [(stage.place, str(stage.ana.id))]


# --- in words -------------------------------------------------------------------------------------------------------


async def test_a_right_that_was_taken_away_while_models_were_offered_counts(stage: Scene) -> None:
    offered = await press(stage.ana, await stage.answered(), Action.OTHER)
    assert offered.response
    leads = frozenset({Grantee.of(Kind.ROLE, "Leads")})
    stage.behind.written.now = Rules(given={"discord": {Permission.SWITCH: leads}})
    refused = await stage.ana.select(offered.response, [LARK.name])
    assert "Leads" in said(refused)
    assert stage.behind.received == []


async def test_who_may_not_vote_is_asked_for_no_reason(stage: Scene) -> None:
    leads = frozenset({Grantee.of(Kind.ROLE, "Leads")})
    stage.behind.written.now = Rules(given={"discord": {Permission.ASK: leads}})
    pressed = await press(stage.bob, await stage.answered(), Action.DOWN)
    assert pressed.modal is None
    assert said(pressed)


async def test_no_more_models_are_offered_than_a_menu_holds(line: Line) -> None:
    chat = frozenset({Capability.COMPLETION})
    line.behind.engine.offers = [ModelInfo(name=f"owl:{size}b", capabilities=chat) for size in range(40)]
    menu = await line.answer(line.anna.clicks(await line.answered(), "other"))
    (row,) = menu.components
    assert len(row["components"][0]["options"]) == 25


async def test_sources_that_are_fewer_by_now_are_turned_to_their_last_page(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    cited = [Citation(number, f"hr/{number}.md", "Leave", 0.9) for number in range(1, 30)]
    message = await stage.answered(*cited)
    shown = await press(stage.ana, message, Action.SOURCES)
    assert shown.response
    turned = pressable(shown.response, Action.PAGE)

    async def turns(_: object) -> Sequence[Turn]:
        return [Turn(id=str(TURN), question="?", answer="Yes.", model="owl", at=1.0, citations=tuple(cited[:1]))]

    monkeypatch.setattr(stage.behind.history, "turns", turns)
    await stage.ana.click(shown.response, custom_id=turned[-1])
    assert "hr/1.md" in shown.response.content
    assert not shown.response.components


async def test_an_answer_that_discord_refuses_is_told_and_logged(
    stage: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    message = await stage.answered()
    stage.env.inject_error("POST", "/webhooks/*", status=400, code=50035)
    assert "went wrong" in said(await press(stage.ana, message, Action.UP))
    assert "50035" in caplog.text


async def test_who_cannot_be_told_either_is_in_the_log(stage: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    message = await stage.answered()
    stage.behind.ballot.down = HistoryUnavailable(where="redis", reason="away")
    stage.env.inject_error("POST", "/webhooks/*", status=404, code=10015, times=None)
    await press(stage.ana, message, Action.UP)
    assert "10015" in caplog.text
    assert "Ignoring exception" not in caplog.text


# --- private answers ------------------------------------------------------------------------------------------------


async def privately(line: Line, question: str = "How many days?") -> tuple[Interaction, Incoming]:
    sent = line.anna.slash(line.general, "ask", question=question, private=True)
    return sent, await line.asked()


async def delivered(line: Line, asked: Incoming, told: AsyncIterator[Told]) -> None:
    """Let the answer be shown by a process that has no gateway."""

    async def remember(_: str) -> bool:
        return True

    async with open_outbound(Account(line.service.token, Address(line.service.api_url))) as outbound:
        async with asyncio.timeout(5):
            await outbound.deliver(asked, told, posted=None, remember=remember)


async def test_a_private_answer_that_is_under_way_after_15_minutes_is_a_whole_direct_message(line: Line) -> None:
    sent, asked = await privately(line)

    async def told() -> AsyncIterator[Told]:
        yield ReplyDelta(text="Ye")
        await line.answer(sent)
        line.service.advance(16 * 60)
        yield reply_to(asked)

    await delivered(line, asked, told())
    heading, answer = line.service.direct(line.anna).answers
    assert "15 minut" in heading.text
    assert answer.text.startswith("Yes.")


async def test_a_private_answer_that_the_person_has_dismissed_is_over(
    stage: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.ana.slash(stage.channel, "ask", question="How many days?", private=True)
    (asked,) = stage.behind.received
    stage.env.inject_error("PATCH", "/webhooks/*", status=404, code=10008)
    await deliver(stage, asked, ReplyDelta(text="Yes."), reply_to(asked))
    assert "10008" in caplog.text


async def test_a_private_answer_that_others_go_on_with_is_left_to_them(
    stage: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    result = await stage.ana.slash(stage.channel, "ask", question="How many days?", private=True)
    (asked,) = stage.behind.received

    async def told() -> AsyncIterator[Told]:
        yield replace(reply_to(asked), text="word " * 1_000)

    async def remember(_: str) -> bool:
        return False

    await outbound_of(stage).deliver(asked, told(), posted=None, remember=remember)
    assert len(result.followups) <= 1
    assert "somebody else goes on" in caplog.text


# --- quietly --------------------------------------------------------------------------------------------------------


async def shown(line: Line, asked: Incoming) -> None:
    """Deliver a hostile answer, in a message that is changed."""
    text = HOSTILE.format(line.bob.id)

    async def told() -> AsyncIterator[Told]:
        yield ReplyDelta(text=text)
        await line.service.until(lambda: _stands(line, "evil.example"))
        yield ReplyDelta(text=f"\n{text}" * 60)

    await delivered(line, asked, told())


def _stands(line: Line, words: str) -> list[Post]:
    return [post for post in line.service.posts() if words in post.text and post.author_id == line.service.bot]


@pytest.mark.parametrize("late", [True, False])
async def test_a_private_answer_pings_nobody_and_unfurls_nothing(line: Line, *, late: bool) -> None:
    _, asked = await privately(line, HOSTILE.format(line.bob.id))
    if late:
        line.service.advance(16 * 60)
    await shown(line, asked)
    posts = _stands(line, "evil.example")
    assert len(posts) > 1
    assert [(post.pings, post.unfurls) for post in posts] == [([], [])] * len(posts)


async def test_a_question_that_is_shown_for_its_asker_pings_nobody_and_unfurls_nothing(line: Line) -> None:
    line.anna.slash(line.general, "ask", question=HOSTILE.format(line.bob.id))
    await line.asked()
    (post,) = _stands(line, "evil.example")
    assert (post.pings, post.unfurls) == ([], [])
