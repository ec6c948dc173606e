from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.fit import MIB, SERVER, Need, Overhead
from bot.models.fit_calibration import KEPT, Measured, kept, learnt
from bot.models.fit_file import CalibrationFile

START = Overhead(fixed=400 * MIB, error=100 * MIB)


def measured(overhead_mib: int, *, model: str = "owl", context: int = 8192) -> Measured:
    """A model that took so much beside weights and cache, of which 400 MiB were foretold."""
    foretold = Need(weights=1000 * MIB, cache=100 * MIB, overhead=400 * MIB)
    taken = (1100 + overhead_mib) * MIB
    return Measured.of(model, foretold, context_tokens=context, parallel=1, measured=taken)


def test_where_nothing_was_measured_nothing_changes() -> None:
    assert learnt(SERVER, []) == SERVER


def test_one_measurement_makes_nothing_less() -> None:
    assert learnt(START, [measured(200)]).factor == 1.0
    assert learnt(START, [measured(200)]).error == START.error


def test_one_measurement_can_make_it_more() -> None:
    assert learnt(START, [measured(800)]).factor == 2.0


def test_the_median_of_several_counts_and_no_odd_one_out() -> None:
    known = [measured(200, model=name) for name in "abcd"]
    assert learnt(START, [*known, measured(4000, model="odd")]).factor == 0.5


def test_the_worst_that_was_seen_is_part_of_the_margin() -> None:
    known = [measured(200, model=name) for name in "abcd"]
    assert learnt(START, [*known, measured(700, model="odd")]).error == pytest.approx(500 * MIB, abs=2)


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=20))
def test_whatever_is_learnt_what_was_measured_never_counts_as_fitting_into_less(taken: list[int]) -> None:
    known = [measured(mib, model=str(at)) for at, mib in enumerate(taken)]
    corrected = learnt(START, known)
    for one in known:
        assert one.weights + one.cache + int(one.overhead * corrected.factor) + corrected.error >= one.measured


def test_of_each_way_of_running_a_model_the_last_measurement_is_kept() -> None:
    assert kept([measured(1), measured(2, model="lark")], [measured(3)]) == (measured(2, model="lark"), measured(3))


def test_only_so_many_are_kept_and_the_newest_at_that() -> None:
    many = [measured(1, model=str(number)) for number in range(KEPT + 10)]
    assert kept(many, []) == tuple(many[10:])


def test_what_was_measured_is_there_after_a_restart_for_its_own_engine(tmp_path: Path) -> None:
    CalibrationFile(tmp_path / "deep" / "fit.json").add("ollama http://a", [measured(1)])
    again = CalibrationFile(tmp_path / "deep" / "fit.json")
    assert again.read("ollama http://a") == (measured(1),)
    assert again.read("ollama http://b") == ()


def test_the_same_again_writes_nothing(tmp_path: Path) -> None:
    file = CalibrationFile(tmp_path / "fit.json")
    file.add("embedded", [measured(1)])
    before = (tmp_path / "fit.json").stat()
    file.add("embedded", [measured(1)])
    assert (tmp_path / "fit.json").stat() == before


@pytest.mark.parametrize("content", [b"", b"{", b'{"embedded": 3}', b'{"embedded": [{"model": "owl"}]}', b"\xff"])
def test_a_damaged_file_counts_as_empty_and_is_written_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "fit.json").write_bytes(content)
    file = CalibrationFile(tmp_path / "fit.json")
    assert file.read("embedded") == ()
    file.add("embedded", [measured(1)])
    assert file.read("embedded") == (measured(1),)


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    CalibrationFile(tmp_path / "file" / "fit.json").add("embedded", [measured(1)])


def test_engines_are_bounded_and_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    file = CalibrationFile(tmp_path / "fit.json")
    for number in range(20):
        file.add(f"ollama http://{number}", [measured(1)])
    assert file.read("ollama http://0") == ()
    assert file.read("ollama http://19") == (measured(1),)
    assert [path.name for path in tmp_path.iterdir()] == ["fit.json"]
