"""Owns the forms and windows that open in Slack: sources, a choice of models, a reason, a question. Pure.

What a window is about stands in its metadata, so whoever is told of what was done in it knows.
"""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)

from adapters.slack.controls.acts import Origin
from adapters.slack.rendering.blocks import Rendered, mrkdwn, one_line, plain, sections
from adapters.slack.rendering.buttons import answer_actions
from adapters.slack.rendering.limits import SECTION
from adapters.slack.rendering.mrkdwn import pieces, plainly, quoted
from bot.chat.controls.answer_buttons import page_buttons
from bot.chat.controls.presses import Press
from bot.ports.feedback import MOST_REASON_CHARACTERS
from bot.wording import Wording

View = dict[str, Any]

MODELS, REASON, ASK = "sova-models", "sova-reason", "sova-ask"
"""The `callback_id`s of forms."""
MODEL_FIELD, REASON_FIELD, QUESTION_FIELD = "model", "reason", "question"
MOST_OPTIONS, MOST_OPTION = 100, 75
"""Of a menu, and characters of what it offers."""
MOST_TITLE = 24
MOST_QUESTION = 3_000


def waiting(title: str, say: Wording, origin: Origin) -> View:
    """What stands there until what was asked for is known: a view can be opened for three seconds only."""
    return _window(title, sections(plainly(say("slack-looking"))), say, origin)


def told(title: str, sentence: str, say: Wording, origin: Origin) -> View:
    """A sentence instead of what was asked for."""
    return _window(title, sections(plainly(sentence)), say, origin)


def sources(pages: Sequence[Rendered], press: Press, say: Wording, origin: Origin) -> View:
    """Page `press.page` of the sources, with what turns it."""
    page = min(press.page, len(pages) - 1)
    turning = answer_actions(page_buttons(press.to(press.action, page=page), len(pages)), say)
    return _window(say("button-sources"), (*pages[page].blocks, *turning), say, origin)


def models(names: Sequence[str], say: Wording, origin: Origin) -> View:
    """A choice of models to answer again."""
    chosen = StaticSelectElement(
        action_id=MODEL_FIELD, placeholder=plain(say("button-models"), limit=MOST_OPTION), options=options_of(names)
    )
    field = InputBlock(block_id=MODEL_FIELD, label=_label(say("button-which-model")), element=chosen)
    return _form(MODELS, say("slack-other-model"), (field,), say, origin)


def reason(say: Wording, origin: Origin) -> View:
    """Why an answer didn't help, in the person's own words, if they like."""
    text = PlainTextInputElement(action_id=REASON_FIELD, multiline=True, max_length=MOST_REASON_CHARACTERS)
    field = InputBlock(block_id=REASON_FIELD, label=_label(say("feedback-reason")), element=text, optional=True)
    return _form(REASON, say("feedback-title"), (field,), say, origin)


def question(about: str, say: Wording, origin: Origin) -> View:
    """A question about a message, whose text is `about`."""
    text = PlainTextInputElement(action_id=QUESTION_FIELD, multiline=True, max_length=MOST_QUESTION)
    field = InputBlock(block_id=QUESTION_FIELD, label=_label(say("slack-ask-label")), element=text)
    return _form(ASK, say("slack-ask-title"), (*quotation(about), field), say, origin)


def quotation(text: str) -> tuple[Block, ...]:
    """The beginning of somebody's words as a quotation."""
    beginning = next(iter(pieces(plainly(text), limit=SECTION // 2)), "")
    return (SectionBlock(text=mrkdwn(quoted(beginning))),) if beginning else ()


def options_of(names: Sequence[str]) -> list[Option]:
    """What a menu offers; a name that is too long for one is left out."""
    return [Option(text=plain(name, limit=MOST_OPTION), value=name) for name in names if len(name) <= MOST_OPTION]


def _form(callback: str, title: str, blocks: Sequence[Block], say: Wording, origin: Origin) -> View:
    submit = plain(say("slack-send"), limit=MOST_TITLE).to_dict()
    return _window(title, blocks, say, origin) | {"callback_id": callback, "submit": submit}


def _window(title: str, blocks: Sequence[Block], say: Wording, origin: Origin) -> View:
    return {
        "type": "modal",
        "title": plain(title, limit=MOST_TITLE).to_dict(),
        "close": plain(say("slack-close"), limit=MOST_TITLE).to_dict(),
        "blocks": [block.to_dict() for block in blocks],
        "private_metadata": origin.metadata,
    }


def _label(text: str) -> PlainTextObject:
    return PlainTextObject(text=one_line(text, limit=SECTION // 2))
