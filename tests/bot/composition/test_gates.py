"""Every service that the settings name is asked through a gate, from its start to its end."""

import ast
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

import bot.backends
from bot.composition import gates
from bot.composition.documents import open_documents
from bot.composition.engines import open_engine
from bot.composition.examining import examined_index
from bot.composition.gates import found_contacts, gate_to
from bot.composition.house import open_history
from bot.egress.contacts import Service, Where
from bot.errors import EngineOutside, HistoryUnavailable, IndexUnavailable, LeavesTheNetwork
from bot.settings import Settings

NAME, OUTSIDE = "service.invalid", "203.0.113.7"
CLIENTS = frozenset({"AsyncClient", "AsyncOpenAI", "DefaultAsyncHttpxClient", "AsyncQdrantClient", "from_url"})

Opened = Callable[[Settings], AbstractAsyncContextManager[Callable[[], Awaitable[object]]]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the name leads to at each look-up, the last answer for ever."""
    answers: list[list[str]] = []

    async def resolve(_host: str) -> Sequence[str]:
        return answers.pop(0) if len(answers) > 1 else answers[0]

    monkeypatch.setattr(gates, "resolve", resolve)
    return answers


def settings_in(folder: Path, **given: object) -> Settings:
    places = {"state_dir": folder / "state", "cache_dir": folder / "cache", "knowledge_dir": folder}
    return Settings.model_validate({**places, **given})


@asynccontextmanager
async def engine(settings: Settings) -> AsyncIterator[Callable[[], Awaitable[object]]]:
    async with open_engine(settings, required=False) as taken:
        yield taken.engine.models


@asynccontextmanager
async def history(settings: Settings) -> AsyncIterator[Callable[[], Awaitable[object]]]:
    async with open_history(settings, required=False) as connection:
        yield connection.ping


@asynccontextmanager
async def documents(settings: Settings) -> AsyncIterator[Callable[[], Awaitable[object]]]:
    async with open_documents(settings, required=False) as opened:
        yield opened.index.documents


@asynccontextmanager
async def examined(settings: Settings) -> AsyncIterator[Callable[[], Awaitable[object]]]:
    async with examined_index(settings) as index:
        yield index.documents


OPENED = {
    "ollama": (engine, {"engine": "ollama", "ollama_url": f"http://{NAME}:9"}, EngineOutside),
    "openai": (engine, {"engine": "openai", "openai_base_url": f"http://{NAME}:9/v1"}, EngineOutside),
    "ollama's hosts": (engine, {"engine_urls": f"http://{NAME}:9"}, EngineOutside),
    "openai's hosts": (engine, {"engine": "openai", "engine_urls": f"http://{NAME}:9/v1"}, EngineOutside),
    "redis": (history, {"redis_url": f"redis://{NAME}:9"}, HistoryUnavailable),
    "qdrant": (documents, {"qdrant_url": f"http://{NAME}:9"}, IndexUnavailable),
    "doctor's qdrant": (examined, {"qdrant_url": f"http://{NAME}:9"}, IndexUnavailable),
}
every_service = pytest.mark.parametrize(("opened", "given", "refusal"), OPENED.values(), ids=OPENED)


@every_service
async def test_what_lies_outside_is_refused_at_the_start_by_the_name_of_its_setting(
    opened: Opened, given: dict[str, str], refusal: type[Exception], tmp_path: Path, names: list[list[str]]
) -> None:
    names.append([OUTSIDE])
    async with AsyncExitStack() as stack:
        with pytest.raises(LeavesTheNetwork) as refused:
            await stack.enter_async_context(opened(settings_in(tmp_path, **given)))
    assert refused.value.name.startswith("SOVA_")
    assert refused.value.name.removeprefix("SOVA_").lower() in given


@every_service
async def test_what_begins_to_lead_outside_is_refused_later(
    opened: Opened, given: dict[str, str], refusal: type[Exception], tmp_path: Path, names: list[list[str]]
) -> None:
    names += [["127.0.0.1"], [OUTSIDE]]
    async with opened(settings_in(tmp_path, **given)) as ask:
        with pytest.raises(refusal, match="outside"):
            await ask()


async def test_a_refused_engine_is_told_with_its_setting(tmp_path: Path, names: list[list[str]]) -> None:
    names += [["127.0.0.1"], [OUTSIDE]]
    async with engine(settings_in(tmp_path, engine="ollama", ollama_url=f"http://{NAME}:9")) as ask:
        with pytest.raises(EngineOutside) as refused:
            await ask()
    assert (refused.value.name, refused.value.host, refused.value.address) == ("SOVA_OLLAMA_URL", NAME, OUTSIDE)


async def test_a_gate_knows_the_hosts_that_the_operator_listed(tmp_path: Path, names: list[list[str]]) -> None:
    names.append([OUTSIDE])
    settings = settings_in(tmp_path, allowed_hosts=NAME)
    gate = await gate_to(f"http://{NAME}", setting="SOVA_OLLAMA_URL", settings=settings)
    assert await gate.addresses(NAME) == (OUTSIDE,)


async def test_the_contacts_are_those_of_the_settings_and_of_the_engine_that_was_taken(
    tmp_path: Path, names: list[list[str]]
) -> None:
    names.append(["10.0.0.7"])
    found = await found_contacts(settings_in(tmp_path, ollama_url=f"http://{NAME}"), taken="ollama")
    ollama = next(one for one in found if one.contact.service is Service.OLLAMA)
    assert (ollama.where, ollama.addresses, ollama.contact.use) == (Where.SITE, ("10.0.0.7",), "always")


def test_no_client_is_made_without_a_gate_but_those_that_fetch_model_files() -> None:
    ungated = {name for name, statement in _clients_made() if "gate" not in statement}
    assert ungated == {"hubs/hub.py", "hubs/hub_listing.py"}


def test_the_clients_that_are_made_are_found() -> None:
    made = {name for name, _ in _clients_made()}
    assert made >= {"engines/ollama_models.py", "engines/openai_compatible.py", "qdrant/connection.py"}


def _clients_made() -> Iterator[tuple[str, str]]:
    """Each statement in the backends that makes a network client, and the file where it stands."""
    root = Path(*bot.backends.__path__)
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign | ast.Return | ast.Expr | ast.withitem) and _makes_a_client(node):
                yield path.relative_to(root).as_posix(), ast.unparse(node)


def _makes_a_client(statement: ast.AST) -> bool:
    calls = (node for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(_name(call.func) in CLIENTS for call in calls)


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else ast.unparse(called)
