"""催: once a day, to whoever must act, and counted."""

from datetime import timedelta

from tests.conversations.conftest import LI, WANG, Town

LAMP = "枫桥苑33号楼5单元楼道灯不亮了"
SEWER = "枫桥苑8号楼2单元下水道堵了，污水往外冒"


async def test_urging_reaches_the_worker_once_a_day_and_is_counted(town: Town) -> None:
    await town.say(LI, LAMP)
    await town.say_in_group(WANG, "接单 1")

    assert "第1次催办" in await town.say(LI, "催 1")
    assert "今天已替您催过（11月20日 周五 10:0" in await town.say(LI, "催")
    await town.move(timedelta(days=1))
    assert "第2次催办" in await town.say(LI, "催一下")

    cards = [text for text in await town.texts(town.workers_chat) if "居民催办" in text]
    assert ["（第1次）" in cards[0], "（第2次）" in cards[1]] == [True, True]
    assert "办理：王芳" in cards[1]
    assert "进展 1" in cards[1]
    assert "已催办：2次" in await town.say(LI, "查 1")
    assert "居民催办：2次" in await town.say_in_group(WANG, "查 1")


async def test_with_several_open_cases_the_number_chooses(town: Town) -> None:
    await town.say(LI, LAMP)
    await town.say(LI, SEWER)

    choice = await town.say(LI, "催")
    assert "哪一件" in choice
    assert ["1 2026-0002" in choice, "2 2026-0001" in choice] == [True, True]
    assert "已催 2026-0001（第1次催办）" in await town.say(LI, "2")

    await town.say(LI, "催")
    assert "先不办" in await town.say(LI, "算了")
    await town.say(LI, "催")
    assert "已登记" in await town.say(
        LI, "枫桥苑3号楼2单元电梯坏了，困不住人但不动"
    )  # a new message after all


async def test_what_is_not_running_is_said_as_it_is(town: Town) -> None:
    assert "还没有登记过的事" in await town.say(LI, "催")
    await town.say(LI, LAMP)
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "问 1 具体是哪一层")
    assert "正等您答复：具体是哪一层" in await town.say(LI, "催 1")

    await town.say_in_group(WANG, "办结 1 灯已换好")
    assert "已经办结了" in await town.say(LI, "催 1")
    assert "99" in await town.say(LI, "催 99")
    assert [text for text in await town.texts(town.workers_chat) if "居民催办" in text] == []


async def test_after_the_deadline_the_answer_does_not_pretend(town: Town) -> None:
    await town.say(LI, LAMP)
    await town.move(timedelta(days=20))

    assert "已过，对不起" in await town.say(LI, "催 1")
