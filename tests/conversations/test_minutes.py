"""From the end of a meeting over its minutes, in chat and on the page, to who pays what; over HTTP."""

import asyncio
import html
import re
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection, select

from storage.models.decisions import Decision, decisions, evidence
from storage.models.meetings import Meeting, meetings
from tests.conversations.conftest import FENGQIAO_RESIDENTS, LI, QIANG, WANG, Town

DESK = "晨光社区工作群"
PROPERTY = "物业工作群"
ZHOU = "zhou"


def all_decisions(db: Connection) -> list[Decision]:
    return [Decision(*row) for row in db.execute(select(*decisions.c).order_by(decisions.c.id))]


def all_meetings(db: Connection) -> list[Meeting]:
    return [Meeting(*row) for row in db.execute(select(*meetings.c).order_by(meetings.c.id))]


async def desk(town: Town, text: str) -> str:
    return await town.say(QIANG, text, chat=town.groups[DESK])


async def held_meeting(town: Town) -> None:
    """李秀英 reports, staff call a meeting for this afternoon, and it is over."""
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒")
    await town.say_in_group(WANG, "接单 1")
    await desk(town, "议 1 今天15:00 居委会会议室")
    await town.move(timedelta(hours=7))
    await town.settle()


async def link(town: Town) -> str:
    said = await desk(town, "纪要 议事会1")
    found = re.search(r"http://\S+/desk/meetings/[0-9A-Za-z_-]+", said)
    assert found is not None, said
    return found[0]


