"""Owns the check of the engine: which one it is, whether its version is safe, whether it keeps answers in the house."""

from collections.abc import Sequence

from bot.doctor.findings import Code, Finding, Report
from bot.doctor.model import check_model
from bot.doctor.patient import Patient
from bot.doctor.versions import LEAK, OLDEST_SAFE_OLLAMA, Version
from bot.egress import place_of
from bot.errors import AssistantError, CannotChat, EngineUnreachable, NoEngine, NoModels, UnknownModel
from bot.ports import ChatModel, EngineHost, HasHosts, OffersRemoteModels
from bot.settings import Settings

_CODES: dict[type[AssistantError], Code] = {
    NoEngine: Code.ENGINE_MISSING,
    EngineUnreachable: Code.ENGINE_UNREACHABLE,
    NoModels: Code.MODELS_NONE,
    UnknownModel: Code.MODEL_UNKNOWN,
    CannotChat: Code.MODEL_CANNOT_CHAT,
}


async def check_engine(patient: Patient, report: Report) -> None:
    """Open the engine as the program would, and ask it about itself and its models."""
    try:
        async with patient.open_engine() as engine:
            version = await engine.version()
            report(_introduced(engine, version, patient.settings))
            for finding in (*await _hosts(engine), *_unsafe(engine, version), *await _leaving_the_house(engine)):
                report(finding)
            await check_model(engine, patient, report)
    except AssistantError as error:
        report(Finding.of_error(_CODES.get(type(error), Code.ENGINE_TROUBLE), error))


def silent_engine(patient: Patient) -> Finding:
    """The engine took too long."""
    return Finding.of(Code.ENGINE_SILENT, engine=patient.settings.engine, seconds=patient.seconds)


def _introduced(engine: ChatModel, version: str | None, settings: Settings) -> Finding:
    """`tried` is where Ollama was looked for before another engine was taken."""
    instead = settings.engine == "auto" and engine.engine != "ollama"
    tried = place_of(settings.ollama_url) if instead else "none"
    return Finding.of(Code.ENGINE, engine=engine.engine, version=version or "none", url=engine.url, tried=tried)


async def _hosts(engine: ChatModel) -> Sequence[Finding]:
    """How each host does, where there are several."""
    hosts = await engine.hosts() if isinstance(engine, HasHosts) else ()
    return [_host(host) for host in hosts]


def _host(host: EngineHost) -> Finding:
    if host.trouble:
        return Finding(Code.ENGINE_HOST_LEFT_OUT, {"url": host.url, "trouble": host.trouble.code}, host.trouble)
    models = ", ".join(model.name for model in host.loaded) or "none"
    return Finding.of(
        Code.ENGINE_HOST, url=host.url, version=host.version or "none", models=models, parallel=host.parallel
    )


def _unsafe(engine: ChatModel, written: str | None) -> Sequence[Finding]:
    """Whether an Ollama leaks memory; `written` holds the versions of all hosts, with commas between them."""
    if engine.engine != "ollama":
        return ()
    return [finding for one in (written or "").split(", ") for finding in _unsafe_version(one)]


def _unsafe_version(written: str) -> Sequence[Finding]:
    version = Version.read(written)
    safe = str(OLDEST_SAFE_OLLAMA)
    if version is None:
        return (Finding.of(Code.ENGINE_VERSION_UNKNOWN, version=written or "none", safe=safe, leak=LEAK),)
    if version < OLDEST_SAFE_OLLAMA:
        return (Finding.of(Code.ENGINE_LEAKS, version=written or "none", safe=safe, leak=LEAK),)
    return ()


async def _leaving_the_house(engine: ChatModel) -> Sequence[Finding]:
    """Whether models are offered whose answers would come from somebody else's machines."""
    remote = await engine.remote_models() if isinstance(engine, OffersRemoteModels) else ()
    return (Finding.of(Code.ENGINE_CLOUD, engine=engine.engine, models=", ".join(remote)),) if remote else ()
