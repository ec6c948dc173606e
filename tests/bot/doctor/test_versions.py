import pytest

from bot.doctor.versions import OLDEST_SAFE_OLLAMA, Version


def read(written: str) -> Version:
    version = Version.read(written)
    assert version
    return version


@pytest.mark.parametrize(
    "written",
    [
        "0.17.0",
        "0.9.9",
        "0.17.1-rc0",
        "0.17.1-rc2-3-gabc1234",
        "0.16.10",
        "v0.1.48",
        "0.17.0-9-gabc1234",
        "0.17.1-beta",
    ],
)
def test_an_older_version_comes_before_the_safe_one(written: str) -> None:
    assert read(written) < OLDEST_SAFE_OLLAMA


@pytest.mark.parametrize(
    "written",
    [
        *("0.17.1", "v0.17.1", "0.17.2-rc1", "0.18.0", "1.0.0", "0.17.10", " 0.17.1\n"),
        *("0.17.1-3-gabc1234", "0.17.1-3-gabc1234-dirty", "0.17.1+cuda12"),
    ],
)
def test_the_safe_version_and_what_came_after_it_do_not(written: str) -> None:
    assert read(written) >= OLDEST_SAFE_OLLAMA


@pytest.mark.parametrize("written", ["", "0.0.0", "0.17", "main", "0.17.1.2", "0.x.1", "١.٢.٣x"])
def test_what_is_no_version_is_not_taken_for_one(written: str) -> None:
    assert Version.read(written) is None
