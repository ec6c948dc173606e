import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.opening import SYSTEM
from bot.assistant.prompting import Budget, compose
from bot.messages import Attached, AttachedKind, Image, Message, Notice, Remark, Turn
from bot.tokens import prompt_tokens, rough_tokens

ROOMY = Budget(context_tokens=8192, answer_tokens=1024)
TIGHT = Budget(context_tokens=1024, answer_tokens=256)


def turn(number: int, *, question: str = "What about this?", answer: str = "That is how it is.") -> Turn:
    return Turn(id=str(number), question=question, answer=answer, model="owl:1b", at=float(number))


def conversation(length: int) -> list[Turn]:
    return [turn(i, question=f"What is number {i}?", answer=f"It is {i}. " * 6) for i in range(length)]


def test_the_system_message_never_changes() -> None:
    prompts = [compose("Jak?", [], budget=ROOMY), compose("How?", conversation(9), budget=TIGHT)]
    assert {prompt.messages[0] for prompt in prompts} == {Message("system", SYSTEM)}


def test_the_question_stands_last_after_the_history_word_for_word() -> None:
    prompt = compose("And why?", [turn(1)], budget=ROOMY)
    assert [(m.role, m.content) for m in prompt.messages[1:]] == [
        ("user", "What about this?"),
        ("assistant", "That is how it is."),
        ("user", "And why?"),
    ]


def test_a_turn_only_appends_to_the_turn_before_it() -> None:
    turns = conversation(6)
    for count in range(1, 6):
        earlier = compose(turns[count].question, turns[:count], budget=ROOMY).messages
        later = compose("Next?", turns[: count + 1], budget=ROOMY).messages
        assert later[: len(earlier)] == earlier


def test_history_is_trimmed_in_blocks_and_says_so_once() -> None:
    turns = conversation(60)
    oldest, notices = [], []
    for count in range(60):
        prompt = compose("What now?", turns[:count], budget=TIGHT)
        oldest.append(prompt.messages[1].content)
        notices += [notice.code for notice in prompt.notices]
    moves = sum(before != after for before, after in pairwise(oldest[1:]))
    assert 2 <= moves <= 12
    assert notices.count("history-trimmed") == moves


def test_a_czech_question_asks_for_a_czech_answer() -> None:
    prompt = compose("Kolik paměti potřebuji?", [], budget=ROOMY)
    assert prompt.messages[-1].content.endswith("(Odpověz česky.)")


def test_a_question_that_tells_no_language_goes_on_in_that_of_the_one_before() -> None:
    prompt = compose("A Ollama?", [turn(1, question="Na jakém portu poslouchá LM Studio?")], budget=ROOMY)
    assert prompt.messages[-1].content.endswith("(Odpověz česky.)")


def test_a_change_back_to_english_is_said_to_the_model() -> None:
    prompt = compose("How much memory is that?", [turn(1, question="Kolik paměti?")], budget=ROOMY)
    assert prompt.messages[-1].content.endswith("(Answer in English.)")


def test_a_request_to_translate_is_left_alone() -> None:
    assert compose("Přelož to do angličtiny.", [], budget=ROOMY).messages[-1].content == "Přelož to do angličtiny."


def test_a_question_without_an_answer_is_not_shown_to_the_model() -> None:
    assert len(compose("Well?", [turn(1, answer="")], budget=ROOMY).messages) == 2


def test_a_question_that_the_documents_did_not_answer_is_not_shown_to_the_model() -> None:
    declined = replace(turn(2, answer="I found nothing."), abstained=True)
    assert compose("And now?", [turn(1), declined], budget=ROOMY) == compose("And now?", [turn(1)], budget=ROOMY)


def test_a_question_that_is_too_long_loses_its_middle_and_says_how_much() -> None:
    question = "Summarise this: " + "lorem ipsum " * 2000 + " What is the conclusion?"
    prompt = compose(question, [], budget=TIGHT)
    sent = prompt.messages[-1].content
    assert sent.startswith("Summarise this:")
    assert sent.endswith("What is the conclusion?")
    mark = re.search(r"\n\n\[… (\d+) characters left out …\]\n\n", sent)
    assert mark
    assert len(sent) - len(mark[0]) + int(mark[1]) == len(question)
    assert prompt.notices == (Notice("question-cut", {"characters": int(mark[1])}),)


def test_what_was_found_stands_before_the_question_and_never_in_the_history() -> None:
    prompt = compose("And why?", [turn(1)], budget=ROOMY, context="Document 1:\nBecause.")
    assert prompt.messages[-1].content == "Document 1:\nBecause.\n\nAnd why?"
    later = compose("Really?", [turn(1), turn(2, question="And why?")], budget=ROOMY)
    assert all("Document" not in message.content for message in later.messages)


def test_an_instruction_stands_before_the_question_which_stays_last() -> None:
    prompt = compose("Proč?", [turn(1)], budget=ROOMY, context="Document 1:\nX.", instruction="Odpověz česky.")
    assert prompt.messages[-1].content == "Document 1:\nX.\n\nOdpověz česky.\n\nProč?"


def test_pictures_travel_with_the_question() -> None:
    picture = Image("image/png", b"png")
    assert compose("What is it?", [turn(1)], budget=ROOMY, images=(picture,)).messages[-1].images == (picture,)


