"""Owns what a benchmark measured, as it is kept in a file: a run, its models, their answers, ratings. All frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from bot.errors import AssistantError, Value
from bot.messages import Language
from bot.wording import Wording


class Phase(StrEnum):
    """How an answer was asked for: `cold` with a prompt that the engine hadn't read, `warm` with the same one again."""

    COLD = "cold"
    WARM = "warm"


class Ended(StrEnum):
    """How a run ended. `unfinished` is what the file says until then, and for ever where the program was killed."""

    DONE = "done"
    STOPPED = "stopped"
    ENGINE_GONE = "engine-gone"
    UNFINISHED = "unfinished"


class LoadNote(StrEnum):
    """What is known of the cold load: `measured`, or why not.

    `was-loaded`: it was in memory and can't be put out. `untold`: the engine doesn't say what it holds.
    """

    MEASURED = "measured"
    WAS_LOADED = "was-loaded"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as it is kept: its code and data, and the codes and data of the sentences within it."""

    code: str
    data: Mapping[str, Value] = field(default_factory=dict)

    @classmethod
    def of(cls, error: AssistantError) -> "Failure":
        """What is kept of `error`."""
        return cls(error.code, error.data())

    def told(self, say: Wording) -> str:
        """The sentence, in the reader's language; of an error that this version doesn't know, its code."""
        key = f"error-{self.code}"
        return say(key, **self.data) if say.has(key) else self.code


@dataclass(frozen=True, slots=True)
class Aspect:
    """What an answer is expected to have; exactly one of the checks is set, and `name` says it to people.

    `any_of`: one of these texts occurs. `none_of`: none of these does. Both look at letters alone, neither at case nor
    at diacritics. `pattern`: a regular expression is found. `json_has`: the answer is a JSON object, if need be in a
    block of code, with these entries. `most_words`: it has so many words at most.
    """

    name: str
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    pattern: str = ""
    json_has: Mapping[str, str | int | float | bool | None] | None = None
    most_words: int = 0


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question of the benchmark: `kind` is the ability that it tries, `max_tokens` bounds the answer."""

    id: str
    language: Language
    kind: str
    text: str
    max_tokens: int
    aspects: tuple[Aspect, ...] = ()

    @property
    def digest(self) -> str:
        """The same for the same question with the same bound: only such are compared between runs."""
        return sha256(f"{self.max_tokens}\n{self.text}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer, measured. Times in milliseconds; None: not told, or there was none.

    `ttft_ms` runs from asking to the first piece, `total_ms` to the end, both by our clock. `load_ms`, `prompt_ms` and
    `generation_ms` are the engine's own; `evaluated_tokens` are those of the prompt that it really computed. `pieces`
    are the parts in which the answer came. `text` is kept once for each prompt, in the first round.
    """

    prompt: str
    round: int
    phase: Phase
    total_ms: float
    ttft_ms: float | None = None
    pieces: int = 0
    prompt_tokens: int | None = None
    evaluated_tokens: int | None = None
    completion_tokens: int | None = None
    load_ms: float | None = None
    prompt_ms: float | None = None
    generation_ms: float | None = None
    text: str = ""
    failure: Failure | None = None

    @property
    def tokens(self) -> int:
        """The tokens of the answer; where the engine doesn't count, the pieces in which it came."""
        return self.pieces if self.completion_tokens is None else self.completion_tokens

    @property
    def generating_ms(self) -> float | None:
        """From the first piece to the end; None without one."""
        return None if self.ttft_ms is None else self.total_ms - self.ttft_ms

    @property
    def tpot_ms(self) -> float | None:
        """Time per output token after the first: (end-to-end − TTFT) / (tokens − 1); None below two tokens."""
        if self.generating_ms is None or self.tokens < 2:  # the first one is TTFT's
            return None
        return self.generating_ms / (self.tokens - 1)


class EnergySource(StrEnum):
    """Where a figure of energy comes from.

    Measured: `gpu` (NVML), `cpu` (RAPL), `gpu-cpu` both. Estimated: `watts` that the operator told, or `heuristic`.
    """

    GPU = "gpu"
    CPU = "cpu"
    BOTH = "gpu-cpu"
    WATTS = "watts"
    HEURISTIC = "heuristic"

    @property
    def is_measured(self) -> bool:
        """Whether counters told it."""
        return self in {EnergySource.GPU, EnergySource.CPU, EnergySource.BOTH}


@dataclass(frozen=True, slots=True)
class Energy:
    """What answering took, in watt-hours, over `seconds`; `watts` is the assumption that an estimate rests on."""

    watt_hours: float
    seconds: float
    source: EnergySource
    watts: float | None = None


@dataclass(frozen=True, slots=True)
class MeasuredModel:
    """One model of a run. Sizes in bytes. `failure` is why it was skipped, or given up; what was measured stays.

    `load_ms` is how long it took to be ready for a first question, `load` what that figure is. The peaks are the
    highest that the engine, its process or the graphics cards told meanwhile; of the answers, `samples` has all but
    the warm-up's.
    """

    name: str
    size_bytes: int | None = None
    parameters: str | None = None
    quantization: str | None = None
    context_tokens: int | None = None
    load_ms: float | None = None
    load: LoadNote | None = None
    samples: tuple[Sample, ...] = ()
    peak_ram: int | None = None
    peak_vram: int | None = None
    energy: Energy | None = None
    failure: Failure | None = None

    def answers(self) -> Mapping[str, Sample]:
        """The first whole answer to each prompt, by the prompt's id."""
        first: dict[str, Sample] = {}
        for sample in self.samples:
            if sample.phase is Phase.COLD and sample.failure is None:
                first.setdefault(sample.prompt, sample)
        return first


@dataclass(frozen=True, slots=True)
class Rating:
    """A score from 1 to 5 for a model's answer. `by` is the judging model; empty for a person."""

    model: str
    prompt: str
    score: int
    by: str = ""

    @property
    def is_own(self) -> bool:
        """Whether a model judged itself."""
        return self.by == self.model


@dataclass(frozen=True, slots=True)
class Judging:
    """What the judge left: how many of its verdicts were no score, and how many it failed to give."""

    model: str
    unreadable: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Machine:
    """What the figures depend on; nothing that names the machine. `others` is how many cores were busy before."""

    processor: str
    threads: int
    ram_bytes: int
    gpus: tuple[str, ...] = ()
    others: float = 0.0


@dataclass(frozen=True, slots=True)
class Price:
    """What a kilowatt-hour costs."""

    per_kwh: float
    currency: str


@dataclass(frozen=True, slots=True)
class Run:
    """One benchmark. `started_at` is in seconds since the epoch; `is_here` whether the engine runs on this machine."""

    id: str
    started_at: float
    engine: str
    engine_version: str | None
    is_here: bool
    machine: Machine
    rounds: int
    seed: int
    prompts: tuple[Prompt, ...]
    models: tuple[MeasuredModel, ...] = ()
    ratings: tuple[Rating, ...] = ()
    judgings: tuple[Judging, ...] = ()
    price: Price | None = None
    ended: Ended = Ended.UNFINISHED

    @property
    def has_figures(self) -> bool:
        """Whether any model gave a whole answer."""
        return any(model.answers() for model in self.models)
