"""Owns `sova summarize`: one file, or what comes through standard input, summed up on standard output."""

import asyncio
import json
import sys
from contextlib import aclosing

from adapters.terminal.attaching import attachment_of, fetch_file
from adapters.terminal.render import console_on, print_card, print_line
from adapters.terminal.stdin import read_all
from adapters.terminal.translate import Speaker, decode
from bot.commands.summarizing.card import progress_card, summary_as_json, summary_card
from bot.commands.summarizing.sources import sections_of
from bot.commands.summarizing.values import Asked, What
from bot.composition.answering import limits_of
from bot.composition.attachments import open_attachments
from bot.composition.house import House, open_house
from bot.logs import start_logging
from bot.models.naming import resolve
from bot.settings import Settings
from bot.summaries.forms import Step, Wish
from bot.summaries.material import Heard
from bot.summaries.summarizing import Summarizer
from bot.wording import Wording

STANDARD_INPUT = "-"


async def summarize(
    settings: Settings, say: Wording, *, file: str, wish: Wish, model: str | None, as_json: bool
) -> int:
    """Sum up `file`, `-` for standard input. How far it is goes to standard error.

    Raises `AttachmentRefused`, `NotText`, `TooLittleSaid`, and what the engine fails with.
    """
    start_logging(level=settings.log_level, form=settings.log_format, file=settings.state_dir / "sova.log")
    name, text = await _read(settings, file)
    heard = Heard(await asyncio.to_thread(sections_of, text, name=name, say=say))
    asked = Asked(What.FILE, wish)
    aside, out = console_on(sys.stderr), console_on(sys.stdout)
    async with open_house(settings, required=True) as house:
        chosen = await _model(house, model)
        events = Summarizer(house.taken.engine, limits=limits_of(settings)).summarize(
            heard, wish, model=chosen, key=f"summary/{name}"
        )
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Step):
                    print_line(aside, progress_card(asked, event, say).text, style="dim")
                elif as_json:
                    out.file.write(json.dumps(summary_as_json(event), ensure_ascii=False) + "\n")
                else:
                    print_card(out, summary_card(asked, event, say, file=name), say)
    return 0


async def _read(settings: Settings, file: str) -> tuple[str, str]:
    """What it is called, and its text."""
    if file == STANDARD_INPUT:
        return file, decode(await read_all())
    attachment = await asyncio.to_thread(attachment_of, file)
    async with open_attachments(settings) as reading:
        return attachment.name, await reading.text_of(attachment, fetch=fetch_file)


async def _model(house: House, name: str | None) -> str:
    """The model that is named, or the one that answers at this terminal."""
    if name is not None:
        return resolve(name, await house.taken.engine.models(), engine=house.taken.engine.engine).name
    invocation = Speaker().invocation()
    return (await house.selection.choose(invocation.conversation, invocation.author)).model
