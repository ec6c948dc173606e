"""Owns who used a control and where: an interaction → the invocation or the question that it stands for."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import discord

from bot.commands.registry import Invocation
from bot.messages import Attachment, Author, ConversationKey, Incoming, Language
from bot.wording import Wording, speak

PLATFORM = "discord"
DIRECT_MESSAGES = "dm"
"""The workspace of conversations that belong to no server."""
_PRIVATE = "private:"


@dataclass(frozen=True, slots=True)
class Callers:
    """Reads interactions. `spoken` is the language that the operator has chosen; None follows each person's Discord.

    `clock` gives seconds since the epoch.
    """

    spoken: Language | None = None
    clock: Callable[[], float] = time.time

    def language(self, interaction: discord.Interaction) -> Language:
        """In which language Sova's own sentences are for this person."""
        return self.spoken or language_of(interaction.locale)

    def say(self, interaction: discord.Interaction) -> Wording:
        """Sova's voice in that language."""
        return speak(self.language(interaction))

    def invocation(self, interaction: discord.Interaction, *, private: bool = False) -> Invocation:
        """Who called a command, and where; with `private` in the person's own conversation beside the channel's."""
        author = author_of(interaction.user)
        place = conversation_of(interaction)
        return Invocation(
            id=str(interaction.id),
            conversation=private_conversation(place, author) if private else place,
            author=author,
            at=self.clock(),
            language=self.language(interaction),
        )

    def question(
        self,
        invocation: Invocation,
        *,
        id_: str,
        text: str = "",
        attachments: tuple[Attachment, ...] = (),
        again: bool = False,
        model: str | None = None,
        reply: str | None = None,
        turn: str | None = None,
    ) -> Incoming:
        """The question that goes into the inbox for what was called; see `Incoming`."""
        return Incoming(
            id=id_,
            conversation=invocation.conversation,
            author=invocation.author,
            text=text,
            received_at=invocation.at,
            language=invocation.language,
            attachments=attachments,
            model=model,
            again=again,
            reply=reply,
            turn=turn,
        )


def language_of(locale: discord.Locale) -> Language:
    """Czech where Discord is, English everywhere else."""
    return Language.CZECH if locale is discord.Locale.czech else Language.ENGLISH


def conversation_of(interaction: discord.Interaction) -> ConversationKey:
    """What the interaction's place shares its history with: a thread, a channel, or direct messages."""
    channel, id_ = interaction.channel, str(interaction.channel_id)
    if interaction.guild_id is None:
        return ConversationKey(PLATFORM, DIRECT_MESSAGES, id_, direct=True)
    if isinstance(channel, discord.Thread):
        return ConversationKey(PLATFORM, str(interaction.guild_id), str(channel.parent_id), id_)
    return ConversationKey(PLATFORM, str(interaction.guild_id), id_)


def private_conversation(place: ConversationKey, author: Author) -> ConversationKey:
    """The person's own conversation in `place`: nobody reads along, and the place's history doesn't hold it."""
    return place if place.direct else replace(place, thread=f"{_PRIVATE}{author.id}", direct=True)


def is_private(conversation: ConversationKey) -> bool:
    """Whether it is such a conversation."""
    return conversation.thread.startswith(_PRIVATE)


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
