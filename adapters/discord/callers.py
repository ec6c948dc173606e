"""Owns who used a control and where: an interaction → the invocation that it stands for."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

import discord

from bot.commands.command import Invocation, Values
from bot.messages import Attachment, Author, ConversationKey, Language
from bot.places import DIRECT_MESSAGES
from bot.ports import Fetch
from bot.summaries.material import Heard, Reach
from bot.wording import Wording, speak

PLATFORM = "discord"

Read = Callable[[discord.Interaction, ConversationKey, Reach], Awaitable[Heard]]
"""Reads what was written in a place, for whoever used a control there."""


@dataclass(frozen=True, slots=True)
class Callers:
    """Reads interactions. `spoken` is the language that the operator has chosen; None follows each person's Discord.

    `clock` gives seconds since the epoch. `read` reads what was written in a place, and `fetch` files of it.
    """

    spoken: Language | None = None
    clock: Callable[[], float] = time.time
    read: Read | None = None
    fetch: Fetch | None = None

    def language(self, interaction: discord.Interaction) -> Language:
        """In which language Sova's own sentences are for this person."""
        return self.spoken or language_of(interaction.locale)

    def say(self, interaction: discord.Interaction) -> Wording:
        """Sova's voice in that language."""
        return speak(self.language(interaction))

    def invocation(self, interaction: discord.Interaction, *files: discord.Attachment) -> Invocation:
        """Who called a command, and where; `files` came with it."""
        place = conversation_of(interaction)
        return Invocation(
            id=str(interaction.id),
            conversation=place,
            author=author_of(interaction.user),
            at=self.clock(),
            language=self.language(interaction),
            find_channels=partial(_seen_channels, interaction),
            given=_given(interaction),
            read_messages=partial(self.read, interaction, place) if self.read else None,
            files=tuple(map(attachment_of, files)),
            fetch=self.fetch,
        )


def language_of(locale: discord.Locale) -> Language:
    """Czech where Discord is, English everywhere else."""
    return Language.CZECH if locale is discord.Locale.czech else Language.ENGLISH


def _given(interaction: discord.Interaction) -> Values:
    """What is filled in already while a command is typed."""
    if interaction.type is not discord.InteractionType.autocomplete:
        return {}
    return {name: value for name, value in interaction.namespace if isinstance(value, str)}


async def _seen_channels(interaction: discord.Interaction) -> Mapping[str, str]:
    """The names by id of the server's channels that the person sees; none in direct messages."""
    server, person = interaction.guild, interaction.user
    if server is None or not isinstance(person, discord.Member):
        return {}
    channels = (one for one in server.channels if not isinstance(one, discord.CategoryChannel))
    return {str(one.id): one.name for one in channels if one.permissions_for(person).view_channel}


def conversation_of(interaction: discord.Interaction) -> ConversationKey:
    """What the interaction's place shares its history with: a thread, a channel, or direct messages."""
    channel, id_ = interaction.channel, str(interaction.channel_id)
    if interaction.guild_id is None:
        return ConversationKey(PLATFORM, DIRECT_MESSAGES, id_, direct=True)
    if isinstance(channel, discord.Thread):
        return ConversationKey(PLATFORM, str(interaction.guild_id), str(channel.parent_id), id_)
    return ConversationKey(PLATFORM, str(interaction.guild_id), id_)


def author_of(user: discord.User | discord.Member) -> Author:
    """Who it is; roles go by name and by id, for operators write either."""
    roles = [role for role in getattr(user, "roles", ()) if not role.is_default()]
    named = {role.name for role in roles} | {str(role.id) for role in roles}
    return Author(id=str(user.id), name=user.display_name, roles=frozenset(named))


def attachment_of(file: discord.Attachment) -> Attachment:
    """A file that came with a command, as a reference."""
    return Attachment(
        name=file.filename,
        media_type=file.content_type or "application/octet-stream",
        size_bytes=file.size,
        where=file.url,
    )
