"""Owns letting an answer stand while its question is answered again, until there are words to take its place."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

from bot.errors import AssistantError, Withdrawn
from bot.messages import Incoming, Reply, ReplyDelta
from bot.service.platforms import Remember, Told

Refuse = Callable[[Incoming, AssistantError], Awaitable[None]]


async def sparing(
    incoming: Incoming, told: AsyncIterator[Told], *, posted: str | None, remember: Remember, refuse: Refuse
) -> AsyncGenerator[Told, None]:
    """What is to be shown of `told` in the message `place_of(incoming, posted)`.

    That is all of it, unless an earlier answer stands there. Then nothing comes before the first word, with which the
    message is given to `remember`: whoever goes on after a crash knows that what stands there is no whole answer any
    more. Where no word comes the answer stays: an error is told by `refuse`, and that the question was withdrawn needs
    no telling. Nothing more comes when somebody else has taken over.
    """
    earlier = incoming.replaces if posted is None else None
    async for event in told:
        if earlier and _has_words(event):
            if not await remember(earlier):
                return
            earlier = None
        if not earlier:
            yield event
        elif isinstance(event, AssistantError) and not isinstance(event, Withdrawn):
            await refuse(incoming, event)


def place_of(incoming: Incoming, posted: str | None) -> str | None:
    """What the platform calls the message that the reply goes into: the one that is `posted`, else what it replaces."""
    return incoming.replaces if posted is None else posted


def _has_words(event: Told) -> bool:
    return isinstance(event, Reply) or (isinstance(event, ReplyDelta) and bool(event.text))
