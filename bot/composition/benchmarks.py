"""Owns the wiring of benchmarks: whose models are measured, and where the runs are kept."""

from bot.benchmarks.benchmarks import Benchmarks
from bot.benchmarks.keeping import FOLDER, RunFiles
from bot.commands.bench import misfits_of
from bot.commands.models.fit_advisor import FitAdvisor
from bot.ports import ChatModel
from bot.settings import Settings


def benchmarks_of(settings: Settings, engine: ChatModel, advisor: FitAdvisor) -> Benchmarks:
    """The benchmarks of the models of `engine`, kept in the state folder."""
    return Benchmarks(engine, files_of(settings), misfits=misfits_of(advisor))


def files_of(settings: Settings) -> RunFiles:
    """Where runs are kept."""
    return RunFiles(settings.state_dir / FOLDER)
