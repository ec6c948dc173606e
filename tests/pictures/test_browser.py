"""Tests of what happens around Chromium, which itself is only there where pictures are drawn."""

import shutil
from io import BytesIO

import pytest
from PIL import Image

from tests.pictures.browser import SCALE, TALLEST, cut_out, missing


def screenshot(width: int, height: int, box: tuple[int, int, int, int]) -> BytesIO:
    shot, file = Image.new("RGBA", (width, height)), BytesIO()
    shot.paste((20, 30, 40, 255), box)
    shot.save(file, "PNG")
    return file


def test_what_is_missing_is_said_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert "apt install chromium" in missing()


def test_the_transparent_ground_is_cut_away() -> None:
    with Image.open(BytesIO(cut_out(screenshot(40, 30, (0, 0, 12, 7))))) as picture:
        assert picture.size == (12, 7)


def test_a_page_that_does_not_fit_into_the_window_is_refused() -> None:
    with pytest.raises(ValueError, match="taller"):
        cut_out(screenshot(2, TALLEST * SCALE, (0, 0, 2, TALLEST * SCALE)))