@pytest.mark.parametrize("pictures", [1, 5])
def test_in_a_short_context_pictures_leave_the_question_whole(pictures: int) -> None:
    images = (Image("image/png", b"png"),) * pictures
    prompt = compose("Whose roof is it?", [], budget=Budget(1_024, 256), images=images)
    assert prompt.messages[-1] == Message("user", "Whose roof is it?", images)
    assert prompt.notices == ()


@given(
    st.lists(st.tuples(st.text(max_size=300), st.text(max_size=600)), max_size=30),
    st.text(min_size=1, max_size=4000),
    st.integers(min_value=512, max_value=4096),
)
def test_a_prompt_always_fits_its_budget(pairs: list[tuple[str, str]], question: str, context: int) -> None:
    turns = [turn(i, question=asked, answer=answered) for i, (asked, answered) in enumerate(pairs)]
    budget = Budget(context_tokens=context, answer_tokens=256, factor=1.25)
    prompt = compose(question, turns, budget=budget)
    assert prompt_tokens(prompt.messages) <= budget.for_prompt


# --- attached files -------------------------------------------------------------------------------------------

attached = st.lists(
    st.builds(Attached, st.text(max_size=9), st.sampled_from(AttachedKind), st.text(max_size=80), st.integers(0, 80)),
    max_size=2,
).map(tuple)
past = st.lists(
    st.builds(
        Turn,
        id=st.uuids().map(str),
        question=st.sampled_from(["Why?", "Jak se to dělá?", ""]),
        answer=st.sampled_from(["So.", "Tak.", ""]),
        model=st.just("owl"),
        at=st.just(1.0),
        abstained=st.booleans(),
        attached=attached,
    ),
    max_size=5,
)


@given(past, attached)
def test_a_question_with_files_only_appends_to_the_turns_before_it(
    turns: list[Turn], files: tuple[Attached, ...]
) -> None:
    now = compose("And this?", turns, budget=ROOMY, attached=files, turn_id="now").messages
    asked = Turn(id="now", question="And this?", answer="That.", model="owl", at=9.0, attached=files)
    later = compose("Next?", [*turns, asked], budget=ROOMY).messages
    assert later[: len(now)] == now


@given(past, attached)
def test_what_is_found_for_a_question_stands_behind_its_files(turns: list[Turn], files: tuple[Attached, ...]) -> None:
    plain = compose("And this?", turns, budget=ROOMY, attached=files, turn_id="now").messages[-1].content
    found = (
        compose("And this?", turns, budget=ROOMY, attached=files, turn_id="now", context="FOUND", instruction="DO")
        .messages[-1]
        .content
    )
    assert found == plain[: plain.rindex("And this?")] + "FOUND\n\nDO\n\nAnd this?"


@given(past)
def test_the_roles_take_turns_whatever_was_left_unanswered(turns: list[Turn]) -> None:
    roles = [message.role for message in compose("And this?", turns, budget=ROOMY).messages[1:]]
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]


def test_files_far_too_long_for_the_context_leave_room_for_the_question() -> None:
    file = Attached("long.txt", AttachedKind.TEXT, "This is said again. " * 2_000, 40_000)
    prompt = compose("What is it?", conversation(9), budget=TIGHT, attached=(file,), turn_id="now")
    assert prompt.messages[-1].content.endswith("What is it?")
    assert prompt.estimated_tokens <= TIGHT.for_prompt
    assert prompt.notices[0] == Notice("attachment-cut", {"name": "long.txt", "percent": 2})


# --- what was said before --------------------------------------------------------------------------------------

TALK = (Remark("Ana", "Let us ship on Friday."), Remark("Bo", "Rather on Monday."))


def test_what_was_said_before_stands_before_its_question_and_stays_there_word_for_word() -> None:
    first = compose("Who is right?", [], budget=ROOMY, remarks=TALK, turn_id="1").messages
    assert "Ana: Let us ship on Friday.\nBo: Rather on Monday.\n" in first[-1].content
    assert first[-1].content.endswith("\n\nWho is right?")
    asked = replace(turn(1, question="Who is right?"), context=TALK)
    assert compose("And why?", [asked], budget=ROOMY).messages[: len(first)] == first


def test_what_was_said_before_takes_a_quarter_of_the_room_at_most() -> None:
    long = tuple(Remark("Ana", f"Sentence number {n} of a long talk.") for n in range(500))
    prompt = compose("Who is right?", [], budget=ROOMY, remarks=long, turn_id="1")
    quoted = prompt.messages[-1].content
    assert 0.2 < rough_tokens(quoted) / ROOMY.for_prompt < 0.26
    assert "number 499 of" in quoted


def test_what_was_said_before_a_question_without_an_answer_goes_along_with_the_next() -> None:
    unanswered = replace(turn(1, answer=""), context=TALK)
    assert "Bo: Rather on Monday." in compose("Well?", [unanswered], budget=ROOMY).messages[-1].content


def test_beside_files_what_was_said_before_takes_half_as_much() -> None:
    long = tuple(Remark("Ana", f"Sentence number {n} of a long talk.") for n in range(500))
    file = Attached("plan.txt", AttachedKind.TEXT, "Ship it.", 8)
    with_file = compose("Who is right?", [], budget=ROOMY, remarks=long, attached=[file], turn_id="1")
    alone = compose("Who is right?", [], budget=ROOMY, remarks=long, turn_id="1")
    assert with_file.estimated_tokens < 0.6 * alone.estimated_tokens
    said, files = with_file.messages[-1].content.split("\n\n<attached")
    assert said.startswith("<discussion")
    assert "Ship it." in files
