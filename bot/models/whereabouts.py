"""Owns whether an engine runs on this machine. Pure."""

from urllib.parse import urlsplit

from bot.addresses import Reach, literal, reach_of
from bot.ports import ChatModel, HasHosts


def runs_here(engine: ChatModel) -> bool:
    """Whether the engine uses this machine's memory, as far as its address tells. Several hosts are more than that."""
    if isinstance(engine, HasHosts):
        return False
    host = urlsplit(engine.url).hostname or ""
    address = literal(host)
    return engine.engine == "embedded" or host == "localhost" or bool(address and reach_of(address) is Reach.MACHINE)
