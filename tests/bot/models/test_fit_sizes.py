import pytest

from bot.models.fit_sizes import Sized, of_info, of_words, read_parameters, read_quantization, usual_shape
from bot.ports import Attention, ModelInfo

GB = 1e9


@pytest.mark.parametrize(
    ("words", "billions"),
    [
        ("7B", 7),
        ("13b q4", 13),
        ("134.52M", 0.13452),
        ("llama3.1:8b-instruct-q8_0", 8),
        ("qwen2.5-coder-0.5b", 0.5),
        ("3,8 B", 3.8),
        ("8x7B", 8 * 7 * 0.84),
        ("16×3.8B", 16 * 3.8 * 0.84),
    ],
)
def test_the_number_of_parameters_is_read_as_people_write_it(words: str, billions: float) -> None:
    assert read_parameters(words) == pytest.approx(billions * 1e9)


@pytest.mark.parametrize("words", ["", "mistral", "Q4_K_M", "16-bit", "b", "7 birds", "v1.5"])
def test_words_without_a_size_name_none(words: str) -> None:
    assert read_parameters(words) is None
    assert of_words(words) is None


@pytest.mark.parametrize(
    ("words", "quantization"),
    [
        ("13B Q4", "Q4_K_M"),
        ("7b q8_0", "Q8_0"),
        ("7b FP16", "F16"),
        ("7b 8-bit", "Q8_0"),
        ("7b 4bit", "Q4_K_M"),
        ("7b 16 bits", "F16"),
        ("7b int8", "Q8_0"),
        ("llama3:8b-instruct-q5_K_M", "Q5_K_M"),
        ("8b iq4_xs", "IQ4_XS"),
        ("13B", None),
        ("13B Q9_Z", None),
    ],
)
def test_quantizations_are_read_as_people_write_them(words: str, quantization: str | None) -> None:
    assert read_quantization(words) == quantization


@pytest.mark.parametrize(
    ("words", "gigabytes"),
    [("7B FP16", 14), ("7B 8-bit", 7.4), ("7B 4-bit", 4.2), ("13B FP16", 26), ("13B Q4", 7.9), ("70B FP16", 140)],
)
def test_the_tables_that_users_know_come_out(words: str, gigabytes: float) -> None:
    model = of_words(words)
    assert model
    assert model.weights / GB == pytest.approx(gigabytes, abs=0.1)
    assert not model.is_measured
    assert not model.is_told


def test_a_mixture_of_experts_takes_all_its_experts() -> None:
    mixtral = of_words("8x7B FP16")
    assert mixtral
    assert mixtral.weights / 2 == pytest.approx(46.7e9, rel=0.01)  # parameters, as its makers tell


def test_a_file_is_as_large_as_it_is_and_its_shape_is_its_own() -> None:
    shape = Attention.uniform(layers=2, kv_heads=1, head_length=8)
    model = of_info(ModelInfo("owl", size_bytes=123, quantization="Q4_0", context_tokens=99, attention=shape))
    assert model == Sized("owl", 123, shape, 99, "Q4_0")


def test_without_a_file_the_parameters_tell_the_size() -> None:
    model = of_info(ModelInfo("owl", parameters="8.0B", quantization="Q8_0"))
    assert model
    assert model.weights == 8.5e9
    assert model.attention == usual_shape(8e9)
    assert (model.is_measured, model.is_told) == (False, False)


def test_of_a_model_that_tells_nothing_nothing_is_said() -> None:
    assert of_info(ModelInfo("owl")) is None


def test_another_quantization_changes_the_weights_alone() -> None:
    model = Sized("owl", 4850, usual_shape(7e9), quantization="Q4_K_M")
    assert model.quantized("Q4_K_M") is model
    wide = model.quantized("F16")
    assert wide
    assert (wide.weights, wide.attention, wide.is_measured) == (16_000, model.attention, False)
    assert Sized("owl", 1, usual_shape(7e9)).quantized("F16") is None


def test_larger_models_have_no_fewer_layers() -> None:
    layers = [usual_shape(billions * 1e9).layers for billions in (0.5, 3, 8, 14, 32, 70, 120, 405)]
    assert layers == sorted(layers)
