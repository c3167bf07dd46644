"""The resident's buttons on the page: menu, following, codes, photos, places, notices."""

from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from bot.simulator.photos import sample_photo
from tests.bot.simulator.conftest import WORKERS, Stage
from tests.chromium import opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
async def page(stage: Stage) -> AsyncIterator[Page]:
    stage.use_account(notice_template="T1")
    async with opened(stage.url) as window:
        yield window


def events(stage: Stage) -> list[tuple[str, str | None]]:
    return [(s.message["Event"], s.message.get("EventKey")) for s in stage.product.seen]


async def test_the_menu_is_tapped_and_goes_when_nobody_follows(stage: Stage, page: Page) -> None:
    menu, messages = page.get_by_test_id("resident-menu"), page.get_by_test_id("resident-messages")
    stage.product.answers.append(stage.product.text_reply("您还没有诉求。"))

    await menu.get_by_role("button", name="我的诉求").click()

    await expect(messages).to_contain_text("您还没有诉求。")
    await page.get_by_test_id("resident-plus").click()
    await page.get_by_test_id("resident-unsubscribe").click()
    await expect(menu.get_by_role("button")).to_have_count(0)
    await page.get_by_test_id("resident-subscribe").click()
    await expect(menu.get_by_role("button")).to_have_count(3)
    assert events(stage) == [("CLICK", "MY_CASES"), ("unsubscribe", None), ("subscribe", None)]


async def test_a_menu_that_the_product_makes_is_shown_at_once(stage: Stage, page: Page) -> None:
    click = {"type": "click", "name": "查进度", "key": "PROGRESS"}
    menu = page.get_by_test_id("resident-menu")
    body = {"button": [{"name": "诉求", "sub_button": [click]}, click]}

    await stage.post("/cgi-bin/menu/create", body, access_token=await stage.account_token())

    await expect(menu.get_by_role("button")).to_have_count(1)
    await menu.get_by_text("诉求").click()
    await menu.get_by_role("button", name="查进度").first.click()
    await expect(page.get_by_test_id("latest-request")).to_contain_text("/wechat/main 收到")
    assert events(stage) == [("CLICK", "PROGRESS")]


async def test_a_code_is_scanned_by_its_scene(stage: Stage, page: Page) -> None:
    await page.get_by_test_id("resident-plus").click()
    await page.get_by_test_id("resident-scan").click()
    await expect(page.locator("#phone-resident .toast")).to_contain_text("场景值")
    stage.product.answers.append(stage.product.text_reply("您在第一网格。"))
    await page.get_by_test_id("resident-scene").fill("grid-1")

    await page.get_by_test_id("resident-scene").press("Enter")

    await expect(page.get_by_test_id("resident-messages")).to_contain_text("您在第一网格。")
    assert events(stage) == [("SCAN", "grid-1")]


async def test_photos_a_video_and_a_place_are_sent(stage: Stage, page: Page) -> None:
    plus, pictures = page.get_by_test_id("resident-plus"), page.locator("#phone-resident .picture img")
    photo = FilePayload(name="a.png", mimeType="image/png", buffer=sample_photo(kind="PNG"))
    video = FilePayload(name="a.mp4", mimeType="video/mp4", buffer=b"\0\0\0\x18ftypmp42")
    await plus.click()
    await page.get_by_test_id("resident-photo").set_input_files(photo)
    await expect(pictures).to_have_count(1)
    await plus.click()
    await page.get_by_test_id("resident-sample-photo").click()
    await expect(pictures).to_have_count(2)
    await plus.click()
    await page.get_by_test_id("resident-photo").set_input_files(video)
    await expect(page.get_by_test_id("resident-messages")).to_contain_text("视频")
    await plus.click()

    await page.get_by_test_id("resident-location").click()

    await expect(page.get_by_test_id("resident-messages")).to_contain_text("枫桥苑33号楼")
    assert [s.message["MsgType"] for s in stage.product.seen] == ["image", "image", "video", "location"]
    async with stage.session.get(stage.product.seen[1].message["PicUrl"]) as response:
        assert Image.open(BytesIO(await response.read())).format == "JPEG"


async def test_a_worker_sends_a_photo_with_what_was_typed(stage: Stage, page: Page) -> None:
    await page.get_by_test_id("workers-group-picker").select_option(label=WORKERS)
    await page.get_by_test_id("workers-input").fill("办结 1 已疏通")
    await page.get_by_test_id("workers-plus").click()

    await page.get_by_test_id("workers-sample-photo").click()

    await expect(page.locator("#phone-workers .picture img")).to_have_count(1)
    await expect(page.get_by_test_id("workers-input")).to_have_value("")
    words, picture = stage.product.seen[0].message["mixed"]["msg_item"]
    assert (words["text"]["content"], picture["msgtype"]) == ("@回音 办结 1 已疏通", "image")


async def test_a_notice_is_allowed_and_shown(stage: Stage, page: Page) -> None:
    await page.get_by_test_id("resident-plus").click()
    async with page.expect_response("**/simulator/api/event") as allowed:
        await page.get_by_test_id("resident-subscribe_msg_popup_event").click()
    assert (await allowed.value).ok
    openid = stage.product.seen[0].message["FromUserName"]
    body = {"touser": openid, "template_id": "T1", "data": {"thing1": {"value": "诉求有新进展"}}}

    answer = await stage.post(
        "/cgi-bin/message/subscribe/bizsend", body, access_token=await stage.account_token()
    )

    assert answer["errcode"] == 0
    await expect(page.get_by_test_id("resident-messages").locator(".card")).to_contain_text("诉求有新进展")
