"""Owns what a person does: commands, buttons, menus, forms, reactions; each only as far as a real person could."""

from collections.abc import Sequence
from typing import Any, Protocol

from simcord.backend import serializers
from simcord.backend.access import channel_accessible
from simcord.backend.command_access import command_access
from simcord.components import walk_components
from simcord.enums import SELECT_TYPES, AppCommandType, ComponentType, InteractionType
from simcord.interactions import base_payload, nest_options, walk_to_subcommand

from tests.doubles.discord.forms import filled
from tests.doubles.discord.interactions import Interaction
from tests.doubles.discord.options import autocompleting, chosen
from tests.doubles.discord.posts import Post
from tests.doubles.discord.world import World


class Place(Protocol):
    """A channel, a thread, a direct message."""

    @property
    def id(self) -> int:
        """Its snowflake."""


class Impossible(Exception):
    """A real person could not do this: there is no such button, command or permission."""


class Person:
    """Somebody. `locale` is their Discord's language, such as `cs`."""

    def __init__(self, world: World, id_: int, *, locale: str = "en-US") -> None:
        self.id = id_
        self.locale = locale
        self._world = world

    @property
    def name(self) -> str:
        """What they are called."""
        return self._world.users[self.id].name

    @property
    def mention(self) -> str:
        """How others write to them."""
        return f"<@{self.id}>"

    def blocks(self) -> None:
        """They take no direct messages from the bot any more."""
        self._world.blocking.add(self.id)

    def unblocks(self) -> None:
        """They do again."""
        self._world.blocking.discard(self.id)

    # ------------------------------------------------------------- messages

    def edits(self, post: Post, text: str) -> None:
        """They change a message of theirs."""
        if post.author_id != self.id:
            raise Impossible("only one's own messages can be edited")
        self._world.edit_message(post.channel, post.id, {"content": text})

    def deletes(self, post: Post) -> None:
        """They take a message away, their own or, as a moderator would, another's."""
        self._world.delete_message(post.channel, post.id)

    def reacts(self, post: Post, emoji: str) -> None:
        """They react to a message."""
        self._world.add_reaction(post.channel, post.id, emoji, self.id)

    def types(self, place: Place) -> None:
        """They are seen typing."""
        guild = self._world.get_channel(place.id).guild_id
        payload: dict[str, Any] = {"channel_id": str(place.id), "user_id": str(self.id), "timestamp": 0}
        if guild is not None:
            member = self._world.get_member(guild, self.id)
            payload["guild_id"] = str(guild)
            payload["member"] = serializers.member_payload(self._world, self._world.guilds[guild], member)
        self._world.emit("TYPING_START", payload)

    # ------------------------------------------------------------- interactions

    def slash(self, place: Place, name: str, /, **options: Any) -> Interaction:  # noqa: ANN401  # as the options are
        """They send a slash command, `"settings show"` with a subcommand; files are `(name, bytes)`."""
        root, leaf, nesting = self._command(place.id, name)
        told, resolved = chosen(self._world, leaf, options, channel=place.id)
        data = _of_command(root) | {"options": nest_options(root, nesting, told)}
        return self._acts(InteractionType.APPLICATION_COMMAND, place.id, data | _resolved(resolved))

    def completes(self, place: Place, name: str, option: str, typed: str = "", /, **options: Any) -> Interaction:  # noqa: ANN401
        """They type into an option; what they are offered is the interaction's `choices`."""
        root, leaf, nesting = self._command(place.id, name)
        told = autocompleting(self._world, leaf, option, typed, options, channel=place.id)
        data = _of_command(root) | {"options": nest_options(root, nesting, told)}
        return self._acts(InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE, place.id, data)

    def clicks(self, post: Post, button: str) -> Interaction:
        """They press the button with this label, emoji or custom id, or this word between the colons of the id."""
        part = self._part(post, button, (ComponentType.BUTTON,))
        return self._operates(post, {"custom_id": part["custom_id"], "component_type": part["type"]})

    def chooses(self, post: Post, menu: str, *values: str) -> Interaction:
        """They choose in a menu, by its custom id or placeholder."""
        part = self._part(post, menu, SELECT_TYPES)
        offered = {option["value"] for option in part.get("options") or []}
        if part["type"] == ComponentType.STRING_SELECT and not offered.issuperset(values):
            raise Impossible(f"{values} isn't among {sorted(offered)}")
        data = {"custom_id": part["custom_id"], "component_type": part["type"], "values": list(values)}
        return self._operates(post, data)

    def submits(self, shown: Interaction, *texts: str, **values: str) -> Interaction:
        """They fill in and send the form that an interaction showed.

        `texts` go into its fields in order, `values` by a field's custom id, or its end after a colon.
        """
        form, record = shown.modal, shown.record
        if form is None:
            raise Impossible("no form was shown")
        data = {"custom_id": form["custom_id"], "components": filled(form["components"], values, texts=texts)}
        source = self._world.messages[record.channel_id].get(record.source_message_id or 0)
        post = None if source is None else Post(self._world, source)
        return self._acts(InteractionType.MODAL_SUBMIT, record.channel_id, data, source=post)

    def _operates(self, post: Post, data: dict[str, Any]) -> Interaction:
        return self._acts(InteractionType.MESSAGE_COMPONENT, post.channel, data, source=post)

    def _acts(self, kind: int, channel: int, data: dict[str, Any], *, source: Post | None = None) -> Interaction:
        self._check_access(channel)
        guild = self._world.get_channel(channel).guild_id
        record, payload = base_payload(
            self._world, type=kind, channel_id=channel, guild_id=guild, user_id=self.id, data=data
        )
        payload["locale"] = self.locale
        if source is not None:
            record.source_message_id = source.id
            payload["message"] = dict(
                serializers.message_payload(self._world, self._world.get_message(source.channel, source.id))
            )
        self._world.emit("INTERACTION_CREATE", payload)
        return Interaction(self._world, record)

    def _command(self, channel: int, name: str) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
        first, *rest = name.split()
        self._check_access(channel)
        root = self._world.find_command(first, self._world.get_channel(channel).guild_id, AppCommandType.CHAT_INPUT)
        if root is None:
            raise Impossible(f"there is no command /{first}")
        access = command_access(self._world, root, user_id=self.id, channel_id=channel)
        if not access.allowed:
            raise Impossible(f"/{first} isn't offered here: {access.reason}")
        leaf, nesting = walk_to_subcommand(root, rest)
        return root, leaf, nesting

    def _part(self, post: Post, named: str, types: Sequence[int]) -> dict[str, Any]:
        if post.is_deleted:
            raise Impossible("the message is gone")
        parts = [part for part in walk_components(post.components) if part.get("custom_id")]
        found = [part for part in parts if part["type"] in types and _is_called(part, named)]
        if len(found) != 1 or found[0].get("disabled"):
            raise Impossible(f"{named!r} cannot be pressed; there are {[part['custom_id'] for part in parts]}")
        return found[0]

    def _check_access(self, channel: int) -> None:
        if not channel_accessible(self._world, channel, self.id):
            raise Impossible(f"{self.name} doesn't see the channel")


def _is_called(part: dict[str, Any], named: str) -> bool:
    signs = (part.get("label"), part.get("placeholder"), (part.get("emoji") or {}).get("name"))
    return named in (*signs, part["custom_id"], *part["custom_id"].split(":"))


def _of_command(root: dict[str, Any]) -> dict[str, Any]:
    data = {"id": root["id"], "name": root["name"], "type": root.get("type", AppCommandType.CHAT_INPUT)}
    return data | ({"guild_id": root["guild_id"]} if root.get("guild_id") else {})


def _resolved(resolved: dict[str, Any]) -> dict[str, Any]:
    return {"resolved": resolved} if resolved else {}
