from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.fit import EMBEDDED, SERVER, Overhead, Plan, need
from bot.models.fit_sizes import Sized, of_words, usual_shape
from bot.models.fit_verdict import Place, Room, judge, largest, largest_context, largest_quantization
from bot.ports import Attention

GB = 1_000_000_000
LLAMA = Sized(
    "llama3.1:8b",
    4_920_000_000,
    Attention.uniform(layers=32, kv_heads=8, head_length=128, heads=32),
    131_072,
    "Q4_K_M",
)
PLAN = Plan(8192, overhead=SERVER)

models = st.builds(
    Sized,
    name=st.just("owl"),
    weights=st.integers(10**8, 10**11),
    attention=st.builds(
        Attention,
        kv_heads=st.lists(st.integers(0, 16), min_size=1, max_size=100).map(tuple),
        key_length=st.integers(1, 256),
        value_length=st.integers(1, 256),
        heads=st.integers(1, 128),
    ),
    context_tokens=st.none() | st.integers(512, 1_000_000),
    quantization=st.sampled_from(["Q4_K_M", "Q8_0", None]),
    doubt=st.integers(0, 10**9),
)
rooms = st.builds(Room, ram=st.integers(0, 200 * GB), cards=st.lists(st.integers(0, 80 * GB), max_size=3).map(tuple))
plans = st.builds(
    Plan,
    context_tokens=st.integers(512, 200_000),
    parallel=st.integers(1, 16),
    cache=st.sampled_from(["f16", "q8_0", "q4_0"]),
    overhead=st.sampled_from([EMBEDDED, SERVER, Overhead(0)]),
)


def test_an_8b_in_four_bits_at_8k_needs_what_ollama_shows_for_it() -> None:
    assert need(LLAMA, PLAN).total / GB == pytest.approx(6.7, abs=0.3)


@pytest.mark.parametrize(
    ("room", "place"),
    [
        (Room(ram=16 * GB, cards=(16 * GB,)), Place.VRAM),
        (Room(ram=0, cards=(8 * GB,)), Place.VRAM),
        (Room(ram=16 * GB, cards=(6 * GB,)), Place.SPLIT),
        (Room(ram=16 * GB, cards=(GB,)), Place.RAM),
        (Room(ram=16 * GB), Place.RAM),
        (Room(ram=6 * GB), Place.NOWHERE),
        (Room(ram=2 * GB, cards=(4 * GB,)), Place.NOWHERE),
    ],
)
def test_where_an_8b_runs(room: Room, place: Place) -> None:
    assert judge(LLAMA, PLAN, room).place is place


def test_a_split_tells_how_many_layers_are_on_the_card() -> None:
    verdict = judge(LLAMA, PLAN, Room(ram=16 * GB, cards=(5 * GB,)))
    assert verdict.place is Place.SPLIT
    assert 15 < verdict.layers_on_cards < 25
    assert verdict.layers == 33


def test_two_cards_hold_what_one_cannot() -> None:
    assert judge(LLAMA, PLAN, Room(ram=0, cards=(4 * GB,))).place is Place.NOWHERE
    assert judge(LLAMA, PLAN, Room(ram=0, cards=(4 * GB, 5 * GB))).place is Place.VRAM


def test_a_70b_is_too_much_for_a_consumer_card_in_any_width() -> None:
    seventy = of_words("70B")
    assert seventy
    assert judge(seventy, PLAN, Room(ram=24 * GB, cards=(16 * GB,))).place is Place.NOWHERE


def test_a_27b_fits_16_gb_only_when_quantized() -> None:
    room = Room(ram=32 * GB, cards=(16 * GB,))
    wide, narrow = of_words("27B FP16"), of_words("27B Q3_K_M")
    assert wide
    assert narrow
    assert judge(wide, replace(PLAN, context_tokens=2048), room).place is Place.NOWHERE
    assert judge(narrow, replace(PLAN, context_tokens=2048), room).place is Place.SPLIT


def test_the_largest_context_is_the_last_that_fits() -> None:
    room = Room(ram=0, cards=(8 * GB,))
    longest = largest_context(LLAMA, PLAN, room, place=Place.VRAM)
    assert longest is not None
    assert judge(LLAMA, PLAN.with_context(longest), room).place is Place.VRAM
    assert judge(LLAMA, PLAN.with_context(longest + 256), room).place is Place.NOWHERE


