"""Owns what the graphics cards are and do, as NVIDIA's management library (NVML) tells it."""
# ruff: noqa: N802, D102 - the methods of the Protocol are NVML's, by its names, and documented there

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

logger = logging.getLogger(__name__)

Told = TypeVar("Told")

NVML_TEMPERATURE_GPU = 0
"""The sensor on the chip, as NVML's header `nvml.h` numbers them."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """A graphics card: `utilisation` in percent, VRAM in bytes, power in watts; None where the card doesn't tell."""

    name: str
    utilisation: int | None
    vram_used: int | None
    vram_total: int | None
    celsius: int | None = None
    watts: float | None = None


class Utilisation(Protocol):
    """NVML's utilisation rates: percent of the last sample period in which the card was at work."""

    @property
    def gpu(self) -> int:
        """Percent."""
        ...


class VideoMemory(Protocol):
    """NVML's memory figures, in bytes."""

    @property
    def used(self) -> int:
        """Bytes in use."""
        ...

    @property
    def total(self) -> int:
        """Bytes built in."""
        ...


class NvmlCards(Protocol):
    """How NVIDIA's management library is opened, and the way to its cards, by its own names; `pynvml` is one."""

    @property
    def NVMLError(self) -> type[Exception]: ...

    def nvmlInit(self) -> None: ...
    def nvmlShutdown(self) -> None: ...
    def nvmlDeviceGetCount(self) -> int: ...
    def nvmlDeviceGetHandleByIndex(self, index: int, /) -> object: ...


class Nvml(NvmlCards, Protocol):
    """What is asked of a card."""

    def nvmlDeviceGetName(self, handle: object, /) -> str | bytes: ...
    def nvmlDeviceGetUtilizationRates(self, handle: object, /) -> Utilisation: ...
    def nvmlDeviceGetMemoryInfo(self, handle: object, /) -> VideoMemory: ...
    def nvmlDeviceGetTemperature(self, handle: object, sensor: int, /) -> int: ...
    def nvmlDeviceGetPowerUsage(self, handle: object, /) -> int: ...


def read_gpus(nvml: Nvml | None = None) -> tuple[Gpu, ...]:
    """NVIDIA's cards now, by their own binding unless `nvml` stands in for it. Blocks.

    No cards without a driver; a card that fell off the bus is left out.
    """
    return _read(nvml or _nvidia())


def _read(nvml: Nvml) -> tuple[Gpu, ...]:
    try:
        nvml.nvmlInit()
    except nvml.NVMLError as error:
        logger.debug("no NVIDIA driver: %s", error)
        return ()
    try:
        cards = (_told(nvml, _gpu, nvml, index) for index in range(_told(nvml, nvml.nvmlDeviceGetCount) or 0))
        return tuple(card for card in cards if card is not None)
    finally:
        _told(nvml, nvml.nvmlShutdown)


def _gpu(nvml: Nvml, index: int) -> Gpu:
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    name = nvml.nvmlDeviceGetName(handle)
    rates = _told(nvml, nvml.nvmlDeviceGetUtilizationRates, handle)
    memory = _told(nvml, nvml.nvmlDeviceGetMemoryInfo, handle)
    milliwatts = _told(nvml, nvml.nvmlDeviceGetPowerUsage, handle)
    return Gpu(
        name=name.decode(errors="replace") if isinstance(name, bytes) else name,
        utilisation=rates.gpu if rates else None,
        vram_used=memory.used if memory else None,
        vram_total=memory.total if memory else None,
        celsius=_told(nvml, nvml.nvmlDeviceGetTemperature, handle, NVML_TEMPERATURE_GPU),
        watts=None if milliwatts is None else milliwatts / 1000,
    )


def _told(nvml: Nvml, ask: Callable[..., Told], *about: object) -> Told | None:
    """What NVML says, None when it won't: cards differ in what they tell (MIG slices have no utilisation)."""
    try:
        return ask(*about)
    except nvml.NVMLError as error:
        logger.debug("NVML doesn't tell: %s", error)
        return None


def _nvidia() -> Nvml:
    import pynvml

    module: Nvml = pynvml
    return module
