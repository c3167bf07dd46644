"""Surveys over HTTP: asked in the group, answered one by one, summed up for staff; three of a measure."""

from datetime import timedelta

import aiohttp

from tests.conversations.conftest import HE, LI, QIANG, WANG, Town

DESK = "晨光社区工作群"
GROUP = "枫桥苑居民群"


async def staff(town: Town, text: str) -> str:
    return await town.say(QIANG, f"@回音 {text}", chat=town.groups[DESK])


async def desk_reads(town: Town, words: str) -> bool:
    chat = await town.simulator.chat(town.groups[DESK])
    return any(words in each.get("text", "") for each in chat)


async def desk_text(town: Town, words: str) -> str:
    await town.eventually(lambda: desk_reads(town, words))
    chat = await town.simulator.chat(town.groups[DESK])
    return next(str(each["text"]) for each in chat if words in each.get("text", ""))


async def asked(town: Town, order: str = "发起征询 您家暖气热不热 范围枫桥苑 选项 不热、还可以、很热") -> str:
    for who, home in ((LI, "枫桥苑33号楼5单元201"), (HE, "明园小区2号楼1单元101")):
        await town.say(who, f"我住{home}")
    return await staff(town, order)


async def test_a_survey_from_the_question_to_the_summary(town: Town) -> None:
    opened = await asked(town)
    assert "征询1 已发起：您家暖气热不热" in opened
    assert "1 个居民群（群主点确认后送达）" in opened
    task = await town.simulator.wait_for_task()
    assert "【征询】您家暖气热不热" in task["text"]
    assert "请在公众号回复“征询1 A 家里3人 想说的话”" in task["text"]

    answer = await town.say(LI, "征询1 A 家里3人 晚上只有15度")
    assert "收到：A 不热，3 人，“晚上只有15度”。谢谢！" in answer
    assert "已改为：B 还可以，3 人，“晚上只有15度”" in await town.say(LI, "选B")
    assert "没有选项 F" in await town.say(LI, "征询1 F")
    assert "征询1 问的是枫桥苑的居民" in await town.say(HE, "征询1 A")
    assert "征询由居民在公众号里回答" in await town.say_in_group(WANG, "@回音 征询1 A")
    shown = await staff(town, "征询1")
    assert "1 人回答，涉及 3 人" in shown
    assert "B 还可以：1（100.0%）" in shown
    assert "您的回答：B 还可以" in await town.say(LI, "征询1")

    await town.move(timedelta(days=4))
    summary = await desk_text(town, "【征询小结】")
    assert "征询1 您家暖气热不热" in summary
    assert "B 晚上只有15度" in summary
    assert "征询1 已经结束" in await town.say(LI, "征询1 A")
    await town.settle()
    assert len(await town.simulator.tasks()) == 1  # what it gave is not told in the group
    assert "征询1 您家暖气热不热（11月24日已结束）：1 人回答" in await staff(town, "征询列表")


async def test_a_bare_letter_is_no_answer_while_nothing_is_asked(town: Town) -> None:
    await town.say(LI, "我住枫桥苑33号楼5单元201")
    before = await town.say(LI, "选B")

    assert "没有找到等您这样回答的事" in before
    assert "现在没有正在进行的征询" in await town.say(LI, "征询列表")


async def test_what_is_wrong_with_a_survey_is_said_and_nothing_is_sent(town: Town) -> None:
    assert "请写明想问什么" in await asked(town, "发起征询")
    assert "没看懂截止时间" in await staff(town, "发起征询 您家暖气热不热 截止 天气好的时候")
    assert "没有找到“梧桐苑”" in await staff(town, "发起征询 您家暖气热不热 范围梧桐苑")
    assert "没有编号 9" in await staff(town, "结束征询9")
    assert "由社区工作人员操作" in await town.say_in_group(WANG, "@回音 发起征询 您家暖气热不热")
    await town.settle()
    assert await town.simulator.tasks() == []


async def test_three_surveys_of_a_measure_on_one_page(town: Town) -> None:
    await asked(town, "改造 枫桥苑雨污分流改造")
    told = await staff(town, "改造1")
    assert "改造前：还没有调查" in told
    link = next(line for line in told.splitlines() if "/measures/" in line).removeprefix("对比页：")

    assert "征询1 已发起" in await staff(town, "改造1 改造前调查")
    assert "正在进行（征询1）" in await staff(town, "改造1 改造前调查")
    await town.say(LI, "征询1 不满意 家里3人 一下雨就堵")
    page = await read_page(link)
    assert "进行中，已有 1 人回答" in page
    assert "一下雨就堵" not in page
    await staff(town, "结束征询1")
    assert "要问同样的话" in await staff(town, "改造1 改造后调查 现在好了吗 选项 好、不好")
    assert "征询2 已发起" in await staff(town, "改造1 改造后调查")
    await town.say(LI, "征询2 满意")
    await staff(town, "结束征询2")

    page = await read_page(link)
    assert "改造中" in page
    assert "还没有调查" in page
    assert page.count("100.0%") == 4  # a bar and its name, before and after
    assert "一下雨就堵" not in page  # fewer than three said something
    assert "<script" not in page
    assert (await page_status(link[:-4] + "0000")) == 404
    assert "改造后（征询2，1 人）：满意 1（100.0%）" in await town.say(LI, "改造1")


async def read_page(link: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(link) as answer:
        assert answer.status == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        return await answer.text()


async def page_status(link: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(link) as answer:
        return answer.status


async def test_who_has_said_nothing_before_answers_too(town: Town) -> None:
    await staff(town, "发起征询 您家暖气热不热 选项 不热、还可以")

    assert "征询1：您家暖气热不热" in await town.say("wuguilan", "征询列表")
    assert "收到：A 不热" in await town.say("wuguilan", "征询1 A")
