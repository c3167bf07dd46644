"""Template cards: what the platform takes, who sees what, and what a tap sends."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.cards import NOTICES, BadCard, choices_of, keys_of, read_card
from bot.simulator.client import SimulatorError
from bot.simulator.robot_answers import BadRobotAnswer, read_reply
from tests.bot.simulator.conftest import WORKERS, Stage
from tests.bot.simulator.socket_product import CARD, Connection, Frame, card, update

NOTICE: Frame = {"card_type": "text_notice", "main_title": {"title": "今日未办 3 件"}}
WEB = {"type": 1, "url": "https://huiyin.example/cases"}
VOTE: Frame = {
    "card_type": "vote_interaction",
    "main_title": {"title": "何时开会"},
    "checkbox": {
        "question_key": "day",
        "mode": 1,
        "option_list": [{"id": f"{n}", "text": f"{n} 日"} for n in range(20)],
    },
    "submit_button": {"text": "提交", "key": "submit"},
    "task_id": "vote-1",
}


def buttons(count: int, key: str = "k") -> list[Frame]:
    return [{"text": f"{n}", "key": f"{key}{n}"} for n in range(count)]


def options(count: int) -> Frame:
    return {"question_key": "q", "option_list": [{"id": f"{n}", "text": f"{n}"} for n in range(count)]}


GOOD: dict[str, Frame] = {
    "full": CARD,
    "six of everything": {
        **CARD,
        "button_list": buttons(6),
        "horizontal_content_list": [{"keyname": "名", "value": "值"}] * 6,
        "button_selection": options(10),
        "task_id": "a" * 128,
    },
    "longest key": {**CARD, "button_list": [{"text": "好", "key": "键" * 341}]},
    "signs of a task_id": {**CARD, "task_id": "0aA_-@"},
    "only a sub title": {**NOTICE, "main_title": {}, "sub_title_text": "今日未办 3 件"},
    "a vote": VOTE,
}
BAD: dict[str, Frame] = {
    "no type": {**CARD, "card_type": ""},
    "another type": {**CARD, "card_type": "poster"},
    "no title": {**CARD, "main_title": {}, "sub_title_text": " "},
    "no buttons": {**CARD, "button_list": []},
    "seven buttons": {**CARD, "button_list": buttons(7)},
    "a button without key": {**CARD, "button_list": [{"text": "接单"}]},
    "a button without text": {**CARD, "button_list": [{"text": "", "key": "claim"}]},
    "two buttons of one key": {
        **CARD,
        "button_list": [{"text": "接", "key": "a"}, {"text": "转", "key": "a"}],
    },
    "a key too long": {**CARD, "button_list": [{"text": "好", "key": "键" * 342}]},
    "seven lines": {**CARD, "horizontal_content_list": [{"keyname": "名", "value": "值"}] * 7},
    "a line without name": {**CARD, "horizontal_content_list": [{"value": "值"}]},
    "a number as value": {**CARD, "horizontal_content_list": [{"keyname": "名", "value": 3}]},
    "a link to nowhere": {**CARD, "horizontal_content_list": [{"keyname": "名", "type": 1}]},
    "eleven options": {**CARD, "button_selection": options(11)},
    "no options": {**CARD, "button_selection": options(0)},
    "no question key": {**CARD, "button_selection": {"option_list": [{"id": "1", "text": "1"}]}},
    "an option twice": {
        **CARD,
        "button_selection": {"question_key": "q", "option_list": [{"id": "1", "text": "1"}] * 2},
    },
    "no task_id": {**CARD, "task_id": ""},
    "a task_id in Chinese": {**CARD, "task_id": "诉求1"},
    "a task_id too long": {**CARD, "task_id": "a" * 129},
    "a number as task_id": {**CARD, "task_id": 1},
    "a notice's bad task_id": {**NOTICE, "task_id": "a b"},
    "nothing to submit with": {**VOTE, "submit_button": None},
    "no list": {**CARD, "button_list": {"text": "接单", "key": "claim"}},
}


@pytest.mark.parametrize("value", GOOD.values(), ids=GOOD.keys())
def test_a_card_within_the_limits_is_taken(value: Frame) -> None:
    assert read_card(value) == value


@pytest.mark.parametrize("value", BAD.values(), ids=BAD.keys())
def test_a_card_beyond_the_limits_is_refused(value: Frame) -> None:
    with pytest.raises(BadCard):
        read_card(value)


def test_a_webhook_takes_notices_that_lead_somewhere_only() -> None:
    webhook: dict[str, Any] = {"kinds": NOTICES, "needs_action": True}

    assert read_card({**NOTICE, "card_action": WEB}, **webhook)
    for refused in (NOTICE, {**NOTICE, "card_action": {"type": 1}}, {**CARD, "card_action": WEB}):
        with pytest.raises(BadCard):
            read_card(refused, **webhook)


def test_an_updated_card_may_have_no_buttons() -> None:
    assert keys_of(read_card({**CARD, "button_list": []}, is_update=True)) == set()


def test_what_is_not_chosen_stands_at_its_preset() -> None:
    preset = {**CARD, "button_selection": {**CARD["button_selection"], "selected_id": "water"}}

    assert choices_of(CARD, {}) == {"unit": ["property"]}
    assert choices_of(preset, {}) == {"unit": ["water"]}
    assert choices_of(preset, {"unit": ["property"]}) == {"unit": ["property"]}
    assert choices_of(VOTE, {}) == {"day": []}
    assert choices_of(VOTE, {"day": ["1", "3"]}) == {"day": ["1", "3"]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [*CARD, "card_action", "checkbox", "select_list", "submit_button", "jump_list"]


@given(st.sampled_from([CARD, NOTICE, VOTE]), st.sampled_from(FIELDS), JSON)
def test_whatever_stands_in_a_card_it_is_taken_or_refused(base: Frame, name: str, value: Any) -> None:
    changed = {**base, name: value}
    answer = {"response_type": "update_template_card", "template_card": changed, "userids": value}

    try:
        choices_of(read_card(changed), {})
        read_reply(answer, occasion="template_card_event")
    except (BadCard, BadRobotAnswer):
        pass


# ------------------------------------------------------------------ taps


async def shown_card(stage: Stage, robot: Connection) -> int:
    """The number of the bubble with a card in the workers' group."""
    robot.answers.append(card())
    said = await stage.simulator.say("wangfang", "查 1", chat=WORKERS)
    robot.seen.clear()
    return int(said["replies"][0]["id"])


