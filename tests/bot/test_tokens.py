import pytest

from bot.messages import Message
from bot.tokens import TokenScale, prompt_tokens, rough_tokens

ENGLISH = "Retrieval works best when the question is asked the way people ask it, with the words they know. " * 3
CZECH = "Potřebuji vědět, kolik paměti zabere model po kvantizaci a jestli se vejde na naši kartu. " * 3


@pytest.mark.parametrize(
    ("text", "counted"),
    [  # counted by Qwen2.5's tokenizer
        ("The quick brown fox jumps over the lazy dog.", 10),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy.", 26),
        ('{"id": 12, "ok": true}', 12),
    ],
)
def test_an_estimate_is_within_a_factor_of_two_of_the_real_count(text: str, counted: int) -> None:
    assert counted / 2 <= rough_tokens(text) <= counted * 2


def test_messages_and_pictures_cost_more_than_their_text() -> None:
    assert prompt_tokens([Message("user", "hello")]) > rough_tokens("hello")


def test_a_scale_that_has_seen_real_counts_replaces_the_cautious_guess() -> None:
    scale = TokenScale()
    scale.learn(estimated=400.0, reported=300)
    assert scale.factor == 0.75


def test_short_prompts_teach_nothing() -> None:
    scale = TokenScale()
    before = scale.factor
    scale.learn(estimated=5.0, reported=50)
    assert scale.factor == before


def test_a_prompt_that_lost_its_oldest_half_looks_cut() -> None:
    scale = TokenScale()
    scale.learn(estimated=1000.0, reported=900)
    assert scale.looks_cut(estimated=8000.0, reported=4096)


def test_another_kind_of_text_does_not_look_cut() -> None:
    scale = TokenScale()
    scale.learn(estimated=rough_tokens(CZECH), reported=round(rough_tokens(CZECH) * 1.2))
    scale.learn(estimated=rough_tokens(ENGLISH), reported=round(rough_tokens(ENGLISH) * 0.8))
    assert not scale.looks_cut(estimated=8000.0, reported=5600)
