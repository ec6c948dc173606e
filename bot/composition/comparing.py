"""Owns `sova compare`: one question to several models, their answers side by side on the terminal, or as JSON."""

import json
import sys
from contextlib import aclosing

from adapters.terminal.live_cards import show_changing
from adapters.terminal.render import console_on
from adapters.terminal.stdin import read_all
from adapters.terminal.translate import Speaker, decode, tidy
from bot.commands.cards import LiveCard
from bot.commands.comparing.card import contest_as_json
from bot.commands.comparing.contestants import Named, names_in
from bot.composition.house import open_house
from bot.logs import start_logging
from bot.settings import Settings
from bot.wording import Wording

_STANDARD_INPUT = "-"


async def compare(
    settings: Settings, say: Wording, *, speaker: Speaker, question: str, models: str, as_json: bool
) -> int:
    """Have `models` (names with commas between them; the usual ones without any) answer, as `speaker` would be.

    Fails (1) where fewer than two of them did.
    """
    start_logging(level=settings.log_level, form=settings.log_format, file=settings.state_dir / "sova.log")
    asked = decode(await read_all()) if question == _STANDARD_INPUT else tidy(question)
    named = Named(asked, tuple(names_in(models)), is_blind=False)
    async with open_house(settings, required=True) as house:
        invocation = speaker.invocation()
        contest = await house.compare.open(named, invocation)
        cards = house.compare.cards(contest, invocation)
        if not as_json:
            await show_changing(LiveCard(cards), out=console_on(sys.stdout), aside=console_on(sys.stderr), say=say)
        else:
            async with aclosing(cards):
                async for _ in cards:
                    pass
            sys.stdout.write(json.dumps(contest_as_json(contest), ensure_ascii=False) + "\n")
    return 0 if contest.is_declined or len(contest.answers) > 1 else 1
