"""Signatures and AES envelopes: the published vectors hold, and nothing else gets through."""

import base64
import contextlib
import hmac
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.crypto.base import WeChatCipher

from bot.channels.envelope import Envelope, Forged, Opened, Unreadable
from tests.wire import sha1

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "wechat-vectors.json").read_text("utf-8"))
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OLD_KEY = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
TOKEN, APP, NOW, NONCE = "token", "wx0123456789abcdef", "1700000000", "nonce"

Vector = dict[str, Any]


def raw(content: bytes, *, padding: bytes | None = None, key: str = KEY) -> str:
    """Any bytes under the platform's cipher; padded properly unless told otherwise."""
    missing = 32 - len(content) % 32
    padded = content + (bytes([missing]) * missing if padding is None else padding)
    return base64.b64encode(WeChatCipher(base64.b64decode(key + "=")).encrypt(padded)).decode()


def layout(message: bytes, *, receiver: bytes = APP.encode(), length: int | None = None) -> bytes:
    return b"r" * 16 + struct.pack(">I", len(message) if length is None else length) + message + receiver


def envelope_for(vector: Vector, **changes: str) -> Envelope:
    given = {**vector, **changes}
    keys = (given["encoding_aes_key"],) if "encoding_aes_key" in given else ()
    return Envelope(given["token"], keys, given.get("receive_id", ""))


def check(envelope: Envelope, vector: Vector, **changes: str) -> None:
    given = {**vector, **changes}
    is_plain = given["kind"] in ("oa_url_verify", "plain_signature")
    signature = given["signature"] if is_plain else given["msg_signature"]
    signed = () if is_plain else (given["encrypt"],)
    envelope.check(signature, given["timestamp"], given["nonce"], *signed, now=float(given["timestamp"]))


def having(claim: str) -> list[Any]:
    return [pytest.param(each, id=each["id"]) for each in VECTORS["vectors"] if claim in each["checked"]]


def sealed_with_random(vector: Vector) -> str:
    """The vector's text sealed by us, with the vector's sixteen bytes in place of random ones."""
    envelope = envelope_for(vector)
    [crypto] = envelope._cryptos
    setattr(crypto, "get_random_string", lambda: vector["random16"])  # noqa: B010 - only here it is known
    return envelope.seal(vector["plaintext"], timestamp="1", nonce="1", key_index=0)[0]


# ------------------------------------------------------------------ published vectors


@pytest.fixture
def envelope() -> Envelope:
    return Envelope(TOKEN, (KEY,), APP)


def test_every_claim_of_the_vectors_is_tested_here() -> None:
    claims = {claim for vector in VECTORS["vectors"] for claim in vector["checked"]}

    assert claims == {"signature", "msg_signature", "decrypt", "encrypt_reproduces"}


@pytest.mark.parametrize("vector", having("signature") + having("msg_signature"))
def test_a_published_signature_is_accepted_in_its_time_only(vector: Vector) -> None:
    envelope, moment = envelope_for(vector), vector["timestamp"]

    check(envelope, vector)

    for changes in ({"timestamp": str(int(moment) + 1)}, {"nonce": vector["nonce"] + "0"}, {"token": "no"}):
        with pytest.raises(Forged):
            check(envelope_for(vector, **changes), vector, **changes)


@pytest.mark.parametrize("vector", having("decrypt"))
def test_a_published_ciphertext_opens_to_its_text(vector: Vector) -> None:
    assert envelope_for(vector).open(vector["encrypt"]) == Opened(vector["plaintext"], 0)


@pytest.mark.parametrize("vector", having("encrypt_reproduces"))
def test_sealing_reproduces_the_published_ciphertext(vector: Vector) -> None:
    assert sealed_with_random(vector) == vector["encrypt"]


@pytest.mark.parametrize("vector", VECTORS["derived"], ids=lambda vector: vector["id"])
def test_an_empty_receive_id_is_kept_too(vector: Vector) -> None:
    vector = {**vector, "kind": "aes_inbound"}

    check(envelope_for(vector), vector)

    assert envelope_for(vector).open(vector["encrypt"]).text == vector["plaintext"]
    assert sealed_with_random(vector) == vector["encrypt"]
    with pytest.raises(Forged):
        envelope_for(vector, receive_id="wx1").open(vector["encrypt"])


@pytest.mark.parametrize("negative", VECTORS["negative"], ids=lambda negative: negative["id"])
def test_the_published_counterexamples_are_refused(negative: Vector) -> None:
    found = [
        each for each in VECTORS["vectors"] if each["id"] == negative["base"]
    ]  # one names a base left out
    base = found[0] if found else next(v for v in VECTORS["vectors"] if v["kind"] == "wecom_url_verify")
    changes = negative["change"]
    envelope = envelope_for(base, **changes)

    def receive() -> None:
        check(envelope, base, **changes)
        envelope.open(base["encrypt"])

    with pytest.raises(Forged):
        receive()