async def test_a_tap_sends_its_key_and_what_was_chosen(stage: Stage, robot: Connection) -> None:
    message = await shown_card(stage, robot)
    robot.answers.append(update())

    tapped = await stage.simulator.tap("wangfang", message, "dispatch", options={"unit": ["water"]})

    (frame,) = robot.seen
    assert (frame["cmd"], frame["body"]["from"]) == ("aibot_event_callback", {"userid": "wangfang"})
    assert frame["body"]["event"] == {
        "eventtype": "template_card_event",
        "template_card_event": {
            "card_type": "button_interaction",
            "event_key": "dispatch",
            "task_id": "case-1",
            "selected_items": {
                "selected_item": [{"question_key": "unit", "option_ids": {"option_id": ["water"]}}]
            },
        },
    }
    assert frame["body"]["chatid"] == next(
        g.chat_id for g in stage.platform.world.groups if g.name == WORKERS
    )
    assert (tapped["outcome"], robot.acks) == ("answered", [0, 0])
    last = (await stage.simulator.chat(WORKERS))[-1]
    assert (last["id"], last["text"], last["data"]["card"]["button_list"]) == (message, "王芳已接单", [])


async def test_an_update_can_be_for_some_only(stage: Stage, robot: Connection) -> None:
    message = await shown_card(stage, robot)
    robot.answers.append(update("您无权接单", userids=["liqiang"]))

    await stage.simulator.tap("liqiang", message, "claim")

    data = (await stage.simulator.chat(WORKERS))[-1]["data"]
    assert data["card"]["main_title"]["title"] == "新诉求 2026-0001"
    assert {p: c["main_title"]["title"] for p, c in data["cards_for"].items()} == {"liqiang": "您无权接单"}
    robot.answers.append(update())
    await stage.simulator.tap("wangfang", message, "claim")
    data = (await stage.simulator.chat(WORKERS))[-1]["data"]
    assert (data["card"]["main_title"]["title"], "cards_for" in data) == ("王芳已接单", False)


