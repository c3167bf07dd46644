"""The signed and encrypted envelope of WeChat callbacks: wechatpy's crypto with its holes closed.

Closed here (WECHAT 5.6): comparison in constant time, padding and length checks, a timestamp window, the
previous AES key during a change, and random bytes that nobody can foretell.
"""

import base64
import binascii
import hmac
import re
import secrets
import struct
from dataclasses import dataclass

from pydantic import SecretStr
from wechatpy.crypto import PrpCrypto
from wechatpy.utils import WeChatSigner

WINDOW = 300  # seconds a timestamp may be away from now
BLOCK = 32  # PKCS#7 block of the platform, bytes
HEAD = 20  # 16 random bytes and the length, bytes

_EPOCH_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class Forged(Exception):
    """Not signed with our token, too old, or meant for somebody else: answered with 403."""


class Unreadable(Exception):
    """Authentic, but it cannot be decrypted or parsed: answered with `success` and counted."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A decrypted text, and which of our keys opened it: the answer is sealed with the same."""

    text: str
    key_index: int


def clear_keys(*keys: SecretStr | None) -> tuple[str, ...]:
    """Those of the keys that are configured, in clear."""
    return tuple(key.get_secret_value() for key in keys if key is not None)


class _Crypto(PrpCrypto):  # type: ignore[misc]  # wechatpy has no types
    """The first block hides equal messages under the fixed IV: it must be unpredictable."""

    def get_random_string(self) -> bytes:
        return secrets.token_bytes(16)


class Envelope:
    """One account's token and keys; `receive_id` is the app id, the corp id, or empty for robots."""

    def __init__(self, token: str, aes_keys: tuple[str, ...], receive_id: str) -> None:
        self._token = token
        self._receive_id = receive_id.encode()
        self._cryptos = [_Crypto(base64.b64decode(key + "=")) for key in aes_keys if key]

    def check(self, signature: str, timestamp: str, nonce: str, *signed: str, now: float) -> None:
        """The request is signed with our token and fresh (`now` in epoch seconds), or `Forged`."""
        try:
            is_ours = hmac.compare_digest(self._sign(timestamp, nonce, *signed).encode(), signature.encode())
        except UnicodeEncodeError as error:  # half a character, which JSON can carry, is in no signature
            raise Forged("characters") from error
        if not is_ours:
            raise Forged("signature")
        if not _EPOCH_SECONDS.fullmatch(timestamp) or abs(int(timestamp) - now) > WINDOW:
            raise Forged("timestamp")

    def open(self, encrypted: str) -> Opened:
        """The text inside; tries the present key, then the previous one."""
        if not self._cryptos:
            raise Unreadable("no AES key is configured")
        for index, crypto in enumerate(self._cryptos):
            try:
                return Opened(self._unpack(crypto.cipher.decrypt(base64.b64decode(encrypted))), index)
            except Unreadable as error:
                reason = error
            except (ValueError, binascii.Error) as error:
                reason = Unreadable(str(error))
        raise reason

    def seal(self, text: str, *, timestamp: str, nonce: str, key_index: int) -> tuple[str, str]:
        """The encrypted text and its signature."""
        crypto = self._cryptos[key_index]
        encrypted = crypto.encrypt(text, self._receive_id.decode()).decode()
        return encrypted, self._sign(timestamp, nonce, encrypted)

    def _sign(self, *parts: str) -> str:
        signer = WeChatSigner()
        signer.add_data(self._token, *parts)
        return str(signer.signature)

    def _unpack(self, plain: bytes) -> str:
        padding = plain[-1] if plain else 0
        if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding:
            raise Unreadable("padding")
        content = plain[:-padding]
        if len(content) < HEAD:
            raise Unreadable("too short")
        (length,) = struct.unpack(">I", content[16:HEAD])
        if HEAD + length > len(content):
            raise Unreadable("length")
        if not hmac.compare_digest(content[HEAD + length :], self._receive_id):
            raise Forged("receive id")
        return content[HEAD : HEAD + length].decode("utf-8")
