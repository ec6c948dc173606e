"""Owns what the house asks of whoever looks on while it runs, and nobody, who does so without being asked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from bot.assistant import Consults
from bot.backends.redis.connection import RedisConnection
from bot.inbox import Inbox
from bot.ports import ChatModel
from bot.service.platforms import Outbound

if TYPE_CHECKING:
    from bot.composition.documents import Documents


class Watching(Protocol):
    """Who looks on. Each method gives what it was given, as it is to be used from then on."""

    def store(self, connection: RedisConnection) -> None:
        """Without this server nothing is taken in and nothing answered."""
        ...

    def engine(self, engine: ChatModel) -> ChatModel:
        """The engine that answers."""
        ...

    def knowledge(self, documents: "Documents | None") -> Consults | None:
        """What the assistant consults; None where there are no documents."""
        ...

    def inbox(self, inbox: Inbox) -> Inbox:
        """What is taken in here, and claimed."""
        ...

    def outbound(self, outbound: Mapping[str, Outbound]) -> dict[str, Outbound]:
        """The ways to people."""
        ...


class Unwatched:
    """Nobody looks on: a person who asks directly sees for themselves."""

    def store(self, connection: RedisConnection) -> None:
        """Nothing to be done."""

    def engine(self, engine: ChatModel) -> ChatModel:
        """The same engine."""
        return engine

    def knowledge(self, documents: "Documents | None") -> Consults | None:
        """The documents themselves."""
        return documents.knowledge if documents else None

    def inbox(self, inbox: Inbox) -> Inbox:
        """The same inbox."""
        return inbox

    def outbound(self, outbound: Mapping[str, Outbound]) -> dict[str, Outbound]:
        """The same ways."""
        return dict(outbound)


UNWATCHED = Unwatched()
