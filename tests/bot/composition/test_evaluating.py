from pathlib import Path

import pytest

from bot.composition.evaluating import Configuration
from bot.composition.scratch import NoLatencyLog, NoPins, ScratchHistory
from bot.errors import BadComparison, BadSetting
from bot.messages import Author, ConversationKey, Turn
from bot.retrieval.retriever import RetrievalOptions
from bot.settings import Settings

HERE = ConversationKey("terminal", "ula", "evaluation")


@pytest.fixture
def as_is(tmp_path: Path) -> Configuration:
    return Configuration(Settings(state_dir=tmp_path, threads=3))


@pytest.mark.parametrize("given", ["PASSAGE_TOKENS=900", "SOVA_PASSAGE_TOKENS=900", "passage_tokens=900"])
def test_a_setting_is_compared_by_its_name_with_or_without_prefix(given: str, as_is: Configuration) -> None:
    other = as_is.with_other(given).settings
    assert other.passage_tokens == 900
    assert (other.threads, other.state_dir) == (3, as_is.settings.state_dir)


def test_a_value_may_hold_an_equals_sign_and_lists_stand_in_one_line(as_is: Configuration) -> None:
    assert as_is.with_other("OPENAI_BASE_URL=http://x/v1?a=b").settings.openai_base_url == "http://x/v1?a=b"
    assert as_is.with_other("ALLOWED_HOSTS=a, b").settings.allowed_hosts == {"a", "b"}


def test_a_value_that_cannot_be_is_a_bad_setting(as_is: Configuration) -> None:
    with pytest.raises(BadSetting) as refused:
        as_is.with_other("PASSAGE_TOKENS=many")
    assert refused.value.name == "SOVA_PASSAGE_TOKENS"


@pytest.mark.parametrize(
    "given",
    ["PASSAGE_TOKENS", "NO_SUCH=1", "retrieval.k", "retrieval.k=ten", "retrieval.shape=1", "retrieval.weight.no=1"],
)
def test_what_is_no_setting_cannot_be_compared(given: str, as_is: Configuration) -> None:
    with pytest.raises(BadComparison) as refused:
        as_is.with_other(given)
    assert refused.value.given == given


def test_how_is_searched_can_be_compared_too(as_is: Configuration) -> None:
    assert as_is.with_other("retrieval.k=7").options == RetrievalOptions(k=7)
    assert as_is.with_other("retrieval.candidates=9").options == RetrievalOptions(candidates=9)
    assert as_is.with_other("retrieval.rewritten_weight=0.5").options == RetrievalOptions(rewritten_weight=0.5)
    reweighted = as_is.with_other("retrieval.weight.sparse=4").options
    assert reweighted
    assert {one.weight for one in reweighted.rankings if one.using == "sparse"} == {4.0}
    assert [one for one in reweighted.rankings if one.using != "sparse"] == [
        one for one in RetrievalOptions().rankings if one.using != "sparse"
    ]


def test_a_ranking_without_weight_cannot_be_compared(as_is: Configuration) -> None:
    with pytest.raises(BadComparison):
        as_is.with_other("retrieval.weight.e5=0")


async def test_an_evaluation_remembers_its_conversations_only_while_it_lasts() -> None:
    history = ScratchHistory()
    first, again = _turn("1", "one"), _turn("2", "two")
    await history.append(HERE, first)
    await history.append(HERE, again, replaces="1")
    assert await history.turns(HERE) == (again,)
    assert (await history.forget(HERE)).turns == 1
    assert await history.turns(HERE) == ()


async def test_nobody_has_pinned_a_model_for_an_evaluation_and_no_latency_is_kept() -> None:
    assert await NoPins().pins(HERE, Author("ula", "Ula")) == ()
    assert await NoLatencyLog().samples() == {}


def _turn(identity: str, question: str) -> Turn:
    return Turn(id=identity, question=question, answer="", model="", at=0.0)
