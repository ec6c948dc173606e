"""Owns the process of the embedding models: tasks come in on standard input, outcomes go out on standard output.

A process of its own, because reading a tokenizer holds Python's lock (0.9 s for the 250,000 words of e5) and takes
310 MB. It ends when its input ends, so also when the program that started it is killed; it has nothing to write down.
"""

import os
import pickle
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, BinaryIO

from bot.backends.embedding.fastembed_calls import Failure, Outcome, Task, Work
from bot.backends.embedding.fastembed_models import load
from bot.models.embedding_shelf import ShelvedEmbedding

if TYPE_CHECKING:
    from fastembed import TextEmbedding


def main() -> None:
    """Do tasks until the input ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the end of the input is the one way to end
    outcomes = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a vendor prints is no outcome
    _Desk(outcomes).serve(sys.stdin.buffer)


class _Desk:
    """Embeds one text after the other, and counts tokens meanwhile, which is a hundred times faster."""

    def __init__(self, outcomes: BinaryIO) -> None:
        self._outcomes = outcomes
        self._writing = threading.Lock()
        self._models = _Models()
        self._embedding = ThreadPoolExecutor(1)
        self._counting = ThreadPoolExecutor(1)

    def serve(self, tasks: BinaryIO) -> None:
        while True:
            try:
                number, task = pickle.load(tasks)  # noqa: S301  # from our own parent
            except EOFError:
                os._exit(0)  # whatever is being embedded, nobody waits for it
            thread = self._counting if task.work is Work.COUNT else self._embedding
            thread.submit(self._do, number, task)

    def _do(self, number: int, task: Task) -> None:
        try:
            outcome: Outcome = _done(task, self._models.loaded(task.shelved, threads=task.threads))
        except Exception as error:  # noqa: BLE001  # fastembed, tokenizers and onnxruntime raise what they like
            outcome = Failure(type(error).__name__)
        with self._writing:
            try:
                pickle.dump((number, outcome), self._outcomes, protocol=pickle.HIGHEST_PROTOCOL)
                self._outcomes.flush()
            except BrokenPipeError:
                os._exit(0)


class _Models:
    """The models that were asked for, each loaded once."""

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._loaded: dict[ShelvedEmbedding, TextEmbedding] = {}

    def loaded(self, shelved: ShelvedEmbedding, *, threads: int) -> "TextEmbedding":
        with self._loading:
            if shelved not in self._loaded:
                self._loaded[shelved] = load(shelved.model, shelved.folder, threads=threads)
            return self._loaded[shelved]


def _done(task: Task, model: "TextEmbedding") -> Outcome:
    text = task.text.encode("utf-8", errors="replace").decode()  # lone surrogates, which tokenizers refuse
    if task.work is Work.COUNT:
        return _tokens(text, model)
    vectors = model.query_embed(text) if task.work is Work.QUESTION else model.passage_embed([text])
    return [float(number) for number in next(iter(vectors))]


def _tokens(text: str, model: "TextEmbedding") -> list[float]:
    """What the model makes of each word: what is cut off comes along as overflow, filled up to equal lengths."""
    encodings = model.model.tokenizer.encode_batch(text.split(), add_special_tokens=False)  # type: ignore[attr-defined]
    return [sum(sum(part.attention_mask) for part in (one, *one.overflowing)) for one in encodings]


if __name__ == "__main__":
    main()
