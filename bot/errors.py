"""Owns the one family of errors: each carries data and a code, and `wording` makes the sentence."""

from dataclasses import dataclass, fields
from typing import ClassVar

from bot.messages import Notice

Value = str | int | float


@dataclass(eq=False)
class AssistantError(Exception):
    """What can go wrong, in a form that a person can be told.

    `code` names the sentence in `wording` (`error-<code>`); `data()` fills it in. `exit_code` is what the `sova`
    command returns: 1 failed, 2 wrong usage, 3 a needed service is not there.
    """

    code: ClassVar[str] = "unexpected"
    exit_code: ClassVar[int] = 1

    def data(self) -> dict[str, Value]:
        """The error's fields for a sentence: sequences joined by commas, what is missing or empty as `none`."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    def notices(self) -> dict[str, tuple[Notice, ...]]:
        """The fields that are told as sentences of their own, in the person's language."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        lists = {name: value if isinstance(value, tuple) else (value,) for name, value in values.items()}
        return {name: items for name, items in lists.items() if items and all(isinstance(i, Notice) for i in items)}

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.data().items())
        return f"{self.code}({details})"


def _plain(value: object) -> Value:
    match value:
        case None | "" | ():
            return "none"
        case str() | int() | float():
            return value
        case Notice():
            return " ".join([value.code, *(str(item) for item in value.data.values())])
        case tuple():
            return ", ".join(str(_plain(item)) for item in value)
        case _:
            return str(value)


# --- what was asked -------------------------------------------------------------------------------------------


@dataclass(eq=False)
class EmptyQuestion(AssistantError):
    """Nothing was asked: no letter or digit in it, and no file with it."""

    code = "empty-question"
    exit_code = 2


@dataclass(eq=False)
class QuestionTooLong(AssistantError):
    """The question is over the operator's bound; both lengths in characters."""

    length: int
    limit: int
    code = "question-too-long"
    exit_code = 2


@dataclass(eq=False)
class AttachmentRefused(AssistantError):
    """An attached file can't be used; `reason` is one of the codes in `wording` (`attachment-<reason>`).

    `limit` is the bound that it breaks, in the unit that the reason speaks of, 0 where there is none; `models` are
    those that see pictures, where the one that answers doesn't.
    """

    name: str
    reason: str
    limit: float = 0
    models: tuple[str, ...] = ()
    code = "attachment-refused"
    exit_code = 2

    def notice(self) -> Notice:
        """The same as something to be told beside an answer."""
        return Notice(self.code, self.data())


@dataclass(eq=False)
class NotText(AssistantError):
    """The input is binary: it holds NUL bytes or is not valid UTF-8."""

    code = "not-text"
    exit_code = 2


@dataclass(eq=False)
class TooManyWaiting(AssistantError):
    """So many turns wait in this conversation that one more would only be a false promise."""

    waiting: int
    code = "too-many-waiting"


@dataclass(eq=False)
class TooBusy(AssistantError):
    """So many questions wait that no more are taken: `waiting` is how many, of this person (`own`) or of `all`."""

    waiting: int
    whose: str
    code = "too-busy"


@dataclass(eq=False)
class TooFast(AssistantError):
    """The person asks more often than is allowed; in so many whole `seconds` the next question is taken."""

    seconds: int
    code = "too-fast"


@dataclass(eq=False)
class NotKept(AssistantError):
    """The question couldn't be taken in, for the store can't be reached: `where` and `reason` as in its own fault.

    Both are empty when it just said nothing.
    """

    where: str = ""
    reason: str = ""
    code = "not-kept"
    exit_code = 3


@dataclass(eq=False)
class Withdrawn(AssistantError):
    """The question was taken back, or its answer stopped, before there was one."""

    code = "withdrawn"


@dataclass(eq=False)
class StillAnswering(AssistantError):
    """An answer that was told to stop goes on; so nothing was erased, for it would be remembered afterwards."""

    code = "still-answering"


@dataclass(eq=False)
class GaveUp(AssistantError):
    """Every worker that took the question up ended in the middle of it; `turn` is what the log calls the question."""

    attempts: int
    turn: str
    code = "gave-up"


@dataclass(eq=False)
class CrashLoop(AssistantError):
    """A part of the service fails by a fault of ours, again and again; trying once more would change nothing."""

    name: str
    code = "crash-loop"


@dataclass(eq=False)
class NothingToRegenerate(AssistantError):
    """The conversation holds no turn that could be answered again."""

    code = "nothing-to-regenerate"


