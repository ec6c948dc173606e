"""Owns the table of everyone whom Sova may talk to: which setting names them, where they are, and what they are sent.

Who is not in this table is not talked to. A new service or platform gets its row here.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.addresses import Reach
from bot.egress import Resolve, addresses_of, farthest, host_of
from bot.settings import Settings

LOOK_UP_SECONDS = 2.0
"""How long a name may take to be looked up for the table: people read it within three seconds."""


class Service(StrEnum):
    """Whom Sova may talk to. What each is sent, and why, is the sentence `contact-sent-<service>`."""

    OLLAMA = "ollama"
    OPENAI = "openai"
    OWN_ENGINE = "own-engine"
    REDIS = "redis"
    OWN_HISTORY = "own-history"
    QDRANT = "qdrant"
    OWN_INDEX = "own-index"
    HUB = "hub"
    PACKAGE_INDEX = "package-index"
    COLLECTOR = "collector"
    DISCORD = "discord"
    SLACK = "slack"


class Use(StrEnum):
    """Whether somebody is talked to.

    `always`: whenever people ask. `auto`: by `SOVA_ENGINE=auto`, Ollama to see whether it has a model, and the one of
    both engines that is then taken. `on-request`: when a person runs `sova models fetch`, and never otherwise.
    """

    ALWAYS = "always"
    AUTO = "auto"
    ON_REQUEST = "on-request"
    NEVER = "never"


class Where(StrEnum):
    """Where somebody is, as far as the egress policy goes.

    `own`: a process of Sova's own on this machine, which no network leads to. `machine` and `site` are inside the
    network. `listed`: outside, but the operator listed the host. `outside`: refused, or in the case of model files
    where they come from. `unknown`: the name has no address. `untold`: nobody looked.
    """

    OWN = "own"
    MACHINE = "machine"
    SITE = "site"
    LISTED = "listed"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Contact:
    """A row of the table. `setting` and `host` are empty where there is none: Sova's own processes, pip's index.

    `by_socket` says that it is reached by a unix socket, so on this machine.
    """

    service: Service
    use: Use
    setting: str = ""
    host: str = ""
    by_socket: bool = False

    @property
    def is_own(self) -> bool:
        """Whether it is a process of Sova's own."""
        return self.service in {Service.OWN_ENGINE, Service.OWN_HISTORY, Service.OWN_INDEX}

    @property
    def is_chat_platform(self) -> bool:
        """Whether people ask there: it lies outside, and they write there anyway."""
        return self.service in {Service.DISCORD, Service.SLACK}

    @property
    def is_sent_what_people_say(self) -> bool:
        """Whether what happens here goes there, if only in figures; otherwise it only ever gives model files."""
        return self.service not in {Service.HUB, Service.PACKAGE_INDEX}


@dataclass(frozen=True, slots=True)
class Located:
    """A contact with its addresses, and where the farthest of them is."""

    contact: Contact
    where: Where
    addresses: tuple[str, ...] = ()
    farthest: str = ""

    @property
    def leaves(self) -> bool:
        """Whether what people say really goes outside the network, because the operator listed the host."""
        return self.where is Where.LISTED and self.contact.is_sent_what_people_say


def contacts(settings: Settings, *, taken: str = "") -> tuple[Contact, ...]:
    """Everyone, also whom these settings leave out. `taken` is the engine that answers, where it is known already."""
    everyone = (_engines(settings, taken), _history(settings), _index(settings), _sources(settings))
    chats = (*_discord(settings), _slack(settings))
    return (*(contact for row in everyone for contact in row), _collector(settings), *chats)


async def locate(asked: Sequence[Contact], *, allowed: frozenset[str], resolve: Resolve) -> tuple[Located, ...]:
    """Where each of them is; only names of those who are talked to are looked up, all at once."""
    return tuple(await asyncio.gather(*(_located(contact, allowed, resolve) for contact in asked)))


def judged(contact: Contact, addresses: tuple[str, ...], *, allowed: frozenset[str]) -> Located:
    """Where a contact with these addresses is. Pure."""
    if not addresses:
        return Located(contact, Where.UNKNOWN)
    address, reach = farthest(addresses)
    listed = reach is Reach.OUTSIDE and contact.host in allowed
    return Located(contact, Where.LISTED if listed else Where(reach), addresses, address)


def _engines(settings: Settings, taken: str) -> tuple[Contact, ...]:
    if settings.engine_urls:
        return _engine_hosts(settings)
    ollama, openai, own = _engine_uses(settings.engine, taken)
    return (
        _named(Service.OLLAMA, ollama, "SOVA_OLLAMA_URL", settings.ollama_url),
        _named(Service.OPENAI, openai, "SOVA_OPENAI_BASE_URL", settings.openai_base_url),
        Contact(Service.OWN_ENGINE, own),
    )


