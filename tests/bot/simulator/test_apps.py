"""The WeCom app: what a worker says to it one to one, what the door gets, what the phone shows."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.client import SimulatorError
from bot.simulator.photos import sample_photo
from tests.bot.simulator.app_door import AppDoor, plain_reply, seal, signed, text_reply, unseal
from tests.bot.simulator.conftest import Stage

WANG, CHAT = "wangfang", "app:main:wangfang"
VECTORS = Path(__file__).parents[2] / "data" / "wechat-vectors.json"
SEALED = [v for v in json.loads(VECTORS.read_text("utf-8"))["vectors"] if "encrypt" in v]


@pytest.mark.parametrize("vector", SEALED, ids=lambda v: v["id"])
def test_the_door_keeps_to_the_published_scheme(vector: dict[str, Any]) -> None:
    parts = (vector["token"], vector["timestamp"], vector["nonce"], vector["encrypt"])
    key, receiver = vector["encoding_aes_key"], vector["receive_id"]

    assert signed(*parts) == vector["msg_signature"]
    assert unseal(vector["encrypt"], key, receiver) == vector["plaintext"]
    random16 = vector["random16"].encode()
    assert seal(vector["plaintext"], key, receiver, random16=random16) == vector["encrypt"]


async def test_what_a_worker_says_is_answered_at_once(stage: Stage, door: AppDoor) -> None:
    door.answers.append(door.reply(text_reply("收到，共 3 件。")))

    outcome = await stage.simulator.say(WANG, "我的任务", chat="app:main")

    (seen,) = door.seen
    assert (seen.envelope["ToUserName"], seen.envelope["AgentID"]) == ("wwsamplecorp0001", "1000002")
    message = seen.message
    assert (message["ToUserName"], message["FromUserName"]) == ("wwsamplecorp0001", WANG)
    assert (message["MsgType"], message["Content"], message["AgentID"]) == ("text", "我的任务", "1000002")
    assert message["MsgId"].isdigit()
    assert (outcome["outcome"], outcome["answer"]) == ("answered", "收到，共 3 件。")
    shown = [(m["sender"], m["text"]) for m in await stage.simulator.chat(CHAT)]
    assert shown == [(WANG, "我的任务"), ("app:main", "收到，共 3 件。")]


PHOTO = sample_photo()
SAID: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "location": (
        {"location": {"lat": 30.1, "lng": 120.5, "label": "枫桥苑3号楼"}},
        {"Location_X": "30.1", "Location_Y": "120.5", "Label": "枫桥苑3号楼", "AppType": "wxwork"},
    ),
    "link": (
        {"link": {"url": "http://x.example", "title": "公告"}},
        {"Title": "公告", "Url": "http://x.example"},
    ),
    "other": ({"other": {"type": "sticker", "fields": {"A": "b"}}}, {"A": "b"}),
}


@pytest.mark.parametrize(("said", "fields"), SAID.values(), ids=SAID.keys())
async def test_what_else_can_be_sent(
    stage: Stage, door: AppDoor, said: dict[str, Any], fields: dict[str, str]
) -> None:
    outcome = await stage.simulator.say(WANG, chat="app:main", **said)

    assert outcome["outcome"] == "silent"
    assert fields.items() <= door.seen[0].message.items()


@pytest.mark.parametrize(
    ("kind", "data", "extra"),
    [
        ("image", PHOTO, {"PicUrl"}),
        ("voice", b"#!AMR1", {"Format"}),
        ("video", b"\0\0\0\x18ftypmp42", {"ThumbMediaId"}),
    ],
)
async def test_what_was_sent_is_fetched_with_the_corporations_token(
    stage: Stage, door: AppDoor, kind: str, data: bytes, extra: set[str]
) -> None:
    await stage.simulator.say(WANG, chat="app:main", **{kind: data})  # type: ignore[arg-type] # by name of kind

    message = door.seen[0].message
    assert extra <= message.keys()
    query = {"access_token": await stage.app_token(), "media_id": message["MediaId"]}
    async with stage.session.get(f"{stage.url}/cgi-bin/media/get", params=query) as response:
        assert await response.read() == data
    foreign = {**query, "access_token": await stage.account_token()}
    assert (await stage.get("/cgi-bin/media/get", **foreign))["errcode"] == 40001


async def test_a_picture_address_can_be_opened(stage: Stage, door: AppDoor) -> None:
    await stage.simulator.send_photo(WANG, PHOTO, chat="app:main")

    async with stage.session.get(door.seen[0].message["PicUrl"]) as response:
        assert await response.read() == PHOTO


@pytest.mark.parametrize(
    "said", [{"file": b"%PDF"}, {"text": "看", "image": PHOTO}, {"image": [PHOTO, PHOTO]}]
)
async def test_what_an_app_cannot_be_sent(stage: Stage, door: AppDoor, said: dict[str, Any]) -> None:
    with pytest.raises(SimulatorError, match="应用里"):
        await stage.simulator.say(WANG, chat="app:main", **said)

    assert (door.seen, await stage.simulator.chat(CHAT)) == ([], [])


async def test_nobody_speaks_in_anothers_chat(stage: Stage, door: AppDoor) -> None:
    with pytest.raises(SimulatorError, match="不在"):
        await stage.simulator.say("zhaolei", "在吗", chat=CHAT)


async def test_an_app_without_a_callback_hears_nothing(stage: Stage, door: AppDoor) -> None:
    stage.use_app(token="", aes_key="")

    outcome = await stage.simulator.say(WANG, "在吗", chat="app:main")

    assert (outcome["outcome"], door.seen) == ("unheard", [])
    with pytest.raises(SimulatorError, match="没有配置"):
        await stage.simulator.enter_agent(WANG)


async def test_silence_is_asked_three_times(stage: Stage, door: AppDoor) -> None:
    stage.platform.postman.answer_timeout = 0.02
    door.answers.extend([None, None, None])

    outcome = await stage.simulator.say(WANG, "在吗", chat="app:main")

    assert (outcome["outcome"], len(outcome["attempts"])) == ("failed", 3)
    assert len({seen.message["MsgId"] for seen in door.seen}) == 1
    assert len({seen.query["nonce"] for seen in door.seen}) == 3
    ledger = await stage.simulator.ledgers(path="/wecom/app/main")
    assert [entry["outcome"] for entry in ledger["callbacks"]] == ["failed"]


async def test_the_same_message_comes_again_and_is_shown_once(stage: Stage, door: AppDoor) -> None:
    door.answers.extend([door.reply(text_reply("好"))] * 2)
    said = await stage.simulator.say(WANG, "在吗", chat="app:main")

    again = await stage.simulator.redeliver(said["message"]["id"])

    assert (again["outcome"], again["replies"]) == ("answered", [])
    assert door.seen[0].message == door.seen[1].message
    assert len(await stage.simulator.chat(CHAT)) == 2


async def test_callbacks_can_be_doubled_and_stamped_wrongly(stage: Stage, door: AppDoor) -> None:
    await stage.simulator.fault("duplicate", "/wecom/app/main", count=1)
    await stage.simulator.fault("skew", "/wecom/app/main", seconds=-3600, count=1)

    await stage.simulator.say(WANG, "在吗", chat="app:main")

    early, late = sorted(int(seen.query["timestamp"]) for seen in door.seen)
    assert late - early >= 3599


async def test_opening_the_chat_is_an_event(stage: Stage, door: AppDoor) -> None:
    await stage.simulator.enter_agent(WANG)
    await stage.simulator.event(WANG, "LOCATION", chat="app:main", fields={"Latitude": 30.1})

    entered, located = (seen.message for seen in door.seen)
    assert (entered["MsgType"], entered["Event"], entered["FromUserName"]) == ("event", "enter_agent", WANG)
    assert "MsgId" not in entered
    assert (located["Event"], located["Latitude"]) == ("LOCATION", "30.1")


async def test_the_callback_address_is_verified(stage: Stage, door: AppDoor) -> None:
    assert await stage.simulator.verify(app="main") is True
    door.app = stage.use_app(callback=door.app.callback.replace("main", "other"))
    assert await stage.simulator.verify(app="main") is False


async def test_an_unknown_app_is_named(stage: Stage) -> None:
    with pytest.raises(SimulatorError, match="没有叫“other”的应用"):
        await stage.simulator.say(WANG, "在吗", chat="app:other")
    with pytest.raises(SimulatorError, match="没有叫“other”的应用"):
        await stage.simulator.verify(app="other")


ITEM = "<Articles><item><Title>t</Title></item></Articles>"
NEWS = f"<MsgType>news</MsgType><ArticleCount>1</ArticleCount>{ITEM}"


async def test_news_are_shown(stage: Stage, door: AppDoor) -> None:
    door.answers.append(door.reply(NEWS))

    outcome = await stage.simulator.say(WANG, "公告", chat="app:main")

    assert [(r["kind"], r["text"]) for r in outcome["replies"]] == [("news", "t")]


def spoiled(door: AppDoor) -> dict[str, Any]:
    def xml(rest: str, **head: str) -> Any:
        return lambda m: door.sealed(plain_reply({**m, **head}, rest))

    good = text_reply("好")
    return {
        "plain": lambda m: plain_reply(m, good),
        "JSON": '{"text":"好"}',
        "status": 500,
        "forged": lambda m: door.sealed(plain_reply(m, good), MsgSignature="0" * 40),
        "other corporation": lambda m: door.sealed(plain_reply(m, good), receive_id="wwother"),
        "garbage": lambda _: door.sealed("", Encrypt="AAAA"),
        "no time": lambda m: door.sealed(plain_reply(m, good), TimeStamp="now"),
        "no XML inside": lambda _: door.sealed("hello"),
        "other member": xml(good, FromUserName="zhaolei"),
        "from another": xml(good, ToUserName="wwother"),
        "empty": xml(text_reply(" ")),
        "too long": xml(text_reply("字" * 683)),
        "of no kind": xml("<MsgType>markdown</MsgType>"),
        "a card nobody tapped": xml("<MsgType>update_template_card</MsgType><TemplateCard/>"),
        "a button nobody tapped": xml("<MsgType>update_button</MsgType><Button/>"),
        "unknown media": xml("<MsgType>image</MsgType><Image><MediaId>m</MediaId></Image>"),
    }


@pytest.mark.parametrize("kind", spoiled(AppDoor(None)).keys())  # type: ignore[arg-type] # only for the names
async def test_a_malformed_answer_is_a_failure(stage: Stage, door: AppDoor, kind: str) -> None:
    door.answers.append(spoiled(door)[kind])

    outcome = await stage.simulator.say(WANG, "在吗", chat="app:main")

    assert outcome["outcome"] == "failed"
    assert outcome["reason"]
    assert [m["sender"] for m in await stage.simulator.chat(CHAT)] == [WANG]