# --- commands -------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class UnknownCommand(AssistantError):
    """No command has this name; `nearest` are the likeliest meant."""

    name: str
    nearest: tuple[str, ...] = ()
    code = "unknown-command"
    exit_code = 2


@dataclass(eq=False)
class BadArgument(AssistantError):
    """A command's parameter got a value that it can't take; `expected` says what it takes."""

    command: str
    parameter: str
    value: str
    expected: str
    code = "bad-argument"
    exit_code = 2


@dataclass(eq=False)
class MissingArgument(AssistantError):
    """A command needs a value that it didn't get."""

    command: str
    parameter: str
    code = "missing-argument"
    exit_code = 2


@dataclass(eq=False)
class NotAllowed(AssistantError):
    """The person may not do this; `needed` names the permission, `roles` and `channels` who has it.

    `contact` is whom to ask for it, empty when the operator names nobody; `action` is empty where a question was asked.
    """

    action: str
    needed: str
    roles: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    contact: str = ""
    code = "not-allowed"


# --- engines and models ---------------------------------------------------------------------------------------


class EngineError(AssistantError):
    """Anything that the engine is the cause of."""


@dataclass(eq=False)
class EngineUnreachable(EngineError):
    """Nobody answers at the engine's address."""

    engine: str
    url: str
    code = "engine-unreachable"
    exit_code = 3


@dataclass(eq=False)
class EngineOutside(EngineError):
    """The engine's `host`, which the setting `name` names, now leads to an `address` outside the site's network."""

    engine: str
    name: str
    host: str
    address: str
    code = "engine-outside"
    exit_code = 3


@dataclass(eq=False)
class EngineBusy(EngineError):
    """The engine refused for now (429 or 503); `retry_after` in seconds where it said so."""

    engine: str
    retry_after: float | None = None
    code = "engine-busy"


@dataclass(eq=False)
class EngineSilent(EngineError):
    """The engine accepted the question and then said nothing for `seconds`."""

    engine: str
    model: str
    seconds: float
    code = "engine-silent"


@dataclass(eq=False)
class EngineInterrupted(EngineError):
    """The connection broke in the middle of an answer; what was said so far is kept."""

    engine: str
    model: str
    code = "engine-interrupted"


@dataclass(eq=False)
class EngineGarbled(EngineError):
    """The engine answered with something that isn't its protocol; `detail` for the log, never message text."""

    engine: str
    detail: str
    code = "engine-garbled"


@dataclass(eq=False)
class EngineRefused(EngineError):
    """The engine turned the request down with `status`; `detail` is its own reason."""

    engine: str
    status: int
    detail: str
    code = "engine-refused"


@dataclass(eq=False)
class EngineFailedToStart(EngineError):
    """The embedded engine's process ended before it was ready; `log` is the file that tells why."""

    model: str
    reason: Notice
    log: str
    code = "engine-failed-to-start"
    exit_code = 3


@dataclass(eq=False)
class ContextExceeded(EngineError):
    """The prompt doesn't fit; both figures are the engine's own counts in tokens."""

    prompt_tokens: int
    context_tokens: int
    code = "context-exceeded"


@dataclass(eq=False)
class UnknownModel(EngineError):
    """The engine has no such model; `nearest` are the names that look most like it."""

    name: str
    engine: str
    nearest: tuple[str, ...] = ()
    code = "unknown-model"
    exit_code = 2


@dataclass(eq=False)
class NoModels(EngineError):
    """The engine is there, and holds no model that can chat."""

    engine: str
    code = "no-models"
    exit_code = 3


@dataclass(eq=False)
class NoEngine(EngineError):
    """Neither Ollama nor an embedded model is there; `ollama_url` is where Ollama was looked for."""

    ollama_url: str
    model: str
    code = "no-engine"
    exit_code = 3


@dataclass(eq=False)
class CannotChat(EngineError):
    """The model completes no text; it is made for embeddings."""

    model: str
    code = "cannot-chat"
    exit_code = 2


@dataclass(eq=False)
class NoVision(EngineError):
    """The question holds a picture and the model can't see."""

    model: str
    code = "no-vision"


# --- model files ----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class ModelFileMissing(EngineError):
    """A configured model file isn't there, or the model was never fetched."""

    model: str
    path: str
    code = "model-file-missing"
    exit_code = 3


@dataclass(eq=False)
class ModelFileCorrupt(EngineError):
    """A model file isn't what its digest or its format promises."""

    model: str
    path: str
    code = "model-file-corrupt"


