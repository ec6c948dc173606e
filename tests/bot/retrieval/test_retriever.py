import pytest

from bot.errors import EmbeddingUnavailable, IndexUnavailable
from bot.messages import Language
from bot.ports import DocumentRecord, IndexedChunk, PassageIndex
from bot.retrieval.chunking import ChunkLimits, chunk, embedding_text
from bot.retrieval.fusion import Shape
from bot.retrieval.retriever import (
    REMEMBERED_VECTORS,
    SPARSE,
    RankingOptions,
    RetrievalOptions,
    Retrieved,
    Retriever,
)
from bot.retrieval.sparse import FoldedStems
from tests.doubles.memory_index import MemoryIndex
from tests.doubles.word_embedder import WordEmbedder

BAGS = FoldedStems(average_tokens=30.0)
EVERYBODY = frozenset({"all"})
DOCUMENTS = {
    "en/vpn.md": ("all", "# VPN\n\nInstall the client, then connect with your badge number and the one-time code."),
    "cs/vpn.md": ("all", "# VPN\n\nNainstalujte klienta a připojte se číslem karty a jednorázovým kódem."),
    "en/leave.md": ("all", "# Leave\n\nAsk for vacation in the portal at least two weeks ahead of the first day."),
    "en/printer.md": ("all", "# Printer\n\nThe printer on the second floor takes A3 paper from the lower tray."),
    "cs/tiskarna.md": ("all", "# Tiskárna\n\nTiskárna ve druhém patře bere papír A3 ze spodního zásobníku."),
    "board/salaries.md": ("board", "# Salaries\n\nSalaries of the board: the chairman earns a secret sum of money."),
    "en/long.md": (
        "all",
        "# Backups\n\n"
        + "\n\n".join(f"Backup tape number {n} is kept in vault {n} below the bridge." for n in range(12)),
    ),
}


@pytest.fixture
def e5() -> WordEmbedder:
    return WordEmbedder(name="e5")


@pytest.fixture
def minilm() -> WordEmbedder:
    return WordEmbedder(name="minilm", dimension=128)


@pytest.fixture
async def index(e5: WordEmbedder, minilm: WordEmbedder) -> MemoryIndex:
    held = MemoryIndex()
    for document, (scope, text) in DOCUMENTS.items():
        await put(held, document, text, e5, minilm, scope=scope)
    return held


async def put(index: PassageIndex, document: str, text: str, *embedders: WordEmbedder, scope: str = "all") -> None:
    """Index one document as the indexer would, with small chunks."""
    language = document.partition("/")[0]
    chunks = chunk(
        document,
        text,
        title=text.partition("\n")[0].strip("# "),
        language=language if language in {"en", "cs"} else "",
        scope=scope,
        modified=0.0,
        size=lambda text: len(text.split()),
        limits=ChunkLimits(tokens=20, most=30, overlap=0),
    )
    texts = [embedding_text(piece) for piece in chunks]
    dense = {embedder.name: await embedder.embed_passages(texts) for embedder in embedders}
    held = [
        IndexedChunk(piece, {name: vectors[at] for name, vectors in dense.items()}, BAGS.passage(texts[at]))
        for at, piece in enumerate(chunks)
    ]
    await index.replace(DocumentRecord(document, "digest", len(held), scope, 0.0), held)


async def find(
    index: PassageIndex,
    question: str,
    *embedders: WordEmbedder,
    scopes: frozenset[str] = EVERYBODY,
    language: Language | None = Language.ENGLISH,
    rewritten: str | None = None,
    options: RetrievalOptions | None = None,
) -> Retrieved:
    retriever = Retriever(index, embedders, BAGS, options=options)
    return await retriever.search(question, scopes=scopes, language=language, rewritten=rewritten)


def documents(found: Retrieved) -> list[str]:
    return [passage.document for passage in found.passages]


async def test_the_passage_that_answers_comes_first(index: MemoryIndex, e5: WordEmbedder, minilm: WordEmbedder) -> None:
    found = await find(index, "Where does the printer take A3 paper from?", e5, minilm)
    assert documents(found)[0] == "en/printer.md"
    assert "lower tray" in found.passages[0].text
    assert found.passages[0].score > found.passages[-1].score
    assert found.dense == ("e5", "minilm")
    assert not found.lexical_only


async def test_a_search_is_one_round_trip(index: MemoryIndex, e5: WordEmbedder, minilm: WordEmbedder) -> None:
    await find(index, "and the paper?", e5, minilm, rewritten="Where is the printer's paper?")
    assert len(index.asked) == 1
    assert sorted(query.using for query in index.asked[0]) == sorted(["e5", "minilm", SPARSE] * 2)


