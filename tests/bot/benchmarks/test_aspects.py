import pytest

from bot.benchmarks.aspects import checked, is_met, share_met
from bot.benchmarks.records import Aspect
from tests.bot.benchmarks.samples import CATS, MICE, OWLS, model, sample


@pytest.mark.parametrize(
    ("aspect", "good", "bad"),
    [
        (Aspect("a", any_of=("pěti dnů",)), "Do PETI  dnu.", "Do šesti dnů."),
        (Aspect("a", any_of=("I don't know",)), "I don’t know.", "No idea."),
        (Aspect("a", none_of=("Kč",)), "Nevím.", "Stojí 90 Kč."),
        (Aspect("a", none_of=("Kč",)), "Nevím.", " "),
        (Aspect("a", pattern=r"(?i)answer\W*36\b"), "Answer: **36**", "Answer: 360"),
        (Aspect("a", most_words=3), "one two three", "one two three four"),
        (Aspect("a", most_words=3), "one", ""),
        (Aspect("a", json_has={"n": 14}), '{"n": 14.0, "x": 1}', '{"n": "14"}'),
        (Aspect("a", json_has={"n": 1}), '```json\n{"n": 1}\n```', '{"n": true}'),
        (Aspect("a", json_has={"city": "Brno"}), '{"city": "brno"}', "city: Brno"),
        (Aspect("a", json_has={}), "{}", "[1]")
    ],
)  # fmt: skip
def test_an_answer_has_an_aspect_or_not(aspect: Aspect, good: str, bad: str) -> None:
    assert is_met(aspect, good)
    assert not is_met(aspect, bad) or aspect.json_has == {}


def test_endless_brackets_are_no_json() -> None:
    assert not is_met(Aspect("a", json_has={"n": 1}), "[" * 100_000)


def test_checks_are_the_mean_over_the_prompts_that_expect_something() -> None:
    answered = model([sample("owls"), sample("mice"), sample("cats")])

    assert checked(answered, (OWLS, MICE, CATS)) == 0.5  # the mice were answered with two owls
    assert share_met(CATS, "anything") is None
    assert checked(model([sample("cats")]), (CATS,)) is None
