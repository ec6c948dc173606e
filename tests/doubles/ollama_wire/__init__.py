"""A real engine behind an Ollama-shaped wire.

It speaks Ollama's native API (shapes as in Ollama's public documentation) and lets a real llama.cpp server do the
work, so tokens are counted and durations measured for real. What it only keeps the books of: which models there are,
which are in memory and until when (the weights stay in llama.cpp), and downloads. It is stricter than Ollama: an
unknown field or a wrong type is a 400. Faults come on demand.
"""

from tests.doubles.ollama_wire.faults import Busy, Drop, End, ErrorLine, Garbage, HeldLoad, Says, Silent
from tests.doubles.ollama_wire.server import OllamaWire
from tests.doubles.ollama_wire.store import Loaded, PutOut, StoredModel

__all__ = [
    "Busy",
    "Drop",
    "End",
    "ErrorLine",
    "Garbage",
    "HeldLoad",
    "Loaded",
    "OllamaWire",
    "PutOut",
    "Says",
    "Silent",
    "StoredModel",
]
