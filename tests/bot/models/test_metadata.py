import pytest

from bot.models.metadata import attention_of, context_of, experts_of
from bot.ports import Attention

LLAMA: dict[str, object] = {
    "general.architecture": "llama",
    "llama.block_count": 4,
    "llama.context_length": 8192,
    "llama.embedding_length": 512,
    "llama.attention.head_count": 8,
    "llama.attention.head_count_kv": 2,
}


def gemma(**facts: object) -> dict[str, object]:
    plain = {key.replace("llama", "gemma3"): value for key, value in LLAMA.items()}
    named = {f"gemma3.{key.replace('__', '.')}": value for key, value in facts.items()}
    return plain | {"general.architecture": "gemma3", "gemma3.block_count": 12} | named


def test_the_shape_of_a_model_with_grouped_heads() -> None:
    told = attention_of(LLAMA)
    assert told == Attention((2, 2, 2, 2), 64, 64)
    assert told.heads == 8
    assert context_of(LLAMA) == 8192


def test_every_sixth_layer_of_gemma_3_remembers_everything() -> None:
    shape = attention_of(gemma(attention__sliding_window=1024))
    assert shape
    assert shape.window == 1024
    assert [layer for layer, windowed in enumerate(shape.windowed) if not windowed] == [5, 11]


def test_which_layers_have_a_window_may_be_told_one_by_one() -> None:
    pattern = [True, False] * 6
    shape = attention_of(gemma(attention__sliding_window=64, attention__sliding_window_pattern=pattern))
    assert shape
    assert shape.windowed == tuple(pattern)


def test_a_window_of_unknown_layers_is_left_out() -> None:
    assert attention_of(LLAMA | {"llama.attention.sliding_window": 4096}) == attention_of(LLAMA)


def test_a_list_that_ollama_emptied_makes_the_shape_unknown() -> None:
    assert attention_of(LLAMA | {"llama.attention.head_count_kv": []}) is None


def test_experts_are_told_where_there_are_any() -> None:
    assert experts_of(LLAMA) is None
    assert experts_of(LLAMA | {"llama.expert_count": 8, "llama.expert_used_count": 2}) == (8, 2)


@pytest.mark.parametrize("facts", [{}, {"general.architecture": "llama"}, {"general.architecture": 7}])
def test_of_what_tells_nothing_nothing_is_known(facts: dict[str, object]) -> None:
    assert attention_of(facts) is None
    assert context_of(facts) is None
    assert experts_of(facts) is None


def test_an_absurd_number_of_layers_is_refused() -> None:
    with pytest.raises(ValueError, match="layers"):
        attention_of(LLAMA | {"llama.block_count": 2**31})
