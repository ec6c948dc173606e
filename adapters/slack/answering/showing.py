"""Owns the messages that one answer stands in: streamed while Slack allows it, else posted and changed in place.

A stream can only be added to, so it shows what is certain; where the whole text reads otherwise, or the stream is over
before it, the message is changed in place. Names are remembered before and after each post, so that whoever goes on
after a crash changes what stands there and posts nothing beside it.
"""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block

from adapters.slack.answering.calls import Calls
from adapters.slack.answering.looks import Below, Part
from adapters.slack.answering.means import Means
from adapters.slack.answering.posted import OpenName
from adapters.slack.answering.rates import UPDATE_SECONDS
from adapters.slack.answering.streams import OwnStreams, Shown
from adapters.slack.answering.target import ANSWER, Target
from adapters.slack.answering.unfinished import unfinished
from adapters.slack.faults import (
    MALFORMED,
    NO_MESSAGE,
    NOT_STREAMING,
    STILL_STREAMING,
    code_of,
    is_final,
    is_unsure,
    translated,
)
from bot.chat.showing.delivering import TakenOver, Undeliverable
from bot.service.platforms import Remember
from bot.wording import Wording

logger = logging.getLogger(__name__)

MOST_ENDINGS = 5
"""How often it is tried to end a stream that somebody else began, or that couldn't be ended before."""
_THREAD_GONE = "thread_not_found"


