"""What of an answer is shown at each moment, with looks that are just words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.chat.showing.screen import AnswerScreen, Ending
from bot.errors import AssistantError, EngineUnreachable
from bot.messages import Language, Progress, Reply, ReplyDelta, Stage
from bot.wording import Wording
from tests.bot.chat.showing.replies import a_reply


@dataclass
class Words:
    text: str = ""

    def add(self, delta: ReplyDelta) -> None:
        self.text += delta.text

    def so_far(self) -> Sequence[str]:
        return [self.text.strip()] if self.text.strip() else []

    def waiting(self, progress: Progress, say: Wording) -> Sequence[str]:
        return [f"{progress.stage} {say.language}"]

    def whole(self, reply: Reply, say: Wording) -> Sequence[str]:
        return [f"{reply.text} {say.language}"]

    def failed(self, error: AssistantError, say: Wording) -> Sequence[str]:
        return [*self.so_far(), f"{error.code} {say.language}"]


@dataclass
class Board:
    shown: list[tuple[Sequence[str], Ending | None]] = field(default_factory=list)

    async def show(self, messages: Sequence[str], ending: Ending | None) -> None:
        self.shown.append((messages, ending))


def screen_on(board: Board) -> AnswerScreen[str]:
    return AnswerScreen(Words(), show=board.show, wait=lambda: 1.5, language=Language.CZECH)


async def test_an_answer_is_shown_while_it_grows_and_whole_in_the_end() -> None:
    board = Board()
    screen = screen_on(board)
    await screen.waiting(Progress(Stage.LOADING, "owl:1b"))
    assert [screen.add(ReplyDelta(text)) for text in (" ", "It", "", " is")] == [False, True, False, True]
    await screen.growing()
    await screen.ended(a_reply("It is so."))
    assert board.shown == [
        (["loading cs"], None),
        (["It is"], None),
        (["It is so. cs"], Ending(a_reply("It is so."), has_words=True)),
    ]


async def test_once_there_are_words_any_more_are_news() -> None:
    screen = screen_on(Board())
    before = screen.has_text
    await screen.growing()
    assert (before, screen.has_text) == (False, True)
    assert screen.add(ReplyDelta(" "))
    assert screen.wait() == 1.5


async def test_an_error_is_told_with_what_was_said_and_whether_anything_was() -> None:
    board, error = Board(), EngineUnreachable(engine="Ollama", url="http://127.0.0.1:11434")
    await screen_on(board).ended(error)
    screen = screen_on(board)
    screen.add(ReplyDelta("It"))
    await screen.ended(error)
    assert board.shown == [
        ([f"{error.code} cs"], Ending(None, has_words=False)),
        (["It", f"{error.code} cs"], Ending(None, has_words=True)),
    ]
