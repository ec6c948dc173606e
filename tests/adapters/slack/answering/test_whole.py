"""Whatever an engine says and whatever befalls it on its way, people finally read the whole answer, once."""

import asyncio
import random

import pytest

from bot.errors import AssistantError
from bot.messages import Incoming, ReplyDelta
from tests.adapters.slack.answering.stage import SOURCE, Remembered, Stage, opened, reply, staged, whole
from tests.doubles.slack import Broken, Cut, Limit, Refuse

pytestmark = pytest.mark.timeout(60)

PARTS = (
    "# Leave\n\n",
    "You have **thirty-seven** weeks, see [1]. ",
    "- one\n- two\n  - three\n\n",
    "1. first\n2. second\n\n",
    "```python\ndef weeks() -> int:\n    return 37\n```\n\n",
    "| month | weeks |\n| --- | ---: |\n| May | 4 |\n| June | 5 |\n\n",
    "> said *somebody*\n\n",
    "It is `inline`, <@U0000000001> and <!channel>, a & b, x < y. ",
    "\\(a^2 + b^2\\) and a note[^1].\n\n",
    "Příliš žluťoučký kůň 👩‍👩‍👧 pěl ódy. " * 12 + "\n\n",
    "Some words of it. " * 60 + "\n\n",
    "---\n\n",
)
BEFALLS = (
    (Broken(), "chat.appendStream"),
    (Cut(), "chat.appendStream"),
    (Cut(done=True), "chat.appendStream"),
    (Cut(done=True), "chat.startStream"),
    (Cut(done=True), "chat.postMessage"),
    (Cut(done=True), "chat.stopStream"),
    (Broken(), "chat.stopStream"),
    (Broken(), "chat.update"),
    (Refuse("message_not_in_streaming_state"), "chat.appendStream"),
    (Refuse("feature_not_enabled"), "chat.startStream"),
    (Refuse("msg_too_long"), "chat.appendStream"),
    (Limit(1), "chat.update"),
)


async def breathe() -> None:
    """Let everybody else go on for a bit; how far they come makes no difference."""
    for _ in range(60):
        await asyncio.sleep(0)


def pieces(text: str, chance: random.Random) -> list[ReplyDelta]:
    found, at = [], 0
    while at < len(text):
        size = chance.choice([1, 3, 8, 40, 400])
        found.append(ReplyDelta(text[at : at + size]))
        at += size
    return found


async def befall(stage: Stage, chance: random.Random) -> None:
    """Something happens, now and then."""
    match chance.randrange(9):
        case 0:
            stage.general.expire_streams()
        case 1:
            stage.clock.ahead += 280
        case 2:
            fault, method = chance.choice(BEFALLS)
            stage.slack.faults.plan(fault, method)
        case _:
            await breathe()


async def tell_until_it_ends(stage: Stage, incoming: Incoming, text: str, chance: random.Random) -> None:
    """Workers end in the middle, now and then, and others go on."""
    names = Remembered([])
    for _ in range(chance.randrange(3)):
        async with opened(stage.slack) as worker:
            await attempt(stage, worker, incoming, text[: chance.randrange(len(text))], names, chance, is_last=False)
    stage.slack.faults.clear()
    await attempt(stage, stage, incoming, text, names, chance, is_last=True)


async def attempt(
    stage: Stage,
    worker: Stage,
    incoming: Incoming,
    text: str,
    names: Remembered,
    chance: random.Random,
    *,
    is_last: bool,
) -> None:
    posted = names.names[-1] if names.names else None
    try:
        async with worker.answering(incoming, posted=posted, names=names) as telling:
            for piece in pieces(text, chance):
                telling.say(piece)
                worker.clock.ahead += 2
                await befall(stage, chance)
            if is_last:
                stage.slack.faults.clear()
                telling.say(reply(incoming, text, sources=[SOURCE]))
            else:
                telling.fall_silent()
    except AssistantError:
        if is_last:
            await attempt(stage, worker, incoming, text, names, chance, is_last=True)


@pytest.mark.parametrize("seed", range(24))
async def test_people_finally_read_the_whole_answer_once(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # what befalls an answer
    text = "".join(chance.choices(PARTS, k=chance.choice([1, 3, 12, 60])))
    async with staged(streams=seed % 4 != 0, rates=()) as stage:
        incoming = await stage.asked()
        await tell_until_it_ends(stage, incoming, text, chance)
        assert stage.texts == whole(incoming, text, sources=[SOURCE])
        assert not any(post.is_streaming for post in stage.answers)
        assert [bool(post.buttons) for post in stage.answers] == [False] * (len(stage.answers) - 1) + [True]
        assert [post.pings for post in stage.answers] == [[]] * len(stage.answers)
