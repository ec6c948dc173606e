"""What people press and type, in a whole Sova in a process of its own, on a Slack that has Sova's own manifest."""

from tests.end_to_end import slack_office
from tests.end_to_end.slack_office import QUESTION, Office, control, is_whole

manifest, office = slack_office.manifest, slack_office.office


async def test_an_answer_is_judged_and_its_controls_and_commands_in_words_work_after_a_restart(office: Office) -> None:
    async with office.serving():
        answer = await office.answered()
        await office.petr.presses(answer, control(answer, "down"))
        await office.petr.submits(await office.slack.until(lambda: office.petr.modal), {"reason": "It is 37 weeks."})
        await office.told(office.petr, "Thank you")
    before = len(answer.versions)
    async with office.serving():
        await office.jana.presses(answer, control(answer, "again"))
        await office.slack.until(lambda: len(answer.versions) > before and is_whole(answer))
        assert office.answers() == [answer]
        await office.jana.says(office.general, "forget", mention=True, thread=answer)
        await office.slack.seen(office.general, lambda post: "erased" in post.text and not post.only_for)
    assert len(office.answers()) == 2


async def test_a_question_by_command_is_for_all_or_for_the_asker_and_others_tell_how_sova_is(office: Office) -> None:
    async with office.serving():
        await office.jana.runs("/sova-ask", f"private: {QUESTION}", office.general)
        await office.told(office.jana, QUESTION)
        assert office.answers() == []
        await office.jana.runs("/sova-ask", QUESTION, office.general)
        shown = await office.slack.seen(office.general, lambda post: "Jana asks:" in post.text)
        answer = await office.slack.seen(office.general, lambda post: post.is_reply and is_whole(post))
        await office.jana.runs("/sova-stats", "", office.general)
        await office.told(office.jana, "Processor")
        await office.jana.opens_home()
        await office.slack.until(lambda: office.jana.home)
    assert answer.thread == shown.ts
