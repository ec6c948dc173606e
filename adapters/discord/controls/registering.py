"""Owns telling Discord which commands there are: when they have changed, and never only because Sova starts.

Discord lets an application register 200 commands a day, and people's clients load what is registered anew.
"""

import asyncio
import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
from discord import app_commands

logger = logging.getLogger(__name__)

REGISTERED_FILE = "discord-commands.json"
"""In the state folder: a digest of what was registered, by application and server."""

Tree = app_commands.CommandTree[Any]


@dataclass(frozen=True, slots=True)
class Registration:
    """Registers commands, for everybody or for one server alone. `file` remembers what was registered."""

    file: Path
    guild: int | None = None

    async def bring_up_to_date(self, tree: Tree) -> bool:
        """Register the commands of `tree` if they aren't; whether that was needed and done.

        Needs a client that is logged in. A failure is logged and the next start tries again: the older commands go on.
        """
        guild = None if self.guild is None else discord.Object(self.guild)
        if guild:
            tree.copy_global_to(guild=guild)
        place, digest = self._place(tree), await _digest(tree, guild)
        known = await asyncio.to_thread(_read, self.file)
        if known.get(place) == digest:
            return False
        try:
            await tree.sync(guild=guild)
        except discord.HTTPException as error:
            logger.warning("the slash commands can't be registered: %s %s", error.status, error.code)
            return False
        await asyncio.to_thread(_write, self.file, known | {place: digest})
        logger.info("the slash commands were registered: %d", len(tree.get_commands(guild=guild)))
        return True

    def _place(self, tree: Tree) -> str:
        return f"{tree.client.application_id}/{self.guild or 'everywhere'}"


async def _digest(tree: Tree, guild: discord.Object | None) -> str:
    """Of all that Discord is told."""
    translator, commands = tree.translator, tree.get_commands(guild=guild)
    told = [
        await command.get_translated_payload(tree, translator) if translator else command.to_dict(tree)
        for command in commands
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _read(file: Path) -> dict[str, str]:
    """What was registered; nothing where that isn't known, for registering once more does no harm."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(file: Path, known: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(known, indent=2), encoding="utf-8")
    draft.replace(file)
