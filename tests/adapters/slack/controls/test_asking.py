"""Questions that are asked by a command or a shortcut."""

import pytest

from adapters.slack.answering.posted import PrivateName
from adapters.slack.controls.asking import Asked, read_question
from bot.errors import TooBusy
from bot.messages import Language, Remark
from bot.places import PlaceRules
from bot.ports import AnswerIn
from tests.adapters.slack.controls.stage import Scene

QUESTION = "How long is parental leave?"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("How long?", Asked("How long?")),
        ("private: How long?", Asked("How long?", is_private=True)),
        ("Private:yes How long?", Asked("How long?", is_private=True)),
        ("privately: private: x", Asked("private: x", is_private=True)),
        ("soukromě: Jak dlouho?", Asked("Jak dlouho?", is_private=True)),
        ("soukrome:ano jak?", Asked("jak?", is_private=True)),
        ("private cloud or public?", Asked("private cloud or public?")),
        ("yes or no", Asked("yes or no")),
        ("  ", Asked("")),
        ("private:", Asked("", is_private=True)),
    ],
)
def test_private_is_what_is_said_to_be(text: str, asked: Asked) -> None:
    assert read_question(text) == asked


# --- /sova-ask --------------------------------------------------------------------------------------------------------


async def test_a_question_is_shown_and_answered_in_its_thread(scene: Scene) -> None:
    await (await scene.jana.runs("/sova-ask", QUESTION, scene.general)).done()

    asked = await scene.received()
    (shown,) = scene.general.answers
    assert "Jana asks:" in shown.text
    assert QUESTION in shown.text
    assert (shown.only_for, shown.is_reply) == ("", False)
    assert (asked.text, asked.author.id, asked.reply) == (QUESTION, scene.jana.id, None)
    assert asked.conversation == scene.place(shown.ts)
    assert asked.id == f"{scene.general.id}-{shown.ts}"


async def test_nobody_is_called_by_a_question_that_is_shown(scene: Scene) -> None:
    await scene.jana.runs("/sova-ask", "<!channel> is <@U0SOVA00000> there? *bold*", scene.general)

    await scene.received()
    (shown,) = scene.general.answers
    assert shown.pings == []


async def test_a_private_question_is_between_the_asker_and_sova(scene: Scene) -> None:
    interaction = await scene.jana.runs("/sova-ask", f"private: {QUESTION}", scene.general)

    asked = await scene.received()
    assert asked.text == QUESTION
    assert asked.conversation == scene.place(f"private:{scene.jana.id}")
    assert asked.conversation.direct
    private = PrivateName.read(asked.reply)
    assert private
    assert private.url == interaction.payload["response_url"]
    assert scene.general.answers == []


async def test_in_a_direct_message_every_question_is_private_enough(scene: Scene) -> None:
    await scene.jana.runs("/sova-ask", f"private: {QUESTION}", scene.jana.direct)

    asked = await scene.received()
    (shown,) = scene.jana.direct.answers
    assert asked.reply is None
    assert asked.conversation == scene.place(shown.ts, scene.jana.direct)


@pytest.mark.parametrize("text", ["", "private:"])
async def test_nothing_is_no_question(scene: Scene, text: str) -> None:
    await scene.jana.runs("/sova-ask", text, scene.general)

    await scene.told(scene.jana, "no question in that")
    assert scene.behind.received == []


async def test_where_sova_is_not_she_says_how_to_ask_all_the_same(scene: Scene) -> None:
    elsewhere = scene.slack.team.channel("elsewhere", with_bot=False)

    await scene.jana.runs("/sova-ask", QUESTION, elsewhere)

    await scene.told(scene.jana, "/invite", elsewhere)
    assert scene.behind.received == []


async def test_a_private_question_can_be_asked_where_sova_is_not(scene: Scene) -> None:
    elsewhere = scene.slack.team.channel("elsewhere", with_bot=False)

    await scene.jana.runs("/sova-ask", f"private: {QUESTION}", elsewhere)

    assert (await scene.received()).conversation.channel == elsewhere.id


@pytest.mark.parametrize("privately", ["", "private: "])
async def test_where_sova_keeps_quiet_whoever_asks_by_a_command_is_told_why(scene: Scene, privately: str) -> None:
    scene.behind.rules = PlaceRules(AnswerIn.THREAD, is_open=False)

    await scene.jana.runs("/sova-ask", f"{privately}{QUESTION}", scene.general)

    await scene.told(scene.jana, "channel")
    assert scene.behind.received == []
    assert not [post for post in scene.general.answers if not post.only_for]


async def test_a_question_that_is_not_taken_is_refused_in_words(scene: Scene) -> None:
    scene.behind.refusal = TooBusy(waiting=9, whose="all")

    await scene.jana.runs("/sova-ask", f"private: {QUESTION}", scene.general)

    await scene.told(scene.jana, "9 questions")


async def test_sova_answers_in_the_language_of_the_question(scene: Scene) -> None:
    await scene.jana.runs("/sova-ask", "Jak dlouhá je u nás rodičovská dovolená?", scene.general)

    assert (await scene.received()).language is Language.CZECH


# --- shortcuts --------------------------------------------------------------------------------------------------------


async def test_a_message_can_be_asked_about_in_its_thread(scene: Scene) -> None:
    message = await scene.petr.says(scene.general, "We have 30 days & more.", files=[("leave.txt", b"30 days")])

    await scene.jana.uses("ask_about_message", message)
    form = await scene.modal(scene.jana, "30 days &amp; more")
    await scene.jana.submits(form, {"question": "Is that right?"})

    asked = await scene.received()
    (shown,) = scene.general.answers
    assert shown.thread == message.ts
    assert (asked.text, asked.author.id) == ("Is that right?", scene.jana.id)
    assert asked.conversation == scene.place(message.ts)
    assert asked.context == (Remark("Petr", "We have 30 days & more."),)
    assert [file.name for file in asked.attachments] == ["leave.txt"]


async def test_what_stood_before_the_message_in_its_thread_comes_along_and_nothing_behind_it(scene: Scene) -> None:
    root = await scene.petr.says(scene.general, "Who knows how much leave we have?")
    reply = await scene.jana.says(scene.general, "25 days.", thread=root)
    await scene.petr.says(scene.general, "Surely more!", thread=root)

    await scene.jana.uses("ask_about_message", reply)
    await scene.jana.submits(await scene.modal(scene.jana), {"question": "Is that right?"})

    asked = await scene.received()
    assert asked.conversation == scene.place(root.ts)
    assert [remark.text for remark in asked.context] == ["Who knows how much leave we have?", "25 days."]


async def test_what_becomes_of_a_form_is_said_where_it_was_opened(scene: Scene) -> None:
    message = await scene.petr.says(scene.general, "We have 30 days.")
    await scene.jana.uses("ask_about_message", message)
    form = await scene.modal(scene.jana)
    scene.behind.refusal = TooBusy(waiting=9, whose="all")

    await scene.jana.submits(form, {"question": "Is that right?"})

    said = await scene.told(scene.jana, "9 questions")
    assert said.thread == message.ts
