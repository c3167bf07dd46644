"""Debian's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, async_playwright

FLAGS = (  # no screen, no sandbox as root, and nothing that looks for the internet
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """The path of the browser; without one the test is skipped, or fails where CI must have it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None and os.environ.get("CI"):
        pytest.fail("CI must have Chromium: apt install chromium")
    return found or pytest.skip("no Chromium on this machine: apt install chromium")


@asynccontextmanager
async def opened(address: str, *, width: int = 1280, height: int = 800) -> AsyncIterator[Page]:
    """A window at the simulator's page, once it shows its phones."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        page = await browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
        page.set_default_timeout(15_000)
        await page.goto(f"{address}/simulator")
        await page.wait_for_selector("body[data-ready]")
        yield page
        await browser.close()
