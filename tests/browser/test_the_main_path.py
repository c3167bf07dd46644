"""The whole path, lived through on the page with three phones."""

import re

import pytest
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


async def say(page: Page, phone: str, text: str) -> None:
    await page.get_by_test_id(f"{phone}-input").fill(text)
    await page.get_by_test_id(f"{phone}-send").click()


async def test_from_a_sentence_to_the_resolution_notice(page: Page) -> None:
    resident = page.get_by_test_id("resident-messages")
    workers = page.get_by_test_id("workers-messages")
    neighbours = page.get_by_test_id("residents-group-messages")

    await say(page, "resident", "枫桥苑33号楼5单元下水道堵了，污水往外冒")
    await expect(resident).to_contain_text("-0001")
    await expect(resident).to_contain_text("第一网格王芳")
    await expect(workers).to_contain_text("污水往外冒")

    await say(page, "workers", "@回音 接单 1")
    await expect(workers).to_contain_text("王芳已接单")
    await expect(resident).to_contain_text("已由网格员王芳接单")

    await say(page, "workers", "@回音 议 1 明天15:00 居委会会议室")
    await expect(resident).to_contain_text("邀请您参加议事会")
    await page.get_by_test_id("confirm-task").first.click()
    await expect(neighbours).to_contain_text("【议事会邀请】")

    await say(page, "workers", "@回音 办结 1 管道已疏通，改道方案已定")
    await expect(resident).to_contain_text("办理结果：管道已疏通，改道方案已定")
    await page.get_by_test_id("confirm-task").first.click()
    await expect(neighbours).to_contain_text("【办结公示】")
    await expect(neighbours).not_to_contain_text("单元")


async def test_a_broadcast_arrives_after_code_and_tap(page: Page) -> None:
    workers = page.get_by_test_id("workers-messages")
    await page.get_by_test_id("workers-speaker-picker").select_option("liqiang")

    await say(page, "workers", "@回音 群发 枫桥苑 明天9点到11点停水，请备水")
    await expect(workers).to_contain_text("将发到 1 个居民群")
    found = re.search(r"确认请回复：(\d{4})", await workers.inner_text())
    assert found is not None
    await say(page, "workers", f"@回音 {found[1]}")
    await expect(workers).to_contain_text("开始发送：1 个居民群")

    await page.get_by_test_id("confirm-task").first.click()
    await expect(page.get_by_test_id("residents-group-messages")).to_contain_text("停水，请备水")


async def test_a_question_about_the_place_is_answered_and_completes_the_case(page: Page) -> None:
    resident = page.get_by_test_id("resident-messages")

    await say(page, "resident", "楼道灯不亮了，晚上看不见")
    await expect(resident).to_contain_text("请问是在哪个小区")
    await say(page, "resident", "枫桥苑3号楼2单元")

    await expect(resident).to_contain_text("枫桥苑3号楼2单元")
    await expect(resident).to_contain_text("已登记，编号")
