"""Owns an answer's messages as they are brought before people: how they look, and what of them is certain. Pure."""

import html
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, MarkdownBlock

from adapters.slack.rendering.answers import Answer, page
from adapters.slack.rendering.blocks import Rendered, sections, small
from adapters.slack.rendering.mrkdwn import plainly
from bot.errors import AssistantError
from bot.messages import Progress, Reply, ReplyDelta
from bot.wording import Wording


@dataclass(frozen=True, slots=True)
class Part:
    """One message. Of its Markdown what is `certain` never changes; `is_full` when nothing more comes to it."""

    message: Rendered
    certain: str = ""
    is_full: bool = False

    @property
    def markdown(self) -> str | None:
        """What a stream would have written; None where it isn't of the answer's text."""
        first = next(iter(self.message.blocks), None)
        return first.text if isinstance(first, MarkdownBlock) else None

    @property
    def below(self) -> tuple[Block, ...]:
        """What stands below the text."""
        return self.message.blocks[0 if self.markdown is None else 1 :]

    def plain(self, say: Wording) -> Rendered:
        """The same without any formatting, for where Slack doesn't take that; and a word about it."""
        if self.markdown is None:
            return Rendered(self.message.text, ())
        words = sections(plainly(html.unescape(self.markdown)))
        return Rendered(self.message.text, (*words, *small([plainly(say("slack-plain"))]), *self.below))


Below = Callable[[tuple[str, ...]], Sequence[Block]]
"""Makes the controls below an answer's last message, from the names of the messages before it."""


class AnswerLooks:
    """One answer: `bot.chat.showing.screen.Looks` of parts."""

    def __init__(self) -> None:
        self._answer = Answer()

    def add(self, delta: ReplyDelta) -> None:
        """Take in a piece."""
        self._answer.add(delta)

    def so_far(self) -> tuple[Part, ...]:
        """Its messages as they look now."""
        return tuple(self._growing())

    def waiting(self, progress: Progress, say: Wording) -> tuple[Part, ...]:
        """What it waits for before its first word."""
        return tuple(map(Part, self._answer.waiting(progress, say)))

    def whole(self, reply: Reply, say: Wording) -> tuple[Part, ...]:
        """All of it, with what stands below."""
        return _whole(self._answer.whole(reply, say))

    def failed(self, error: AssistantError, say: Wording) -> tuple[Part, ...]:
        """What was said up to the `error` that ended it, and the error."""
        return _whole(self._answer.failed(error, say))

    def _growing(self) -> Iterator[Part]:
        """Only the message behind the full ones has something certain: where the next begins isn't known yet."""
        pages = self._answer.pages()
        for number, text in enumerate(pages.texts):
            if number < pages.finished:
                yield Part(page(text), text, is_full=True)
            else:
                yield Part(page(text), self._answer.settled if number == pages.finished else "")


def _whole(messages: Sequence[Rendered]) -> tuple[Part, ...]:
    parts = (Part(message) for message in messages)
    return tuple(Part(part.message, part.markdown or "", is_full=True) for part in parts)
