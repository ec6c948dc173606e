"""Owns how controls look in Slack: a row of buttons, thumbs for feedback, what to do next below a card. Pure.

What a press means stands in a control's value; its `action_id` only tells the controls of a row apart, and begins alike
for all that are Sova's: with `PRESS` what `bot.chat.controls.presses` reads, with `RUN` a card's command.
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextActionsBlock,
    FeedbackButtonObject,
    FeedbackButtonsElement,
)

from adapters.slack.rendering.blocks import label
from adapters.slack.rendering.limits import BUTTON_LABEL, BUTTON_WORDS, BUTTONS
from bot.chat.controls.answer_buttons import Button
from bot.chat.controls.card_buttons import card_buttons
from bot.chat.controls.presses import Action
from bot.commands.cards import Card
from bot.wording import Wording

PRESS, RUN = "sova-press", "sova-run"
"""What the `action_id`s begin with."""
FEEDBACK = f"{PRESS}-feedback"
"""The `action_id` of the thumbs; which one was pressed its value says."""

_THUMBS = {Action.UP: "slack-helpful", Action.DOWN: "slack-not-helpful"}
_NAMES = {Action.AGAIN: "slack-again", Action.OTHER: "slack-other-model"}


def answer_actions(buttons: Sequence[Button], say: Wording) -> tuple[Block, ...]:
    """The controls below an answer or a page of sources; those that lead nowhere are left out."""
    useful = [button for button in buttons if button.is_enabled]
    row = [_button(button, n, say) for n, button in enumerate(useful) if button.press.action not in _THUMBS]
    thumbs = {button.press.action: button for button in useful if button.press.action in _THUMBS}
    blocks: list[Block] = [ActionsBlock(elements=row)] if row else []
    if len(thumbs) == len(_THUMBS):
        blocks.append(_feedback(thumbs[Action.UP], thumbs[Action.DOWN], say))
    return tuple(blocks)


def card_actions(card: Card) -> tuple[Block, ...]:
    """What to do next, below a card."""
    buttons = card_buttons(card, most=BUTTONS, longest_words=BUTTON_WORDS, longest_label=BUTTON_LABEL)
    row = [
        ButtonElement(text=label(button.label), action_id=f"{RUN}-{n}", value=button.words)
        for n, button in enumerate(buttons)
    ]
    return (ActionsBlock(elements=row),) if row else ()


def _button(button: Button, number: int, say: Wording) -> ButtonElement:
    name = _NAMES.get(button.press.action)
    words = button.label or (say(name) if name else "")
    text = f"{button.sign} {words}".strip()
    return ButtonElement(text=label(text), action_id=f"{PRESS}-{number}", value=button.press.words)


def _feedback(up: Button, down: Button, say: Wording) -> Block:
    thumbs = FeedbackButtonsElement(
        action_id=FEEDBACK, positive_button=_thumb(up, say), negative_button=_thumb(down, say)
    )
    return ContextActionsBlock(elements=[thumbs])


def _thumb(button: Button, say: Wording) -> FeedbackButtonObject:
    name = say(_THUMBS[button.press.action])
    return FeedbackButtonObject(text=label(name), accessibility_label=name, value=button.press.words)
