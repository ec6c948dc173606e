"""Owns how Sova's own page looks in Slack: how she is, which model answers, what can be set, her commands. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ChannelMultiSelectElement,
    DividerBlock,
    SectionBlock,
    StaticSelectElement,
)

from adapters.slack.controls.acts import Origin
from adapters.slack.controls.prefixing import Prefix
from adapters.slack.controls.views import MOST_OPTION, MOST_OPTIONS, options_of
from adapters.slack.rendering.blocks import header, mrkdwn, plain, sections, small
from adapters.slack.rendering.cards import card_messages
from adapters.slack.rendering.mrkdwn import bold, plainly
from bot.commands.cards import Card
from bot.commands.command import Command
from bot.wording import Wording

HOME = "sova-home"
"""What the `action_id`s on the page begin with; behind a hyphen stands what is chosen there."""
MODEL, CHANNELS = "model", "channels"
MOST_BLOCKS = 100
_ONLY_IN_MESSAGES = frozenset({"table"})


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be set for the whole workspace: the option's name, what it may be, and what it is now.

    `channels` are the ids of those that are chosen already, where channels are.
    """

    option: str
    label: str
    offered: tuple[str, ...] = ()
    current: str = ""
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on the page. `done` is what was just done there; `cards` tell how she is.

    `models` are those that the reader may choose; `choices` are what they may set for all, none where they may not.
    """

    cards: tuple[Card, ...]
    commands: tuple[Command, ...]
    done: str = ""
    models: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()


def home_view(page: Page, *, prefix: Prefix, me: str, say: Wording, origin: Origin) -> dict[str, Any]:
    """The view for `views.publish`."""
    parts = (
        header(say("slack-home-title")),
        sections(plainly(page.done)),
        sections(plainly(say("slack-home-intro", me=me))),
        chain.from_iterable(_card(card, say) for card in page.cards),
        _models(page.models, say),
        _choices(page.choices, say),
        _help(page.commands, prefix, me, say),
    )
    blocks = [block.to_dict() for block in chain.from_iterable(parts)]
    return {"type": "home", "blocks": blocks[:MOST_BLOCKS], "private_metadata": origin.metadata}


def _card(card: Card, say: Wording) -> Iterator[Block]:
    """A card without its tables, which no page may hold."""
    yield DividerBlock()
    for message in card_messages(card, say):
        yield from (block for block in message.blocks if block.type not in _ONLY_IN_MESSAGES)


def _models(names: Sequence[str], say: Wording) -> Iterator[Block]:
    if names:
        menu = _menu(MODEL, names, say("button-models"))
        yield SectionBlock(text=mrkdwn(plainly(say("slack-home-model"))), accessory=menu)


def _choices(choices: Sequence[Choice], say: Wording) -> Iterator[Block]:
    if not choices:
        return
    yield DividerBlock()
    yield from header(say("slack-home-settings"))
    for choice in choices:
        text = f"{bold(choice.label)}\n{plainly(choice.current)}"
        yield SectionBlock(text=mrkdwn(text), accessory=_setting(choice, say))


def _setting(choice: Choice, say: Wording) -> Any:  # noqa: ANN401  # the SDK's kinds of menus
    if choice.option == CHANNELS:
        return ChannelMultiSelectElement(
            action_id=f"{HOME}-set-{CHANNELS}",
            placeholder=plain(say("slack-home-all-channels"), limit=MOST_OPTION),
            initial_channels=choice.channels or None,
        )
    return _menu(f"set-{choice.option}", choice.offered, say("slack-home-choose"))


def _menu(name: str, offered: Sequence[str], placeholder: str) -> StaticSelectElement:
    return StaticSelectElement(
        action_id=f"{HOME}-{name}",
        placeholder=plain(placeholder, limit=MOST_OPTION),
        options=options_of(offered)[:MOST_OPTIONS],
    )


def _help(commands: Sequence[Command], prefix: Prefix, me: str, say: Wording) -> Iterator[Block]:
    yield DividerBlock()
    yield from header(say("help-title"))
    lines = [f"`{prefix.slash('ask')}` {plainly(say('command-ask'))}"]
    lines += [f"`{prefix.slash(command.name)}` {plainly(command.description(say))}" for command in commands]
    yield from sections("\n".join(lines))
    yield from small([plainly(say("slack-home-words", me=me))])