# ------------------------------------------------------------------ signature and time


@pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
def test_five_minutes_either_way_are_fresh(envelope: Envelope, seconds: int) -> None:
    envelope.check(sha1(TOKEN, NOW, NONCE), NOW, NONCE, now=int(NOW) + seconds)


@pytest.mark.parametrize("seconds", [-86400, -301, 301, 86400])
def test_older_and_later_is_refused(envelope: Envelope, seconds: int) -> None:
    with pytest.raises(Forged, match="timestamp"):
        envelope.check(sha1(TOKEN, NOW, NONCE), NOW, NONCE, now=int(NOW) + seconds)


@pytest.mark.parametrize(
    "timestamp",
    ["", " ", "-1", "1e9", "0x10", "1700000000.0", "１７００００００００", "+1700000000", "9" * 13,
     "9" * 5000, "0" * 3 + NOW, NOW + "\n", "nan"],
)  # fmt: skip
def test_a_timestamp_that_is_no_plain_number_is_refused_though_signed(
    envelope: Envelope, timestamp: str
) -> None:
    with pytest.raises(Forged, match="timestamp"):
        envelope.check(sha1(TOKEN, timestamp, NONCE), timestamp, NONCE, now=int(NOW))


@pytest.mark.parametrize("signature", ["", "x", "é" * 40, "\ud800", sha1(TOKEN, NOW, "other")])
def test_a_wrong_signature_is_refused_whatever_it_is_made_of(envelope: Envelope, signature: str) -> None:
    with pytest.raises(Forged):
        envelope.check(signature, NOW, NONCE, now=int(NOW))


@pytest.mark.parametrize("position", [0, 1, 2])
def test_half_a_character_is_in_no_signature(envelope: Envelope, position: int) -> None:
    parts = [NOW, NONCE, "encrypted"]
    parts[position] += "\udfff"

    with pytest.raises(Forged):
        envelope.check("0" * 40, *parts, now=int(NOW))


def test_upper_case_is_another_signature(envelope: Envelope) -> None:
    with pytest.raises(Forged):
        envelope.check(sha1(TOKEN, NOW, NONCE).upper(), NOW, NONCE, now=int(NOW))


