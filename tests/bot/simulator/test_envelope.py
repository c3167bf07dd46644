"""The envelope agrees with wechatpy where that is right and is stricter where that is lax."""

import base64

import pytest
from wechatpy.crypto import WeChatCrypto
from wechatpy.crypto.base import WeChatCipher

from bot.simulator.envelope import Envelope, EnvelopeError, sign

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ENVELOPE = Envelope("token", KEY, "wx1")


@pytest.mark.parametrize("text", ["", "回音", "<xml>]]></xml>", "a" * 12, "长" * 30_000])
def test_what_is_sealed_can_be_opened_by_both(text: str) -> None:
    sealed, signature = ENVELOPE.seal(text, timestamp="1", nonce="2")

    assert ENVELOPE.open(sealed, signature=signature, timestamp="1", nonce="2") == text
    theirs = WeChatCrypto("token", KEY, "wx1")
    assert theirs.decrypt_message({"Encrypt": sealed}, signature, "1", "2") == text


def sealed_bytes(plain: bytes) -> tuple[str, str]:
    cipher = WeChatCipher(base64.b64decode(KEY + "="))
    sealed = base64.b64encode(cipher.encrypt(plain)).decode()
    return sealed, sign("token", "1", "2", sealed)


def framed(message: bytes, *, length: int | None = None, tail: bytes = b"wx1") -> bytes:
    size = len(message) if length is None else length
    plain = b"r" * 16 + size.to_bytes(4, "big") + message + tail
    padding = 32 - len(plain) % 32
    return plain + bytes([padding]) * padding


BAD = {
    "padding": framed(b"hello")[:-1] + b"\x00",
    "uneven padding": framed(b"hello")[:-2] + b"\x01\x04",
    "length": framed(b"hello", length=500),
    "receive id": framed(b"hello", tail=b"wx2"),
    "UTF-8": framed(b"\xff\xfe"),
    "blocks": framed(b"hello") + b"\x10" * 16,
}


@pytest.mark.parametrize("plain", BAD.values(), ids=BAD.keys())
def test_a_spoiled_envelope_is_refused(plain: bytes) -> None:
    sealed, signature = sealed_bytes(plain)

    with pytest.raises(EnvelopeError):
        ENVELOPE.open(sealed, signature=signature, timestamp="1", nonce="2")


@pytest.mark.parametrize("sealed", ["", "???", "äöü", "AAAA"])
def test_what_is_no_ciphertext_is_refused(sealed: str) -> None:
    with pytest.raises(EnvelopeError):
        ENVELOPE.open(sealed, signature=sign("token", "1", "2", sealed), timestamp="1", nonce="2")


def test_a_wrong_signature_is_refused() -> None:
    sealed, signature = ENVELOPE.seal("x", timestamp="1", nonce="2")

    for wrong in (signature[:-1] + "g", "", "ä"):
        with pytest.raises(EnvelopeError):
            ENVELOPE.open(sealed, signature=wrong, timestamp="1", nonce="2")


def test_a_robots_file_is_padded_to_32_bytes() -> None:
    data = Envelope("token", KEY, "").encrypt_file(b"x" * 64)

    plain = WeChatCipher(base64.b64decode(KEY + "=")).decrypt(data)
    assert plain == b"x" * 64 + bytes([32]) * 32