def _engine_hosts(settings: Settings) -> tuple[Contact, ...]:
    """Several hosts of one engine, each in a row of its own; the rest of the engines is left out."""
    service = Service.OPENAI if settings.engine == "openai" else Service.OLLAMA
    hosts = dict.fromkeys(_named(service, Use.ALWAYS, "SOVA_ENGINE_URLS", url) for url in settings.engine_urls)
    others = (
        Contact(Service.OLLAMA, Use.NEVER, "SOVA_OLLAMA_URL"),
        Contact(Service.OPENAI, Use.NEVER, "SOVA_OPENAI_BASE_URL"),
    )
    unused = (other for other in others if other.service is not service)
    return (*hosts, *unused, Contact(Service.OWN_ENGINE, Use.NEVER))


def _engine_uses(engine: str, taken: str) -> tuple[Use, Use, Use]:
    """The use of Ollama, of an OpenAI-compatible engine, and of Sova's own."""
    match engine, taken:
        case "openai", _:
            return Use.NEVER, Use.ALWAYS, Use.NEVER
        case ("ollama", _) | ("auto", "ollama"):
            return Use.ALWAYS, Use.NEVER, Use.NEVER
        case "embedded", _:
            return Use.NEVER, Use.NEVER, Use.ALWAYS
        case _:
            return Use.AUTO, Use.NEVER, Use.ALWAYS if taken else Use.AUTO


def _history(settings: Settings) -> tuple[Contact, ...]:
    if settings.redis_url is None:
        return Contact(Service.REDIS, Use.NEVER, "SOVA_REDIS_URL"), Contact(Service.OWN_HISTORY, Use.ALWAYS)
    url = settings.redis_url.get_secret_value()
    redis = Contact(Service.REDIS, Use.ALWAYS, "SOVA_REDIS_URL", host_of(url), by_socket=url.startswith("unix:"))
    return redis, Contact(Service.OWN_HISTORY, Use.NEVER)


def _index(settings: Settings) -> tuple[Contact, ...]:
    if settings.qdrant_url is None:
        return Contact(Service.QDRANT, Use.NEVER, "SOVA_QDRANT_URL"), Contact(Service.OWN_INDEX, Use.ALWAYS)
    qdrant = _named(Service.QDRANT, Use.ALWAYS, "SOVA_QDRANT_URL", settings.qdrant_url)
    return qdrant, Contact(Service.OWN_INDEX, Use.NEVER)


def _sources(settings: Settings) -> tuple[Contact, ...]:
    """Where model files come from; which index pip asks is the site's own business."""
    hub = Use.ON_REQUEST if settings.hub_url else Use.NEVER
    return _named(Service.HUB, hub, "SOVA_HUB_URL", settings.hub_url), Contact(Service.PACKAGE_INDEX, Use.ON_REQUEST)


def _collector(settings: Settings) -> Contact:
    """Who takes traces; nobody does by default."""
    use = Use.ALWAYS if settings.otlp_url else Use.NEVER
    return _named(Service.COLLECTOR, use, "SOVA_OTLP_URL", settings.otlp_url or "")


def _discord(settings: Settings) -> tuple[Contact, ...]:
    """The API, and the gateway where a setting names one; otherwise the API does. A proxy is all that is talked to."""
    use = Use.ALWAYS if settings.discord_token else Use.NEVER
    if settings.discord_proxy:
        return (_named(Service.DISCORD, use, "SOVA_DISCORD_PROXY", settings.discord_proxy),)
    api = _named(Service.DISCORD, use, "SOVA_DISCORD_API_URL", settings.discord_api_url)
    gateway = settings.discord_gateway_url
    return (api, _named(Service.DISCORD, use, "SOVA_DISCORD_GATEWAY_URL", gateway)) if gateway else (api,)


def _slack(settings: Settings) -> Contact:
    """The API; where its sockets are the API tells. With a proxy of its own that is who is talked to."""
    use = Use.ALWAYS if settings.slack_bot_token else Use.NEVER
    if settings.slack_proxy:
        return _named(Service.SLACK, use, "SOVA_SLACK_PROXY", settings.slack_proxy)
    return _named(Service.SLACK, use, "SOVA_SLACK_API_URL", settings.slack_api_url)


def _named(service: Service, use: Use, setting: str, url: str) -> Contact:
    return Contact(service, use, setting, host_of(url))


async def _located(contact: Contact, allowed: frozenset[str], resolve: Resolve) -> Located:
    if contact.is_own:
        return Located(contact, Where.OWN)
    if contact.by_socket:
        return Located(contact, Where.MACHINE)
    if contact.use is Use.NEVER or not contact.host:  # nobody is asked about names that nobody goes to
        return Located(contact, Where.UNTOLD)
    try:
        async with asyncio.timeout(LOOK_UP_SECONDS):
            addresses = await addresses_of(contact.host, resolve)
    except TimeoutError:
        return Located(contact, Where.UNKNOWN)
    return judged(contact, addresses, allowed=allowed)
