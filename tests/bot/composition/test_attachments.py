"""Holds the operator's settings for files to what they do."""

import pytest

from bot.composition.attachments import open_attachments
from bot.errors import BadSetting
from bot.settings import Settings
from bot.tokens import rough_tokens
from tests.doubles.attachments import HeldFiles

LONG = b"This is said again. " * 400


async def outcome(settings: Settings, *texts: bytes) -> tuple[list[str], list[str]]:
    """The kept texts, and why the others weren't."""
    files = HeldFiles()
    held = [files.hold(f"{n}.txt", text) for n, text in enumerate(texts)]
    async with open_attachments(settings) as reading:
        read = await reading.read(held, fetch=files)
    return [file.text for file in read.attached if file.text], [refusal.reason for refusal in read.refused]


async def test_the_number_of_files_is_a_setting() -> None:
    assert await outcome(Settings(attachments=1), b"One.", b"Two.") == (["One.\n"], ["too-many"])
    assert await outcome(Settings(attachments=0), b"One.") == ([], ["off"])


async def test_the_size_of_a_file_is_a_setting() -> None:
    assert await outcome(Settings(attachment_mb=0.001), b"x" * 1_001, b"x" * 1_000) == (
        ["x" * 1_000 + "\n"],
        ["too-large"],
    )


async def test_how_much_of_the_files_is_remembered_is_a_setting() -> None:
    (first, second), _ = await outcome(Settings(attachment_tokens=200), LONG, LONG)
    assert 150 < rough_tokens(first) + rough_tokens(second) <= 200


@pytest.mark.parametrize(
    ("name", "value"), [("attachments", "51"), ("attachment_mb", "51"), ("attachment_tokens", "9")]
)
def test_bounds_that_bound_nothing_are_refused(name: str, value: str) -> None:
    with pytest.raises(BadSetting):
        Settings().with_other(name, value)
