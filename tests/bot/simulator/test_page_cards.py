"""Cards on the workers' phone, in a real browser."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page, expect

from tests.bot.simulator.conftest import WORKERS, Stage
from tests.bot.simulator.socket_product import CARD, Connection, card, update
from tests.chromium import opened

EVIL = "<img src=x onerror=\"document.title='hacked'\">"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
async def page(stage: Stage, robot: Connection) -> AsyncIterator[Page]:
    robot.answers.append(card(sub_title_text=f"楼下下水道堵了，污水漫到路上。{EVIL}"))
    await stage.simulator.say("wangfang", "查 1", chat=WORKERS)
    async with opened(stage.url) as window:
        await window.get_by_test_id("workers-group-picker").select_option(label=WORKERS)
        await expect(card_on(window)).to_be_visible()
        yield window


def card_on(page: Page) -> Locator:
    return page.get_by_test_id("workers-messages").get_by_test_id("card")


async def test_a_card_shows_all_it_holds(page: Page) -> None:
    shown = card_on(page)

    for words in ("晨光社区", "新诉求 2026-0001", "环境卫生 · 下水道", "污水漫到路上", EVIL, "枫桥苑33号楼"):
        await expect(shown).to_contain_text(words)
    await expect(shown.locator("select option")).to_have_text(["枫桥物业", "自来水公司"])
    await expect(shown.get_by_role("button")).to_have_text(["接单", "转交"])
    assert await shown.locator("img").count() == 0


async def test_a_tap_waits_and_then_shows_what_became_of_it(
    stage: Stage, robot: Connection, page: Page
) -> None:
    shown = card_on(page)
    await shown.locator("select").select_option("water")

    await shown.get_by_role("button", name="转交").click()
    frame = (await robot.next(), await robot.next())[1]

    await expect(shown.locator("[aria-busy]")).to_have_text("转交")
    await expect(shown.get_by_role("button", name="接单")).to_be_disabled()
    selected = frame["body"]["event"]["template_card_event"]["selected_items"]["selected_item"]
    assert selected[0]["option_ids"]["option_id"] == ["water"]
    assert await robot.do(*update("已转自来水公司"), req_id=frame["headers"]["req_id"]) == 0
    await expect(shown).to_contain_text("已转自来水公司")
    await expect(shown.get_by_role("button")).to_have_count(0)


async def test_each_phone_shows_what_its_owner_sees(stage: Stage, robot: Connection, page: Page) -> None:
    who = page.get_by_test_id("workers-speaker-picker")
    robot.answers.append(update("您无权接单", userids=["liqiang"]))
    await who.select_option("liqiang")

    await card_on(page).get_by_role("button", name="接单").click()

    await expect(card_on(page)).to_contain_text("您无权接单")
    await who.select_option("wangfang")
    await expect(card_on(page)).to_contain_text("新诉求 2026-0001")
    await expect(card_on(page).get_by_role("button")).to_have_count(2)


async def test_a_tap_that_came_to_nothing_says_so_and_can_be_repeated(
    stage: Stage, robot: Connection, page: Page
) -> None:
    shown = card_on(page)
    stage.platform.postman.answer_timeout = 0.05
    await shown.locator("select").select_option("water")

    await shown.get_by_role("button", name="接单").click()

    await expect(shown).to_contain_text("没有回应，请稍后再点。")
    await expect(shown.get_by_role("button", name="接单")).to_be_enabled()
    await expect(shown.locator("select")).to_have_value("water")
    await robot.socket.close()
    await stage.simulator.wait_for_robot("main", connected=False)
    await shown.get_by_role("button", name="接单").click()
    await expect(shown).to_contain_text("没有送到，请稍后再点。")


async def test_a_card_without_buttons_has_nothing_to_choose(
    stage: Stage, robot: Connection, page: Page
) -> None:
    changed = {**CARD, "button_list": [], "sub_title_text": "王芳已接单"}
    body = {"response_type": "update_template_card", "template_card": changed}
    robot.answers.append(("aibot_respond_update_msg", body))

    await asyncio.gather(robot.answered(2), card_on(page).get_by_role("button", name="接单").click())

    await expect(card_on(page)).to_contain_text("王芳已接单")
    await expect(card_on(page).locator("select")).to_be_disabled()
