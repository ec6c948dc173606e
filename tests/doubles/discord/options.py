"""Owns the options of a slash command as a person's Discord sends them: checked, typed, and resolved."""

from collections.abc import Mapping
from typing import Any

from simcord.backend import serializers
from simcord.enums import OptionType
from simcord.interactions import store_interaction_attachment, validate_option_value

from tests.doubles.discord.world import World

_PLACES = {OptionType.USER: "users", OptionType.CHANNEL: "channels", OptionType.ROLE: "roles"}

Told = list[dict[str, Any]]


class NoSuchOption(Exception):
    """The command has no option of that name, or needs one that wasn't given."""


def chosen(
    world: World, leaf: dict[str, Any], options: Mapping[str, Any], *, channel: int
) -> tuple[Told, dict[str, Any]]:
    """The options and what they point at; users, channels and roles are given by whatever has their `id`."""
    declared = {option["name"]: option for option in leaf.get("options") or []}
    missing = {name for name, option in declared.items() if option.get("required")} - set(options)
    if missing or set(options) - set(declared):
        raise NoSuchOption(f"{sorted(options)} were given, there are {sorted(declared)}, and {sorted(missing)} miss")
    resolved: dict[str, Any] = {}
    told = [
        {"name": name, "type": declared[name]["type"], "value": _value(world, declared[name], value, resolved, channel)}
        for name, value in options.items()
    ]
    return told, resolved


def autocompleting(
    world: World, leaf: dict[str, Any], option: str, typed: str, options: Mapping[str, Any], *, channel: int
) -> Told:
    """The options while one of them is being typed into."""
    declared = {item["name"]: item for item in leaf.get("options") or []}
    if not declared.get(option, {}).get("autocomplete"):
        raise NoSuchOption(f"{option!r} offers nothing while one types")
    given = {"options": [item for name, item in declared.items() if name in options]}
    told, _ = chosen(world, given, options, channel=channel)
    return [*told, {"name": option, "type": declared[option]["type"], "value": typed, "focused": True}]


def _value(world: World, option: dict[str, Any], value: Any, resolved: dict[str, Any], channel: int) -> Any:  # noqa: ANN401
    kind = OptionType(option["type"])
    if kind == OptionType.ATTACHMENT:
        name, data = value
        return store_interaction_attachment(world, channel, name, data, resolved)
    if kind in _PLACES:
        resolved.setdefault(_PLACES[kind], {})[str(value.id)] = _resolved(world, kind, value.id, resolved, channel)
        return str(value.id)
    return validate_option_value("", option, value)


def _resolved(world: World, kind: OptionType, id_: int, resolved: dict[str, Any], channel: int) -> dict[str, Any]:
    guild = world.guilds.get(world.get_channel(channel).guild_id or 0)
    if kind == OptionType.CHANNEL:
        return {**serializers.channel_payload(world, world.get_channel(id_)), "permissions": "0"}
    if kind == OptionType.ROLE and guild is not None:
        return dict(serializers.role_payload(guild.roles[id_]))
    if guild is not None and id_ in guild.members:
        member = serializers.member_payload(world, guild, guild.members[id_], with_user=False)
        resolved.setdefault("members", {})[str(id_)] = dict(member)
    return dict(serializers.user_payload(world.get_user(id_)))
