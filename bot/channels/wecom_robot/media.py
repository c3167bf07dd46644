"""What workers sent to a robot: by a short-lived address, under a key (WECHAT 3.6, 3.7)."""

import asyncio
import base64
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import ClassVar

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.errors import BackOff, Refused
from bot.channels.verdicts import CONFIGURATION
from bot.channels.wecom_robot.file_places import split_key
from bot.media.download import Downloader
from storage.models.attachments import Attachment
from storage.models.outbox import Channel

logger = logging.getLogger(__name__)

GONE = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})  # how stores say: expired
BLOCK = 32  # PKCS#7 block of the platform, bytes
CIPHER_BLOCK = 16  # AES, bytes


class RobotMedia:
    """Files by their address; `attachment.account` is the robot's name in the configuration."""

    channel: ClassVar[Channel] = Channel.WECOM_ROBOT
    life: ClassVar[timedelta] = timedelta(minutes=5)  # of an address (WW/100719)

    def __init__(self, downloader: Downloader, aes_keys: Mapping[str, Sequence[str]]) -> None:
        """`aes_keys`: of each robot, the present EncodingAESKey first."""
        self._downloader = downloader
        self._keys = {
            robot: [base64.b64decode(f"{key}=") for key in keys if key] for robot, keys in aes_keys.items()
        }

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """The file in clear: under its own key where it came with one, else under the robot's."""
        try:
            url, own_key = split_key(attachment.media_id)
        except ValueError as error:
            raise Refused("文件的密钥不对") from error
        keys = [own_key] if own_key else self._keys.get(attachment.account)
        if not keys:
            logger.error("robot %s has no key to read files with", attachment.account)
            raise BackOff("配置里没有这个机器人的密钥", retry_after=CONFIGURATION)
        got = await self._downloader.get(url, limit=limit + BLOCK)
        if got.status in GONE:
            raise Refused("文件的地址已过期")
        return await asyncio.to_thread(decrypted, got.as_file(), keys)


def decrypted(content: bytes, keys: Sequence[bytes]) -> bytes:
    """The clear file under the first key that fits; Refused when none does."""
    for key in keys:
        clear = _opened(content, key)
        if clear is not None:
            return clear
    raise Refused("文件无法解密，请检查机器人的密钥")


def _opened(content: bytes, key: bytes) -> bytes | None:
    if not content or len(content) % CIPHER_BLOCK:
        return None
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:CIPHER_BLOCK])).decryptor()
    plain = decryptor.update(content) + decryptor.finalize()
    padding = plain[-1]
    if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding:
        return None
    return plain[:-padding]
