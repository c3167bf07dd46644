"""A new case comes as a card: what stands on it, and what its buttons do, over the robot's own connection."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import DISPATCHER
from bot.simulator.photos import phone_photo
from handlers.messages import IncomingMessage, MessageKind
from storage.models.cases import CaseStatus, EventKind
from storage.models.outbox import Channel
from tests.conversations.conftest import HE, LI, QIANG, WANG, ZHAO, Town, read, running_town
from tests.conversations.on_a_line import all_events, audited, cards, last_card, town_on_a_line

SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"
LIGHT = "枫桥苑8号楼2单元楼道灯不亮了，电话13900001234"
GAS = "枫桥苑3号楼2单元有很浓的煤气味"
GROUND_LOCK = "明园小区3号楼前面有人装了地锁，把公共车位占了"
GROUPS = ("第一网格工作群:wangfang", "第二网格工作群:zhaolei", "晨光社区工作群:liqiang")


@pytest.fixture
async def town(database_url: str, tmp_path: Path, now: datetime) -> AsyncIterator[Town]:
    async with town_on_a_line(database_url, tmp_path, now, groups=GROUPS) as built:
        yield built


@pytest.fixture
async def small_town(sqlite_url: str, tmp_path: Path, now: datetime) -> AsyncIterator[Town]:
    async with town_on_a_line(sqlite_url, tmp_path, now, groups=GROUPS) as built:
        yield built


def buttons(card: dict[str, Any]) -> list[str]:
    return [each["text"] for each in card.get("button_list", [])]


def lines(card: dict[str, Any]) -> dict[str, str]:
    return {each["keyname"]: each["value"] for each in card["horizontal_content_list"]}


def options(card: dict[str, Any]) -> dict[str, str]:
    return {each["text"]: each["id"] for each in card["button_selection"]["option_list"]}


async def tap(town: Town, person: str, message: dict[str, Any], key: str, **options: list[str]) -> None:
    await town.simulator.tap(person, message["id"], key, options=options)


async def test_a_new_case_is_a_card_with_all_that_matters(town: Town) -> None:
    await town.simulator.send_photo(LI)
    await town.say(LI, LIGHT)
    await town.say(HE, "枫桥苑8号楼2单元楼道的灯坏了，晚上看不见")

    first, second = (each["card"] for each in await cards(town, town.workers_chat))

    assert first["main_title"]["title"] == "诉求 0001 · 物业·照明"
    assert "13900001234" not in str(first)
    assert "楼道灯不亮了" in first["sub_title_text"]
    assert lines(first)["地点"] == "枫桥苑8号楼2单元"
    assert lines(first)["照片"] == "1 张"
    assert lines(first)["负责"] == "王芳"
    assert "登记人数" not in lines(first)
    assert buttons(first) == ["接单", "转交", "需要议事"]
    units = ["枫桥物业", "综合执法中队", "自来水公司", "供热公司", "派出所"]
    assert list(options(first)) == ["请选择", *units, "社区"]
    assert second["main_title"]["desc"] == "又有人反映"
    assert lines(second)["登记人数"] == "2 人"


async def test_claiming_by_button_replaces_the_card_for_everybody(town: Town) -> None:
    await town.say(LI, SEWER)
    card = await last_card(town, town.workers_chat)

    await tap(town, WANG, card, "claim")

    [case] = await town.cases()
    assert case.status is CaseStatus.CLAIMED
    after = await last_card(town, town.workers_chat)
    assert "已由王芳接单 10:00" in str(after["card"])
    assert not {"接单", "转交", "需要议事"} & set(buttons(after["card"]))
    assert "button_selection" not in after["card"]
    assert "王芳接单" in (await town.resident_reads(LI))[-1]
    assert len(await town.simulator.chat(town.workers_chat)) == 3  # 帮助, its answer, and the card


async def test_a_second_tap_and_a_colleagues_tap_are_refused_and_recorded(town: Town) -> None:
    await town.say(LI, SEWER)
    card = await last_card(town, town.workers_chat)
    await tap(town, WANG, card, "claim")

    await tap(town, WANG, card, "claim")
    await tap(town, QIANG, card, "claim")

    texts = await town.texts(town.workers_chat)
    assert "王芳：诉求 2026-0001 您已经接了" in texts[-2]
    assert "李强：诉求 2026-0001 已由王芳接单" in texts[-1]
    assert "已由王芳接单" in str((await last_card(town, town.workers_chat))["card"])
    refused = await audited(town, "card_refused")
    assert [each.data["why"] for each in refused if each.data] == ["AlreadyYours", "AlreadyClaimed"]
    assert len(await all_events(town, EventKind.CLAIMED)) == 1


async def test_a_tap_without_rights_is_refused_by_name_and_on_record(
    sqlite_url: str, tmp_path: Path, now: datetime
) -> None:
    people = read("organization.toml")
    past = {"name": "王芳", "from": "2026-01-01", "until": "2026-01-31"}  # still in the group, no deputy now
    people["communities"][0]["grids"][1]["deputies"] = [past]
    async with town_on_a_line(sqlite_url, tmp_path, now, groups=GROUPS, people=people) as town:
        await town.say(HE, GROUND_LOCK)
        chat = town.groups["第二网格工作群"]

        await tap(town, WANG, await last_card(town, chat), "claim")

        [case] = await town.cases()
        assert case.status is CaseStatus.REGISTERED
        assert "王芳：诉求 2026-0001 属于第二网格" in (await town.texts(chat))[-1]
        assert "接单" in buttons((await last_card(town, chat))["card"])
        [entry] = await audited(town, "card_refused")
        assert entry.case_id == case.id
        assert entry.data is not None
        assert (entry.data["key"], entry.data["why"]) == ("claim", "NotYourGrid")


async def test_a_card_that_is_none_of_ours_or_of_another_community_is_refused(small_town: Town) -> None:
    town = small_town
    await town.say(LI, SEWER)
    await town.settle()

    for key, task_id in enumerate(("case-1-999-1", "case-77-1-1", "poll-1", "case-1-1-1")):
        stranger = "sunli" if task_id == "case-1-1-1" else WANG
        payload = {"task_id": task_id, "event_key": "claim", "selected": {}}
        tapped = IncomingMessage(
            Channel.WECOM_ROBOT, "main", f"tap-{key}", stranger, MessageKind.CARD, payload=payload
        )
        await town.app[DISPATCHER].receive(tapped)

    assert [case.status for case in await town.cases()] == [CaseStatus.REGISTERED]
    refused = await audited(town, "card_refused")
    assert [(each.case_id, (each.data or {})["why"]) for each in refused] == [(None, "CardOutdated")] * 4


async def test_handing_on_needs_a_choice_and_then_the_unit_has_the_sheet(town: Town) -> None:
    await town.say(LI, SEWER)
    card = await last_card(town, town.workers_chat)

    await tap(town, WANG, card, "hand_on")
    assert "请先在“转交给”里选一个" in (await town.texts(town.workers_chat))[-1]

    chosen = options(card["card"])["枫桥物业"]
    await tap(town, WANG, await last_card(town, town.workers_chat), "hand_on", to=[chosen])

    [case] = await town.cases()
    assert case.status is CaseStatus.DISPATCHED
    assert "已交办枫桥物业" in str((await last_card(town, town.workers_chat))["card"])
    assert "交办单" in "".join(await town.texts(town.groups["物业工作群"]))


async def test_a_colleague_chosen_has_the_case_and_the_desk_gets_what_nobody_takes(small_town: Town) -> None:
    town = small_town
    await town.say(HE, GROUND_LOCK)
    chat = town.groups["第二网格工作群"]
    card = await last_card(town, chat)

    await tap(town, ZHAO, card, "hand_on", to=[options(card["card"])["王芳"]])

    [case] = await town.cases()
    assert case.status is CaseStatus.CLAIMED
    assert any("已转给王芳" in str(each["card"]) for each in await cards(town, chat))

    await town.say(LI, SEWER)
    card = await last_card(town, town.workers_chat)
    await tap(town, WANG, card, "hand_on", to=["desk"])
    assert "被退还" in (await last_card(town, town.groups["晨光社区工作群"]))["card"]["main_title"]["desc"]


async def test_a_wish_for_a_meeting_reaches_the_desk_once_a_day(town: Town) -> None:
    await town.say(LI, SEWER)
    desk = town.groups["晨光社区工作群"]

    await tap(town, WANG, await last_card(town, town.workers_chat), "consult")
    said = await town.say_in_group(WANG, "议 1")

    assert "今天已经提过" in said
    told = [text for text in await town.texts(desk) if "需要议事" in text]
    assert len(told) == 1
    assert "王芳认为诉求 2026-0001 需要议事" in told[0]
    assert "议 1 周五15:00 居委会会议室" in told[0]
    assert len(await all_events(town, EventKind.CONSULTATION_PROPOSED)) == 1
    assert buttons((await last_card(town, town.workers_chat))["card"]) == ["接单", "转交"]
    await town.move(timedelta(days=1))
    assert "已告诉社区工作人员" in await town.say_in_group(WANG, "议 1")


async def test_a_card_whose_case_moved_on_shows_where_it_stands(small_town: Town) -> None:
    town = small_town
    await town.say(LI, SEWER)
    card = await last_card(town, town.workers_chat)
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "办结 1 管道已疏通")

    await tap(town, WANG, card, "claim")

    assert "王芳：诉求 2026-0001 现在是“已办结”" in (await town.texts(town.workers_chat))[-1]
    assert "已办结" in str((await last_card(town, town.workers_chat))["card"])
    assert [each.data["why"] for each in await audited(town, "card_refused") if each.data] == [
        "MoveNotAllowed"
    ]


async def test_an_emergency_goes_both_ways_and_calls_everybody(small_town: Town) -> None:
    town = small_town
    await town.say(LI, GAS)

    await town.settle()
    messages = await town.simulator.chat(town.workers_chat)

    card = await last_card(town, town.workers_chat)
    assert card["card"]["main_title"]["title"].startswith("【紧急】诉求 0001")
    pushed = [each for each in messages if "@all" in str(each["data"])]
    assert len(pushed) == 1
    assert "接单 1" in pushed[0]["text"]
    assert (await cards(town, town.groups["晨光社区工作群"])) != []


async def test_the_number_is_taken_from_a_quoted_card(small_town: Town) -> None:
    town = small_town
    await town.say(LI, SEWER)
    await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了")
    second = await last_card(town, town.workers_chat)

    answer = await town.say_in_group(WANG, "接单", quote=second["id"])

    assert "已接单 2026-0002" in answer


async def test_photos_follow_into_the_workers_group(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.simulator.send_photo(LI, phone_photo())

    async def is_there() -> bool:
        return any(each.get("kind") == "image" for each in await town.simulator.chat(town.workers_chat))

    await town.eventually(is_there)


async def test_urging_and_reminders_bring_the_buttons_again(small_town: Town) -> None:
    town = small_town
    await town.say(LI, SEWER)
    await town.say(LI, "催")

    card = (await last_card(town, town.workers_chat))["card"]

    assert card["main_title"]["desc"] == "居民催办（第1次）"
    assert "接单" in buttons(card)


async def test_looking_at_a_case_that_nobody_has_shows_its_buttons(town: Town) -> None:
    await town.say(LI, LIGHT)
    await town.settle()

    outcome = await town.simulator.say(WANG, "查 1", chat=town.workers_chat)

    detail, card = outcome["replies"]
    assert "枫桥苑8号楼2单元" in detail["text"]
    assert buttons(card["data"]["card"]) == ["接单", "转交", "需要议事"]
    await tap(town, WANG, card, "claim")
    assert (await town.cases())[0].status is CaseStatus.CLAIMED
    again = await town.simulator.say(WANG, "查 1", chat=town.workers_chat)
    assert len(again["replies"]) == 1


async def test_a_robot_called_back_by_http_shows_them_as_well(
    sqlite_url: str, tmp_path: Path, now: datetime
) -> None:
    async with running_town(sqlite_url, tmp_path, now) as built:
        await built.say(LI, LIGHT)
        _, card = (await built.simulator.say(WANG, "查 1", chat=built.workers_chat))["replies"]

        await tap(built, WANG, card, "claim")
        await tap(built, QIANG, card, "claim")

        [case] = await built.cases()
        assert case.status is CaseStatus.CLAIMED
        shown = next(
            each for each in await built.simulator.chat(built.workers_chat) if each["id"] == card["id"]
        )
        assert buttons(shown["data"]["card"]) == ["已由王芳接单"]
