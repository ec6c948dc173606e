import pytest

from bot.errors import NotEnoughMemory
from bot.models import fit
from bot.models.catalogue import CATALOGUE, in_catalogue
from bot.ports import Attention

GB = 1_000_000_000


def test_llama_31_8b_takes_128_kib_a_token_and_a_gibibyte_at_8k() -> None:
    llama = Attention.uniform(layers=32, kv_heads=8, head_length=128)
    assert fit.cache_bytes(llama, context_tokens=1) == 128 * 1024
    assert fit.cache_bytes(llama, context_tokens=8192) == 1024**3


def test_the_cache_grows_with_every_answer_given_at_once_and_shrinks_when_quantized() -> None:
    shape = Attention(kv_heads=(4, 2), key_length=64, value_length=32)
    plain = fit.cache_bytes(shape, context_tokens=100)
    assert plain == 100 * 96 * 6 * 2
    assert fit.cache_bytes(shape, context_tokens=100, parallel=3) == 3 * plain
    assert fit.cache_bytes(shape, context_tokens=100, bytes_per_value=0.5625) == 100 * 96 * 6 * 9 // 16


@pytest.mark.parametrize(
    ("free", "chosen"),
    [
        (16 * GB, "qwen2.5-coder-1.5b"),
        (3 * GB, "qwen2.5-coder-1.5b"),
        (2.9 * GB, "qwen2.5-coder-0.5b"),
        (1.1 * GB, "qwen2.5-coder-0.5b"),
    ],
)
def test_the_smaller_model_is_taken_with_less_than_3_gb_free(free: float, chosen: str) -> None:
    assert fit.choose(CATALOGUE, free_bytes=int(free), context_tokens=8192).name == chosen


def test_too_little_memory_for_any_model_is_said_with_both_figures() -> None:
    with pytest.raises(NotEnoughMemory) as caught:
        fit.choose(CATALOGUE, free_bytes=GB // 2, context_tokens=8192)
    assert caught.value.model == "qwen2.5-coder-0.5b"
    assert caught.value.free == pytest.approx(0.5)
    assert 0.9 < caught.value.needed < 1.1


def test_a_context_that_no_longer_fits_beside_the_default_gives_the_smaller_model() -> None:
    default = CATALOGUE[0]
    assert fit.fits(default, free_bytes=int(2.2 * GB), context_tokens=8192)
    assert not fit.fits(default, free_bytes=int(2.2 * GB), context_tokens=32_768)


def test_no_context_is_counted_beyond_what_the_model_was_trained_for() -> None:
    smol = in_catalogue("smollm2-135m")
    assert fit.need_of(smol, context_tokens=100_000) == fit.need_of(smol, context_tokens=8192)
