"""The far end of the wire: what a platform signs, seals and reads, by wechatpy's own crypto."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from wechatpy.crypto import WeChatCrypto

NONCE = "1372623149"


def sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def xml_fields(xml: str) -> dict[str, str]:
    return {child.tag: child.text or "" for child in ElementTree.fromstring(xml)}  # noqa: S314 - our own


@dataclass(frozen=True)
class Wire:
    """One account or robot as its platform knows it."""

    token: str
    key: str
    receiver: str

    def plain_query(self, now: int, **more: str) -> dict[str, str]:
        """The query of a plain callback, and of an account's verification."""
        signature = sha1(self.token, str(now), NONCE)
        return {"signature": signature, "timestamp": str(now), "nonce": NONCE, **more}

    def seal(self, text: str, now: int) -> tuple[str, dict[str, str]]:
        """The encrypted text and the query that signs it."""
        fields = xml_fields(self._crypto().encrypt_message(text, NONCE, str(now)))
        query = {"msg_signature": fields["MsgSignature"], "timestamp": str(now), "nonce": NONCE}
        return fields["Encrypt"], query

    def safe(self, xml: str, now: int, *, beside: str = "") -> tuple[dict[str, str], bytes]:
        """Query and body of an account's callback in safe mode, or with fields beside in compatible mode."""
        encrypted, query = self.seal(xml, now)
        body = f"<xml>{beside}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        return self.plain_query(now, encrypt_type="aes") | query, body.encode()

    def robot(self, text: str, now: int, *, name: str = "encrypt") -> tuple[dict[str, str], bytes]:
        """Query and body of a robot's callback."""
        encrypted, query = self.seal(text, now)
        return query, json.dumps({name: encrypted}).encode()

    def app(self, xml: str, now: int) -> tuple[dict[str, str], bytes]:
        """Query and body of a WeCom app's callback."""
        encrypted, query = self.seal(xml, now)
        head = f"<ToUserName><![CDATA[{self.receiver}]]></ToUserName><AgentID>1000002</AgentID>"
        return query, f"<xml>{head}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()

    def clear_xml(self, answer: str) -> str:
        """The XML of an account's or app's sealed answer."""
        outer = xml_fields(answer)
        return self._open(outer["Encrypt"], outer["MsgSignature"], outer["TimeStamp"])

    def read_xml(self, answer: str) -> dict[str, str]:
        """The fields of an account's or app's sealed answer."""
        return xml_fields(self.clear_xml(answer))

    def read_json(self, answer: str) -> dict[str, Any]:
        """The JSON of a robot's sealed answer."""
        outer = json.loads(answer)
        assert set(outer) == {"encrypt", "msgsignature", "timestamp", "nonce"}
        read: dict[str, Any] = json.loads(
            self._open(outer["encrypt"], outer["msgsignature"], str(outer["timestamp"]))
        )
        return read

    def _open(self, encrypted: str, signature: str, timestamp: str) -> str:
        opened = self._crypto().decrypt_message({"Encrypt": encrypted}, signature, timestamp, NONCE)
        return str(opened)

    def _crypto(self) -> WeChatCrypto:
        return WeChatCrypto(self.token, self.key, self.receiver)
