import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stats.spans import DAY, GRAINS, HOUR, LONGEST, MINUTE, MOST_PIECES, SHORTEST, SPANS, pieces, read_span

LENGTHS = st.floats(min_value=0, max_value=LONGEST)
MOMENTS = st.floats(min_value=0, max_value=4e9)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("1h", HOUR), ("24h", DAY), ("7d", 7 * DAY), ("30d", 30 * DAY), (" 90M ", 90 * MINUTE), ("5 m", SHORTEST)],
)
def test_spans_are_read_as_people_write_them(written: str, seconds: int) -> None:
    assert read_span(written).seconds == seconds


@pytest.mark.parametrize(
    "written", ["", "h", "24", "-1h", "1.5h", "1w", "0d", "4m", "31d", "99999999d", "1h30m", "vždy"]
)
def test_what_is_no_span_or_none_that_is_kept_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="span"):
        read_span(written)


def test_a_span_is_written_as_it_is_read() -> None:
    assert [str(read_span(span)) for span in SPANS] == list(SPANS)


@given(until=MOMENTS, length=LENGTHS)
def test_pieces_cover_the_span_and_less_than_a_piece_before_it(until: float, length: float) -> None:
    since = until - length
    grain, starts = pieces(since=since, until=until)
    assert starts[0] <= since < starts[0] + grain.step
    assert starts[-1] <= until < starts[-1] + grain.step
    assert len(starts) <= MOST_PIECES
    assert all(start % grain.step == 0 for start in starts)


@given(until=MOMENTS, length=LENGTHS)
def test_pieces_are_kept_for_as_long_as_a_span_may_ask_for_them(until: float, length: float) -> None:
    grain, starts = pieces(since=until - length, until=until)
    assert until - starts[0] <= grain.kept_seconds


def test_a_span_that_nothing_reaches_over_is_cut_at_its_older_end() -> None:
    grain, starts = pieces(since=0, until=1e9)
    assert (grain, len(starts)) == (GRAINS[-1], 31)


def test_a_clock_that_was_put_back_has_no_pieces() -> None:
    assert list(pieces(since=2e9, until=1e9)[1]) == []
