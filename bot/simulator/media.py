"""Photos, voices and files that were sent, for the three days that the platform keeps them."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

LIFE = timedelta(days=3)  # temporary media of both platforms
KEPT = 200  # files; the oldest goes first

SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
)


@dataclass(frozen=True)
class MediaFile:
    id: str
    kind: str  # image, voice, video, thumb or file
    content_type: str
    data: bytes
    expires_at: datetime


class MediaStore:
    def __init__(self) -> None:
        self._files: dict[str, MediaFile] = {}

    def keep(self, data: bytes, *, kind: str, now: datetime) -> MediaFile:
        file = MediaFile(secrets.token_urlsafe(32), kind, content_type_of(data), data, now + LIFE)
        self._files[file.id] = file
        while len(self._files) > KEPT:
            del self._files[next(iter(self._files))]
        return file

    def get(self, media_id: str, *, now: datetime) -> MediaFile | None:
        """The file, None when it is unknown or its three days are over."""
        file = self._files.get(media_id)
        return file if file and file.expires_at > now else None


def content_type_of(data: bytes) -> str:
    for signature, content_type in SIGNATURES:
        if data.startswith(signature):
            return content_type
    return "video/mp4" if data[4:8] == b"ftyp" else "application/octet-stream"
