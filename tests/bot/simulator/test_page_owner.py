"""On the page: the worker's chat with the app, the owner's tasks, groups that come and go."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.bot.simulator.app_door import AppDoor, text_reply
from tests.bot.simulator.conftest import RESIDENTS, Stage
from tests.bot.simulator.test_app_sending import UPDATED, card_message, message, send
from tests.bot.simulator.test_group_tasks import call, made
from tests.chromium import opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
async def page(stage: Stage) -> AsyncIterator[Page]:
    async with opened(stage.url) as window:
        yield window


async def test_a_worker_talks_with_the_app(stage: Stage, door: AppDoor, page: Page) -> None:
    door.answers.append(door.reply(text_reply("共 3 件。")))
    picker, messages = page.get_by_test_id("workers-group-picker"), page.get_by_test_id("workers-messages")
    await picker.select_option(label="回音助手（应用）")
    await expect(page.locator("#phone-workers .title")).to_have_text("回音助手")
    await expect(page.locator("#phone-workers .chip")).to_be_hidden()

    await page.get_by_test_id("workers-input").fill("我的任务")
    await page.get_by_test_id("workers-send").click()

    await expect(messages.locator(".other .bubble")).to_have_text("共 3 件。")
    assert door.seen[0].message["Content"] == "我的任务"
    assert await messages.get_by_test_id("quote").count() == 0


async def test_a_card_of_the_app_is_tapped(stage: Stage, door: AppDoor, page: Page) -> None:
    door.answers.append(door.reply(UPDATED.format(more="")))
    await send(stage, card_message())
    picker, messages = page.get_by_test_id("workers-group-picker"), page.get_by_test_id("workers-messages")
    await picker.select_option(label="● 回音助手（应用）")
    await messages.get_by_test_id("card-selection").select_option(label="乙")

    await messages.get_by_role("button", name="接单").click()

    await expect(messages.get_by_test_id("card")).to_contain_text("已接单")
    assert door.seen[0].texts("SelectedItems/SelectedItem/OptionIds/OptionId") == ["b"]


async def test_what_the_app_says_to_another_marks_who_got_it(stage: Stage, page: Page) -> None:
    await page.get_by_test_id("workers-group-picker").select_option(label="回音助手（应用）")

    await send(stage, message(touser="zhaolei"))

    who = page.get_by_test_id("workers-speaker-picker")
    await expect(who.locator("option[data-unread]")).to_contain_text(["赵磊"])


async def test_an_owner_confirms_on_their_own_phone(stage: Stage, page: Page) -> None:
    tasks = [await made(stage, f"停水通知 {n}") for n in range(5)]
    await call(stage, "remind_groupmsg_send", msgid=tasks[0])
    phone = page.locator("#phone-workers")
    await expect(phone.get_by_test_id("owner-tasks")).to_contain_text("5 个群发等你确认")
    await expect(phone.get_by_test_id("owner-task")).to_have_count(3)
    await expect(phone.get_by_test_id("owner-task").first).to_contain_text(f"{RESIDENTS}，已提醒 1 次")

    await phone.get_by_test_id("confirm-owner-task").first.click()
    await expect(phone.get_by_test_id("owner-tasks")).to_contain_text("4 个")
    await call(stage, "cancel_groupmsg_send", msgid=tasks[1])
    await expect(phone.get_by_test_id("owner-tasks")).to_contain_text("3 个")
    await phone.get_by_test_id("confirm-all-tasks").click()

    await expect(phone.get_by_test_id("owner-task")).to_have_count(0)
    sent = [m["text"] for m in await stage.simulator.chat(RESIDENTS)]
    assert sent == [f"停水通知 {n}" for n in (0, 2, 3, 4)]


async def test_only_the_owner_is_asked(stage: Stage, page: Page) -> None:
    await made(stage)
    phone = page.locator("#phone-workers")
    await expect(phone.get_by_test_id("owner-task")).to_have_count(1)

    await page.get_by_test_id("workers-speaker-picker").select_option(value="liqiang")

    await expect(phone.get_by_test_id("owner-task")).to_have_count(0)


async def test_a_group_that_comes_is_shown_and_one_that_goes_is_not(
    stage: Stage, door: AppDoor, page: Page
) -> None:
    picker = page.get_by_test_id("residents-group-picker")
    await page.get_by_test_id("workers-input").fill("没说完的话")

    await stage.simulator.change_group("create", name="枫桥苑三期业主群", owner="王芳", people=["何涛"])
    await picker.select_option(label="枫桥苑三期业主群")
    await stage.simulator.change_group("rename", "枫桥苑三期业主群", name="三期邻里群")

    title = page.locator("#phone-residents-group .title")
    await expect(title).to_have_text("三期邻里群（2）")
    await stage.simulator.change_group("dismiss", "三期邻里群")
    await expect(title).to_contain_text(RESIDENTS)
    await expect(picker.locator("option")).to_have_count(4)
    await expect(page.get_by_test_id("workers-input")).to_have_value("没说完的话")
