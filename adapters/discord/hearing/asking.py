"""Owns what counts as a question to Sova: a mention, a direct message, a reply to hers, a thread of hers. Pure."""

import discord

_SPOKEN = frozenset({discord.MessageType.default, discord.MessageType.reply})
"""What people write themselves; the rest is Discord telling that somebody joined, pinned, boosted."""


def is_spoken(message: discord.Message) -> bool:
    """Whether a person wrote it: no bot, no webhook, no message of Discord's own."""
    return not message.author.bot and message.webhook_id is None and message.type in _SPOKEN


def is_question(message: discord.Message, me: int) -> bool:
    """Whether `message` is a question to the bot with the id `me`."""
    if not is_spoken(message):
        return False
    if message.guild is None or is_mentioned(message, me) or is_own_thread(message.channel, me):
        return True
    replied = replied_message(message)
    return replied is not None and replied.author.id == me


def is_mentioned(message: discord.Message, me: int) -> bool:
    """Whether the bot is addressed by name, or by the role that Discord made for it; `@everyone` addresses nobody.

    A reply that pings counts as a mention to Discord, so the name must stand in the text.
    """
    named = f"<@{me}>" in message.content or f"<@!{me}>" in message.content
    return named or any(is_own_role(role, me) for role in message.role_mentions)


def is_to_others(message: discord.Message, me: int) -> bool:
    """Whether it addresses others, and not the bot."""
    return bool(message.mentions) and not is_mentioned(message, me)


def is_own_role(role: discord.Role, me: int) -> bool:
    """Whether it is the role that Discord made for the bot itself."""
    return role.tags is not None and role.tags.bot_id == me


def is_own_thread(channel: object, me: int) -> bool:
    """Whether the bot opened this thread."""
    return isinstance(channel, discord.Thread) and channel.owner_id == me


def replied_message(message: discord.Message) -> discord.Message | None:
    """The message that this one replies to, as far as Discord sent it along."""
    reference = message.reference
    if reference is None or message.type is not discord.MessageType.reply:
        return None
    found = reference.cached_message or reference.resolved
    return found if isinstance(found, discord.Message) else None


def may_open_thread(message: discord.Message) -> bool:
    """Whether Sova may open a thread from this message, and write there."""
    channel, guild = message.channel, message.guild
    if guild is None or not isinstance(channel, discord.TextChannel):
        return False
    may = channel.permissions_for(guild.me)
    return may.create_public_threads and may.send_messages_in_threads and may.read_message_history