class Showing:
    """Brings a list of parts before people, each in a message of its own, by as few changes as that takes."""

    def __init__(
        self,
        target: Target,
        *,
        means: Means,
        say: Wording,
        posted: str | None,
        remember: Remember | None = None,
        kind: str = ANSWER,
    ) -> None:
        """`kind` is what Slack is told that the messages are."""
        name = OpenName.read(posted) if posted else OpenName(target.channel, ())
        self._target = target
        self._rest = means.rest
        self._allowance = means.allowance
        self._clock = means.clock
        self._calls = Calls(target, rest=means.rest, allowance=means.allowance)
        self._say = say
        self._remember = remember
        self._metadata = target.metadata(kind)
        self._drafts = means.allowance.drafts
        self._streams = OwnStreams(target, means=means, calls=self._calls, metadata=self._metadata)
        self._messages = [Shown(ts) for ts in name.messages]
        self._is_posting = name.is_posting
        self._is_plain = False
        self._is_replaced = False
        self._endings: Counter[str] = Counter()
        self._at = 0

    @property
    def is_posted(self) -> bool:
        """Whether there is a message already."""
        return bool(self._messages)

    def wait(self) -> float:
        """In how many seconds the next change may be made."""
        if not self._messages:
            return 0.0
        newest = self._messages[-1]
        if newest.streamed is not None:
            return self._allowance.appends.wait(last=False)
        even = newest.at + UPDATE_SECONDS - self._clock()
        return max(0.0, even, self._allowance.updates.wait(self._target.channel, last=False))

    async def show(self, parts: Sequence[Part], *, last: bool, below: Below) -> None:
        """Let these parts stand there, and nothing else; `below` makes the controls under the last one.

        Raises `Undeliverable`, `TakenOver` and what `translated` does.
        """
        try:
            with translated():
                while not await self._shown(parts, last=last, below=below):
                    logger.debug("shown once more, in another way")
        except SlackApiError as error:
            if is_final(error):
                raise Undeliverable(code_of(error)) from error
            raise

    def leave(self) -> None:
        """Nothing more is shown from here; streams that are open are somebody else's to end."""
        for message in self._messages:
            self._lose(message)

    def _lose(self, message: Shown) -> None:
        """It is somebody else's to end."""
        self._streams.forget(message, is_stopped=False)
        self._end_draft(message)

    async def _shown(self, parts: Sequence[Part], *, last: bool, below: Below) -> bool:
        """Whether it was shown; False after a refusal that can be got round."""
        try:
            await self._show(parts, last=last, below=below)
        except SlackApiError as error:
            if not await self._got_round(error):
                raise
            return False
        return True

    async def _show(self, parts: Sequence[Part], *, last: bool, below: Below) -> None:
        for index, part in enumerate(parts):
            self._at = index
            is_bottom = index == len(parts) - 1
            controls = below(tuple(message.ts for message in self._messages[:index])) if is_bottom else ()
            await self._put(index, part, controls, is_whole=last or part.is_full, last=last)
        while len(self._messages) > len(parts):
            await self._remove_last()

    async def _put(self, index: int, part: Part, controls: Sequence[Block], *, is_whole: bool, last: bool) -> None:
        """Let the part stand in the message at `index`; what isn't certain yet waits where it would be streamed."""
        payload = self._payload(part, controls)
        if index == len(self._messages) and not last and self._streams.may_begin(part):
            if not part.certain:
                return
            await self._begin_stream(part.certain)
        if index == len(self._messages):
            if not last and not self._drafts.may_begin(self._target.channel):
                return
            await self._post(payload, is_draft=not last)
        message = self._messages[index]
        if message.streamed is not None:
            await self._go_on(message, part, controls, is_whole=is_whole, last=last)
        if message.streamed is None and message.payload != payload and not message.is_gone:
            await self._calls.update(message.ts, payload, last=last)
            message.payload, message.at = payload, self._clock()
            if is_whole:
                self._end_draft(message)

    async def _go_on(
        self, message: Shown, part: Part, controls: Sequence[Block], *, is_whole: bool, last: bool
    ) -> None:
        """With the stream that writes the message."""
        if not is_whole:
            await self._streams.grow(message, part.certain)
        elif await self._streams.end(message, part, controls, last=last):
            message.payload = self._payload(part, controls)

    async def _begin_stream(self, text: str) -> None:
        """Where Slack refuses, for whatever reason, the message is to be posted instead."""
        try:
            await self._stand(lambda: self._streams.start(text), streamed=text)
        except SlackApiError as error:
            if is_unsure(error):
                raise
            self._streams.refused(error)

    def _payload(self, part: Part, controls: Sequence[Block]) -> Mapping[str, Any]:
        message = part.plain(self._say) if self._is_plain else part.message
        return message.with_blocks(controls).payload()

    # --- new messages -------------------------------------------------------------------------------------------

    async def _post(self, payload: Mapping[str, Any], *, is_draft: bool) -> None:
        await self._stand(lambda: self._calls.post(payload, metadata=self._metadata), payload=payload)
        if is_draft:
            self._messages[-1].is_draft = True
            self._drafts.begin(self._target.channel)

    def _end_draft(self, message: Shown) -> None:
        if message.is_draft:
            message.is_draft = False
            self._drafts.end(self._target.channel)

    async def _stand(
        self,
        make: Callable[[], Awaitable[str]],
        *,
        streamed: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> None:
        """One more message, unless it turns out to stand there already: then nobody knows what it says."""
        found = await self._found() if self._is_posting else None
        begun = self._clock()
        if found is None:
            await self._keep(is_posting=True)
            try:
                made = Shown(await make(), streamed, payload)
            except Exception as error:
                if not is_unsure(error):
                    raise
                found = await self._found()
                made = Shown(await make(), streamed, payload) if found is None else Shown(found)
        else:
            made = Shown(found)
        made.since = made.at = begun
        self._messages.append(made)
        await self._keep(is_posting=False)

    async def _found(self) -> str | None:
        """A message that came to stand there although nobody was told."""
        found = await unfinished(self._rest, self._target, known=[message.ts for message in self._messages])
        if found:
            logger.info("a message of the answer stood there already, from an earlier try")
        return found

    async def _keep(self, *, is_posting: bool) -> None:
        """Have the names of the messages remembered."""
        self._is_posting = is_posting
        name = OpenName(self._target.channel, tuple(message.ts for message in self._messages), is_posting)
        if self._remember and not await self._remember(str(name)):
            raise TakenOver

    # --- refusals -----------------------------------------------------------------------------------------------

    async def _got_round(self, error: SlackApiError) -> bool:
        """Whether it is worth another try after this refusal."""
        code = code_of(error)
        message = self._messages[self._at] if self._at < len(self._messages) else None
        if code in MALFORMED:
            return await self._goes_plainer(message, code)
        if message is None:
            return False
        if code == NOT_STREAMING and message.streamed is not None:
            logger.info("the stream is over, the answer goes on in its place")
            self._streams.forget(message, is_stopped=False)
            return True
        if code == STILL_STREAMING and self._endings[message.ts] < MOST_ENDINGS:
            self._endings[message.ts] += 1
            await self._streams.close(message)
            return True
        return code in NO_MESSAGE and code != _THREAD_GONE and self._does_without(self._at)

    async def _goes_plainer(self, message: Shown | None, code: str) -> bool:
        """First without the stream, which bounds what it takes, then without any formatting."""
        if message and message.streamed is not None:
            await self._streams.close(message)
            return True
        if self._is_plain:
            return False
        logger.warning("Slack doesn't take the answer's formatting (%s): it is shown as plain text", code)
        self._is_plain = True
        return True

    def _does_without(self, index: int) -> bool:
        """Somebody deleted the message: the last one is posted anew, once, for the answer goes on; others stay gone."""
        message = self._messages[index]
        self._lose(message)
        if index < len(self._messages) - 1:
            message.is_gone = True
            return True
        self._messages.pop()
        is_first, self._is_replaced = not self._is_replaced, True
        return is_first

    async def _remove_last(self) -> None:
        """The answer has become shorter than what was shown of it."""
        message = self._messages.pop()
        self._lose(message)
        try:
            await self._calls.delete(message.ts)
        except SlackApiError as error:
            if code_of(error) not in NO_MESSAGE | {"cant_delete_message"}:
                raise
        await self._keep(is_posting=False)
