"""Pictures as cameras make them."""

import struct
import zlib
from io import BytesIO

from PIL import Image

ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F  # tags of EXIF
RED, BLUE = (200, 30, 30), (30, 30, 200)

AMR = b"#!AMR\n" + bytes(range(64))
MP3 = b"\xff\xfb\x90\x64" + bytes(64)
MP4 = struct.pack(">I", 24) + b"ftypisom" + bytes(4) + b"isommp41" + bytes(64)


def picture(
    width: int = 80, height: int = 40, *, orientation: int = 1, image_format: str = "JPEG", gps: bool = False
) -> bytes:
    """Red on the left half, blue on the right, as the sensor saw it."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    if gps:
        exif[MAKE] = "Camera of Mrs Chen"
        exif.get_ifd(GPS).update({1: "N", 2: (30.0, 15.0, 27.0), 3: "E", 4: (120.0, 9.0, 31.0)})
    written = BytesIO()
    comment = {"comment": b"secret comment"} if image_format == "JPEG" else {}
    image.save(written, image_format, exif=exif, **comment)
    return written.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", zlib.compress(b""))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def opened(content: bytes) -> Image.Image:
    """The picture in these bytes, unpacked."""
    image = Image.open(BytesIO(content))
    image.load()
    return image
