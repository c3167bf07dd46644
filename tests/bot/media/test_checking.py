"""What may be kept is judged by its content."""

import hashlib

import pytest

from bot.media import checking, photos
from bot.media.checking import checked
from bot.media.fetching import Unkept
from storage.models.attachments import AttachmentKind
from tests.bot.media.pictures import AMR, MP3, MP4, picture

K = AttachmentKind
PNG = picture(image_format="PNG")


@pytest.mark.parametrize(
    ("kind", "content", "content_type"),
    [
        (K.VOICE, AMR, "audio/amr"),
        (K.VOICE, b"#!AMR-WB\n" + bytes(9), "audio/amr"),
        (K.VOICE, MP3, "audio/mpeg"),
        (K.VOICE, b"ID3\x03\x00" + bytes(9), "audio/mpeg"),
        (K.VIDEO, MP4, "video/mp4"),
        (K.VIDEO, MP4.replace(b"ftypisom", b"ftypqt  "), "video/quicktime"),
    ],
)
def test_voices_and_videos_are_kept_as_they_are(
    kind: AttachmentKind, content: bytes, content_type: str
) -> None:
    file = checked(kind, content)

    assert (file.content_type, file.content, file.size) == (content_type, content, len(content))
    assert (file.sha256, file.width, file.height) == (hashlib.sha256(content).hexdigest(), None, None)


def test_a_photo_is_kept_as_it_was_made_anew() -> None:
    file = checked(K.PHOTO, PNG)

    assert (file.content_type, file.width, file.height) == ("image/jpeg", 80, 40)
    assert file.content != PNG
    assert (file.size, file.sha256) == (len(file.content), hashlib.sha256(file.content).hexdigest())


@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [
        (K.VOICE, PNG, checking.NO_VOICE),
        (K.VOICE, MP4, checking.NO_VOICE),
        (K.VOICE, b"", checking.NO_VOICE),
        (K.VOICE, b"\xff\xfb", checking.NO_VOICE),
        (K.VOICE, b"\xff\xd8\xff\xe0" + bytes(9), checking.NO_VOICE),  # a JPEG
        (K.VOICE, b"\xff\xfe" + "文字".encode("utf-16-le"), checking.NO_VOICE),
        (K.VIDEO, AMR, checking.NO_VIDEO),
        (K.VIDEO, PNG, checking.NO_VIDEO),
        (K.VIDEO, b"\x00\x00\x00\x18ftyp", checking.NO_VIDEO),
        (K.VIDEO, MP4.replace(b"ftypisom", b"ftypheic"), checking.NO_VIDEO),
        (K.VIDEO, MP4.replace(b"ftypisom", b"ftypM4A "), checking.NO_VIDEO),
        (K.PHOTO, MP4, photos.NO_PHOTO),
        (K.PHOTO, b"<html>", photos.NO_PHOTO),
    ],
)
def test_what_is_not_what_it_pretends_to_be_is_refused(
    kind: AttachmentKind, content: bytes, sentence: str
) -> None:
    with pytest.raises(Unkept) as refusal:
        checked(kind, content)

    assert str(refusal.value) == sentence
