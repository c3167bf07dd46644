"""A meeting's invitations over HTTP: answers by word and button, opinions, reminders, the door."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage import invitations
from storage import meetings as meeting_rows
from storage.models.meetings import InvitationAnswer, Meeting, MeetingStatus
from tests.conversations.conftest import FENGQIAO_RESIDENTS, HE, LI, QIANG, WANG, Town, running_town
from tests.conversations.on_a_line import audited, last_card, town_on_a_line

ZHANG = "zhangwei"  # a neighbour of 枫桥苑
WU = "wuguilan"
ZHOU = "zhou"  # of the property company
DESK, PROPERTY = "晨光社区工作群", "物业工作群"
SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"
CALL = "议 1 周五15:00 居委会会议室"  # this afternoon
A = InvitationAnswer


@pytest.fixture
async def town(database_url: str, tmp_path: Path, now: datetime) -> AsyncIterator[Town]:
    async with running_town(database_url, tmp_path, now) as built:
        yield built


async def staff(town: Town, text: str) -> str:
    return await town.say(QIANG, text, chat=town.groups[DESK])


async def called(town: Town) -> Meeting:
    """A sewer is blocked, a meeting is called for it, and everybody has their invitation."""
    await town.say(LI, SEWER)
    await staff(town, CALL)
    await town.settle()
    [meeting] = await town.database.read(lambda db: [meeting_rows.meeting_by_id(db, 1)])
    assert meeting.status is MeetingStatus.INVITED
    return meeting


async def answer_of(town: Town, meeting: Meeting) -> list[tuple[str, InvitationAnswer, int]]:
    rows = await town.database.read(invitations.invitations_of, meeting.id)
    return [(each.party.value, each.answer, each.people) for each in rows if each.answer is not A.OPEN]


async def to_the_hour_before(town: Town, meeting: Meeting) -> None:
    assert meeting.starts_at is not None
    await town.move(meeting.starts_at - timedelta(minutes=30) - town.clock.now())


async def public_texts(town: Town) -> list[str]:
    """What the residents' group is to read, once its owner confirms it."""
    await town.settle()
    return [task["text"] for task in await town.simulator.tasks()]


async def test_from_the_invitation_to_the_door(town: Town) -> None:
    meeting = await called(town)
    number = meeting.number
    invitation = (await town.resident_reads(LI))[-1]
    assert f"参加 议事会{number}" in invitation
    assert "@回音" not in invitation
    assert any(f"参加 议事会{number}" in each for each in await public_texts(town))

    assert "已登记您参加" in await town.say(LI, "参加 2人")
    await town.say(ZHANG, "我住枫桥苑33-5-203")
    assert "已登记您参加" in await town.say(ZHANG, "参加")
    group = await town.say(ZHOU, f"请假 议事会{number} 抢修", chat=town.groups[PROPERTY])
    assert "周经理：议事会1 已给您请假" in group
    assert "意见收到了" in await town.say(LI, f"意见 议事会{number}：先修主管道")
    listed = await staff(town, f"报名 议事会{number}")
    assert "参加3人，请假1，未答复1" in listed
    assert "枫桥物业（物业）：抢修" in listed
    assert "先修主管道" in await staff(town, f"意见 议事会{number}")
    opinion_elsewhere = await town.say(QIANG, f"意见 议事会{number}", chat=town.groups[PROPERTY])
    assert "先修主管道" not in opinion_elsewhere

    await to_the_hour_before(town, meeting)
    await town.settle()
    await town.eventually(lambda: reads(town, LI, "提醒：议事会1"))
    code = code_in(await staff(town, f"开始议事会{number}"))
    assert "签到码不对" in await town.say(LI, f"签到 {other(code)}")
    assert "签到成功" in await town.say(LI, f"签到 {code}")
    assert "已经签过到了" in await town.say(LI, f"签到 {code}")
    assert "枫桥物业" in await town.say(ZHOU, f"签到 {code}", chat=town.groups[PROPERTY])
    assert "记为来宾：王大妈" in await staff(town, f"代签到 议事会{number} 王大妈")
    attendance = await staff(town, f"到会 议事会{number}")
    assert "反映人：到1/1" in attendance
    assert "物业：到1/1（枫桥物业）" in attendance


async def reads(town: Town, person: str, words: str) -> bool:
    return any(words in each for each in await town.resident_reads(person))


def code_in(text: str) -> str:
    return text.split("签到 ")[1][:4]


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10_000:04d}"


async def test_a_neighbour_signs_up_and_others_are_referred(town: Town) -> None:
    meeting = await called(town)
    await town.say(WU, "我住枫桥苑33-5-202")
    await town.say(HE, "我住明园小区3-2-101")

    assert "已登记您参加议事会1（3人）" in await town.say(WU, "参加 议事会1 3人")
    assert "邀请名单里没有您" in await town.say(HE, "参加 议事会1")
    assert "没有找到议事会9" in await town.say(WU, "参加 议事会9")
    counts = await town.say(WU, "报名情况 议事会1")

    assert "参加3人" in counts
    assert await answer_of(town, meeting) == [("resident", A.COMING, 3)]


