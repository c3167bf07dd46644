"""Small photos as a phone takes them, for tests, the demo and the page."""

from io import BytesIO

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base
from PIL.TiffImagePlugin import IFDRational

UPRIGHT, TURNED_RIGHT = 1, 6  # EXIF orientation; 6 is a phone held upright
SAMPLE_PLACE = (30.12345, 120.54321)  # latitude and longitude of nowhere in particular
SKY, GROUND, PUDDLE = (176, 200, 220), (120, 116, 108), (70, 84, 96)


def sample_photo(
    *,
    size: tuple[int, int] = (320, 240),
    shade: int = 0,
    orientation: int = UPRIGHT,
    place: tuple[float, float] | None = None,
    kind: str = "JPEG",
) -> bytes:
    """A puddle on the ground as JPEG, PNG or GIF; photos of another `shade` (0 to 255) differ.

    `size` is that of the file. `orientation` and `place` are written into the EXIF as phones do; a GIF
    has none. Seen upright there is a yellow corner at the top left.
    """
    buffer = BytesIO()
    picture = _picture(size[::-1], shade) if orientation == TURNED_RIGHT else _picture(size, shade)
    if orientation == TURNED_RIGHT:
        picture = picture.transpose(Image.Transpose.ROTATE_90)  # as the sensor lies; viewers turn it back
    if kind == "GIF":
        picture.save(buffer, "GIF")
    else:
        picture.save(buffer, kind, exif=_exif(orientation, place))
    return buffer.getvalue()


def phone_photo(*, shade: int = 0) -> bytes:
    """As it comes from a phone held upright: turned by its EXIF orientation, with the place it was taken."""
    return sample_photo(shade=shade, orientation=TURNED_RIGHT, place=SAMPLE_PLACE)


def thumbnail() -> bytes:
    """What the platform keeps beside a video."""
    return sample_photo(size=(64, 48), shade=60)


def _picture(size: tuple[int, int], shade: int) -> Image.Image:
    width, height = size
    picture = Image.new("RGB", size, SKY)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height // 2, width, height), fill=GROUND)
    draw.ellipse((width // 5, height * 3 // 5, width * 4 // 5, height * 9 // 10), fill=PUDDLE)
    draw.rectangle((0, 0, width // 8, height // 8), fill=(255, 200, shade % 256))  # tells which way is up
    return picture


def _exif(orientation: int, place: tuple[float, float] | None) -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Make] = "Sample"
    if place:
        latitude, longitude = place
        gps = exif.get_ifd(IFD.GPSInfo)
        gps[GPS.GPSLatitudeRef] = "N" if latitude >= 0 else "S"
        gps[GPS.GPSLatitude] = _degrees(latitude)
        gps[GPS.GPSLongitudeRef] = "E" if longitude >= 0 else "W"
        gps[GPS.GPSLongitude] = _degrees(longitude)
    return exif


def _degrees(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees, minutes and seconds."""
    minutes, seconds = divmod(round(abs(value) * 360_000), 6000)
    return IFDRational(minutes // 60), IFDRational(minutes % 60), IFDRational(seconds, 100)
