"""Owns what was said before a question where Sova was called into a discussion: the last messages, oldest first."""

from collections.abc import Iterable
from datetime import timedelta

import discord

from adapters.discord.faults import translated
from adapters.discord.hearing.asking import is_own_thread, is_question, is_spoken, replied_message
from adapters.discord.hearing.translate import remark_of
from bot.errors import PlatformUnreachable
from bot.messages import ConversationKey, Remark

MOST_REMARKS = 20
LONGEST_CHAIN = 5
"""How far a chain of replies is followed."""
LIVE = timedelta(minutes=10)
"""What was said in a channel belongs to the same discussion for so long."""


async def context_of(
    message: discord.Message, *, conversation: ConversationKey, me: int, client: discord.Client
) -> tuple[Remark, ...]:
    """What the question is likely to be about; empty where the conversation's own history has it all.

    What can't be read is left out: Sova may not have the right to.
    """
    if message.guild is None or is_own_thread(message.channel, me):
        return ()
    with_ours = conversation.thread == str(message.id)
    chain = await _chain(message)
    in_thread = isinstance(message.channel, discord.Thread)
    around = await _thread(message, me) if in_thread else _live(message, me, client)
    found = {one.id: one for one in (*around, *chain) if is_spoken(one) or (with_ours and one.author.id == me)}
    remarks = [remark_of(found[id_], me) for id_ in sorted(found)]
    return tuple([remark for remark in remarks if remark.text][-MOST_REMARKS:])


async def _chain(message: discord.Message) -> list[discord.Message]:
    """The message that was replied to, the one that it replied to, and so on."""
    chain: list[discord.Message] = []
    while len(chain) < LONGEST_CHAIN and (before := await _replied(message)):
        chain.append(before)
        message = before
    return chain


async def _replied(message: discord.Message) -> discord.Message | None:
    found = replied_message(message)
    reference = message.reference
    if found or reference is None or reference.message_id is None or message.type is not discord.MessageType.reply:
        return found
    if isinstance(reference.resolved, discord.DeletedReferencedMessage):
        return None
    try:
        with translated():
            return await message.channel.fetch_message(reference.message_id)
    except (PlatformUnreachable, discord.HTTPException):
        return None


async def _thread(message: discord.Message, me: int) -> list[discord.Message]:
    """The thread's last messages, after the last one of Sova's own: what came before it her history knows."""
    found: list[discord.Message] = []
    try:
        with translated():
            async for earlier in message.channel.history(limit=MOST_REMARKS, before=message):
                if earlier.author.id == me:
                    break
                found.append(earlier)
    except (PlatformUnreachable, discord.HTTPException):
        return found
    return found


def _live(message: discord.Message, me: int, client: discord.Client) -> Iterable[discord.Message]:
    """What was said in the channel just before, as far as it was heard.

    What was asked of Sova there, and what she said to commands, is another conversation: of that nobody speaks now, and
    small models mix it up.
    """
    begin = message.created_at - LIVE
    here = (one for one in reversed(client.cached_messages) if one.channel.id == message.channel.id)
    live = [one for one in here if begin <= one.created_at and one.id < message.id]
    return [one for one in live if one.author.id != me and not is_question(one, me)][:MOST_REMARKS]
