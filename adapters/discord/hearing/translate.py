"""Owns what Discord's messages mean in Sova's words: messages → `Incoming`. Pure."""

import re
from collections.abc import Sequence

import discord

from adapters.discord.callers import PLATFORM, attachment_of, author_of, language_of
from adapters.discord.hearing.asking import is_own_role, may_open_thread, replied_message
from bot.languages import detect
from bot.messages import ConversationKey, Incoming, Language, Remark
from bot.places import DIRECT_MESSAGES
from bot.ports import AnswerIn

_MENTION = re.compile(r"<(?P<kind>@!?|@&|#)(?P<id>\d{1,20})>")
_EMOJI = re.compile(r"<a?(?P<name>:\w{2,32}:)\d{1,20}>")
_COMMAND = re.compile(r"<(?P<name>/[^:<>\n]{1,110}):\d{1,20}>")


def incoming_of(
    messages: Sequence[discord.Message],
    *,
    me: int,
    conversation: ConversationKey,
    language: Language,
    received_at: float,
    id_: int | None = None,
) -> Incoming:
    """What one person asked in one or more quick messages, oldest first, without what was said before.

    `me` is the bot's id; `id_` is another one than that of the first message, for a changed question.

    Where nothing but the mention was written below somebody's message, that message is what is asked; its files come
    along in any case.
    """
    first = messages[0]
    texts = [spoken_text(message, me) for message in messages]
    below = _others_message(first, me)
    files = [file for message in (*messages, *below) for file in _files(message)]
    if not any(texts):
        texts = [spoken_text(message, me) for message in below]
    return Incoming(
        id=str(id_ or first.id),
        conversation=conversation,
        author=author_of(first.author),
        text="\n".join(filter(None, texts)),
        received_at=received_at,
        language=language,
        attachments=tuple(map(attachment_of, files)),
    )


def conversation_of(message: discord.Message, *, answer_in: AnswerIn) -> ConversationKey:
    """What the message's place shares its history with.

    A thread that is opened from a message has that message's id, so it has its name before it is there.
    """
    channel = message.channel
    if message.guild is None:
        return ConversationKey(PLATFORM, DIRECT_MESSAGES, str(channel.id), direct=True)
    guild = str(message.guild.id)
    if isinstance(channel, discord.Thread):
        return ConversationKey(PLATFORM, guild, str(channel.parent_id), str(channel.id))
    opens = answer_in is AnswerIn.THREAD and may_open_thread(message)
    return ConversationKey(PLATFORM, guild, str(channel.id), str(message.id) if opens else "")


def spoken_language(message: discord.Message, *, default: Language) -> Language:
    """The language that the message is in; where that can't be told, the server's, if it has chosen Czech.

    Discord calls every server English that has chosen nothing.
    """
    if told := detect(message.content):
        return told
    if message.guild and language_of(message.guild.preferred_locale) is Language.CZECH:
        return Language.CZECH
    return default


def remark_of(message: discord.Message, me: int) -> Remark:
    """What somebody said, as others read it."""
    return Remark(author=message.author.display_name, text=spoken_text(message, me))


def spoken_text(message: discord.Message, me: int) -> str:
    """The message's text without the bot's own name, and with readable names for everybody and everything else."""
    text = message.content or "\n".join(snapshot.content for snapshot in message.message_snapshots)
    named = _MENTION.sub(lambda found: _name(found, message, me), text)
    named = _EMOJI.sub(r"\g<name>", named)
    return _COMMAND.sub(r"\g<name>", named).strip()


def _name(found: re.Match[str], message: discord.Message, me: int) -> str:
    """The bot's own name is left out; who can't be found stays as it was written."""
    id_ = int(found["id"])
    match found["kind"]:
        case "#":
            known = {channel.id: f"#{channel.name}" for channel in message.channel_mentions}
        case "@&":
            known = {role.id: "" if is_own_role(role, me) else f"@{role.name}" for role in message.role_mentions}
        case _:
            known = {user.id: f"@{user.display_name}" for user in message.mentions} | {me: ""}
    return known.get(id_, found[0])


def _others_message(message: discord.Message, me: int) -> list[discord.Message]:
    """The message of somebody else that this one replies to."""
    replied = replied_message(message)
    return [replied] if replied and replied.author.id != me else []


def _files(message: discord.Message) -> list[discord.Attachment]:
    """Those of the message, or of the one that it forwards."""
    return message.attachments or [file for snapshot in message.message_snapshots for file in snapshot.attachments]
