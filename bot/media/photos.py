"""A photo is made anew from its points: upright, as large as a screen, silent about where it was taken."""

import contextlib
import logging
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.media.fetching import Unkept

logger = logging.getLogger(__name__)

FORMATS = ("JPEG", "PNG", "GIF")  # what the platforms take; no other decoder sees a stranger's bytes
MAX_POINTS = 50_000_000  # a phone's best camera; as PNG 200 MB once it is unpacked, as JPEG much less
MAX_SIDE = 1600  # points; a number plate or a meter can be read
QUALITY = 85  # of the JPEG that is kept
WHITE = (255, 255, 255)

NO_PHOTO = "不是可以保存的图片。"
TOO_MANY_POINTS = "图片的像素过多，没有保存。"
BROKEN = "图片已损坏，打不开。"

Image.MAX_IMAGE_PIXELS = MAX_POINTS  # Pillow warns above it and refuses above twice as many: here both refuse
warnings.simplefilter("error", Image.DecompressionBombWarning)
_BOMBS = (Image.DecompressionBombWarning, Image.DecompressionBombError)


@dataclass(frozen=True, slots=True)
class Photo:
    """A JPEG without metadata, and its size in points."""

    content: bytes
    width: int
    height: int


def clean_photo(content: bytes) -> Photo:
    """The photo as it is kept; of an animation its first frame. `Unkept` when there is none to be had."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            _ensure_bearable(image)
            return _made_anew(image)
    except Unkept:
        raise
    except _BOMBS as error:
        raise Unkept(TOO_MANY_POINTS) from error
    except UnidentifiedImageError as error:
        raise Unkept(NO_PHOTO) from error
    except Exception as error:  # decoders answer broken bytes with errors of every family
        logger.info("broken photo: %s", type(error).__name__, extra={"action": "media"})
        raise Unkept(BROKEN) from error


def _ensure_bearable(image: Image.Image) -> None:
    """The header says how large it becomes, before a single point is unpacked."""
    if image.width * image.height > MAX_POINTS:
        raise Unkept(TOO_MANY_POINTS)


def _made_anew(image: Image.Image) -> Photo:
    if image.mode in ("1", "P", "PA"):  # a palette cannot be made smaller smoothly
        image = image.convert("RGBA")
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)  # a JPEG is not even unpacked larger
    upright = _upright(image)
    bare = Image.new("RGB", upright.size, WHITE)  # nothing but points goes over: no EXIF, comment, profile
    bare.paste(upright.convert("RGB"), mask=_opaque_part(upright))
    written = BytesIO()
    bare.save(written, "JPEG", quality=QUALITY, optimize=True)
    return Photo(written.getvalue(), bare.width, bare.height)


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera was held; a photo whose EXIF cannot be read stays as it is."""
    with contextlib.suppress(Exception):  # whatever a stranger wrote there
        return ImageOps.exif_transpose(image)
    return image


def _opaque_part(image: Image.Image) -> Image.Image | None:
    return image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
