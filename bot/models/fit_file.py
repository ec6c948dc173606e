"""Owns the file that keeps what was learnt of engines' memory on this machine."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.models.fit_calibration import Measured, kept
from bot.whole_files import OF_OWNER, write_whole

logger = logging.getLogger(__name__)

FILE = "fit-calibration.json"
_ENGINES = 16
"""Engines and hosts that are remembered; those that were measured last."""

_Engines = TypeAdapter(dict[str, tuple[Measured, ...]])


class CalibrationFile:
    """Measurements by engine, in a file of this machine. Every method touches the disk: call it from a thread.

    A file that can't be read counts as empty, for it holds nothing that can't be measured again; so does a disk that
    can't be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, engine: str) -> Sequence[Measured]:
        """What was measured of `engine`, the newest last."""
        return self._read().get(engine, ())

    def add(self, engine: str, new: Sequence[Measured]) -> None:
        """Keep `new` measurements of `engine`; nothing is written where they say nothing new."""
        engines = dict(self._read())
        earlier = engines.pop(engine, ())
        if set(new) <= set(earlier):
            return
        engines[engine] = kept(earlier, new)
        try:
            self._write(dict(tuple(engines.items())[-_ENGINES:]))
        except OSError as error:
            logger.warning("what was measured of models can't be kept: %s", error)

    def _read(self) -> Mapping[str, tuple[Measured, ...]]:
        try:
            return _Engines.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError) as error:
            logger.warning(
                "what was measured of models can't be read, so it is measured anew: %s", type(error).__name__
            )
            return {}

    def _write(self, engines: Mapping[str, Sequence[Measured]]) -> None:
        plain = {engine: [asdict(one) for one in measured] for engine, measured in engines.items()}
        write_whole(self._path, json.dumps(plain).encode(), mode=OF_OWNER)
