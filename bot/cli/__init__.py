"""The `sova` command: its `grammar`, and the `program` that hands over what was asked for."""

from bot.cli.program import main

__all__ = ["main"]
