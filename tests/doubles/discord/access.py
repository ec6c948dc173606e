"""Owns who is let in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Access:
    """The bot's token, and the privileged intents that its owner has switched on: `message_content` and the like."""

    token: str
    privileged: frozenset[str]

    @property
    def reads_content(self) -> bool:
        """Whether messages come with their content wherever they were written."""
        return "message_content" in self.privileged
