"""Owns what a person sees of an interaction: whether it was answered, and with what."""

from typing import Any

from simcord.backend import models

from tests.doubles.discord.posts import Post
from tests.doubles.discord.world import World


class Interaction:
    """A command, a click or a form that was sent. `record` is simcord's."""

    def __init__(self, world: World, record: models.Interaction) -> None:
        self.record = record
        self._world = world

    @property
    def is_answered(self) -> bool:
        """The bot has reacted, be it by saying that it will."""
        return self.record.responded

    @property
    def is_thinking(self) -> bool:
        """The bot has said that it will answer, and hasn't."""
        return self.record.loading

    @property
    def has_failed(self) -> bool:
        """Three seconds have passed: the person reads that the application didn't respond."""
        deadline = self.record.initial_response_deadline
        return not self.is_answered and deadline is not None and self._world.now_iso() >= deadline

    @property
    def answer(self) -> Post | None:
        """The message that it was answered with, or that it changed."""
        message = self._world.messages.get(self.record.channel_id, {}).get(self.record.message_id or 0)
        return None if message is None else Post(self._world, message)

    @property
    def follow_ups(self) -> list[Post]:
        """What came after."""
        messages = self._world.messages.get(self.record.channel_id, {})
        return [Post(self._world, messages[id_]) for id_ in self.record.followup_ids if id_ in messages]

    @property
    def modal(self) -> dict[str, Any] | None:
        """The form that was shown, as on the wire."""
        return self.record.modal

    @property
    def choices(self) -> list[str]:
        """What was offered while one types: the names."""
        return [str(choice["name"]) for choice in self.record.autocomplete_choices or []]