async def test_a_model_for_english_is_not_asked_in_czech(
    index: MemoryIndex, e5: WordEmbedder, minilm: WordEmbedder
) -> None:
    found = await find(index, "Odkud bere tiskárna papír?", e5, minilm, language=Language.CZECH)
    assert [query.using for query in index.asked[0]] == ["e5", SPARSE]
    assert minilm.questions == []
    assert found.dense == ("e5",)
    assert found.degraded == ()


async def test_a_question_in_no_known_language_is_searched_by_the_models_for_all(
    index: MemoryIndex, e5: WordEmbedder, minilm: WordEmbedder
) -> None:
    assert (await find(index, "printer", e5, minilm, language=None)).dense == ("e5",)


async def test_nothing_outside_the_scopes_is_found(index: MemoryIndex, e5: WordEmbedder) -> None:
    question = "What salaries does the board's chairman earn?"
    assert "board/salaries.md" not in documents(await find(index, question, e5))
    assert documents(await find(index, question, e5, scopes=frozenset({"all", "board"})))[0] == "board/salaries.md"
    assert documents(await find(index, question, e5, scopes=frozenset())) == []


async def test_a_page_in_two_languages_is_shown_in_the_askers(index: MemoryIndex, e5: WordEmbedder) -> None:
    english = documents(await find(index, "VPN client badge", e5))
    czech = documents(await find(index, "VPN client badge", e5, language=Language.CZECH))
    assert "en/vpn.md" in english
    assert "cs/vpn.md" not in english
    assert "cs/vpn.md" in czech
    assert "en/vpn.md" not in czech


async def test_neighbouring_chunks_are_shown_as_one_passage(index: MemoryIndex, e5: WordEmbedder) -> None:
    options = RetrievalOptions(shape=Shape(passages=3, chunks=20))
    found = await find(index, "backup tape vault bridge", e5, options=options)
    assert documents(found).count("en/long.md") == 1
    assert found.passages[0].last > found.passages[0].first


