import io

from adapters.terminal.evaluating import evaluation_progress
from adapters.terminal.render import console_on
from bot.messages import Language
from bot.retrieval.evaluation.asking import EvaluationProgress
from bot.wording import speak
from tests.adapters.terminal.doubles import Recorder, terminal

SAY = speak(Language.ENGLISH)


def test_in_a_pipe_each_tenth_of_a_step_is_a_line() -> None:
    stream = io.StringIO()
    with evaluation_progress(console_on(stream), SAY) as tell:
        for done in range(101):
            tell(EvaluationProgress(done, 100))
        tell(EvaluationProgress(0, 2, "owl:1b"))
    lines = stream.getvalue().splitlines()
    assert lines[0] == "Searching the documents: 0 of 100"
    assert lines[10] == "Searching the documents: 100 of 100"
    assert lines[11:] == ["Answering with owl:1b: 0 of 2"]


def test_on_a_terminal_a_bar_tells_how_far_it_is_and_goes() -> None:
    recorder = Recorder()
    with evaluation_progress(terminal(recorder), SAY) as tell:
        tell(EvaluationProgress(3, 8))
        tell(EvaluationProgress(1, 4, "owl:1b"))
    assert "Searching the documents" in recorder.getvalue()
    assert "Answering with owl:1b" in recorder.getvalue()
    assert recorder.screen.lines == []
