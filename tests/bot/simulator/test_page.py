"""The three phones in a real browser."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, Route, expect

from tests.bot.simulator.conftest import Stage
from tests.chromium import opened

FENGQIAO = "枫桥苑居民群"

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


# ------------------------------------------------------------------ words that are not sent yet


async def test_a_draft_stays_with_its_speaker(stage: Stage, page: Page) -> None:
    field, who = page.get_by_test_id("workers-input"), page.get_by_test_id("workers-speaker-picker")
    group = page.get_by_test_id("workers-group-picker")
    await group.select_option(label="第一网格工作群")
    await who.select_option("wangfang")
    await field.fill("我是王芳")

    await who.select_option("liqiang")
    await expect(field).to_have_value("")
    await page.get_by_test_id("workers-send").click()
    await field.fill("我是李强")
    await group.select_option(label="第二网格工作群")
    await expect(field).to_have_value("")
    await group.select_option(label="第一网格工作群")
    await who.select_option("wangfang")
    await expect(field).to_have_value("我是王芳")
    await page.get_by_test_id("workers-send").click()
    await expect(page.get_by_test_id("workers-messages").locator(".own .bubble")).to_have_text(
        "@回音 我是王芳"
    )
    await who.select_option("liqiang")

    await expect(field).to_have_value("我是李强")
    assert len(stage.product.seen) == 1


async def test_a_draft_stays_with_its_resident(page: Page) -> None:
    field, who = page.get_by_test_id("resident-input"), page.get_by_test_id("resident-picker")
    first = await who.input_value()
    await field.fill("下水道")

    await who.select_option(index=1)
    await expect(field).to_have_value("")
    await who.select_option(first)

    await expect(field).to_have_value("下水道")


async def test_words_that_were_refused_go_back_to_who_wrote_them(page: Page) -> None:
    field, who = page.get_by_test_id("resident-input"), page.get_by_test_id("resident-picker")
    first = await who.input_value()
    asked, released = asyncio.Event(), asyncio.Event()

    async def refuse(route: Route) -> None:
        asked.set()
        await released.wait()
        await route.fulfill(status=409, json={"error": "没有送到。"})

    await page.route("**/simulator/api/say", refuse)
    await field.fill("我家漏水")
    await page.get_by_test_id("resident-send").click()
    await asked.wait()
    await who.select_option(index=1)
    released.set()
    await expect(page.locator("#phone-resident .toast")).to_have_text("没有送到。")

    await expect(field).to_have_value("")
    await who.select_option(first)
    await expect(field).to_have_value("我家漏水")


# ------------------------------------------------------------------ marks, and narrow windows


async def ask_owner(stage: Stage, owner: str) -> None:
    body = {"chat_type": "group", "sender": owner, "text": {"content": "明天停水"}}
    token = await stage.corporation_token()
    await stage.post("/cgi-bin/externalcontact/add_msg_template", body, access_token=token)


async def test_a_group_that_waits_for_its_owner_is_marked_until_the_tap(stage: Stage, page: Page) -> None:
    picker = page.get_by_test_id("residents-group-picker")
    fengqiao = picker.locator("option", has_text=FENGQIAO)
    await picker.select_option(label="明园小区居民群")
    await expect(fengqiao).to_have_text(FENGQIAO)

    await ask_owner(stage, "wangfang")

    await expect(fengqiao).to_have_text(f"待确认·{FENGQIAO}")
    await expect(picker.locator("option", has_text="待确认")).to_have_count(1)
    await picker.select_option(label=f"待确认·{FENGQIAO}")
    await page.get_by_test_id("residents-group-viewer").select_option("wangfang")
    await page.get_by_test_id("confirm-task").click()
    await expect(fengqiao).to_have_text(FENGQIAO)


async def in_view(page: Page) -> list[bool]:
    """Of each phone: whether the whole of it is in the window."""
    inside = "e => e.map(p => p.getBoundingClientRect()).map(r => r.left >= 0 && r.right <= innerWidth)"
    return list(await page.locator(".place").evaluate_all(inside))


@pytest.mark.parametrize("width", [390, 800, 1000])
async def test_tabs_lead_to_every_phone_of_a_narrow_window(stage: Stage, width: int) -> None:
    async with opened(stage.url, width=width) as page:
        for name in ("workers", "residents-group", "resident"):
            tab = page.get_by_test_id(f"tab-{name}")
            await tab.click()
            await expect(tab).to_have_attribute("aria-current", "true")
            await expect(page.locator(".tabs [aria-current]")).to_have_count(1)
            await expect(page.locator(f"#phone-{name}")).to_be_in_viewport(ratio=0.99)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_wide_window_shows_all_phones_and_no_tabs(page: Page) -> None:
    await page.set_viewport_size({"width": 1001, "height": 800})

    assert await in_view(page) == [True, True, True]
    await expect(page.locator(".tabs")).to_be_hidden()


async def test_tabs_show_where_something_waits(stage: Stage) -> None:
    async with opened(stage.url, width=390) as page:
        workers, residents = page.get_by_test_id("tab-workers"), page.get_by_test_id("tab-residents-group")
        await expect(page.locator(".tabs [data-unread], .tabs [data-waiting]")).to_have_count(0)

        await stage.simulator.say("liqiang", "有人吗", chat="第一网格工作群", mention=False)
        await ask_owner(stage, "wangfang")

        await expect(workers).to_have_text("工作群有新消息")
        await expect(residents).to_have_attribute("data-waiting", "")
        await expect(page.locator(".tabs [data-unread]")).to_have_count(1)
        await residents.click()  # past the workers' phone, which is not looked at
        await expect(residents).to_have_attribute("aria-current", "true")
        await expect(workers).to_have_attribute("data-unread", "")
        await workers.click()
        await expect(workers).to_have_text("工作群")


async def test_a_tab_tells_of_a_chat_that_is_not_open(stage: Stage) -> None:
    async with opened(stage.url, width=390) as page:
        workers = page.get_by_test_id("tab-workers")
        await page.get_by_test_id("workers-group-picker").select_option(label="第一网格工作群")
        await stage.simulator.say("zhaolei", "有人吗", chat="第二网格工作群", mention=False)
        await expect(workers).to_have_attribute("data-unread", "")

        await workers.click()
        await page.get_by_test_id("workers-group-picker").select_option(label="● 第二网格工作群")

        await expect(workers).not_to_have_attribute("data-unread", "")
