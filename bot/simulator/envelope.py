"""Signatures and the AES envelope, as the platform makes them and as strictly as it reads them."""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass

from wechatpy.crypto import PrpCrypto
from wechatpy.crypto.base import WeChatCipher
from wechatpy.utils import WeChatSigner

BLOCK = 32  # bytes; the padding is PKCS#7 to 32, not to AES's 16


class EnvelopeError(Exception):
    """A sealed answer that the platform does not accept; the message says why."""


def sign(*parts: str) -> str:
    """The sha1 of the sorted and joined parts."""
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


@dataclass(frozen=True)
class Envelope:
    """One callback's token and key. The receive id is the app id, or empty for a robot."""

    token: str
    aes_key: str
    receive_id: str

    def seal(self, text: str, *, timestamp: str, nonce: str) -> tuple[str, str]:
        """The ciphertext and its signature."""
        encrypted: bytes = PrpCrypto(self._key()).encrypt(text, self.receive_id)
        ciphertext = encrypted.decode("ascii")
        return ciphertext, sign(self.token, timestamp, nonce, ciphertext)

    def open(self, ciphertext: str, *, signature: str, timestamp: str, nonce: str) -> str:
        """The text inside; EnvelopeError for a wrong signature, padding, length or receive id."""
        expected = sign(self.token, timestamp, nonce, ciphertext)
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise EnvelopeError("the signature of the encrypted answer is wrong")
        plain = self._unpad(self.decrypt(ciphertext))
        if len(plain) < 20:
            raise EnvelopeError("the encrypted answer is too short")
        (length,) = struct.unpack(">I", plain[16:20])
        if length > len(plain) - 20:
            raise EnvelopeError("the encrypted answer's length field is wrong")
        if plain[20 + length :] != self.receive_id.encode():
            raise EnvelopeError("the encrypted answer carries another receive id")
        try:
            return plain[20 : 20 + length].decode("utf-8")
        except UnicodeDecodeError:
            raise EnvelopeError("the encrypted answer is not UTF-8") from None

    def decrypt(self, ciphertext: str) -> bytes:
        """The padded plain bytes."""
        try:
            data = base64.b64decode(ciphertext, validate=True)
        except (binascii.Error, ValueError):
            raise EnvelopeError("the encrypted answer is not base64") from None
        if not data or len(data) % BLOCK:
            raise EnvelopeError("the encrypted answer is not made of 32-byte blocks")
        return bytes(WeChatCipher(self._key()).decrypt(data))

    def encrypt_file(self, data: bytes) -> bytes:
        """A robot's media file as it is downloaded: no random head, no receive id."""
        padding = BLOCK - len(data) % BLOCK
        return bytes(WeChatCipher(self._key()).encrypt(data + bytes([padding]) * padding))

    def _unpad(self, plain: bytes) -> bytes:
        padding = plain[-1]
        if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding:
            raise EnvelopeError("the encrypted answer's padding is wrong")
        return plain[:-padding]

    def _key(self) -> bytes:
        return base64.b64decode(self.aes_key.rstrip("=") + "=")
