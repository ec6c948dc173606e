"""Holds the pictures that reach an engine to what they show, and to nothing else."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.attachments.pictures import BadPicture, clean_picture, looks_like_picture
from tests.bot.attachments.drawn import SECRET, drawn, jpeg_segment, pixels, png_chunk, webp_chunk


def with_chunk(data: bytes, kind: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    return data[:33] + png_chunk(kind, SECRET) + data[33:]


def _riff(chunks: bytes) -> bytes:
    return b"RIFF" + (len(chunks) + 4).to_bytes(4, "little") + b"WEBP" + chunks


def telling_webp() -> bytes:
    """A WebP in its extended form, with Exif and XMP, as telephones write it."""
    return drawn("WEBP", lossless=True, exif=b"Exif\0\0II*\0" + SECRET, xmp=SECRET)


PNG, JPEG, WEBP = drawn("PNG"), drawn("JPEG"), drawn("WEBP", lossless=True)
TELLING: dict[str, Callable[[], bytes]] = {
    "png text": lambda: with_chunk(PNG, b"tEXt"),
    "png exif": lambda: with_chunk(PNG, b"eXIf"),
    "png profile": lambda: with_chunk(PNG, b"iCCP"),
    "png of somebody's own": lambda: with_chunk(PNG, b"prVt"),
    "png with a tail": lambda: PNG + SECRET,
    "jpeg exif": lambda: JPEG[:2] + jpeg_segment(0xE1, b"Exif\0\0" + SECRET) + JPEG[2:],
    "jpeg comment": lambda: JPEG[:2] + jpeg_segment(0xFE, SECRET) + JPEG[2:],
    "jpeg maker": lambda: JPEG[:2] + jpeg_segment(0xED, SECRET) + JPEG[2:],
    "jpeg thumbnail": lambda: JPEG[:2] + jpeg_segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\7\7" + SECRET) + JPEG[20:],
    "jpeg between two scans": lambda: JPEG[:-2] + jpeg_segment(0xE1, SECRET) + JPEG[-2:],
    "jpeg with a tail": lambda: JPEG + SECRET,
    "webp exif and xmp": telling_webp,
    "webp of somebody's own": lambda: _riff(WEBP[12:] + webp_chunk(b"prVt", SECRET)),
    "webp with a tail": lambda: WEBP + SECRET,
}


@pytest.mark.parametrize("name", TELLING)
def test_nothing_but_the_picture_is_left_and_it_looks_the_same(name: str) -> None:
    telling = TELLING[name]()
    assert SECRET in telling
    cleaned = clean_picture(telling)
    assert SECRET not in cleaned.data
    assert pixels(cleaned.data) == pixels(next(one for one in (PNG, JPEG, WEBP) if telling.startswith(one[:3])))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image/png"),
        (drawn("PNG", mode="P"), "image/png"),
        (drawn("PNG", mode="LA"), "image/png"),
        (JPEG, "image/jpeg"),
        (drawn("JPEG", mode="CMYK"), "image/jpeg"),
        (drawn("JPEG", width=90, height=70, progressive=True), "image/jpeg"),
        (drawn("JPEG", width=90, height=70, restart_marker_blocks=1), "image/jpeg"),
        (WEBP, "image/webp"),
        (drawn("WEBP", quality=50), "image/webp"),
        (drawn("WEBP", mode="RGBA", quality=50), "image/webp"),
    ],
)
def test_each_kind_of_picture_comes_through_as_it_looks(data: bytes, kind: str) -> None:
    assert looks_like_picture(data)
    cleaned = clean_picture(data)
    assert cleaned.media_type == kind
    assert pixels(cleaned.data) == pixels(data)
    assert clean_picture(cleaned.data) == cleaned


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_with_too_many_pixels_is_refused_before_anything_decodes_it(form: str) -> None:
    picture = drawn(form, width=30, height=20)
    clean_picture(picture, most_pixels=600)
    with pytest.raises(BadPicture) as caught:
        clean_picture(picture, most_pixels=599)
    assert caught.value.reason == "picture-too-wide"


def test_a_png_that_only_says_that_it_is_huge_is_refused_for_that() -> None:
    huge = PNG[:16] + (60_000).to_bytes(4, "big") * 2 + PNG[24:]
    with pytest.raises(BadPicture) as caught:
        clean_picture(huge)
    assert (caught.value.reason, caught.value.limit) == ("picture-too-wide", 50.0)


def test_a_webp_whose_canvas_is_huge_is_refused_though_what_is_drawn_is_small() -> None:
    canvas = bytes(4) + (16_000).to_bytes(3, "little") * 2
    with pytest.raises(BadPicture) as caught:
        clean_picture(_riff(webp_chunk(b"VP8X", canvas) + WEBP[12:]))
    assert caught.value.reason == "picture-too-wide"


@pytest.mark.parametrize("data", [drawn("GIF"), _riff(webp_chunk(b"ANIM", bytes(6)) + WEBP[12:]), drawn("BMP")])
def test_what_moves_or_is_of_another_kind_is_refused_for_its_kind(data: bytes) -> None:
    with pytest.raises(BadPicture) as caught:
        clean_picture(data)
    assert caught.value.reason == "picture-kind"


@pytest.mark.parametrize("whole", [PNG, JPEG, WEBP, telling_webp()])
def test_a_picture_that_ends_too_early_is_damaged_wherever_it_ends(whole: bytes) -> None:
    for end in range(12, len(whole) - 1):
        with pytest.raises(BadPicture) as caught:
            clean_picture(whole[:end])
        assert caught.value.reason == "picture-damaged"


def test_endless_small_parts_are_given_up() -> None:
    with pytest.raises(BadPicture):
        clean_picture(PNG[:33] + png_chunk(b"tEXt", b"") * 60_000 + PNG[33:])


@given(st.sampled_from([PNG, JPEG, WEBP, telling_webp()]), st.integers(0, 400), st.binary(min_size=1, max_size=8))
@settings(max_examples=400)
def test_whatever_is_done_to_a_picture_it_is_cleaned_or_refused(whole: bytes, at: int, other: bytes) -> None:
    try:
        cleaned = clean_picture(whole[:at] + other + whole[at + len(other) :])
    except BadPicture:
        return
    assert clean_picture(cleaned.data) == cleaned
