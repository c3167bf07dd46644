"""悄悄话: who reported is shown to staff alone, one-to-one, and every look is on record."""

from sqlalchemy import Connection, select

from storage.audit import entries_of
from storage.models.organization import communities
from tests.conversations.conftest import FENGQIAO_RESIDENTS, LI, QIANG, WANG, Town

ALONE = "robot:main"
WHISPER = "悄悄话：我叫李秀英，住枫桥苑3号楼2单元501，电话13900005555，3号楼门口有人占消防通道停车，别说是我"
TELLING = ("李秀英", "13900005555", "501", "oSample")


async def audited(town: Town) -> list[tuple[str, int | None]]:
    def found(db: Connection) -> list[tuple[str, int | None]]:
        community = db.execute(select(communities.c.id).order_by(communities.c.id)).scalars().first()
        return [(each.action, each.case_id) for each in entries_of(db, community or 0, limit=50)]

    return await town.database.read(found)


def tells(text: str) -> list[str]:
    return [each for each in TELLING if each in text]


async def test_the_resident_reads_who_can_see_it(town: Town) -> None:
    answer = await town.say(LI, WHISPER)

    assert "只有社区工作人员看得到" in answer
    [case] = await town.cases()
    assert (case.has_whisper, case.is_public) == (True, False)


async def test_nothing_that_workers_read_tells_who_spoke(town: Town) -> None:
    await town.say(LI, WHISPER)
    await town.say(LI, "补充 1 我是李秀英，住3号楼2单元501，晚上七点后最严重")
    read = [await town.say_in_group(WANG, said) for said in ("接单 1", "查 1", "今天未办")]
    read += [await town.say(WANG, "查 1", chat=ALONE), await town.say(QIANG, "查 1", chat=ALONE)]
    await town.say_in_group(WANG, "办结 1 已劝离并贴了禁停牌")

    for text in [*read, *await town.texts(town.workers_chat)]:
        assert tells(text) == []
    for group in town.groups.values():
        assert tells("\n".join(await town.texts(group))) == []


async def test_the_residents_group_hears_nothing(town: Town) -> None:
    await town.say(LI, WHISPER)
    await town.say_in_group(WANG, "接单 1")

    await town.say_in_group(WANG, "办结 1 已劝离并贴了禁停牌")

    assert await town.simulator.tasks() == []
    assert await town.texts(FENGQIAO_RESIDENTS) == []


async def test_a_whisper_that_joins_hides_its_reporter_too(town: Town) -> None:
    await town.say("zhangwei", "枫桥苑3号楼门口有人占消防通道停车")

    await town.say(LI, WHISPER)

    [case] = await town.cases()
    assert (case.has_whisper, case.is_public) == (True, False)
    assert tells("\n".join(await town.texts(town.workers_chat))) == []


async def test_staff_see_the_reporters_one_to_one_and_it_is_on_record(town: Town) -> None:
    await town.say(LI, WHISPER)
    [case] = await town.cases()

    assert "只能单独私聊" in await town.say_in_group(QIANG, "反映人 1")
    assert await audited(town) == []
    shown = await town.say(QIANG, "反映人 1", chat=ALONE)

    assert "反映人 1 位" in shown
    assert "悄悄话" in shown
    assert "公众号" in shown
    assert await audited(town) == [("reporters_shown", case.id)]


async def test_who_entered_a_call_is_shown_with_name_and_phone(town: Town) -> None:
    await town.say_in_group(QIANG, "来电 张桂芬 13900009999 枫桥苑8号楼2单元楼道灯不亮了")

    shown = await town.say(QIANG, "反映人 1", chat=ALONE)

    assert "张桂芬，13900009999" in shown
    assert "来电（李强登记）" in shown


async def test_a_worker_sees_no_reporters_and_that_too_is_on_record(town: Town) -> None:
    await town.say(LI, WHISPER)
    [case] = await town.cases()

    answer = await town.say(WANG, "反映人 1", chat=ALONE)

    assert "由社区工作人员操作" in answer
    assert tells(answer) == []
    assert await audited(town) == [("reporters_refused", case.id)]


async def test_no_number_of_a_resident_stands_in_what_workers_read(town: Town) -> None:
    await town.say(LI, "枫桥苑8号楼2单元楼道灯不亮了，我电话13900005555")

    assert "13900005555" not in await town.say_in_group(WANG, "查 1")
    assert "13900005555" not in "\n".join(await town.texts(town.workers_chat))


async def test_the_confidence_goes_along_when_cases_are_merged(town: Town) -> None:
    await town.say("zhangwei", "枫桥苑5号楼门口垃圾堆了好几天没人清运")
    await town.say(LI, WHISPER)

    await town.say_in_group(QIANG, "合并 2 到 1")

    into = (await town.cases())[0]
    assert (into.has_whisper, into.is_public) == (True, False)


async def test_a_corrected_door_of_the_speaker_is_not_written_down(town: Town) -> None:
    await town.say(LI, WHISPER)

    await town.say(LI, "说错了，我家是枫桥苑3号楼1单元502")

    [case] = await town.cases()
    assert (case.unit, case.room) == (None, None)
    assert "502" not in "\n".join(await town.texts(town.workers_chat))
