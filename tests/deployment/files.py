"""Reads the files that deploy Sova: the Compose file, Dockerfiles, systemd units."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
DOCKERFILES = (ROOT / "Dockerfile", ROOT / "deploy" / "ollama.Dockerfile")
UNITS = (ROOT / "deploy" / "sova.service", ROOT / "deploy" / "sova-worker@.service")

Compose = Mapping[str, Any]


def compose() -> Compose:
    """The Compose file with its anchors merged, variables as they stand there."""
    return dict(YAML(typ="safe").load(COMPOSE_FILE))


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of a Dockerfile: `word` in capitals, the rest in one line, the stage that it belongs to."""

    word: str
    text: str
    stage: str

    @property
    def words(self) -> Sequence[str]:
        """What it says, without options such as `--from=…`."""
        return [word for word in self.text.split() if not word.startswith("--")]

    @property
    def listed(self) -> list[str]:
        """Its words where it is written as a JSON list."""
        return list(json.loads(self.text[self.text.index("[") :]))


def instructions(file: Path) -> Iterator[Instruction]:
    """The instructions of the Dockerfile `file`, comments left out."""
    lines = [line for line in file.read_text().splitlines() if not line.lstrip().startswith("#")]
    stage = ""
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, text = line.strip().partition(" ")
        if word == "FROM":
            stage = text.split()[-1]
        if word:
            yield Instruction(word, " ".join(text.split()), stage)


def variables(file: Path, *, stage: str) -> dict[str, str]:
    """What the stage's ENV instructions set."""
    given = (pair for one in instructions(file) if (one.word, one.stage) == ("ENV", stage) for pair in one.text.split())
    return {name: value for name, _, value in (pair.partition("=") for pair in given)}


def unit(file: Path) -> dict[str, list[str]]:
    """Every setting of the systemd unit `file`, each with all its values in order."""
    settings: dict[str, list[str]] = {}
    for line in file.read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            settings.setdefault(name, []).append(value)
    return settings


def seconds(span: str) -> int:
    """A span such as `60s` or `2m`, in seconds."""
    return int(span[:-1]) * {"s": 1, "m": 60}[span[-1]]
