"""The minutes' page as a clerk uses it: on a phone, without a script, from the link at the desk to 已保存."""

import asyncio
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.simulator.client import SimulatorClient

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


async def link(address: str) -> str:
    """A meeting is called and its time comes; the desk is given the page's link."""
    async with SimulatorClient(address) as simulator:
        world = await simulator.world()
        desk = next(each["id"] for each in world["groups"] if each["name"] == "晨光社区工作群")

        async def staff(text: str) -> str:
            outcome = await simulator.say("liqiang", f"@回音 {text}", chat=desk)
            return "\n".join(each["text"] for each in outcome["replies"])

        await simulator.say("lixiuying", "枫桥苑33号楼5单元下水道堵了，污水往外冒")
        await staff("议 1 明天15:00 居委会会议室")
        await simulator.advance(timedelta(days=1, hours=18))
        await staff("散会 议事会1")
        for _ in range(50):
            await staff("纪要 议事会1")
            said = [each.get("text", "") for each in await simulator.chat(desk)]
            found = re.search(r"http://\S+/desk/meetings/[0-9A-Za-z_-]+", "\n".join(said))
            if found is not None:
                return found[0]
            await asyncio.sleep(0.1)
    raise AssertionError(said)


async def test_minutes_are_written_on_a_phone(page: Page, server: str, tmp_path: Path) -> None:
    address = await link(server)
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(address)
    await expect(page.get_by_role("heading", name="议事会1纪要")).to_be_visible()

    await page.get_by_label("纪要（会上").fill("大家同意换管")
    await page.get_by_role("button", name="再加几行").click()
    await expect(page.get_by_label("办什么事")).to_have_count(6)
    await expect(page.get_by_label("办什么事").nth(3)).to_be_in_viewport()
    await expect(page.get_by_label("纪要（会上")).to_have_value("大家同意换管")
    await page.get_by_label("办什么事").first.fill("疏通主管道")
    await page.get_by_label("谁负责").first.select_option(label="枫桥物业")
    await page.get_by_label("期限").first.fill("2020-01-01")
    await page.screenshot(path=folder / "minutes-phone.png", full_page=True)
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("alert")).to_contain_text("期限已经过了")
    await expect(page.get_by_label("办什么事").first).to_have_value("疏通主管道")

    await page.get_by_label("期限").first.fill("2099-11-30")
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("status")).to_contain_text("已保存")
    await expect(page.locator("main")).to_contain_text("枫桥物业：疏通主管道")
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.screenshot(path=folder / "minutes-desktop.png", full_page=True)
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1280