async def opened(address: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status, html.unescape(await response.text())


async def sent(address: str, fields: dict[str, str]) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(address, data=fields) as response:
        return response.status, html.unescape(await response.text())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def option(page: str, label: str) -> str:
    found = re.search(rf'<option value="([^"]+)"[^>]*>{label}', page)
    assert found is not None
    return found[1]


# ------------------------------------------------------------------ in chat


async def test_minutes_in_chat_reach_owner_reporter_and_group(town: Town) -> None:
    await held_meeting(town)

    said = await desk(
        town, "纪要 议事会1 大家同意换管\n决议：枫桥物业 11月30日前 疏通主管道\n决议：下月初 巡查"
    )

    assert "议事会1的纪要已保存" in said
    assert "决议1 枫桥物业：疏通主管道，11月30日前" in said
    assert "决议2 没写谁负责" in said
    [mine] = [text for text in await town.texts(town.groups[PROPERTY]) if "请您办理" in text]
    assert "疏通主管道" in mine
    assert any("商定" in text and "疏通主管道" in text for text in await town.resident_reads(LI))
    await confirm_tasks(town)
    public = [text for text in await town.texts(FENGQIAO_RESIDENTS) if "议事会结果" in text]
    assert len(public) == 1
    assert "5单元" not in public[0]


async def test_minutes_without_the_word_are_kept_and_say_how_decisions_are_written(town: Town) -> None:
    await held_meeting(town)

    said = await desk(town, "纪要 议事会1 大家都同意\n枫桥物业说月底前疏通主管道")

    assert "没有读到决议" in said
    assert "@回音 决议 议事会1：枫桥物业" in said
    assert await town.database.read(all_decisions) == []


async def confirm_tasks(town: Town) -> None:
    """The group's owner taps."""
    await town.settle()
    for task in await town.simulator.tasks(waiting=True):
        await town.simulator.confirm(task["id"])
    await town.settle()


async def test_the_pages_link_is_shown_at_the_desk_and_never_in_a_units_group(town: Town) -> None:
    await held_meeting(town)

    assert "/desk/meetings/" in await desk(town, "纪要 议事会1")
    assert "/desk/meetings/" not in await town.say(QIANG, "纪要 议事会1", chat=town.groups[PROPERTY])
    assert "/desk/meetings/" not in await town.say_in_group(QIANG, "纪要 议事会1")


async def test_a_resident_reads_what_was_agreed(town: Town) -> None:
    await held_meeting(town)
    assert "还没有纪要" in await town.say(LI, "纪要 议事会1")
    await desk(town, "纪要 议事会1 大家同意换管\n决议：枫桥物业 11月30日前 疏通主管道")

    said = await town.say(LI, "纪要 议事会1")

    assert "大家同意换管" in said
    assert "疏通主管道" in said
    assert "没有找到" in await town.say(LI, "纪要 议事会9")


async def test_a_batch_is_answered_line_by_line(town: Town) -> None:
    await held_meeting(town)

    said = await desk(
        town,
        "登记 议事会1\n诉求 枫桥苑12号楼2单元楼道灯不亮\n议题 自行车棚建在哪\n"
        "决议 枫桥物业 11月30日前 换灯\n乱写",
    )

    lines = said.split("\n")
    assert "登记 4 行，成 3 行" in lines[0]
    assert "诉求 2026-0002（已登记）" in lines[1]
    assert "议题2" in lines[2]
    assert "决议1" in lines[3]
    assert "没写是什么" in lines[4]


async def test_a_unit_claims_on_the_spot(town: Town) -> None:
    await held_meeting(town)
    await desk(town, "决议 议事会1：疏通主管道")

    said = await town.say(ZHOU, "认领 决议1 11月30日前", chat=town.groups[PROPERTY])

    assert "由您认领" in said
    [decision] = await town.database.read(all_decisions)
    assert decision.unit_id is not None
    assert decision.due_at is not None


async def test_a_cost_is_shared_agreed_to_and_paid(town: Town) -> None:
    await held_meeting(town)
    await desk(town, "纪要 议事会1 同意\n决议：枫桥物业 11月30日前 疏通主管道")
    await town.say(LI, "我住枫桥苑33号楼5单元101")

    said = await desk(town, "分摊 决议1 1200元 枫桥苑33号楼5单元 101、102、201、202")

    assert "各300元" in said
    assert any("您家300元" in text for text in await town.resident_reads(LI))
    assert "同意分摊300元" in await town.say(LI, "同意分摊")
    assert "代签" in await desk(town, "代签分摊 决议1 102、201、202 同意")
    assert any("全部同意" in text for text in await town.texts(town.groups[DESK]))
    assert "还差 3 户" in await desk(town, "已收 决议1 101")
    assert "同意 4 户" in await desk(town, "分摊 决议1")
    assert "维修资金30000元" in await desk(town, "资金 决议1 维修资金 3万元")
    everything = await town.texts(FENGQIAO_RESIDENTS)
    assert not any("300元" in text for text in everything)


async def test_agreement_alone_is_to_the_share_when_nothing_else_is_asked(town: Town) -> None:
    await held_meeting(town)
    await desk(town, "纪要 议事会1 同意\n决议：枫桥物业 11月30日前 疏通主管道")
    await town.say(LI, "我住枫桥苑33号楼5单元101")
    await desk(town, "分摊 决议1 1200元 枫桥苑33号楼5单元 101、102、201、202")

    assert "您家不同意分摊" in await town.say(LI, "不同意，太贵了")
    assert "同意分摊300元" in await town.say(LI, "同意")


async def test_a_bare_agreement_of_who_is_asked_nothing_goes_its_usual_way(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了")

    said = await town.say(LI, "同意分摊")

    assert "分摊300" not in said


async def test_a_photo_sent_before_is_evidence(town: Town) -> None:
    await held_meeting(town)
    await desk(town, "纪要 议事会1 同意\n决议：枫桥物业 11月30日前 疏通主管道")
    await town.simulator.send_photo(ZHOU, chat=town.groups[PROPERTY])

    said = await town.say(ZHOU, "凭证 决议1 水质检测合格", chat=town.groups[PROPERTY])

    assert "凭证已收：说明、照片 1 张" in said

    def rows(db: Connection) -> list[Any]:
        return list(db.execute(select(evidence.c.words, evidence.c.attachment_id)))

    [(words, attachment_id)] = await town.database.read(rows)
    assert words == "水质检测合格"
    assert attachment_id is not None


async def test_a_joint_meeting_calls_itself(town: Town) -> None:
    said = await desk(town, "联席会 每月10日15:00 居委会会议室 枫桥物业、综合执法中队 标题物业联席会")
    assert "已设联席会1" in said
    assert "名单：枫桥物业、综合执法中队" in said

    await town.move(timedelta(days=14))

    async def is_called() -> bool:
        return len(await town.database.read(all_meetings)) == 1

    await town.eventually(is_called)
    [meeting] = await town.database.read(all_meetings)
    assert meeting.title == "物业联席会"
    assert "联席会1" in await desk(town, "联席会列表")
    assert "照开" in await desk(town, "取消联席会1")


# ------------------------------------------------------------------ on the page


async def test_the_page_shows_the_meeting_and_keeps_what_is_filled_in(town: Town) -> None:
    await held_meeting(town)
    address = await link(town)
    status, page = await opened(address)
    assert status == 200
    assert "议程" in page
    assert "33号楼" not in page.split("<form")[0].replace("枫桥苑33号楼", "")

    fields = {
        "version": hidden(page, "version"),
        "rows": "3",
        "words": "大家同意换管",
        "what_0": "疏通主管道",
        "owner_0": option(page, "枫桥物业"),
        "due_0": "2026-11-30",
    }
    status, page = await sent(address, fields)

    assert (status, "已保存" in page) == (200, True)
    [decision] = await town.database.read(all_decisions)
    assert decision.what == "疏通主管道"
    assert any("请您办理" in text for text in await town.texts(town.groups[PROPERTY]))


async def test_errors_keep_what_was_filled_in_and_more_rows_come_without_saving(town: Town) -> None:
    await held_meeting(town)
    address = await link(town)
    _, page = await opened(address)
    fields = {
        "version": hidden(page, "version"),
        "rows": "3",
        "words": "同意",
        "what_1": "换灯",
        "due_1": "2020-01-01",
    }

    status, page = await sent(address, fields)
    assert status == 400
    assert "第 2 条决议的期限已经过了" in page
    assert "换灯" in page

    status, page = await sent(address, fields | {"more": "1"})
    assert status == 200
    assert hidden(page, "rows") == "6"
    assert "换灯" in page
    assert await town.database.read(all_decisions) == []


async def test_a_double_submit_is_one_writing_and_two_people_lose_nothing(town: Town) -> None:
    await held_meeting(town)
    address = await link(town)
    _, page = await opened(address)
    fields = {
        "version": hidden(page, "version"),
        "rows": "3",
        "words": "大家同意换管",
        "what_0": "疏通主管道",
    }

    first, second = await asyncio.gather(sent(address, fields), sent(address, fields))
    assert (first[0], second[0]) == (200, 200)
    assert len(await town.database.read(all_decisions)) == 1

    status, page = await sent(address, fields | {"words": "另一个人写的", "what_1": "换井盖"})
    assert status == 409
    assert "刚才有人改过" in page
    assert "另一个人写的" in page
    assert "换井盖" in page
    assert "别人刚保存的纪要" in page
    again = {"version": hidden(page, "version"), "rows": "3", "words": "合在一起", "what_1": "换井盖"}
    status, _ = await sent(address, again)
    assert status == 200
    assert [each.what for each in await town.database.read(all_decisions)] == ["疏通主管道", "换井盖"]


async def test_an_unknown_link_is_404_and_that_of_a_cancelled_meeting_410(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了，污水往外冒")
    await town.say_in_group(WANG, "接单 1")
    await desk(town, "议 1 今天15:00 居委会会议室")
    [meeting] = await town.database.read(all_meetings)
    base = f"{town.tools.settings.server.public_url}/desk/meetings/"

    assert (await opened(base + "x" * 43))[0] == 404
    assert meeting.desk_token
    assert (await opened(base + meeting.desk_token))[0] == 200
    early = {"version": "0", "rows": "1", "words": "还没开就写"}
    status, page = await sent(base + meeting.desk_token, early)
    assert (status, "还没开" in page) == (400, True)
    await desk(town, "取消议事会1 物业来不了")
    assert (await opened(base + meeting.desk_token))[0] == 410
    assert (await sent(base + meeting.desk_token, early))[0] == 410


@pytest.mark.parametrize("body", [b"\xff\xfe=\xff", b"version=abc", b"", b"version=1&rows=99999999"])
async def test_a_broken_form_saves_nothing(town: Town, body: bytes) -> None:
    await held_meeting(town)
    address = await link(town)

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with aiohttp.ClientSession() as session, session.post(address, data=body, headers=headers) as got:
        assert got.status in (400, 409)
    assert await town.database.read(all_decisions) == []
