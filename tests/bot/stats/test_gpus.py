import pytest

from bot.stats.gpus import NVML_TEMPERATURE_GPU, Gpu, read_gpus
from tests.doubles.nvml import Card, FakeNvml


def test_each_card_tells_its_name_load_and_memory() -> None:
    nvml = FakeNvml([Card(name="Owl A"), Card(name=b"Owl B")])
    assert read_gpus(nvml) == (
        Gpu("Owl A", utilisation=37, vram_used=6_000_000_000, vram_total=24_000_000_000),
        Gpu("Owl B", utilisation=37, vram_used=6_000_000_000, vram_total=24_000_000_000),
    )


def test_a_card_tells_how_hot_it_is_and_what_it_takes() -> None:
    hot, quiet = read_gpus(FakeNvml([Card(celsius=71, milliwatts=212_345), Card()]))
    assert (hot.celsius, hot.watts) == (71, 212.345)
    assert (quiet.celsius, quiet.watts) == (None, None)


def test_the_sensor_that_is_asked_is_the_one_on_the_chip() -> None:
    import pynvml

    assert pynvml.NVML_TEMPERATURE_GPU == NVML_TEMPERATURE_GPU


def test_without_a_driver_there_is_no_card() -> None:
    assert read_gpus(FakeNvml(driver=False)) == ()


def test_what_a_card_does_not_tell_is_unknown() -> None:
    (card,) = read_gpus(FakeNvml([Card(rates=None, memory=None)]))
    assert card == Gpu("NVIDIA Owl", utilisation=None, vram_used=None, vram_total=None)


def test_a_card_that_fell_off_the_bus_does_not_hide_the_others() -> None:
    cards = read_gpus(FakeNvml([Card(name="lost", lost=True), Card(name="here")]))
    assert [card.name for card in cards] == ["here"]


@pytest.mark.parametrize("cards", [[Card()], [Card(lost=True)], []])
def test_the_library_is_closed_as_often_as_it_was_opened(cards: list[Card]) -> None:
    nvml = FakeNvml(cards)
    read_gpus(nvml)
    assert (nvml.opened, nvml.closed) == (1, 1)


def test_nvidia_s_own_binding_has_what_is_asked_of_it() -> None:
    import pynvml

    asked = [name for name in vars(FakeNvml) if name.startswith("nvml")]
    assert asked
    assert [name for name in [*asked, "NVMLError"] if not hasattr(pynvml, name)] == []


def test_this_machine_tells_about_its_cards_without_an_error() -> None:
    assert all(card.name for card in read_gpus())
