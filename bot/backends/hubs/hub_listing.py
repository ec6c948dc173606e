"""Owns asking the model hub which files a repository has, for models that the catalogue doesn't describe."""

from typing import Any

import httpx

from bot.backends.hubs.hub import Hub, source_failed
from bot.messages import Notice
from bot.models.embedding_catalogue import TOKENIZER, EmbeddingFile, EmbeddingModel, Form, Offer
from bot.models.fetching import SourceFailed

_REVISION = "main"
_SECONDS = 15.0
_NEEDED = (TOKENIZER, "tokenizer_config.json")
_WELCOME = ("config.json", "special_tokens_map.json")


class HubListing:
    """Asks `<url>/api/models/<repository>/tree/<revision>`; `transport` takes the place of the network."""

    def __init__(self, url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        self._transport = transport

    async def __call__(self, model: EmbeddingModel) -> tuple[Offer, ...]:
        """The hub's offer of `model`, each file with its size and digest; `SourceFailed` when it has none."""
        try:
            async with httpx.AsyncClient(timeout=_SECONDS, transport=self._transport) as client:
                url = f"{self._url}/api/models/{model.repository}/tree/{_REVISION}"
                response = await client.get(url, params={"recursive": "true"})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise source_failed("unreachable") from error
        if response.status_code == httpx.codes.NOT_FOUND:
            raise source_failed("lacks-it")
        if response.status_code != httpx.codes.OK:
            raise source_failed("refused", status=response.status_code)
        return (_offer(model, _entries(response)),)


def _entries(response: httpx.Response) -> dict[str, dict[str, Any]]:
    try:
        return {str(entry["path"]): entry for entry in response.json() if entry["type"] == "file"}
    except (ValueError, KeyError, TypeError) as error:
        raise SourceFailed(Notice("source-wrong-bytes", {"source": Hub.name})) from error


def _offer(model: EmbeddingModel, entries: dict[str, dict[str, Any]]) -> Offer:
    needed = (model.weights_file, *model.more_files, *_NEEDED)
    if not entries.keys() >= set(needed):
        raise source_failed("lacks-it")
    wanted = (*needed, *(name for name in _WELCOME if name in entries))
    return Offer("hub", Form.READY, tuple(_file(model, name, entries[name]) for name in wanted))


def _file(model: EmbeddingModel, name: str, entry: dict[str, Any]) -> EmbeddingFile:
    """Large files are known by their sha256, small ones by what Git calls them."""
    return EmbeddingFile(
        name=model.name,
        file_name=name,
        pieces=((name, int(entry["size"])),),
        sha256=str(entry.get("lfs", {}).get("oid", "")),
        git_blob=str(entry["oid"]),
        hub_repo=model.repository,
        hub_revision=_REVISION,
    )
