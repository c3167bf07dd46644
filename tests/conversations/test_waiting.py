"""A worker asks, the resident answers, and meanwhile the clock stands still."""

from datetime import timedelta

from bot.app import SCHEDULE
from storage.models.cases import CaseStatus
from tests.conversations.conftest import LI, WANG, Town

LAMP = "枫桥苑33号楼5单元楼道灯不亮了"
DAY = timedelta(days=1)


async def asked(town: Town, question: str = "具体是哪一层") -> str:
    """王芳 has claimed the case and asks; what she reads."""
    await town.say(LI, LAMP)
    await town.say_in_group(WANG, "接单 1")
    return await town.say_in_group(WANG, f"问 1 {question}")


async def test_a_question_goes_to_the_resident_and_the_next_words_answer_it(town: Town) -> None:
    told = await asked(town)
    [case] = await town.cases()
    assert "等答复时不计时限；到11月25日 周三 10:00" in told
    assert case.status is CaseStatus.WAITING
    assert "想问您：具体是哪一层\n请直接回复" in (await town.resident_reads(LI))[-1]

    await town.move(4 * DAY)
    answer = await town.say(LI, "五楼到六楼中间那个")

    [again] = await town.cases()
    assert "已转告办理 2026-0001 的人" in answer
    assert again.status is CaseStatus.CLAIMED
    assert again.resolve_by - case.resolve_by == 2 * DAY  # over the weekend and Monday and Tuesday: 2 days
    card = (await town.texts(town.workers_chat))[-1]
    assert "居民已答复" in card
    assert "五楼到六楼中间那个" in card
    assert "期限：12月3日 周四 18:00前" in card


async def test_a_photo_answers_too(town: Town) -> None:
    await asked(town, "坏的灯是什么样子")

    outcome = await town.simulator.send_photo(LI)

    assert "已转告" in outcome["replies"][0]["text"]
    [case] = await town.cases()
    assert case.status is CaseStatus.CLAIMED
    assert any("发来照片" in text for text in await town.texts(town.workers_chat))


async def test_a_command_and_another_trouble_are_no_answer_and_the_question_waits_on(town: Town) -> None:
    await asked(town)

    assert "待补充" in await town.say(LI, "查")
    assert "已登记，编号 2026-0002" in await town.say(LI, "枫桥苑8号楼2单元下水道堵了，污水往外冒")
    assert [case.status for case in await town.cases()] == [CaseStatus.WAITING, CaseStatus.REGISTERED]

    assert "已转告" in await town.say(LI, "就在五楼")
    assert (await town.cases())[0].status is CaseStatus.CLAIMED


async def test_an_emergency_is_never_taken_for_an_answer(town: Town) -> None:
    await asked(town)

    answer = await town.say(LI, "枫桥苑33号楼着火了")

    assert "119" in answer
    assert (await town.cases())[0].status is CaseStatus.WAITING


async def test_five_silent_days_and_it_goes_on_without_the_answer(town: Town) -> None:
    await asked(town)

    await town.move(5 * DAY)
    await town.app[SCHEDULE].fire_timers()

    [case] = await town.cases()
    assert case.status is CaseStatus.CLAIMED
    assert "居民 5 天没有答复" in (await town.texts(town.workers_chat))[-1]
    assert "已接单" in await town.say(LI, "查")  # which lets the account write to her again
    assert any("先按现有情况继续办" in text for text in await town.resident_reads(LI))
    assert "已转告" not in await town.say(LI, "就在五楼")  # the talk waits for nothing any more


async def test_the_second_of_two_reporters_is_passed_on_as_well(town: Town) -> None:
    await town.say(LI, LAMP)
    await town.say("wuguilan", LAMP)
    await town.say_in_group(WANG, "接单 1")
    await town.say_in_group(WANG, "问 1 具体是哪一层")

    await town.say(LI, "五层")
    answer = await town.say("wuguilan", "五层和六层都不亮")

    assert "已转告" in answer
    assert len(await town.cases()) == 1
    assert "五层和六层都不亮" in (await town.texts(town.workers_chat))[-1]


async def test_a_question_without_words_or_before_the_claim_is_refused(town: Town) -> None:
    await town.say(LI, LAMP)

    assert "不能向居民提问" in await town.say_in_group(WANG, "问 1 具体是哪一层")
    await town.say_in_group(WANG, "接单 1")
    assert "请写明要问什么" in await town.say_in_group(WANG, "问 1")