def test_no_context_is_longer_than_the_model_was_trained_for() -> None:
    small = replace(LLAMA, context_tokens=4096)
    assert largest_context(small, PLAN, Room(ram=100 * GB), place=Place.RAM) == 4096


def test_where_the_weights_are_too_much_no_context_helps() -> None:
    assert largest_context(LLAMA, PLAN, Room(ram=4 * GB), place=Place.RAM) is None


def test_the_best_quantization_that_fits_is_named() -> None:
    wide = Sized("owl:8b", 16 * GB, LLAMA.attention, 131_072, "F16")
    assert largest_quantization(wide, PLAN, Room(ram=0, cards=(10 * GB,)), place=Place.VRAM) == "Q6_K"
    assert largest_quantization(wide, PLAN, Room(ram=0, cards=(24 * GB,)), place=Place.VRAM) == "F16"
    assert largest_quantization(wide, PLAN, Room(ram=GB), place=Place.RAM) is None


def test_the_largest_model_is_taken_that_runs_in_the_best_place() -> None:
    small, large = replace(LLAMA, name="small", weights=2 * GB), replace(LLAMA, name="large", weights=12 * GB)
    room = Room(ram=32 * GB, cards=(8 * GB,))
    assert largest([small, large, LLAMA], PLAN, room) is LLAMA
    assert largest([large], PLAN, Room(ram=GB)) is None


def test_layers_with_a_window_take_no_more_than_the_window() -> None:
    every = Attention((1,) * 6, 64, 64)
    sliding = Attention((1,) * 6, 64, 64, window=1024, windowed=(True, True, True, True, True, False))
    full = need(Sized("owl", 1, every), Plan(32_768)).cache
    windowed = need(Sized("owl", 1, sliding), Plan(32_768)).cache
    assert windowed == full // 6 + 5 * 128 * 2 * (1024 + 512)
    assert need(Sized("owl", 1, sliding), Plan(512)).cache == need(Sized("owl", 1, every), Plan(512)).cache


def test_what_is_known_only_by_name_gets_a_wider_margin() -> None:
    guessed = replace(LLAMA, doubt=LLAMA.weights // 10)
    assert need(guessed, PLAN).margin == need(LLAMA, PLAN).margin + LLAMA.weights // 10


@given(model=models, plan=plans, more=st.integers(1, 100_000))
def test_more_context_never_needs_less(model: Sized, plan: Plan, more: int) -> None:
    longer = plan.with_context(plan.context_tokens + more)
    assert need(model, longer).careful >= need(model, plan).careful


@given(model=models, plan=plans)
def test_more_answers_at_once_never_need_less_and_a_narrower_cache_never_more(model: Sized, plan: Plan) -> None:
    assert need(model, replace(plan, parallel=plan.parallel + 1)).careful >= need(model, plan).careful
    assert need(model, replace(plan, cache="q4_0")).careful <= need(model, plan).careful


@given(model=models, plan=plans, room=rooms, more=st.integers(0, 50 * GB))
def test_more_memory_never_makes_it_worse(model: Sized, plan: Plan, room: Room, more: int) -> None:
    before = judge(model, plan, room)
    assert judge(model, plan, replace(room, ram=room.ram + more)).place.rank <= before.place.rank
    wider = replace(room, cards=tuple(card + more for card in room.cards))
    assert judge(model, plan, wider).place.rank <= before.place.rank


@given(model=models, plan=plans, room=rooms)
def test_what_fits_has_room_for_everything_and_its_margin(model: Sized, plan: Plan, room: Room) -> None:
    verdict = judge(model, plan, room)
    if verdict.fits:
        assert verdict.need.careful <= room.ram + room.vram
    if verdict.place is Place.SPLIT:
        assert 0 < verdict.layers_on_cards < verdict.layers


def test_a_model_without_a_card_is_never_said_to_be_on_one() -> None:
    verdict = judge(Sized("owl", GB, usual_shape(1e9)), Plan(2048), Room(ram=8 * GB))
    assert (verdict.place, verdict.layers_on_cards) == (Place.RAM, 0)
