"""Owns the family of commands that look after models: all about one, fetching, memory, deleting."""

from dataclasses import dataclass

from bot.access import Access
from bot.commands.command import Command
from bot.commands.models.delete import Deleting
from bot.commands.models.fit_advisor import FitAdvisor
from bot.commands.models.info import Info
from bot.commands.models.memory import Memory
from bot.commands.models.pull import Pulling
from bot.models.pulls import Pulls
from bot.models.selection import ModelSelection
from bot.ports import ChatModel, ModelPins


@dataclass(frozen=True, slots=True)
class ModelCare:
    """The care of the models of `engine`. `configured` is the operator's `SOVA_MODEL`, None when unset.

    `selection` must not choose what was erased.
    """

    engine: ChatModel
    pulls: Pulls
    access: Access
    pins: ModelPins | None = None
    advisor: FitAdvisor | None = None
    configured: str | None = None
    selection: ModelSelection | None = None

    def commands(self) -> tuple[Command, ...]:
        """In the order of `/help`."""
        return (
            *self.info.commands(),
            *self.pulling.commands(),
            *self.memory.commands(),
            *self.deleting.commands(),
        )

    @property
    def info(self) -> Info:
        """All about one model."""
        return Info(self.engine, self.access, self.pins, self.advisor)

    @property
    def pulling(self) -> Pulling:
        """Fetching."""
        return Pulling(self.engine, self.pulls, self.advisor)

    @property
    def memory(self) -> Memory:
        """Loading, and putting out."""
        return Memory(self.engine, self.advisor)

    @property
    def deleting(self) -> Deleting:
        """Erasing."""
        if self.selection is None:
            return Deleting(self.engine, self.pulls, self.pins, self.configured)
        return Deleting(self.engine, self.pulls, self.pins, self.configured, gone=self.selection.reject)
