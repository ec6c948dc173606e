"""Owns `sova stats`: what `/stats` shows, at the command line."""

import json
import sys

from adapters.terminal.render import console_on, print_card
from adapters.terminal.translate import Speaker
from bot.commands.cards import Card
from bot.commands.stats.as_json import stats_as_json
from bot.commands.stats.gathering import gather
from bot.commands.stats.stats import asked_span
from bot.composition.house import House, Role, open_house
from bot.logs import start_logging
from bot.settings import Settings
from bot.wording import Wording


async def stats(settings: Settings, say: Wording, *, what: str, since: str, as_json: bool) -> int:
    """Print `what` over the span `since`, both as `/stats` takes them; everything in brief with `as_json`."""
    start_logging(level=settings.log_level, form=settings.log_format, file=settings.state_dir / "sova.log")
    span, speaker = asked_span(since), Speaker(language=say.language)
    console = console_on(sys.stdout)
    async with open_house(settings, required=False, role=Role.GATEWAY) as house:
        if as_json:
            now = speaker.now()
            told = await gather(house.statistics, span, now=now)
            plain = stats_as_json(told, span, engine=house.taken.engine, now=now)
            console.file.write(json.dumps(plain, ensure_ascii=False) + "\n")
        else:
            print_card(console, await _card(house, speaker, {"what": what, "since": since}), say)
    return 0


async def _card(house: House, speaker: Speaker, values: dict[str, str]) -> Card:
    command = house.registry.named("stats")
    card = await house.registry.run(speaker.invocation(), command, values)
    if not isinstance(card, Card):
        raise TypeError("/stats answers with a card")
    return card
