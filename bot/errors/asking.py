"""Owns what may go wrong with a question: what was asked, how much waits, and who answers."""

from dataclasses import dataclass

from bot.errors.family import AssistantError
from bot.messages import Notice


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
    those that see pictures, where the one that answers doesn't: `best` is the one to take, and `pull` one to fetch
    where there is none.
    """

    name: str
    reason: str
    limit: float = 0
    models: tuple[str, ...] = ()
    best: str = ""
    pull: str = ""
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
class NotTheNewest(AssistantError):
    """Something was asked after the turn that shall be answered again; only the newest can be."""

    code = "not-the-newest"


@dataclass(eq=False)
class NotTheirs(AssistantError):
    """The answer is somebody else's: only its asker and administrators may have it stopped, or given again."""

    code = "not-theirs"


@dataclass(eq=False)
class NotAnsweredHere(AssistantError):
    """An administrator lets Sova answer in some channels alone, and this is none of them."""

    code = "not-answered-here"


@dataclass(eq=False)
class NothingToRegenerate(AssistantError):
    """The conversation holds no turn that could be answered again."""

    code = "nothing-to-regenerate"