def test_signatures_are_compared_in_constant_time(
    envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(ours: bytes, given: bytes) -> bool:  # patched: the time itself cannot be tested reliably
        compared.append((ours, given))
        return ours == given

    monkeypatch.setattr(hmac, "compare_digest", compare)
    with pytest.raises(Forged):
        envelope.check("wrong", NOW, NONCE, now=int(NOW))

    assert compared == [(sha1(TOKEN, NOW, NONCE).encode(), b"wrong")]


# ------------------------------------------------------------------ what is inside


@pytest.mark.parametrize("length", [0, 1, 11, 12, 13, 31, 32, 33, 2048, 60_000])
def test_texts_of_every_length_to_the_block_open_again(envelope: Envelope, length: int) -> None:
    text = ("枫桥苑😀a" * length)[:length]
    encrypted, signature = envelope.seal(text, timestamp=NOW, nonce=NONCE, key_index=0)

    envelope.check(signature, NOW, NONCE, encrypted, now=int(NOW))

    assert envelope.open(encrypted).text == text
    assert len(base64.b64decode(encrypted)) % 32 == 0


def test_the_far_end_reads_what_we_seal(envelope: Envelope) -> None:
    encrypted, signature = envelope.seal("好的😀", timestamp=NOW, nonce=NONCE, key_index=0)

    far_end = WeChatCrypto(TOKEN, KEY, APP)

    assert far_end.decrypt_message({"Encrypt": encrypted}, signature, NOW, NONCE) == "好的😀"


def test_equal_texts_look_different_each_time(envelope: Envelope) -> None:
    sealed = {envelope.seal("同", timestamp=NOW, nonce=NONCE, key_index=0)[0] for _ in range(20)}

    assert len(sealed) == 20


@pytest.mark.parametrize(
    "padding",
    [b"", b"\x00", b"\x00" * 32, b"\x21" * 33, b"\x01\x02", b"\x02\x03\x03", b"\xff" * 8, b"\x20" * 31,
     b"\x0fx" + b"\x10" * 15],
    ids=repr,
)  # fmt: skip
def test_padding_that_is_not_the_platforms_is_unreadable(envelope: Envelope, padding: bytes) -> None:
    content = layout(b"<xml>")
    filler = b"r" * (-(len(content) + len(padding)) % 16)

    with pytest.raises(Unreadable):
        envelope.open(raw(filler + content, padding=padding))


@pytest.mark.parametrize("length", [6, 100, 2**31, 2**32 - 1])
def test_a_length_beyond_the_end_is_unreadable(envelope: Envelope, length: int) -> None:
    with pytest.raises(Unreadable, match="length"):
        envelope.open(raw(layout(b"12345", receiver=b"", length=length)))


@pytest.mark.parametrize("content", [b"", b"r" * 16, b"r" * 19])
def test_what_is_too_short_is_unreadable(envelope: Envelope, content: bytes) -> None:
    with pytest.raises(Unreadable, match="too short"):
        envelope.open(raw(content))


@pytest.mark.parametrize("receiver", ["", "wx", APP + "0", APP[:-1], APP.upper(), "wxffffffffffffffff"])
def test_a_text_for_somebody_else_is_forged(envelope: Envelope, receiver: str) -> None:
    with pytest.raises(Forged, match="receive id"):
        envelope.open(raw(layout(b"<xml/>", receiver=receiver.encode())))


def test_a_shorter_length_moves_text_into_the_receiver_and_is_forged(envelope: Envelope) -> None:
    with pytest.raises(Forged, match="receive id"):
        envelope.open(raw(layout(b"12345", length=4)))


def test_text_that_is_not_utf8_is_unreadable(envelope: Envelope) -> None:
    with pytest.raises(Unreadable):
        envelope.open(raw(layout("下水道".encode("gbk"))))


@pytest.mark.parametrize(
    "encrypted",
    ["", "=", "a", "abc", "####", "枫桥苑", "\ud800", "AAAA", "A" * 64, "A" * 43, "\x00", "AA==" * 9],
)
def test_what_is_no_ciphertext_is_unreadable(envelope: Envelope, encrypted: str) -> None:
    with pytest.raises(Unreadable):
        envelope.open(encrypted)


def test_without_a_key_nothing_encrypted_is_readable() -> None:
    envelope = Envelope(TOKEN, (), APP)

    with pytest.raises(Unreadable, match="no AES key"):
        envelope.open(raw(layout(b"<xml/>")))


# ------------------------------------------------------------------ a change of keys


def test_during_a_change_both_keys_open_and_the_answer_uses_the_one_that_did() -> None:
    envelope = Envelope(TOKEN, (KEY, OLD_KEY), APP)

    new, old = (envelope.open(raw(layout(b"hello"), key=key)) for key in (KEY, OLD_KEY))

    assert (new, old) == (Opened("hello", 0), Opened("hello", 1))
    encrypted, signature = envelope.seal("answer", timestamp=NOW, nonce=NONCE, key_index=old.key_index)
    far_end = WeChatCrypto(TOKEN, OLD_KEY, APP)
    assert far_end.decrypt_message({"Encrypt": encrypted}, signature, NOW, NONCE) == "answer"


def test_a_key_that_was_taken_out_opens_nothing() -> None:
    with pytest.raises(Unreadable):
        Envelope(TOKEN, (KEY,), APP).open(raw(layout(b"hello"), key=OLD_KEY))


def test_an_empty_previous_key_is_no_key() -> None:
    assert Envelope(TOKEN, (KEY, ""), APP).open(raw(layout(b"hello"))) == Opened("hello", 0)


# ------------------------------------------------------------------ anything at all

READABLE = st.text(st.characters(exclude_categories=["Cs"]))


@settings(max_examples=150, deadline=None)
@given(text=READABLE, key_index=st.sampled_from([0, 1]), receiver=st.text(st.characters(codec="ascii")))
def test_what_was_sealed_opens_to_the_same(text: str, key_index: int, receiver: str) -> None:
    envelope = Envelope(TOKEN, (KEY, OLD_KEY), receiver)

    encrypted, _ = envelope.seal(text, timestamp=NOW, nonce=NONCE, key_index=key_index)

    assert envelope.open(encrypted) == Opened(text, key_index)


@settings(max_examples=300, deadline=None)
@given(
    encrypted=st.one_of(
        st.text(max_size=200),
        st.binary(max_size=200).map(lambda data: base64.b64encode(data).decode()),
        st.binary(min_size=20, max_size=200).map(raw),
        st.integers(0, 12).flatmap(lambda n: st.binary(min_size=16 * n, max_size=16 * n)).map(
            lambda data: raw(data, padding=b"")
        ),
    )
)  # fmt: skip
def test_random_bytes_raise_nothing_but_forged_or_unreadable(encrypted: str) -> None:
    with contextlib.suppress(Forged, Unreadable):
        Envelope(TOKEN, (KEY, OLD_KEY), APP).open(encrypted)


@settings(max_examples=200, deadline=None)
@given(signature=st.text(), timestamp=st.text(), nonce=st.text(), encrypted=st.text())
def test_random_requests_are_forged(signature: str, timestamp: str, nonce: str, encrypted: str) -> None:
    with pytest.raises(Forged):
        Envelope(TOKEN, (KEY,), APP).check(signature, timestamp, nonce, encrypted, now=int(NOW))
