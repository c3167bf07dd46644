"""Photos, voices and files that were sent, for the three days that the platform keeps them."""

import base64
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

LIFE = timedelta(days=3)  # temporary media of both platforms
ROBOT_LIFE = timedelta(minutes=5)  # of an address that a robot is given, WECHAT 3.6
KEPT_BYTES = 256 << 20  # in memory; above it the oldest goes first

SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"%PDF", "application/pdf"),
)


@dataclass(frozen=True)
class MediaFile:
    id: str
    kind: str  # image, voice, video, thumb or file
    content_type: str
    data: bytes
    expires_at: datetime


class MediaStore:
    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._files: dict[str, MediaFile] = {}
        self._size = 0
        self._kept_bytes = kept_bytes

    def keep(self, data: bytes, *, kind: str, now: datetime) -> MediaFile:
        file = MediaFile(secrets.token_urlsafe(32), kind, content_type_of(data), data, now + LIFE)
        self._files[file.id] = file
        self._size += len(data)
        while self._size > self._kept_bytes and len(self._files) > 1:
            oldest = self._files.pop(next(iter(self._files)))
            self._size -= len(oldest.data)
        return file

    def get(self, media_id: str, *, now: datetime) -> MediaFile | None:
        """The file, None when it is unknown or its three days are over."""
        file = self._files.get(media_id)
        return file if file and file.expires_at > now else None


@dataclass(frozen=True)
class Loan:
    """One address that a robot was given for a file."""

    robot: str
    file: MediaFile
    expires_at: datetime
    aes_key: str = ""  # of this file alone; empty: the robot's own key


class RobotFiles:
    """Which file each address leads to, for five minutes; only the robot it was made for can read it."""

    def __init__(self) -> None:
        self._loans: dict[str, Loan] = {}

    def lend(self, robot: str, file: MediaFile, *, now: datetime, aes_key: str = "") -> str:
        """The last part of a new address."""
        for code in list(self._ended(now)):
            del self._loans[code]
        code = secrets.token_urlsafe(32)
        self._loans[code] = Loan(robot, file, now + ROBOT_LIFE, aes_key)
        return code

    def get(self, robot: str, code: str, *, now: datetime) -> Loan | None:
        """The file on loan, None when that robot never got the address or its five minutes are over."""
        loan = self._loans.get(code)
        return loan if loan and loan.robot == robot and loan.expires_at > now else None

    def _ended(self, now: datetime) -> Iterator[str]:
        return (code for code, loan in self._loans.items() if loan.expires_at <= now)


def new_aes_key() -> str:
    """A key for one file: base64 of 32 bytes, sometimes written without its last sign, as platforms do."""
    key = base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    return key.rstrip("=") if secrets.randbelow(2) else key


def content_type_of(data: bytes) -> str:
    for signature, content_type in SIGNATURES:
        if data.startswith(signature):
            return content_type
    return "video/mp4" if data[4:8] == b"ftyp" else "application/octet-stream"