@dataclass(eq=False)
class ModelUnavailable(EngineError):
    """No source could give the model; `reasons` has one plain reason per source tried."""

    model: str
    reasons: tuple[Notice, ...]
    code = "model-unavailable"
    exit_code = 3


@dataclass(eq=False)
class NotEnoughMemory(EngineError):
    """The model needs more memory than the machine has free; both in GB (10⁹ bytes)."""

    model: str
    needed: float
    free: float
    code = "not-enough-memory"


@dataclass(eq=False)
class DiskFull(AssistantError):
    """There is no room for what had to be written; both in GB (10⁹ bytes), `needed` 0 when unknown."""

    path: str
    needed: float
    free: float
    code = "disk-full"


# --- history --------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class HistoryUnavailable(AssistantError):
    """Redis can't be reached or can't write; `reason` is short and holds no message text."""

    where: str
    reason: str
    code = "history-unavailable"
    exit_code = 3


@dataclass(eq=False)
class HistoryNotHere(AssistantError):
    """No Redis address is configured and this system has no embedded server (Windows)."""

    code = "history-not-here"
    exit_code = 3


@dataclass(eq=False)
class LeavesTheNetwork(AssistantError):
    """The setting `name` leads to `host`, whose `address` lies outside the site's network, and nobody allowed that."""

    name: str
    host: str
    address: str
    code = "leaves-the-network"
    exit_code = 2


@dataclass(eq=False)
class BadSetting(AssistantError):
    """A setting's value can't be used; `name` is the environment variable, `reason` what is wrong with it."""

    name: str
    reason: str
    code = "bad-setting"
    exit_code = 2


@dataclass(eq=False)
class BadAccess(AssistantError):
    """`access.toml` can't be used; `reason` says why. Sova doesn't start with it, and runs on with an older version."""

    path: str
    reason: Notice
    code = "bad-access"
    exit_code = 2


# --- knowledge ------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class IndexUnavailable(AssistantError):
    """The index can't be reached or written; `reason` is short and holds no document text."""

    where: str
    reason: str
    code = "index-unavailable"
    exit_code = 3


@dataclass(eq=False)
class IndexLocked(AssistantError):
    """Another program holds the embedded index in `path`."""

    path: str
    code = "index-locked"


@dataclass(eq=False)
class IndexMismatch(AssistantError):
    """The index was built with `built_with`, the settings ask for `wanted`: it must be built anew."""

    built_with: str
    wanted: str
    code = "index-mismatch"


@dataclass(eq=False)
class EmbeddingUnavailable(AssistantError):
    """The embedding model could not be had anywhere; `reasons` has one sentence per source tried."""

    model: str
    reasons: tuple[Notice, ...]
    code = "embedding-unavailable"
    exit_code = 3


@dataclass(eq=False)
class DocumentUnreadable(AssistantError):
    """A file of the knowledge folder can't be read; `reason` is one of the codes in `wording` (`document-<reason>`)."""

    document: str
    reason: str
    code = "document-unreadable"


@dataclass(eq=False)
class KnowledgeVanished(AssistantError):
    """More than half of the indexed documents are gone from the folder at once: a lost mount? None was removed."""

    folder: str
    missing: int
    indexed: int
    code = "knowledge-vanished"


@dataclass(eq=False)
class BadScopes(AssistantError):
    """`scopes.toml` can't be used; `reason` says why. Until it is mended nothing of the folder is shown to anybody."""

    path: str
    reason: Notice
    code = "bad-scopes"
    exit_code = 2


@dataclass(eq=False)
class NoKnowledge(AssistantError):
    """There is no folder of documents, and there never was one that was indexed."""

    folder: str
    code = "no-knowledge"


@dataclass(eq=False)
class IndexingElsewhere(AssistantError):
    """Another program is bringing the same index up to date right now; `path` is the lock that says so."""

    path: str
    code = "indexing-elsewhere"


@dataclass(eq=False)
class NothingIndexed(AssistantError):
    """The index of the documents in `folder` holds none."""

    folder: str
    code = "nothing-indexed"


@dataclass(eq=False)
class BadQuestions(AssistantError):
    """A file of evaluation questions can't be used; `line` is the first bad one, from 1, or 0 for the whole file."""

    path: str
    reason: Notice
    line: int = 0
    code = "bad-questions"
    exit_code = 2


@dataclass(eq=False)
class BadComparison(AssistantError):
    """What is to be compared is no `NAME=VALUE` of a setting."""

    given: str
    code = "bad-comparison"
    exit_code = 2
