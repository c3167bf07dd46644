"""What is said of an emergency just told of belongs to it; what is not, does not."""

from storage.models.cases import Urgency
from tests.conversations.conftest import LI, Town

LIFT = "枫桥苑9号楼1单元电梯里困人了，出不来"


async def test_more_words_belong_to_the_emergency_just_told_of(town: Town) -> None:
    await town.say(LI, LIFT)

    for words in ("里头两个人，还有个小孩", "关着我妈呢都20分钟了", "我头晕"):
        assert "已马上转告" in await town.say(LI, words)

    assert await town.has_cases(1)
    heard = await town.texts(town.workers_chat)
    assert any("还有个小孩" in text for text in heard)
    assert any("我头晕" in text for text in heard)


async def test_another_danger_is_a_case_of_its_own(town: Town) -> None:
    await town.say(LI, LIFT)

    answer = await town.say(LI, "我家着火了，快来人")

    assert answer.startswith("请马上打119")
    assert [case.urgency for case in await town.cases()] == [Urgency.EMERGENCY] * 2


async def test_a_whisper_is_no_answer_to_where_the_emergency_is(town: Town) -> None:
    await town.say(LI, "电梯里困人了快来救人")

    await town.say(LI, "悄悄话 枫桥苑6号楼302在楼道里堆满杂物")

    lift, whisper = await town.cases()
    assert lift.building is None
    assert (whisper.building, whisper.has_whisper) == ("6", True)
    for chat in (town.workers_chat, town.groups["晨光社区工作群"]):
        assert not any("杂物" in text and "紧急" in text for text in await town.texts(chat))


async def test_a_place_said_at_last_reaches_the_emergency(town: Town) -> None:
    await town.say(LI, "电梯里困人了快来救人")

    assert "枫桥苑9号楼1单元" in await town.say(LI, "在枫桥苑9号楼1单元，快点")
    assert await town.has_cases(1)
