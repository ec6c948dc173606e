from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.backends.qdrant.points import (
    IndexSchema,
    answerable,
    chunk_id,
    demand_whole,
    dense_vectors,
    new_generation,
    pack,
    record_id,
    unpack,
)
from bot.errors import IndexMismatch
from bot.ports import DocumentRecord
from tests.contracts.passage_indexes import SCHEMA, a_chunk, by_meaning, by_words, indexed


@given(st.text(alphabet=st.characters(exclude_categories=())) | st.text(alphabet="\ufdd0a\ud83d\ude00"))
def test_every_text_is_packed_into_utf_8_and_comes_back(text: str) -> None:
    packed = pack(text)
    packed.encode("utf-8")
    assert unpack(packed) == text


def test_ordinary_text_stays_readable() -> None:
    assert pack("Příručka/úvod.md") == "Příručka/úvod.md"


def test_texts_that_differ_are_packed_differently() -> None:
    assert pack("\udc9a") != pack(pack("\udc9a"))


def test_ids_differ_by_document_generation_and_ordinal() -> None:
    chunks = [a_chunk("a.md", 0), a_chunk("a.md", 1), a_chunk("b.md", 0)]
    ids = {chunk_id(chunk, generation) for chunk in chunks for generation in (1, 2)}
    assert len(ids | {record_id("a.md", 1)}) == 7
    assert chunk_id(a_chunk("a.md"), 1) == chunk_id(a_chunk("a.md"), 1)


def test_a_generation_is_higher_than_the_one_it_replaces_though_the_clock_went_back() -> None:
    assert new_generation(after=2**60) == 2**60 + 1


def test_a_schema_survives_being_stored() -> None:
    assert IndexSchema.from_json(SCHEMA.as_json()) == SCHEMA


@pytest.mark.parametrize(
    "other",
    [
        replace(SCHEMA, dense={"e5": ("large", 3), "mini": ("tiny", 2)}),
        replace(SCHEMA, dense={"e5": ("small", 4), "mini": ("tiny", 2)}),
        replace(SCHEMA, dense={"e5": ("small", 3)}),
        replace(SCHEMA, sparse="words"),
        replace(SCHEMA, version="2"),
    ],
)
def test_schemas_that_differ_have_other_names_and_a_mismatch(other: IndexSchema) -> None:
    assert other.fingerprint != SCHEMA.fingerprint
    mismatch = SCHEMA.mismatch(other)
    assert mismatch is not None
    assert (mismatch.built_with, mismatch.wanted) == (str(SCHEMA), str(other))
    assert str(SCHEMA) != str(other)


def test_the_order_of_the_models_makes_no_other_schema() -> None:
    turned = replace(SCHEMA, dense=dict(reversed(list(SCHEMA.dense.items()))))
    assert turned.fingerprint == SCHEMA.fingerprint
    assert SCHEMA.mismatch(turned) is None


@pytest.mark.parametrize("stored", ["{}", "[]", "no json", '{"layout": 0, "dense": {}, "sparse": "", "version": ""}'])
def test_what_is_no_schema_is_not_read_as_one(stored: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        IndexSchema.from_json(stored)


def test_vectors_of_another_model_are_not_asked_for() -> None:
    other = replace(SCHEMA, dense={"e5": ("large", 3)})
    assert answerable(by_meaning(1, 0, 0), SCHEMA, made_with=SCHEMA)
    assert not answerable(by_meaning(1, 0, 0), SCHEMA, made_with=other)
    assert answerable(by_words(1), SCHEMA, made_with=other)
    assert not answerable(by_words(1), SCHEMA, made_with=replace(SCHEMA, sparse="words"))


def test_a_query_of_another_dimension_than_its_model_is_a_mismatch() -> None:
    with pytest.raises(IndexMismatch):
        answerable(by_meaning(1, 0), SCHEMA, made_with=SCHEMA)


def test_a_chunk_with_a_vector_of_another_dimension_is_a_mismatch() -> None:
    with pytest.raises(IndexMismatch):
        dense_vectors(indexed(a_chunk("a.md"), e5=(1.0, 0.0)), SCHEMA)


@pytest.mark.parametrize(
    "record",
    [
        DocumentRecord("b.md", "d", 1, "all", 1.5),
        DocumentRecord("a.md", "d", 1, "hr", 1.5),
        DocumentRecord("a.md", "d", 2, "all", 1.5),
    ],
)
def test_a_record_must_describe_its_chunks(record: DocumentRecord) -> None:
    with pytest.raises(ValueError, match="chunk"):
        demand_whole(record, [indexed(a_chunk("a.md"))])


def test_a_document_has_each_ordinal_once() -> None:
    twice = [indexed(a_chunk("a.md")), indexed(a_chunk("a.md"))]
    with pytest.raises(ValueError, match="counts"):
        demand_whole(DocumentRecord("a.md", "d", 2, "all", 1.5), twice)
