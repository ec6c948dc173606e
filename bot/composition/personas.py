"""Owns `sova personas`: listing, taking Modelfiles in, writing them out, and making models of personas."""

import asyncio
import logging
import sys
from pathlib import Path
from typing import Literal, assert_never

from adapters.terminal.render import console_on, print_card, print_line
from adapters.terminal.stdin import read_all
from bot.commands.cards import Card
from bot.commands.personas.card import table_of, troubles
from bot.commands.personas.persona import push
from bot.composition.engines import open_engine
from bot.errors import BadModelfile, MissingArgument
from bot.logs import start_logging
from bot.messages import Notice
from bot.personas.folder import PersonaFolder
from bot.personas.importing import exported, imported
from bot.personas.modelfile import MOST_BYTES
from bot.personas.persona import normal_name
from bot.personas.pushing import left_out
from bot.settings import Settings
from bot.wording import Wording

logger = logging.getLogger(__name__)

Action = Literal["list", "import", "export", "push"]
_STANDARD_INPUT = "-"
_USUAL_NAME = "modelfile"


async def personas(
    settings: Settings, say: Wording, *, action: Action, what: str | None, name: str | None, replace: bool
) -> int:
    """Look after the personas. `what` is the Modelfile to import, `-` for standard input, or the persona's name."""
    start_logging(level=settings.log_level, form=settings.log_format, file=settings.state_dir / "sova.log")
    folder = PersonaFolder(settings.personas_dir)
    match action:
        case "list":
            return await _list(folder, say)
        case "import":
            return await _import(folder, say, file=_demanded(what, action), name=name, replace=replace)
        case "export":
            sys.stdout.write(exported((await folder.read()).named(_demanded(what, action))))
            return 0
        case "push":
            return await _push(settings, folder, say, name=_demanded(what, action))
        case _:
            assert_never(action)


async def _list(folder: PersonaFolder, say: Wording) -> int:
    there = await folder.read()
    where = say("personas-folder", path=str(folder.path.absolute()))
    table = table_of(there, say)
    text = "\n".join((where, *troubles(there, say)))
    print_card(console_on(sys.stdout), Card(say("persona-title"), text, tables=(table,) if table.rows else ()), say)
    return 1 if there.broken else 0


async def _import(folder: PersonaFolder, say: Wording, *, file: str, name: str | None, replace: bool) -> int:
    data = await read_all() if file == _STANDARD_INPUT else await asyncio.to_thread(_bytes, Path(file))
    taken = imported(data, name=normal_name(name or _name_of(file)), path=file)
    path = await folder.keep(taken.persona, replace=replace)
    console = console_on(sys.stdout)
    print_line(console, say("personas-imported", persona=taken.persona.name, path=str(path)))
    for notice in taken.unused:
        print_line(console, say.of_notice(notice))
    return 0


async def _push(settings: Settings, folder: PersonaFolder, say: Wording, *, name: str) -> int:
    persona = (await folder.read()).named(name)
    async with open_engine(settings, required=True) as taken:
        model = await push(persona, taken.engine)
    console = console_on(sys.stdout)
    print_line(console, say("persona-pushed", persona=persona.name, model=model))
    for notice in left_out(persona):
        print_line(console, say.of_notice(notice))
    return 0


def _demanded(what: str | None, action: Action) -> str:
    if what is None:
        raise MissingArgument(command=f"personas {action}", parameter="WHAT")
    return what


def _name_of(file: str) -> str:
    """By the file's name: `teacher.Modelfile`, `Modelfile.teacher`, or the folder of a plain `Modelfile`."""
    if file == _STANDARD_INPUT:
        raise MissingArgument(command="personas import", parameter="--name")
    path = Path(file)
    parts = [part for part in path.name.split(".") if part.lower() != _USUAL_NAME]
    return parts[0] if parts else path.absolute().parent.name


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise BadModelfile(str(path), Notice("modelfile-cannot-open", {"detail": detail})) from error
