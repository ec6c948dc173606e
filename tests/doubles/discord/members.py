"""Owns the answer to a request for members: lists of them, in pieces."""

from collections.abc import Iterator
from typing import Any

from simcord.backend import serializers
from simcord.backend.models import Member

from tests.doubles.discord.world import World

IN_ONE_CHUNK = 1000


def chunks_of(world: World, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The payloads of GUILD_MEMBERS_CHUNK for what op 8 asked; none for a guild that isn't there."""
    guild = world.guilds.get(int(told.get("guild_id") or 0))
    if guild is None:
        return
    found = [member for member in guild.members.values() if _is_asked(world, member, told)]
    found = found[: int(told.get("limit") or len(found))]
    pieces = [found[at : at + IN_ONE_CHUNK] for at in range(0, len(found), IN_ONE_CHUNK)] or [[]]
    for index, piece in enumerate(pieces):
        yield {
            "guild_id": str(guild.id),
            "members": [serializers.member_payload(world, guild, member) for member in piece],
            "chunk_index": index,
            "chunk_count": len(pieces),
            "nonce": told.get("nonce"),
        }


def _is_asked(world: World, member: Member, told: dict[str, Any]) -> bool:
    if told.get("user_ids"):
        return member.user_id in map(int, told["user_ids"])
    name = (member.nick or world.users[member.user_id].name).lower()
    return name.startswith(str(told.get("query") or "").lower())
