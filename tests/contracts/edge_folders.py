"""Owns folders with an empty embedded index in them. Test modules take the fixtures by `pytest_plugins`."""

import shutil
from pathlib import Path

import pytest

from bot.backends.qdrant.edge_folder import EdgeFolder
from tests.contracts.passage_indexes import SCHEMA


@pytest.fixture(scope="module")
def empty_edge_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty embedded index, to be copied: making one waits for the disk a dozen times."""
    folder = tmp_path_factory.mktemp("edge") / "index"
    making = EdgeFolder(folder)
    making.open(SCHEMA)
    making.close()
    return folder


@pytest.fixture
def edge_folder(empty_edge_folder: Path, tmp_path: Path) -> Path:
    """The folder of an empty embedded index of this test alone."""
    return Path(shutil.copytree(empty_edge_folder, tmp_path / "index"))
