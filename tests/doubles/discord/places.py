"""Owns where people talk: guilds, channels, threads and direct messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from simcord.backend import errors, serializers
from simcord.backend.models import AllowedMentions, Role
from simcord.backend.models.channel import Overwrite
from simcord.enums import OverwriteType

from tests.doubles.discord.people import Impossible, Person
from tests.doubles.discord.posts import Post, posts_in
from tests.doubles.discord.world import Typing, World

File = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Guild:
    """What Discord's own application calls a server."""

    world: World
    id: int

    def channel(self, name: str = "general", **fields: Any) -> "Channel":  # noqa: ANN401  # simcord's: topic and the like
        """A new text channel."""
        return Channel(self.world, self.world.create_channel(self.id, name, **fields).id)

    def person(self, name: str, *, roles: Sequence[Role] = (), locale: str = "en-US", is_bot: bool = False) -> Person:
        """Somebody new, who joins; with `is_bot` another program."""
        person = Person(self.world, self.world.make_user(name, bot=is_bot).id, locale=locale)
        self.joins(person, roles=roles)
        return person

    def joins(self, person: Person, *, roles: Sequence[Role] = ()) -> None:
        """Somebody from elsewhere comes in, too."""
        self.world.add_member(self.id, person.id, roles=[role.id for role in roles], announce=True)

    def goes_down(self) -> None:
        """Discord itself has trouble with it: it is there no more, as far as the bot is told."""
        self.world.emit("GUILD_DELETE", {"id": str(self.id), "unavailable": True})

    def comes_back(self) -> None:
        """It is there again."""
        self.world.emit("GUILD_CREATE", dict(serializers.guild_create_payload(self.world, self._state)))

    def expels_bot(self) -> None:
        """The bot is thrown out."""
        self.world.remove_guild(self.id)

    def role(self, name: str, *, permissions: discord.Permissions | None = None) -> Role:
        """A new role; without permissions of its own."""
        granted = (permissions or discord.Permissions.none()).value
        role = Role(self.world.snowflake(), name, granted, position=len(self._state.roles), mentionable=True)
        self._state.roles[role.id] = role
        return role

    def allows_bot(self, permissions: discord.Permissions) -> None:
        """From now on the bot may do exactly this here."""
        for role in self._state.roles.values():
            role.permissions = permissions.value if role.managed else role.permissions

    @property
    def threads(self) -> list["Channel"]:
        """All threads, in the order of their making."""
        return [Channel(self.world, id_) for id_ in self._state.thread_ids]

    @property
    def _state(self) -> Any:  # noqa: ANN401  # simcord's
        return self.world.guilds[self.id]


@dataclass(frozen=True, slots=True)
class Channel:
    """A text channel, a thread, or a direct message with the bot."""

    world: World
    id: int

    @property
    def name(self) -> str:
        """Empty for a direct message."""
        return self._state.name or ""

    @property
    def posts(self) -> list[Post]:
        """What stands here, oldest first."""
        return posts_in(self.world, self.id)

    @property
    def answers(self) -> list[Post]:
        """What the bot wrote here itself, oldest first; Discord's own remarks in its name left out."""
        bot = self.world.bot_user.id
        return [post for post in self.posts if post.author_id == bot and post.is_somebodys]

    @property
    def threads(self) -> list["Channel"]:
        """The threads that grew here."""
        threads = (channel for channel in self.world.channels.values() if channel.is_thread)
        return [Channel(self.world, thread.id) for thread in threads if thread.parent_id == self.id]

    @property
    def typing(self) -> list[Typing]:
        """When the bot was seen typing here."""
        return [seen for seen in self.world.typing if (seen.channel, seen.user) == (self.id, self.world.bot_user.id)]

    @property
    def is_archived(self) -> bool:
        """A thread that has been put away."""
        return self._state.thread_metadata is not None and self._state.thread_metadata.archived

    def says(
        self,
        person: Person,
        text: str,
        *,
        mention: bool = False,
        files: Sequence[File] = (),
        reply_to: Post | None = None,
        pings: bool = True,
    ) -> Post:
        """Somebody writes, to the bot with `mention`. Raises simcord's BackendError where they may not.

        A reply disturbs whom it answers unless `pings` is switched off, as people can.
        """
        if self._state.guild_id is not None:
            needed = "send_messages_in_threads" if self._state.is_thread else "send_messages"
            self.world.require_permissions(self._state.guild_id, person.id, self.id, needed)
        elif person.id not in self._state.recipient_ids:
            raise Impossible("it is somebody else's conversation")
        message = self.world.create_message(
            self.id,
            person.id,
            f"<@{self.world.bot_user.id}> {text}" if mention else text,
            attachments=self.world.store_attachments(self.id, files),
            allowed_mentions=AllowedMentions(replied_user=pings),
            reference=None if reply_to is None else {"channel_id": str(self.id), "message_id": str(reply_to.id)},
        )
        return Post(self.world, message)

    def forwards(self, person: Person, post: Post) -> Post:
        """Somebody brings here what was written elsewhere."""
        reference = {"type": 1, "channel_id": str(post.channel), "message_id": str(post.id)}
        return Post(self.world, self.world.create_message(self.id, person.id, reference=reference))

    def purge(self, *posts: Post) -> None:
        """Somebody deletes many at once."""
        self.world.bulk_delete_messages(self.id, [post.id for post in posts])

    def hears_webhook(self, text: str, *, name: str = "CI") -> Post:
        """A program writes, through a webhook of its own."""
        hook = self.world.create_webhook(self.id, name, self.world.bot_user.id)
        message = self.world.create_message(self.id, hook.webhook_user_id, text, webhook_id=hook.id, author_name=name)
        return Post(self.world, message)

    def starts_thread(self, person: Person, name: str, *, on: Post | None = None) -> "Channel":
        """Somebody starts a thread, on a message or on nothing."""
        thread = self.world.create_thread(self.id, name, person.id, message_id=on.id if on else None)
        if on is not None:
            self.world.start_thread_with(thread.id, self.world.get_message(on.channel, on.id))
        return Channel(self.world, thread.id)

    def archive(self, *, locked: bool = False) -> None:
        """Somebody puts the thread away, or closes it for good."""
        if self._state.thread_metadata is None:
            raise errors.cannot_execute_on_channel_type()
        self.world.edit_channel(self.id, {}, thread_metadata={"archived": True, "locked": locked})

    def denies(self, *permissions: str) -> None:
        """The bot may no longer do this here."""
        self._overwrite(deny=discord.Permissions(**dict.fromkeys(permissions, True)))

    def allows(self, *permissions: str) -> None:
        """It may again, or more than elsewhere."""
        self._overwrite(allow=discord.Permissions(**dict.fromkeys(permissions, True)))

    def vanish(self) -> None:
        """Somebody deletes it."""
        self.world.delete_channel(self.id)

    def _overwrite(self, *, allow: discord.Permissions | None = None, deny: discord.Permissions | None = None) -> None:
        bot = self.world.bot_user.id
        self.world.set_overwrite(
            self._state.permission_channel_id(),
            Overwrite(bot, OverwriteType.MEMBER, allow.value if allow else 0, deny.value if deny else 0),
        )

    @property
    def _state(self) -> Any:  # noqa: ANN401  # simcord's
        return self.world.channels[self.id]


def direct(world: World, person: Person) -> Channel:
    """The direct message between somebody and the bot."""
    return Channel(world, world.get_dm_channel(person.id).id)
