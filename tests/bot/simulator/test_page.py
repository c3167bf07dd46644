"""The three phones in a real browser."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.bot.simulator.conftest import Stage
from tests.chromium import opened

EVIL = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
async def page(stage: Stage) -> AsyncIterator[Page]:
    async with opened(stage.url) as window:
        yield window


async def test_three_phones_live_through_a_day(stage: Stage, page: Page) -> None:
    await _resident_writes(stage, page)
    await _worker_answers(stage, page)
    await _owner_confirms(stage, page)
    assert await page.title() == "回音 · 本机微信"


async def _resident_writes(stage: Stage, page: Page) -> None:
    stage.product.answers.append(stage.product.text_reply(f"收到 {EVIL}"))
    field, messages = page.get_by_test_id("resident-input"), page.get_by_test_id("resident-messages")
    await field.fill("下水道堵了")
    await field.evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    assert await field.input_value() == "下水道堵了"

    await field.press("Enter")

    await expect(messages.locator(".own .bubble")).to_have_text("下水道堵了")
    await expect(messages.locator(".other .bubble")).to_have_text(f"收到 {EVIL}")
    assert await messages.locator("img, script").count() == 0
    assert [s.message["Content"] for s in stage.product.seen] == ["下水道堵了"]


async def _worker_answers(stage: Stage, page: Page) -> None:
    stage.product.answers.append(stage.product.stream_reply(f"**已接单** <font color='info'>1</font> {EVIL}"))
    await page.get_by_test_id("workers-group-picker").select_option(label="第一网格工作群")
    messages = page.get_by_test_id("workers-messages")
    body = {"msgtype": "text", "text": {"content": "新诉求 1"}}
    await stage.post("/cgi-bin/webhook/send", body, key="sample-webhook-grid-1")
    await messages.locator(".row").hover()
    await messages.get_by_test_id("quote").click()
    await page.get_by_test_id("workers-input").fill("接单")

    await page.get_by_test_id("workers-send").click()

    await expect(messages.locator(".own .bubble")).to_have_text("@回音 接单")
    await expect(messages.locator("strong")).to_have_text("已接单")
    await expect(messages.locator(".md-info")).to_have_text("1")
    assert await messages.locator("img, script").count() == 0
    assert stage.product.seen[-1].message["quote"]["text"]["content"] == "新诉求 1"


async def _owner_confirms(stage: Stage, page: Page) -> None:
    body = {"chat_type": "group", "sender": "wangfang", "text": {"content": "明天停水"}}
    token = await stage.corporation_token()
    await stage.post("/cgi-bin/externalcontact/add_msg_template", body, access_token=token)
    messages = page.get_by_test_id("residents-group-messages")
    await expect(page.get_by_test_id("task-bar")).to_contain_text("待群主确认")
    assert await messages.locator(".bubble").count() == 0

    await page.get_by_test_id("confirm-task").click()

    await expect(messages.locator(".bubble")).to_have_text("明天停水")
    await expect(page.get_by_test_id("task-bar")).to_have_count(0)


async def test_a_refusal_is_shown_and_the_words_are_kept(stage: Stage, page: Page) -> None:
    await page.get_by_test_id("resident-plus").click()
    await page.get_by_test_id("resident-unsubscribe").click()
    await expect(page.get_by_test_id("resident-messages")).to_contain_text("已取消关注")
    await page.get_by_test_id("resident-input").fill("还在吗")

    await page.get_by_test_id("resident-send").click()

    await expect(page.locator("#phone-resident .toast")).to_contain_text("没有关注")
    await expect(page.get_by_test_id("resident-input")).to_have_value("还在吗")


async def test_the_clock_and_the_faults_can_be_worked(stage: Stage, page: Page) -> None:
    await page.get_by_test_id("advance-1d").click()
    await page.get_by_test_id("faults").click()
    await page.get_by_test_id("fault-kind").select_option("busy")
    await page.get_by_test_id("fault-on").click()
    await expect(page.get_by_test_id("faults-on").locator("li")).to_have_count(1)

    answer = await stage.post("/cgi-bin/webhook/send", {}, key="x")

    assert (answer["errcode"], stage.platform.clock.shift.days) == (-1, 1)
    await expect(page.get_by_test_id("faults-on").locator("li")).to_have_count(0)
    await expect(page.get_by_test_id("latest-request")).to_contain_text("webhook/send -1")


async def test_reading_further_up_is_not_disturbed_by_what_arrives(stage: Stage, page: Page) -> None:
    chat = "第二网格工作群"
    await asyncio.gather(
        *(stage.simulator.say("zhaolei", f"{n}", chat=chat, mention=False) for n in range(40))
    )
    await page.get_by_test_id("workers-group-picker").select_option(label=f"● {chat}")
    messages = page.get_by_test_id("workers-messages")
    await expect(messages.locator(".row")).to_have_count(40)
    await messages.evaluate("e => { e.scrollTop = 0; }")
    to_end = page.locator("#phone-workers .to-end")
    await expect(to_end).to_be_hidden()

    await stage.simulator.say("liqiang", "新的一句", chat=chat, mention=False)

    await expect(to_end).to_be_visible()
    assert await messages.evaluate("e => e.scrollTop") == 0
