"""A kept photo is upright, bounded, and silent about who took it where."""

from io import BytesIO

import pytest
from PIL import Image

from bot.media import photos
from bot.media.fetching import Unkept
from bot.media.photos import MAX_POINTS, MAX_SIDE, clean_photo
from tests.bot.media.pictures import BLUE, GPS, RED, bomb, opened, picture


def near(point: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(point, tuple)
    return all(abs(a - b) < 40 for a, b in zip(point, colour, strict=True))


def test_the_place_the_camera_and_the_comment_are_gone() -> None:
    taken = picture(gps=True)
    assert opened(taken).getexif().get_ifd(GPS) != {}  # it was there
    assert b"Mrs Chen" in taken

    kept = clean_photo(taken).content

    image = opened(kept)
    assert (dict(image.getexif()), image.getexif().get_ifd(GPS)) == ({}, {})
    assert [word for word in (b"Exif", b"Mrs Chen", b"secret") if word in kept] == []
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}


@pytest.mark.parametrize(
    ("orientation", "size", "first", "last"),
    [
        (1, (80, 40), RED, BLUE),
        (3, (80, 40), BLUE, RED),
        (6, (40, 80), RED, BLUE),  # held upright: the sensor's left is the top
        (8, (40, 80), BLUE, RED),
    ],
)
def test_a_photo_is_turned_as_the_camera_was_held(
    *, orientation: int, size: tuple[int, int], first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    photo = clean_photo(picture(orientation=orientation, gps=True))

    image = opened(photo.content)
    assert (photo.width, photo.height) == image.size == size
    assert near(image.getpixel((5, 5)), first)
    assert near(image.getpixel((size[0] - 6, size[1] - 6)), last)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
def test_a_large_photo_becomes_as_large_as_a_screen(image_format: str) -> None:
    photo = clean_photo(picture(4000, 3000, orientation=6, image_format=image_format))

    assert (photo.width, photo.height) == (1200, MAX_SIDE)
    assert opened(photo.content).format == "JPEG"


def test_a_small_photo_is_not_blown_up() -> None:
    photo = clean_photo(picture(3, 2, image_format="PNG"))

    assert (photo.width, photo.height) == (3, 2)


def test_of_an_animation_the_first_frame_is_kept() -> None:
    written = BytesIO()
    frames = [Image.new("RGB", (20, 10), colour) for colour in (RED, BLUE)]
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:], duration=100)

    image = opened(clean_photo(written.getvalue()).content)

    assert (image.format, image.size, near(image.getpixel((5, 5)), RED)) == ("JPEG", (20, 10), True)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "CMYK"])
def test_every_kind_of_picture_becomes_a_plain_one(mode: str) -> None:
    written = BytesIO()
    Image.new(mode, (20, 10)).save(written, "JPEG" if mode == "CMYK" else "PNG")

    image = opened(clean_photo(written.getvalue()).content)

    assert (image.mode, image.size) == ("RGB", (20, 10))


def test_what_is_transparent_becomes_white() -> None:
    written = BytesIO()
    Image.new("RGBA", (20, 10), (0, 0, 0, 0)).save(written, "PNG")

    assert near(opened(clean_photo(written.getvalue()).content).getpixel((5, 5)), (255, 255, 255))


@pytest.mark.parametrize(
    ("width", "height"),
    [(MAX_POINTS // 1000 + 1, 1000), (MAX_POINTS // 1000 * 3, 1000), (65535, 65535)],
)
def test_what_unpacks_too_large_is_refused_before_it_is_unpacked(width: int, height: int) -> None:
    with pytest.raises(Unkept) as refusal:
        clean_photo(bomb(width, height))

    assert str(refusal.value) == photos.TOO_MANY_POINTS


@pytest.mark.parametrize("share", [0.2, 0.6, 0.97])
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "GIF"])
def test_a_photo_that_breaks_off_is_refused(image_format: str, share: float) -> None:
    whole = BytesIO()
    Image.effect_noise((200, 200), 90).convert("RGB").save(whole, image_format)
    content = whole.getvalue()

    with pytest.raises(Unkept) as refusal:
        clean_photo(content[: int(len(content) * share)])

    assert str(refusal.value) in (photos.BROKEN, photos.NO_PHOTO)


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF8", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%!PS-Adobe-3.0", b"%PDF-1.7", b"MZ" * 99],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(Unkept):
        clean_photo(content)


def test_a_photo_of_another_format_is_refused() -> None:
    written = BytesIO()
    Image.new("RGB", (20, 10)).save(written, "TIFF")

    with pytest.raises(Unkept) as refusal:
        clean_photo(written.getvalue())

    assert str(refusal.value) == photos.NO_PHOTO


def test_exif_that_cannot_be_read_spoils_no_photo() -> None:
    taken = picture(gps=True)
    at = taken.index(b"Exif\x00\x00") + 6
    spoiled = taken[:at] + b"\xff" * 8 + taken[at + 8 :]

    photo = clean_photo(spoiled)

    assert (photo.width, photo.height) == (80, 40)