async def test_a_failing_model_leaves_the_words_to_decide(
    index: MemoryIndex, e5: WordEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    e5.failure = EmbeddingUnavailable(model="e5", reasons=())
    found = await find(index, "printer paper", e5)
    assert documents(found)[0] == "en/printer.md"
    assert found.degraded == ("e5",)
    assert found.lexical_only
    assert "e5" in caplog.text
    assert "printer" not in caplog.text


async def test_one_failing_model_leaves_the_other(index: MemoryIndex, e5: WordEmbedder, minilm: WordEmbedder) -> None:
    e5.failure = EmbeddingUnavailable(model="e5", reasons=())
    found = await find(index, "printer paper", e5, minilm)
    assert (found.dense, found.degraded, found.lexical_only) == (("minilm",), ("e5",), False)


async def test_without_any_model_the_search_is_lexical_and_not_degraded(index: MemoryIndex) -> None:
    found = await find(index, "printer paper")
    assert documents(found)[0] == "en/printer.md"
    assert found.lexical_only
    assert found.degraded == ()


async def test_an_index_that_fails_is_not_taken_for_an_empty_one(index: MemoryIndex, e5: WordEmbedder) -> None:
    index.failure = IndexUnavailable(where="here", reason="gone")
    with pytest.raises(IndexUnavailable):
        await find(index, "printer paper", e5)


async def test_a_follow_up_is_found_by_its_rewritten_question(index: MemoryIndex, e5: WordEmbedder) -> None:
    alone = await find(index, "and how far ahead?", e5)
    rewritten = await find(
        index, "and how far ahead?", e5, rewritten="How far ahead do I ask for vacation in the portal?"
    )
    assert documents(rewritten)[0] == "en/leave.md"
    assert rewritten.evidence.coverage > alone.evidence.coverage


async def test_the_question_as_it_was_asked_is_searched_beside_the_rewritten_one(
    index: MemoryIndex, e5: WordEmbedder
) -> None:
    found = await find(index, "printer A3 paper tray", e5, rewritten="vacation portal weeks")
    assert {"en/printer.md", "en/leave.md"} <= set(documents(found)[:3])


async def test_a_rewritten_question_that_says_the_same_is_not_searched_twice(
    index: MemoryIndex, e5: WordEmbedder
) -> None:
    await find(index, "printer paper", e5, rewritten="printer paper")
    assert len(index.asked[0]) == 2


async def test_the_rewritten_question_weighs_what_the_options_say(index: MemoryIndex, e5: WordEmbedder) -> None:
    for weight, first in ((0.2, "en/printer.md"), (5.0, "en/leave.md")):
        options = RetrievalOptions(rewritten_weight=weight)
        found = await find(index, "printer paper tray", e5, rewritten="vacation portal", options=options)
        assert documents(found)[0] == first


async def test_a_question_is_embedded_once(index: MemoryIndex, e5: WordEmbedder) -> None:
    retriever = Retriever(index, [e5], BAGS)
    for _ in range(3):
        await retriever.search("printer", scopes=EVERYBODY, language=None)
    assert e5.questions == ["printer"]


async def test_only_so_many_questions_are_remembered(index: MemoryIndex, e5: WordEmbedder) -> None:
    retriever = Retriever(index, [e5], BAGS)
    for number in range(REMEMBERED_VECTORS + 1):
        await retriever.search(f"question {number}", scopes=EVERYBODY, language=None)
        await retriever.search("question 0", scopes=EVERYBODY, language=None)
    await retriever.search("question 1", scopes=EVERYBODY, language=None)
    assert e5.questions.count("question 0") == 1
    assert e5.questions.count("question 1") == 2


async def test_a_failed_embedding_is_tried_again(index: MemoryIndex, e5: WordEmbedder) -> None:
    retriever = Retriever(index, [e5], BAGS)
    e5.failure = EmbeddingUnavailable(model="e5", reasons=())
    assert (await retriever.search("printer", scopes=EVERYBODY, language=None)).degraded == ("e5",)
    e5.failure = None
    assert (await retriever.search("printer", scopes=EVERYBODY, language=None)).dense == ("e5",)


async def test_a_question_without_a_word_asks_no_words_of_the_index(index: MemoryIndex, e5: WordEmbedder) -> None:
    await find(index, "???", e5)
    assert [query.using for query in index.asked[0]] == ["e5"]
    nothing = await find(index, "???")
    assert nothing.passages == ()
    assert len(index.asked) == 1


async def test_a_ranking_can_be_of_one_documents_language(index: MemoryIndex, e5: WordEmbedder) -> None:
    rankings = (RankingOptions("e5", found_in=Language.CZECH), RankingOptions(SPARSE, found_in=Language.CZECH))
    found = await find(index, "VPN", e5, options=RetrievalOptions(rankings=rankings))
    assert {passage.language for passage in found.passages} == {"cs"}


async def test_evidence_is_stronger_for_what_is_there(index: MemoryIndex, e5: WordEmbedder) -> None:
    there = (await find(index, "Which tray of the printer takes A3 paper?", e5)).evidence
    absent = (await find(index, "Which canteen menu is served on Fridays?", e5)).evidence
    assert there.coverage > absent.coverage
    assert there.known > absent.known
    assert there.lexical > absent.lexical
    assert there.cosine["e5"] > absent.cosine["e5"]


async def test_an_empty_index_finds_nothing(e5: WordEmbedder) -> None:
    found = await find(MemoryIndex(), "printer paper", e5)
    assert found.passages == ()
    assert found.evidence.cosine == {}


async def test_times_are_told_in_milliseconds(index: MemoryIndex, e5: WordEmbedder) -> None:
    ticks = iter([1.0, 1.5, 1.75, 2.0])
    retriever = Retriever(index, [e5], BAGS, clock=lambda: next(ticks))
    took = (await retriever.search("printer", scopes=EVERYBODY, language=None)).took
    assert (took.embedding, took.index, took.total) == (500.0, 250.0, 1000.0)


def test_a_ranking_that_counts_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="count"):
        RankingOptions("e5", weight=0.0)


async def test_the_nearest_sentence_says_how_near_passages_come(
    index: MemoryIndex, e5: WordEmbedder, minilm: WordEmbedder
) -> None:
    retriever = Retriever(index, [e5, minilm], BAGS)
    asked = "Where does the printer take its A3 paper from?"
    found = await retriever.search(asked, scopes=EVERYBODY, language=Language.ENGLISH)
    near = await retriever.closest_sentence(asked, found.passages)
    far = await retriever.closest_sentence("Who won the chess game?", found.passages)
    assert near.keys() == far.keys() == {"closest.e5"}
    assert 1.0 > near["closest.e5"] > far["closest.e5"] + 0.2


async def test_without_a_model_or_a_sentence_nothing_is_said_of_nearness(index: MemoryIndex, e5: WordEmbedder) -> None:
    found = await find(index, "Where does the printer take its A3 paper from?", e5)
    assert await Retriever(index, [], BAGS).closest_sentence("paper?", found.passages) == {}
    assert await Retriever(index, [e5], BAGS).closest_sentence("paper?", []) == {}
    e5.failure = EmbeddingUnavailable("e5", ())
    assert await Retriever(index, [e5], BAGS).closest_sentence("paper?", found.passages) == {}