async def test_ordinary_sentences_stay_what_they_are(town: Town) -> None:
    for person, text in (
        (LI, "参加广场舞的人半夜还在放音响，枫桥苑3号楼"),
        (LI, "意见：枫桥苑8号楼2单元楼道灯不亮了"),
        (WU, "签到"),
        (WU, "报名"),
    ):
        answer = await town.say(person, text)
        assert "议事会1" not in answer

    assert "签到" not in await town.say(WANG, "签到 62", chat=town.workers_chat)


async def test_the_same_word_twice_and_a_changed_mind(town: Town) -> None:
    meeting = await called(town)

    await town.say(LI, "参加")
    await town.say(LI, "参加")
    assert await answer_of(town, meeting) == [("reporter", A.COMING, 1)]
    assert "已给您请假" in await town.say(LI, "来不了，孩子发烧")
    assert "已经请过假了" in await town.say(LI, "请假")

    assert await answer_of(town, meeting) == [("reporter", A.DECLINED, 1)]


async def test_residents_groups_read_no_name_and_no_door(town: Town) -> None:
    await called(town)
    await staff(town, "议事会1改到下周六10:00")
    await staff(town, "取消议事会1 5单元201的李秀英生病了")

    told = await public_texts(town)

    assert len(told) == 3
    for text in told:
        assert not any(each in text for each in ("李秀英", "5单元", "201", "周经理", "139"))
    assert FENGQIAO_RESIDENTS in {
        chat["chat"] for task in await town.simulator.tasks() for chat in task["chats"]
    }


# ------------------------------------------------------------------ buttons


@pytest.fixture
async def town_with_buttons(database_url: str, tmp_path: Path, now: datetime) -> AsyncIterator[Town]:
    groups = ("第一网格工作群:wangfang", "物业工作群:zhou", "晨光社区工作群:liqiang")
    async with town_on_a_line(database_url, tmp_path, now, groups=groups) as built:
        yield built


async def tap(town: Town, person: str, card: dict[str, Any], key: str) -> None:
    await town.simulator.tap(person, card["id"], key)


def lines(card: dict[str, Any]) -> dict[str, str]:
    return {each["keyname"]: each["value"] for each in card["card"]["horizontal_content_list"]}


async def test_a_unit_answers_by_button_and_the_card_shows_it(town_with_buttons: Town) -> None:
    town = town_with_buttons
    meeting = await called(town)
    chat = town.groups[PROPERTY]
    card = await last_card(town, chat)
    assert [each["text"] for each in card["card"]["button_list"]] == ["参加", "请假"]

    await tap(town, ZHOU, card, "join_meeting")

    after = await last_card(town, chat)
    assert lines(after)["答复"] == "参加 1人（周经理）"
    assert await answer_of(town, meeting) == [("property", A.COMING, 1)]
    await tap(town, ZHOU, after, "decline_meeting")
    assert lines(await last_card(town, chat))["答复"] == "请假（周经理）"
    assert "意见 议事会1" in (await town.texts(chat))[-1]
    assert await answer_of(town, meeting) == [("property", A.DECLINED, 1)]


async def test_a_tap_that_comes_too_late_is_refused_and_the_card_has_no_buttons(
    town_with_buttons: Town,
) -> None:
    town = town_with_buttons
    await called(town)
    chat = town.workers_chat
    card = await last_card(town, chat)
    await staff(town, "取消议事会1 来的人太少")

    await tap(town, WANG, card, "join_meeting")

    assert "王芳：议事会1已经取消" in (await town.texts(chat))[-1]
    after = (await last_card(town, chat))["card"]
    assert [each["text"] for each in after["button_list"]] == ["已取消"]
    assert [each.data["why"] for each in await audited(town, "card_refused") if each.data] == ["MeetingIsOff"]


async def test_who_answers_in_their_own_words_is_understood(town: Town) -> None:
    await called(town)

    assert "（2人）" in await town.say(LI, "我和老伴都去")
    both = await town.say(LI, "又去不了了，不过我觉得应该物业出钱")
    assert "已给您请假" in both
    assert "意见收到了" in both
    assert "有话要带到会上" not in both
    assert "应该物业出钱" in await staff(town, "意见 议事会1")
    assert "已登记您参加" in await town.say(LI, "我还是参加吧")
    assert "已给您请假" in await town.say(ZHOU, "请假 开会", chat=town.groups[PROPERTY])


async def test_an_answer_to_nothing_opens_nothing(town: Town) -> None:
    for words in ("参加", "参加 2人", "请假"):
        assert "现在没有等您回复的议事会" in await town.say(LI, words)
    assert "现在没有可以签到的议事会" in await town.say(LI, "签到")
    for words in ("不同意", "选A", "同意"):
        assert "没有找到等您这样回答的事" in await town.say(LI, words)
    assert "现在没有等您答复的费用分摊" in await town.say(LI, "同意分摊")
    assert await town.cases() == []


async def test_the_code_alone_checks_in(town: Town) -> None:
    meeting = await called(town)
    await to_the_hour_before(town, meeting)
    code = (await staff(town, "开始议事会1")).split("签到码：")[1][:4]

    assert "请写上现场公布的四位签到码" in await town.say(LI, "签到")
    assert "签到" in await town.say(LI, code)
    assert "反映人：到1/1" in await staff(town, "到会 议事会1")
