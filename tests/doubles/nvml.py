"""NVIDIA's management library without a card: it has what it is given, and refuses what a card wouldn't tell."""

import threading
from dataclasses import dataclass, field
from typing import TypeVar

Told = TypeVar("Told")


class NVMLError(Exception):
    """As in `pynvml`: every refusal is one."""


@dataclass(frozen=True)
class Rates:
    gpu: int


@dataclass(frozen=True)
class VideoMemory:
    used: int
    total: int


@dataclass(frozen=True)
class Card:
    """A card; None is what it doesn't tell, and `lost` one that fell off the bus."""

    name: str | bytes = "NVIDIA Owl"
    rates: Rates | None = field(default_factory=lambda: Rates(37))
    memory: VideoMemory | None = field(default_factory=lambda: VideoMemory(used=6_000_000_000, total=24_000_000_000))
    lost: bool = False
    celsius: int | None = None
    milliwatts: int | None = None


@dataclass
class FakeNvml:
    """Holds `cards`; without a `driver` it can't be initialized, and `stuck` blocks it until that is set."""

    cards: list[Card] = field(default_factory=lambda: [Card()])
    driver: bool = True
    stuck: threading.Event | None = None
    opened: int = 0
    closed: int = 0
    NVMLError: type[Exception] = NVMLError

    def nvmlInit(self) -> None:  # noqa: N802 - NVML's names, here and below
        if not self.driver:
            raise NVMLError
        self.opened += 1
        if self.stuck is not None:
            self.stuck.wait()

    def nvmlShutdown(self) -> None:  # noqa: N802
        self.closed += 1

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return len(self.cards)

    def nvmlDeviceGetHandleByIndex(self, index: int, /) -> Card:  # noqa: N802
        if self.cards[index].lost:
            raise NVMLError
        return self.cards[index]

    def nvmlDeviceGetName(self, handle: object, /) -> str | bytes:  # noqa: N802
        return _card(handle).name

    def nvmlDeviceGetUtilizationRates(self, handle: object, /) -> Rates:  # noqa: N802
        return _told(_card(handle).rates)

    def nvmlDeviceGetMemoryInfo(self, handle: object, /) -> VideoMemory:  # noqa: N802
        return _told(_card(handle).memory)

    def nvmlDeviceGetTemperature(self, handle: object, sensor: int, /) -> int:  # noqa: N802
        assert sensor == 0, "the one on the chip"
        return _told(_card(handle).celsius)

    def nvmlDeviceGetPowerUsage(self, handle: object, /) -> int:  # noqa: N802
        return _told(_card(handle).milliwatts)


def _card(handle: object) -> Card:
    assert isinstance(handle, Card)
    return handle


def _told(value: Told | None) -> Told:
    if value is None:
        raise NVMLError
    return value
