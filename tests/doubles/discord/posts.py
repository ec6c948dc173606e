"""Owns what people see of a message: its text and every version of it, buttons, files, and whom it would disturb."""

import re
from dataclasses import dataclass
from typing import Any

from simcord.backend.models import Message
from simcord.components import component_mentions, walk_components

from tests.doubles.discord.world import Version, World

SUPPRESS_EMBEDS = 1 << 2
_BUTTON = 2
_WRITTEN = (0, 19, 20, 23)
"""A message, a reply, the answer to a command, and to one in a menu."""
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_LINK = re.compile(r"(?<!<)https?://[^\s<>)]+")
_MENTION = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")


@dataclass(frozen=True, slots=True)
class Button:
    """A button that can be seen: its label, its emoji, or both; `link` where it is one."""

    label: str
    emoji: str
    custom_id: str
    disabled: bool
    link: str


class Post:
    """A message. It stays readable after it was deleted."""

    def __init__(self, world: World, message: Message) -> None:
        self._world = world
        self._message = message

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Post) and other.id == self.id

    def __hash__(self) -> int:
        return self.id

    def __repr__(self) -> str:
        return f"Post({self.id}, {self.author}: {self.text!r})"

    @property
    def id(self) -> int:
        """Its snowflake."""
        return self._message.id

    @property
    def channel(self) -> int:
        """Where it stands: a channel's id, a thread's or that of a direct message."""
        return self._message.channel_id

    @property
    def author_id(self) -> int:
        """Who wrote it."""
        return self._message.author_id

    @property
    def author(self) -> str:
        """The name of who wrote it."""
        return self._world.users[self.author_id].name

    @property
    def text(self) -> str:
        """What it says now, the texts of its components included."""
        return "\n".join(filter(None, (self._message.content, component_mentions(self._message.components))))

    @property
    def versions(self) -> list[Version]:
        """Every content that it had, first to last."""
        return self._world.versions[self.id]

    @property
    def edits(self) -> int:
        """How often it was changed."""
        return len(self.versions) - 1

    @property
    def is_deleted(self) -> bool:
        """Nobody sees it any more."""
        return self.id not in self._world.messages.get(self.channel, {})

    @property
    def is_ephemeral(self) -> bool:
        """Only the person who caused it sees it."""
        return self._message.is_ephemeral

    @property
    def is_loading(self) -> bool:
        """It says that the bot is thinking."""
        return bool(self._message.flags & (1 << 7))

    @property
    def nonce(self) -> str | int | None:
        """What its sender called it."""
        return self._world.nonce_of(self.id)

    @property
    def replies_to(self) -> int | None:
        """The message that it answers."""
        return int(self._message.reference["message_id"]) if self._message.reference else None

    @property
    def type(self) -> int:
        """Discord's number for the kind."""
        return self._message.type

    @property
    def is_somebodys(self) -> bool:
        """Somebody wrote it, a person or a program; most other messages are Discord's own remarks."""
        return self.type in _WRITTEN

    @property
    def flags(self) -> int:
        """Discord's bits."""
        return self._message.flags

    @property
    def attachments(self) -> list[dict[str, Any]]:
        """Its files, as on the wire."""
        return self._message.attachments

    @property
    def embeds(self) -> list[dict[str, Any]]:
        """Its embeds, as on the wire."""
        return self._message.embeds

    @property
    def components(self) -> list[dict[str, Any]]:
        """Its components, as on the wire."""
        return self._message.components

    @property
    def buttons(self) -> list[Button]:
        """Its buttons, in the order of reading."""
        return [
            Button(
                str(part.get("label") or ""),
                str((part.get("emoji") or {}).get("name") or ""),
                str(part.get("custom_id") or ""),
                bool(part.get("disabled")),
                str(part.get("url") or ""),
            )
            for part in walk_components(self.components)
            if part.get("type") == _BUTTON
        ]

    @property
    def reactions(self) -> dict[str, list[int]]:
        """Who reacted, by emoji."""
        return {reaction.emoji: reaction.user_ids for reaction in self._message.reactions}

    @property
    def pings(self) -> list[str]:
        """Whom it disturbs, in a guild where the bot may disturb everybody: `@everyone`, `@role`, `@person`."""
        text, policy = _CODE.sub("", self.text), self._message.allowed_mentions
        users = [int(id_) for id_ in _MENTION.findall(text) if policy.allows_user(int(id_))]
        if policy.replied_user and self._message.reply_author_id is not None:
            users.append(self._message.reply_author_id)
        names = [self._world.users[id_].name for id_ in dict.fromkeys(users) if id_ in self._world.users]
        roles = [self._role(int(id_)) for id_ in _ROLE.findall(text) if policy.allows_role(int(id_))]
        everybody = [word for word in ("everyone", "here") if policy.everyone and f"@{word}" in text]
        return [f"@{name}" for name in (*everybody, *filter(None, roles), *names)]

    @property
    def unfurls(self) -> list[str]:
        """The links that Discord would fetch and show a preview of."""
        if self.flags & SUPPRESS_EMBEDS:
            return []
        return _LINK.findall(_CODE.sub("", self._message.content))

    def _role(self, id_: int) -> str | None:
        found = (guild.roles[id_].name for guild in self._world.guilds.values() if id_ in guild.roles)
        return next(found, None)


def posts_in(world: World, channel: int) -> list[Post]:
    """What stands in a channel, oldest first."""
    return [Post(world, message) for _, message in sorted(world.messages.get(channel, {}).items())]