async def test_a_card_can_be_tapped_twice_and_by_anybody_there(stage: Stage, robot: Connection) -> None:
    message = await shown_card(stage, robot)
    robot.answers.extend([update()] * 3)

    await asyncio.gather(
        *(stage.simulator.tap(who, message, "claim") for who in ("wangfang", "wangfang", "liqiang"))
    )

    assert sorted(f["body"]["from"]["userid"] for f in robot.seen) == ["liqiang", "wangfang", "wangfang"]
    assert len({f["body"]["msgid"] for f in robot.seen}) == 3
    # A slow screen may still show a button that is gone.
    robot.answers.append(update("已由王芳接单"))
    assert (await stage.simulator.tap("chenjing", message, "claim"))["outcome"] == "answered"


@pytest.mark.parametrize(
    ("who", "key", "chosen", "refusal"),
    [
        ("wangfang", "fly", {}, "没有 key"),
        ("wangfang", "claim", {"unit": ["moon"]}, "没有这个选项"),
        ("wangfang", "claim", {"colour": ["red"]}, "没有这个选项"),
        ("zhaolei", "claim", {}, "看不到这条消息"),
    ],
)
async def test_nobody_can_tap_what_is_not_on_their_screen(
    stage: Stage, robot: Connection, *, who: str, key: str, chosen: dict[str, list[str]], refusal: str
) -> None:
    message = await shown_card(stage, robot)

    with pytest.raises(SimulatorError, match=refusal):
        await stage.simulator.tap(who, message, key, options=chosen)

    assert robot.seen == []


async def test_what_is_no_card_cannot_be_tapped(stage: Stage, robot: Connection) -> None:
    said = await stage.simulator.say("wangfang", "吃饭了吗", chat=WORKERS, mention=False)

    with pytest.raises(SimulatorError, match="不是机器人的卡片"):
        await stage.simulator.tap("wangfang", said["message"]["id"], "claim")


async def test_an_update_that_comes_late_or_for_another_card_changes_nothing(
    stage: Stage, robot: Connection
) -> None:
    message = await shown_card(stage, robot)
    robot.answers.append(update(task_id="case-2"))
    stage.platform.postman.answer_timeout = 0.1
    wrong = await stage.simulator.tap("wangfang", message, "claim")
    late = await stage.simulator.tap("wangfang", message, "claim")

    code = await robot.do(*update(), req_id=robot.seen[1]["headers"]["req_id"])

    assert (wrong["outcome"], robot.acks[-1], late["outcome"], code) == ("failed", 40058, "silent", 846608)
    assert (await stage.simulator.chat(WORKERS))[-1]["text"] == "新诉求 2026-0001"


async def test_a_card_is_updated_once_per_tap(stage: Stage, robot: Connection) -> None:
    message = await shown_card(stage, robot)
    robot.answers.append(lambda _: [update(), update("又一次")])

    await stage.simulator.tap("wangfang", message, "claim")
    await robot.answered(3)

    assert robot.acks == [0, 0, 846605]


async def test_a_tap_on_a_robot_that_is_not_connected_is_lost(stage: Stage, robot: Connection) -> None:
    message = await shown_card(stage, robot)
    await robot.socket.close()
    await stage.simulator.wait_for_robot("main", connected=False)

    tapped = await stage.simulator.tap("wangfang", message, "claim")

    assert (tapped["outcome"], tapped["reason"]) == ("failed", "the robot is not connected")


# ------------------------------------------------------------------ the same over HTTP


async def test_over_http_a_task_id_is_used_once_and_updates_can_be_for_some(stage: Stage) -> None:
    product = stage.product
    product.answers.extend([product.robot_reply(card()[1])] * 2)
    said = await stage.simulator.say("wangfang", "查 1", chat=WORKERS)
    again = await stage.simulator.say("wangfang", "查 1", chat=WORKERS)
    product.answers.append(product.robot_reply(update("您无权接单", userids=["liqiang"])[1]))

    tapped = await stage.simulator.tap("liqiang", said["replies"][0]["id"], "claim")

    assert (again["outcome"], "used before" in again["reason"]) == ("failed", True)
    assert list(tapped["replies"][0]["data"]["cards_for"]) == ["liqiang"]
    product.answers.append(product.robot_reply(update(task_id="case-2")[1]))
    wrong = await stage.simulator.tap("wangfang", said["replies"][0]["id"], "claim")
    assert (wrong["outcome"], "task_id" in wrong["reason"]) == ("failed", True)
