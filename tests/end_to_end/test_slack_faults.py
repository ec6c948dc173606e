"""What befalls a whole Sova in Slack: killed at every step of a turn, told twice, running twice."""

import asyncio
import signal
from asyncio.subprocess import Process
from dataclasses import dataclass

from tests.doubles.slack import Hold, Place, State
from tests.end_to_end import slack_office
from tests.end_to_end.slack_office import Office, is_whole, kill

manifest, office = slack_office.manifest, slack_office.office


@dataclass
class Steps:
    """Questions in channels of their own, each as far as a step; then whoever answers them is killed."""

    office: Office
    process: Process

    async def ended_but_not_known(self, place: Place) -> None:
        """Slack has the end of the answer, and Sova doesn't know."""
        await self._until_held("chat.stopStream", place, Hold(done=True))

    async def written_but_not_ended(self, place: Place) -> None:
        """The engine has said everything, the stream is open."""
        await self._until_held("chat.stopStream", place, Hold())

    async def begun_but_not_known(self, place: Place) -> None:
        """The first words stand there, and Sova doesn't know."""
        await self._until_held("chat.startStream", place, Hold(done=True))

    async def claimed(self, place: Place) -> None:
        """Nothing stands there; a call that would begin it is on its way."""
        await self._until_held("chat.startStream", place, Hold())

    async def half_said(self, place: Place) -> None:
        """The engine has said the first words, and people read them."""
        self.office.engine.may_end.clear()
        await self._ask(place)
        await self.office.slack.seen(place, lambda post: _question(place) in post.text)

    async def sent(self, place: Place) -> None:
        """Slack has told of it, and Sova has not read that."""
        self.process.send_signal(signal.SIGSTOP)
        await self._ask(place)

    async def _until_held(self, method: str, place: Place, hold: Hold) -> None:
        self.office.slack.faults.plan(hold, method)
        await self._ask(place)
        await hold.reached.wait()

    async def _ask(self, place: Place) -> None:
        await self.office.asks(place, _question(place))


def _question(place: Place) -> str:
    return f"What about {place.name}?"


async def test_whoever_is_killed_wherever_each_question_is_answered_once_and_in_its_place(office: Office) -> None:
    begun: dict[str, str] = {}
    async with office.serving(SOVA_ENGINE_PARALLEL="10") as process:
        steps = Steps(office, process)
        all_steps = (
            steps.ended_but_not_known,
            steps.written_but_not_ended,
            steps.begun_but_not_known,
            steps.claimed,
            steps.half_said,
            steps.sent,
        )
        places = [office.slack.team.channel(step.__name__) for step in all_steps]
        for step, place in zip(all_steps, places, strict=True):
            await step(place)
        begun = {place.name: post.ts for place in places for post in place.answers}
        await kill(process)
    async with office.serving():
        await asyncio.gather(*(office.answer(f"{_question(place)}.", place) for place in places[:-1]))
        await office.slack.advance(61)  # what wasn't read Slack tells again
        await office.answer(f"{_question(places[-1])}.", places[-1])
        await office.slack.advance(301)
    assert {place.name: len(place.answers) for place in places} == {place.name: 1 for place in places}
    assert begun == {place.name: place.answers[0].ts for place in places if place.name in begun}
    assert set(begun) == {place.name for place in places} - {"claimed", "sent"}


async def test_what_slack_tells_again_is_answered_once(office: Office) -> None:
    async with office.serving() as process:
        process.send_signal(signal.SIGSTOP)
        await office.asks(text="First?")
        await office.slack.advance(4)  # by then Slack has told it once more
        process.send_signal(signal.SIGCONT)
        await office.answer("First?")
        office.slack.sockets.tear_next()
        await office.asks(text="Second?")
        await office.answer("Second?")
        await office.slack.advance(61)
        await office.slack.advance(301)
        await office.slack.until(lambda: all(one.state is State.ACKED for one in office.slack.deliveries.all))
    assert len(office.general.answers) == 2
    assert max(one.attempt for one in office.slack.deliveries.all) > 0


async def test_two_on_one_app_answer_once_and_one_goes_on_where_the_other_was_killed(office: Office) -> None:
    async with office.serving(), office.serving() as other:
        places = [office.slack.team.channel(f"c{number}") for number in range(4)]
        posts = [await office.asks(place, _question(place)) for place in places]
        await asyncio.gather(*(office.answer(_question(place), place) for place in places))
        for place, post in zip(places, posts, strict=True):
            await office.jana.says(place, "And for twins?", thread=post)
        await asyncio.gather(*(office.answer("And for twins?", place) for place in places))

        office.engine.may_end.clear()
        begun = [await _begun(office, place) for place in places]
        await kill(other)
        office.engine.may_end.set()
        await office.slack.until(lambda: all(is_whole(place.answers[-1]) for place in places))
    assert [len(place.answers) for place in places] == [3] * 4
    assert [place.answers[-1].ts for place in places] == begun


async def _begun(office: Office, place: Place) -> str:
    """The `ts` of a third answer, as soon as it is there."""
    await office.asks(place, "And then?")
    return (await office.slack.seen(place, lambda post: "And then?" in post.text)).ts
