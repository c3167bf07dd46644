"""Residents' reports as the platform would post them: signed, encrypted, each with its own MsgId."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.channels.envelope import Envelope

ESTATES: Final = {"枫桥苑": 40, "明园小区": 12, "银杏里": 16, "翠湖家园": 22}  # of the sample: buildings
SENTENCES: Final = (
    "{place}下水道堵了，污水往外冒",
    "{place}没水了，什么时候来水",
    "{place}水压太低，洗澡水都上不来",
    "{place}水管漏水，楼道里都是水",
    "{place}楼上半夜装修吵死了",
    "{place}有人天天晚上放音响，睡不着觉",
    "{place}楼下跳广场舞太吵了",
    "{place}狗叫了一晚上，影响休息",
    "{place}门口消防通道被私家车占了",
    "{place}车位被别人占了，找谁管",
    "{place}门口乱停车，救护车都进不来",
    "{place}充电桩坏了好几天没人修",
    "{place}电梯坏了，老人上不了楼",
    "{place}楼道灯不亮，晚上看不见",
    "{place}垃圾没人清，臭得很",
    "{place}单元门禁坏了，谁都能进",
    "{place}楼道里堆满了杂物，走不过去",
    "{place}外墙瓷砖往下掉，很危险",
    "{place}路灯坏了，晚上一片黑",
    "{place}绿化带里的树枝挡住了窗户，请来修剪",
)
UNITS: Final = 6  # of a building
RESIDENTS: Final = 2000  # different openids
NUMBERED: Final = re.compile(r"编号 \d{4}-\d{4}")  # a case's number in an answer


@dataclass(frozen=True, slots=True)
class Account:
    """One Official Account as the platform knows it, and where its callbacks go."""

    host: str
    port: int
    name: str
    app_id: str
    token: str
    aes_key: str

    @property
    def envelope(self) -> Envelope:
        """What seals and opens this account's messages."""
        return Envelope(self.token, (self.aes_key,), self.app_id)


def report_text(number: int) -> str:
    """The sentence of one report, always the same for a number; a resident lives in one estate.

    Nobody says the same sentence twice, for that would join the case it opened.
    """
    cycle, within = divmod(number, RESIDENTS * len(SENTENCES))
    estate, buildings = tuple(ESTATES.items())[number % RESIDENTS % len(ESTATES)]
    spot = (random.Random(within).randrange(buildings * UNITS) + cycle) % (buildings * UNITS)
    place = f"{estate}{spot // UNITS + 1}号楼{spot % UNITS + 1}单元"
    return SENTENCES[(number + number // RESIDENTS) % len(SENTENCES)].format(place=place)


def requests_of(account: Account, numbers: Iterable[int], *, now: int) -> list[bytes]:
    """The HTTP requests of these reports, ready to be written to a socket; `now` in epoch seconds."""
    envelope = account.envelope
    return [_request(account, envelope, number, now=now) for number in numbers]


def _request(account: Account, envelope: Envelope, number: int, *, now: int) -> bytes:
    openid, timestamp, nonce = f"o-bench-{number % RESIDENTS:05d}", str(now), str(100_000 + number)
    xml = (
        f"<xml><ToUserName><![CDATA[gh_sample]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{report_text(number)}]]></Content><MsgId>{7_000_000_000 + number}</MsgId></xml>"
    )
    encrypted, signature = envelope.seal(xml, timestamp=timestamp, nonce=nonce, key_index=0)
    body = (
        f"<xml><ToUserName><![CDATA[gh_sample]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    ).encode()
    head = (
        f"POST /wechat/{account.name}?timestamp={timestamp}&nonce={nonce}&openid={openid}"
        f"&encrypt_type=aes&msg_signature={signature} HTTP/1.1\r\n"
        f"Host: {account.host}:{account.port}\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def has_number(answer: bytes, envelope: Envelope) -> bool:
    """Whether the body of an answer, decrypted, tells a case's number."""
    found = re.search(rb"<Encrypt><!\[CDATA\[(.+?)\]\]>", answer)
    return found is not None and NUMBERED.search(envelope.open(found[1].decode()).text) is not None
