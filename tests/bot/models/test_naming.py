import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UnknownModel
from bot.models.naming import nearest, resolve
from bot.ports import ModelInfo

OFFERED = [ModelInfo("llama3:latest"), ModelInfo("llama3:70b"), ModelInfo("Qwen2.5:3b"), ModelInfo("qwen2.5:3B-fp16")]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("llama3:70b", "llama3:70b"),
        ("  llama3:70b ", "llama3:70b"),
        ("QWEN2.5:3B", "Qwen2.5:3b"),
        ("llama3", "llama3:latest"),
        ("LLAMA3", "llama3:latest"),
    ],
)
def test_a_name_is_found_exactly_or_regardless_of_case_or_by_its_default_tag(typed: str, meant: str) -> None:
    assert resolve(typed, OFFERED, engine="ollama").name == meant


def test_the_exact_name_wins_over_one_that_differs_in_case() -> None:
    offered = [ModelInfo("OWL"), ModelInfo("owl")]
    assert resolve("owl", offered, engine="ollama").name == "owl"


def test_a_typo_gets_the_nearest_names() -> None:
    with pytest.raises(UnknownModel) as caught:
        resolve("qwen2.5:3", OFFERED, engine="ollama")
    assert caught.value.name == "qwen2.5:3"
    assert caught.value.nearest[0] == "Qwen2.5:3b"


@pytest.mark.parametrize("typed", ["lrama3", "lama3", "llama3:71b"])
def test_a_tag_that_was_left_out_does_not_make_a_name_less_near(typed: str) -> None:
    assert "llama3:latest" in nearest(typed, ["llama3:latest", "phi:14b"])


def test_names_that_were_begun_come_before_names_spelt_alike() -> None:
    assert nearest("owl", ["owk", "owl-large:70b-instruct-fp16"]) == ("owl-large:70b-instruct-fp16", "owk")


def test_a_name_like_nothing_gets_no_names() -> None:
    with pytest.raises(UnknownModel) as caught:
        resolve("xyzzy", OFFERED, engine="ollama")
    assert caught.value.nearest == ()


def test_an_empty_name_is_near_nothing() -> None:
    assert nearest("", ["llama3"]) == ()


@given(name=st.text(max_size=20), names=st.lists(st.text(max_size=20), max_size=8))
def test_nearest_names_are_few_distinct_and_from_the_list(name: str, names: list[str]) -> None:
    found = nearest(name, names)
    assert len(found) <= 3
    assert len(set(found)) == len(found)
    assert set(found) <= set(names)


@given(names=st.lists(st.text(min_size=1, max_size=20).map(str.strip).filter(bool), min_size=1, max_size=8))
def test_every_offered_name_resolves_to_itself(names: list[str]) -> None:
    models = [ModelInfo(name) for name in names]
    assert all(resolve(name, models, engine="ollama").name == name for name in names)
