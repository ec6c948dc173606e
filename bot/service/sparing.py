"""Owns letting an answer stand while its question is answered again, until there are words to take its place."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

from bot.errors import AssistantError, Withdrawn
from bot.messages import Incoming, Reply, ReplyDelta
from bot.service.platforms import Told

Refuse = Callable[[Incoming, AssistantError], Awaitable[None]]


async def sparing(
    incoming: Incoming, told: AsyncIterator[Told], *, posted: str | None, refuse: Refuse
) -> AsyncGenerator[Told, None]:
    """What is to be shown of `told` in the message `posted`: all of it, unless an earlier answer stands there.

    Then nothing comes before the first word. Where none comes the answer stays: an error is told by `refuse`, and that
    the question was withdrawn needs no telling.
    """
    stands = incoming.again and posted is not None
    async for event in told:
        stands = stands and not _has_words(event)
        if not stands:
            yield event
        elif isinstance(event, AssistantError) and not isinstance(event, Withdrawn):
            await refuse(incoming, event)


def _has_words(event: Told) -> bool:
    return isinstance(event, Reply) or (isinstance(event, ReplyDelta) and bool(event.text))
