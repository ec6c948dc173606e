"""Owns `sova models list`, `fetch` and `use`: the files of the embedded engine and of the search, and who answers."""

import sys
from collections.abc import Sequence
from typing import Literal, assert_never

from adapters.terminal.fetching import show_fetching
from adapters.terminal.render import console_on, print_card, print_line
from bot.backends.redis.conversations import RedisModelPins
from bot.commands.models.files import Machine, model_files_card
from bot.composition.embedding import embedding_fetcher_of, embedding_shelf_of, wanted_embedding_models
from bot.composition.engines import needs_a_model, open_engine, parallel_of, shelf_of, sources_of, suitable_model
from bot.composition.house import open_history
from bot.composition.speakers import speaker_at
from bot.errors import BadArgument, EmbeddingUnavailable
from bot.logs import start_logging
from bot.models import memory
from bot.models.catalogue import CatalogueModel, in_catalogue
from bot.models.embedding_catalogue import EmbeddingModel
from bot.models.fetching import Fetcher
from bot.models.naming import resolve
from bot.ports import PinScope
from bot.settings import Settings
from bot.wording import Wording


async def models(
    settings: Settings, say: Wording, *, action: Literal["list", "fetch", "use"], name: str | None, if_needed: bool
) -> int:
    """Look after the models: `list` those of the embedded engine, `fetch` one, or `use` one by default."""
    start_logging(level=settings.log_level, form=settings.log_format, file=settings.state_dir / "sova.log")
    match action:
        case "list":
            return await _list(settings, say)
        case "fetch":
            return await _fetch(settings, say, name=name, if_needed=if_needed)
        case "use":
            return await _use(settings, say, name=name)
        case _:
            assert_never(action)


async def _list(settings: Settings, say: Wording) -> int:
    machine = Machine(
        free_bytes=memory.free_bytes(),
        context_tokens=settings.context_tokens,
        parallel=parallel_of(settings, "embedded"),
    )
    print_card(console_on(sys.stdout), model_files_card(shelf_of(settings), machine, say), say)
    return 0


async def _fetch(settings: Settings, say: Wording, *, name: str | None, if_needed: bool) -> int:
    """Fetch the model `name`, or without one the chat model that suits this machine and the embedding models."""
    searching = [model for model in wanted_embedding_models(settings) if name in {None, model.name}]
    if name and not searching:
        await _fetch_chat_model(settings, say, in_catalogue(name))
    elif name is None and (not if_needed or await needs_a_model(settings)):
        await _fetch_chat_model(settings, say, await suitable_model(settings))
    await _fetch_embedding_models(settings, say, searching)
    return 0


async def _fetch_chat_model(settings: Settings, say: Wording, model: CatalogueModel) -> None:
    console = console_on(sys.stderr)
    shelf = shelf_of(settings)
    steps = Fetcher(shelf, sources_of(settings)).fetch(model)
    fetched = await show_fetching(console, steps, model=model, say=say)
    sentence = "models-fetched" if fetched else "models-already-here"
    print_line(console, say(sentence, model=model.name, path=str(shelf.path(model))))


async def _fetch_embedding_models(settings: Settings, say: Wording, wanted: Sequence[EmbeddingModel]) -> None:
    """Search goes by words alone without them, so it is said, and no reason to fail."""
    console = console_on(sys.stderr)
    for model in wanted:
        steps = embedding_fetcher_of(settings).fetch(model)
        try:
            if await show_fetching(console, steps, model=model, say=say):
                path = str(embedding_shelf_of(settings).path(model))
                print_line(console, say("models-fetched", model=model.name, path=path))
        except EmbeddingUnavailable as error:
            print_line(console, say.of_error(error))


async def _use(settings: Settings, say: Wording, *, name: str | None) -> int:
    if name is None:
        raise BadArgument(command="models use", parameter="NAME", value="", expected="")
    speaker = speaker_at(say, conversation="", model=None)
    async with (
        open_history(settings, required=True) as connection,
        open_engine(settings, required=True) as taken,
    ):
        model = resolve(name, await taken.engine.models(), engine=taken.engine.engine)
        incoming = speaker.invocation()
        pins = RedisModelPins(connection, prefix=settings.redis_prefix)
        await pins.pin(PinScope.GLOBAL, incoming.conversation, incoming.author, model.name)
    print_line(console_on(sys.stdout), say("models-used", model=model.name))
    return 0
