"""Owns what is asked about messages that a platform has brought: up to which one, so that a gap loses none."""

from collections.abc import Mapping
from typing import Protocol


class SeenLog(Protocol):
    """The last message seen in each channel of a platform; survives restarts. Channels and messages by their ids."""

    async def marks(self, platform: str) -> Mapping[str, int]:
        """The last message seen, by channel."""
        ...

    async def note(self, platform: str, marks: Mapping[str, int]) -> None:
        """Remember these; other channels stay as they are."""
        ...

    async def drop(self, platform: str, channels: frozenset[str]) -> None:
        """Forget these channels, for they are gone, or nobody has written there for long."""
        ...
