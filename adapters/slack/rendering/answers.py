"""Owns how answers look in Slack, and what is beside them: the footer, states, places in the queue, errors. Pure."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import Block, MarkdownBlock

from adapters.slack.rendering.blocks import Rendered, sections, sentence, small
from adapters.slack.rendering.limits import PAGE
from adapters.slack.rendering.markdown import OWN_TABLES, Writer, in_markdown
from adapters.slack.rendering.mrkdwn import ESCAPES, fallback, plainly
from bot.chat.rendering import saying
from bot.chat.rendering.dialect import Style
from bot.chat.rendering.splitting import Pages, Splitter, split
from bot.errors import AssistantError
from bot.messages import Progress, Reply, ReplyDelta
from bot.wording import Wording


class Answer:
    """An answer while it streams: its messages as they look at any moment. `style` says how tables are written."""

    def __init__(self, style: Style = OWN_TABLES) -> None:
        self._style = style
        self._writer = Writer(style)
        self._splitter = Splitter(limit=PAGE)

    def add(self, delta: ReplyDelta) -> None:
        """Take in a piece. What the model thinks is never shown."""
        self._splitter.feed(self._writer.feed(delta.text))

    @property
    def settled(self) -> str:
        """What is certain of the message behind the finished ones, in Markdown, for a stream that can only be added to.

        It only grows at its end, until that message is finished; see `Splitter.settled`.
        """
        return self._splitter.settled

    def pages(self) -> Pages:
        """The messages as they look now, in Markdown; none before the first word."""
        return self._splitter.pages(tail=self._writer.tail())

    def so_far(self) -> tuple[Rendered, ...]:
        """The same as messages with blocks."""
        return tuple(map(page, self.pages().texts))

    def waiting(self, progress: Progress, say: Wording) -> tuple[Rendered, ...]:
        """What stands there before the first word."""
        return (state(progress, say),)

    def whole(self, reply: Reply, say: Wording) -> tuple[Rendered, ...]:
        """The messages of the whole answer, see `answer`."""
        return answer(reply, say, style=self._style)

    def failed(self, error: AssistantError, say: Wording) -> tuple[Rendered, ...]:
        """The messages when `error` ended the answer: what was said up to there, and the error."""
        return _with_footer(self.pages().texts, _warning(error, say)) or failure(error, say)


def page(markdown: str) -> Rendered:
    """One message of an answer; `markdown` is one of the texts of its `Pages`."""
    return Rendered(fallback(markdown), (MarkdownBlock(text=markdown),))


def answer(reply: Reply, say: Wording, *, style: Style = OWN_TABLES) -> tuple[Rendered, ...]:
    """The whole answer with its footer, never no message; those that were finished while it streamed are the same."""
    texts = split(in_markdown(reply.text, style), limit=PAGE)
    footer = footer_blocks(reply, say)
    return _with_footer(texts, footer) or (sentence(saying.nothing_said(reply, say)).with_blocks(footer),)


def footer_blocks(reply: Reply, say: Wording) -> tuple[Block, ...]:
    """How the answer ended, unless it simply did, every notice, and the sources, in small print; none where none is."""
    return small(tuple(_footer(reply, say)))


def failure(error: AssistantError, say: Wording) -> tuple[Rendered, ...]:
    """What is said when there is no answer at all."""
    blocks = _warning(error, say)
    return (Rendered(fallback(say.of_error(error)), blocks),)


def status(say: Wording) -> str:
    """What Slack shows behind Sova's name while she works, and `loading` says nothing more precise: plain words."""
    return say("slack-status")


def loading(progress: Progress, say: Wording) -> str:
    """What an answer waits for before its first word, as Slack shows it beside Sova's name: plain words."""
    return saying.state(progress, say)


def state(progress: Progress, say: Wording) -> Rendered:
    """The same as a message."""
    return sentence(saying.state(progress, say))


def place(ahead: int, say: Wording) -> Rendered:
    """Where a question stands while `ahead` others are answered before it."""
    return sentence(say.place(ahead))


def _footer(reply: Reply, say: Wording) -> Iterator[str]:
    yield from (" ".join(plainly(remark).split()) for remark in saying.remarks(reply, say))
    if reply.citations:
        yield saying.sources_line(reply.citations, say, ESCAPES)


def _warning(error: AssistantError, say: Wording) -> tuple[Block, ...]:
    return sections(f"⚠️ {plainly(say.of_error(error))}")


def _with_footer(texts: Sequence[str], footer: Sequence[Block]) -> tuple[Rendered, ...]:
    """The answer's messages, with the footer below the last one."""
    pages = tuple(map(page, texts))
    return (*pages[:-1], pages[-1].with_blocks(footer)) if pages else ()
