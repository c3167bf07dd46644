"""What may be kept, judged by the content: no header and no name is believed."""

import hashlib

from bot.media.fetching import Unkept
from bot.media.photos import clean_photo
from storage.attachments import CheckedFile
from storage.models.attachments import AttachmentKind

MEGABYTE = 1 << 20  # bytes
LIMITS = {  # of temporary media (WECHAT 2.5)
    AttachmentKind.PHOTO: 10 * MEGABYTE,
    AttachmentKind.VOICE: 2 * MEGABYTE,
    AttachmentKind.VIDEO: 10 * MEGABYTE,
}

NO_VOICE = "不是可以保存的语音（只收AMR、MP3）。"
NO_VIDEO = "不是可以保存的视频（只收MP4）。"

_AMR = (b"#!AMR\n", b"#!AMR-WB\n")
_NOT_MOVING = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis", b"M4A ", b"M4B ")
_QUICKTIME = b"qt  "


def checked(kind: AttachmentKind, content: bytes) -> CheckedFile:
    """The file as it may be kept, photos made anew without metadata; `Unkept` when it may not.

    Takes up to a second of computing for a photo: call it in a thread.
    """
    if kind is AttachmentKind.PHOTO:
        photo = clean_photo(content)
        return _file("image/jpeg", photo.content, width=photo.width, height=photo.height)
    if kind is AttachmentKind.VOICE:
        return _file(_voice_type(content), content)
    return _file(_video_type(content), content)


def _voice_type(content: bytes) -> str:
    if content.startswith(_AMR):
        return "audio/amr"
    if content.startswith(b"ID3") or _is_mp3_frame(content):
        return "audio/mpeg"
    raise Unkept(NO_VOICE)


def _is_mp3_frame(content: bytes) -> bool:
    """Eleven set bits, then a layer III header without forbidden rates (ISO 11172-3, 2.4.2.3)."""
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE0 != 0xE0:
        return False
    is_layer_three = content[1] >> 1 & 0b11 == 0b01
    has_version = content[1] >> 3 & 0b11 != 0b01
    return is_layer_three and has_version and content[2] >> 4 != 0xF and content[2] >> 2 & 0b11 != 0b11


def _video_type(content: bytes) -> str:
    """A file-type box stands first (ISO 14496-12, 4.3); pictures and music have boxes of their own brands."""
    brand = content[8:12]
    if content[4:8] != b"ftyp" or len(brand) < 4 or brand in _NOT_MOVING:
        raise Unkept(NO_VIDEO)
    return "video/quicktime" if brand == _QUICKTIME else "video/mp4"


def _file(
    content_type: str, content: bytes, *, width: int | None = None, height: int | None = None
) -> CheckedFile:
    digest = hashlib.sha256(content).hexdigest()
    return CheckedFile(content_type, len(content), width, height, digest, content)
