"""Owns the wiring of the assistant: what it answers with, within the operator's bounds."""

from typing import TYPE_CHECKING

from bot.access import Access
from bot.assistant import Assistant
from bot.assistant.limits import Limits
from bot.attachments.reading import AttachmentReading
from bot.commands.models.fit_advisor import FitAdvisor
from bot.composition.engines import Taken
from bot.composition.fitting import explaining
from bot.composition.stores import Stores
from bot.composition.watchers import Watching
from bot.models.selection import ModelSelection
from bot.models.sight import Sight
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.composition.documents import Documents


def assistant_of(
    settings: Settings,
    taken: Taken,
    stores: Stores,
    *,
    access: Access,
    selection: ModelSelection,
    advisor: FitAdvisor,
    attachments: AttachmentReading,
    documents: "Documents | None",
    watch: Watching,
) -> Assistant:
    """The assistant; `watch` looks on while it asks the engine and the documents."""
    sight = Sight(taken.engine, advisor=advisor)
    return Assistant(
        engine=watch.engine(taken.engine),
        history=stores.history,
        selection=selection,
        latency=stores.latency,
        knowledge=watch.knowledge(documents),
        attachments=attachments,
        access=access,
        places=stores.places,
        limits=limits_of(settings),
        explain=explaining(advisor, sight, taken.engine),
        sight=sight,
        on_error=stores.errors.count,
    )


def limits_of(settings: Settings) -> Limits:
    """The operator's bounds for answers."""
    return Limits(
        answer_tokens=settings.answer_tokens,
        temperature=settings.temperature,
        question_chars=settings.question_chars,
        waiting_turns=settings.waiting_turns,
        load_seconds=settings.load_seconds,
        first_token_seconds=settings.first_token_seconds,
        next_token_seconds=settings.next_token_seconds,
        passage_tokens=settings.passage_tokens,
        citing=settings.citing,
        general_knowledge=settings.general_knowledge,
        link_hosts=settings.link_hosts,
    )
