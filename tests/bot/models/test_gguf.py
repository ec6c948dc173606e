from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import gguf
from bot.ports import Attention
from tests.doubles.gguf_files import Fact, write_gguf

FACTS: dict[str, Fact] = {
    "general.architecture": "owl",
    "general.size_label": "7B",
    "general.file_type": 15,
    "tokenizer.ggml.tokens": ["hoo"] * 2000,
    "tokenizer.ggml.token_type": [1] * 2000,
    "owl.block_count": 3,
    "owl.context_length": 4096,
    "owl.embedding_length": 512,
    "owl.attention.head_count": 8,
    "owl.attention.head_count_kv": 2,
}


def test_a_file_tells_what_its_model_is(tmp_path: Path) -> None:
    model = gguf.read(write_gguf(tmp_path / "owl.gguf", FACTS))
    assert model == gguf.GgufModel("owl", "7B", "Q4_K_M", 4096, Attention((2, 2, 2), 64, 64))


def test_heads_may_differ_by_layer_and_have_lengths_of_their_own(tmp_path: Path) -> None:
    facts = FACTS | {
        "owl.attention.head_count_kv": [4, 0, 1],
        "owl.attention.key_length": 96,
        "owl.attention.value_length": 32,
    }
    assert gguf.read(write_gguf(tmp_path / "owl.gguf", facts)).attention == Attention((4, 0, 1), 96, 32)


def test_without_grouped_heads_every_head_has_its_own_keys(tmp_path: Path) -> None:
    facts = {key: value for key, value in FACTS.items() if key != "owl.attention.head_count_kv"}
    assert gguf.read(write_gguf(tmp_path / "owl.gguf", facts)).attention == Attention((8, 8, 8), 64, 64)


def test_what_a_file_does_not_tell_is_unknown(tmp_path: Path) -> None:
    model = gguf.read(write_gguf(tmp_path / "owl.gguf", {"general.architecture": "owl", "general.file_type": 999}))
    assert model == gguf.GgufModel("owl", None, None, None, None)


@pytest.mark.parametrize("content", [b"", b"GG", b"GGUF", b"PK\x03\x04" + bytes(100)])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "owl.gguf"
    path.write_bytes(content)
    with pytest.raises(gguf.NotGguf):
        gguf.read(path)


def test_a_file_that_ends_before_its_last_tensor_is_refused(tmp_path: Path) -> None:
    with pytest.raises(gguf.NotGguf):
        gguf.read(write_gguf(tmp_path / "owl.gguf", FACTS, tensor_offset=100, data=bytes(50)))


def test_an_absurd_number_of_layers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(gguf.NotGguf):
        gguf.read(write_gguf(tmp_path / "owl.gguf", FACTS | {"owl.block_count": 2**32 - 1}))


@given(cut=st.integers(min_value=0, max_value=20_000), flipped=st.integers(min_value=4, max_value=400))
def test_damage_anywhere_is_refused_or_read_and_never_anything_else(
    tmp_path_factory: pytest.TempPathFactory, cut: int, flipped: int
) -> None:
    path = write_gguf(tmp_path_factory.mktemp("gguf") / "owl.gguf", FACTS)
    content = bytearray(path.read_bytes()[: cut or None])
    if flipped < len(content):
        content[flipped] ^= 0xFF
    path.write_bytes(content)
    try:
        gguf.read(path)
    except gguf.NotGguf:
        return
    assert content.startswith(gguf.MAGIC)
