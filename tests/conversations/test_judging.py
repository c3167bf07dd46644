"""From the resolution to the end: photos that prove it, what residents think of it, thanks and figures."""

from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection, select

from storage.cases import events_of
from storage.models.attachments import attachments
from storage.models.cases import CaseStatus, EventKind
from storage.models.judgements import Commendation, Evaluation, commendations, evaluations
from tests.conversations.conftest import HE, LI, QIANG, WANG, ZHAO, Town

ZHANG = "zhangwei"  # another resident of 枫桥苑
SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"
LIGHT = "枫桥苑8号楼2单元楼道灯不亮了"
RUBBISH = "枫桥苑8号楼门口垃圾堆了好几天没人清"  # of a kind that asks for a photo
DESK = "晨光社区工作群"
T = TypeVar("T")


async def settled(town: Town, sentence: str = SEWER, *, number: int = 1, by: str = LI) -> None:
    """A case of this resident that Wang Fang has settled."""
    await town.say(by, sentence)
    await town.say_in_group(WANG, f"接单 {number}")
    await town.say_in_group(WANG, f"办结 {number} 已经处理好了")


async def judgements(town: Town) -> list[Evaluation]:
    query = select(*evaluations.c).order_by(evaluations.c.id)
    return await town.database.read(lambda db: [Evaluation(*row) for row in db.execute(query)])


async def kinds(town: Town, case_id: int) -> list[EventKind]:
    def look(db: Connection) -> list[EventKind]:
        return [event.kind for event in events_of(db, case_id)]

    return await town.database.read(look)


async def status(town: Town) -> CaseStatus:
    [case] = await town.cases()
    return case.status


# ------------------------------------------------------------------ resolving


async def test_the_notice_asks_for_a_judgement_and_names_the_number(town: Town) -> None:
    await settled(town)

    notice = (await town.resident_reads(LI))[-1]
    assert "已经处理好了" in notice
    assert "回复 1-5 或 满意/基本满意/不满意" in notice
    assert "评价 1 5" in notice


async def test_where_a_photo_is_asked_for_nothing_is_settled_without(town: Town) -> None:
    await town.say(LI, RUBBISH)

    refusal = await town.say_in_group(WANG, "办结 1 垃圾已清运")

    assert "要附一张现场照片" in refusal
    assert "办结 1" in refusal
    assert await status(town) is CaseStatus.REGISTERED


async def test_the_photo_may_come_with_the_words(town: Town) -> None:
    await town.say(LI, RUBBISH)

    outcome = await town.simulator.send_photo(WANG, text="办结 1 垃圾已清运", chat=town.workers_chat)

    assert "2026-0001 已办结" in outcome["replies"][0]["text"]
    assert await status(town) is CaseStatus.RESOLVED
    assert await proofs(town) == [1]


async def test_the_photo_may_come_alone_before_the_words(town: Town) -> None:
    await town.say(LI, RUBBISH)
    await town.say_in_group(WANG, "接单 1")

    outcome = await town.simulator.send_photo(WANG, chat="robot:main")

    assert "照片已附到 2026-0001" in outcome["replies"][0]["text"]
    assert "已办结" in await town.say_in_group(WANG, "办结 1 垃圾已清运")


async def test_a_photo_with_a_number_or_without_a_result_is_kept_as_proof(town: Town) -> None:
    await town.say(LI, RUBBISH)
    await town.say(LI, LIGHT)

    for text in ("1", "办结 1"):
        outcome = await town.simulator.send_photo(WANG, text=text, chat=town.workers_chat)
        assert "照片已附到 2026-0001" in outcome["replies"][0]["text"]

    assert await proofs(town) == [1, 1]


async def test_a_photo_of_one_of_several_cases_waits_for_the_words(town: Town) -> None:
    for number, sentence in enumerate((RUBBISH, LIGHT), start=1):
        await town.say(LI, sentence)
        await town.say_in_group(WANG, f"接单 {number}")

    outcome = await town.simulator.send_photo(WANG, chat="robot:main")
    assert "照片收到了" in outcome["replies"][0]["text"]
    assert await proofs(town) == []

    assert "已办结" in await town.say_in_group(WANG, "办结 1 垃圾已清运")
    assert await proofs(town) == [1]


async def test_a_photo_that_quotes_a_card_belongs_to_the_quoted_case(town: Town) -> None:
    await town.say(LI, RUBBISH)
    await town.say(LI, LIGHT)
    await town.settle()
    card = next(each for each in await town.simulator.chat(town.workers_chat) if "2026-0001" in each["text"])

    await town.simulator.send_photo(WANG, text="清完了", chat=town.workers_chat, quote=card["id"])

    assert await proofs(town) == [1]


async def test_a_photo_of_another_grids_case_is_refused(town: Town) -> None:
    await town.say(LI, RUBBISH)

    outcome = await town.simulator.send_photo(ZHAO, text="1", chat=town.groups["第二网格工作群"])

    assert "属于第一网格" in outcome["replies"][0]["text"]
    assert await proofs(town) == []


async def test_the_proof_of_a_former_round_proves_nothing_in_the_next(town: Town) -> None:
    await town.say(LI, RUBBISH)
    await town.simulator.send_photo(WANG, text="办结 1 垃圾已清运", chat=town.workers_chat)
    await town.move(timedelta(hours=1))
    await town.say(LI, "不满意，根本没清走")

    assert "要附一张现场照片" in await town.say_in_group(WANG, "办结 1 这次清了")


async def test_the_grids_group_reads_what_was_settled_elsewhere_and_not_what_was_said_there(
    town: Town,
) -> None:
    await town.say(LI, SEWER)
    await town.say(LI, LIGHT)

    await town.say(QIANG, "办结 1 物业已疏通", chat=town.groups[DESK])
    await town.say_in_group(WANG, "办结 2 灯换好了")

    cards = await town.texts(town.workers_chat)
    assert [card for card in cards if "物业已疏通" in card and "李强" in card] != []
    assert [card for card in cards if card.startswith("**诉求 2026-0002 已办结")] == []


# ------------------------------------------------------------------ judging


@pytest.mark.parametrize(
    ("said", "rating"),
    [("5", 5), ("满意", 5), ("基本满意", 3), ("4分", 4), ("评价 1 4 来得快", 4), ("评价 5", 5)],
)
async def test_a_content_word_closes_the_case(town: Town, said: str, rating: int) -> None:
    await settled(town)

    answer = await town.say(LI, said)

    assert "2026-0001 已销号" in answer
    [case] = await town.cases()
    assert (case.status, case.is_judged) == (CaseStatus.CLOSED, True)
    assert [each.rating for each in await judgements(town)] == [rating]


async def test_a_bad_word_with_its_reason_reopens_and_the_workers_read_it(town: Town) -> None:
    await settled(town)

    answer = await town.say(LI, "不满意，上门的人没修就走了")

    assert "已重办" in answer
    assert "哪里没办好" not in answer
    [case] = await town.cases()
    assert (case.status, case.reopen_count, case.supervision_level) == (CaseStatus.IN_PROGRESS, 1, 1)
    assert "上门的人没修就走了" in (await town.texts(town.workers_chat))[-1]


async def test_a_bad_word_without_a_reason_reopens_at_once_and_the_reason_follows(town: Town) -> None:
    await settled(town)

    assert "哪里没办好" in await town.say(LI, "2")
    assert await status(town) is CaseStatus.IN_PROGRESS

    assert "已转给办理 2026-0001 的人" in await town.say(LI, "上门没人来")
    assert "上门没人来" in (await town.texts(town.workers_chat))[-1]
    assert [(each.rating, each.reason) for each in await judgements(town)] == [(2, "上门没人来")]
    assert len(await town.cases()) == 1


async def test_partly_solved_reopens(town: Town) -> None:
    await settled(town)

    await town.say(LI, "部分解决，还有一点渗水")

    assert await status(town) is CaseStatus.IN_PROGRESS
    assert [(each.rating, each.is_partly) for each in await judgements(town)] == [(2, True)]
    assert "部分解决" in (await town.texts(town.workers_chat))[-1]


@pytest.mark.parametrize(
    ("instead", "answered"),
    [
        ("查", "2026-0001"),
        ("枫桥苑12号楼电梯坏了，上不去", "2026-0002"),
        ("枫桥苑12号楼楼道里有很浓的煤气味", "119"),
        ("没有了", "好的"),
    ],
)
async def test_what_is_no_reason_is_obeyed_instead(town: Town, instead: str, answered: str) -> None:
    await settled(town)
    await town.say(LI, "不满意")

    assert answered in await town.say(LI, instead)

    assert [each.reason for each in await judgements(town)] == [""]


async def test_a_photo_of_what_is_not_good_joins_the_case_and_the_reason_is_still_heard(town: Town) -> None:
    await settled(town)
    await town.say(LI, "不满意")

    outcome = await town.simulator.send_photo(LI)

    assert "已附到诉求 2026-0001" in outcome["replies"][0]["text"]
    assert "已转给办理" in await town.say(LI, "还是往外冒，没弄干净")


async def test_a_reason_that_comes_too_late_is_heard_as_something_new(town: Town) -> None:
    await settled(town)
    await town.say(LI, "不满意")
    await town.move(timedelta(minutes=31))

    await town.say(LI, "谢谢")

    assert [each.reason for each in await judgements(town)] == [""]


async def test_all_is_well_again_after_the_resolution_counts_as_content(town: Town) -> None:
    await settled(town)

    assert "已销号" in await town.say(LI, "水管不漏了，已经好了")

    assert [each.rating for each in await judgements(town)] == [4]


async def test_all_is_well_in_another_building_judges_nothing_here(town: Town) -> None:
    await settled(town)

    await town.say(LI, "枫桥苑12号楼已经来水了")

    assert await judgements(town) == []


async def test_of_several_cases_it_is_asked_which(town: Town) -> None:
    await settled(town)
    await settled(town, LIGHT, number=2)

    question = await town.say(LI, "5")
    assert "2026-0001" in question
    assert "2026-0002" in question
    await town.say(LI, "2")

    closed = {case.number for case in await town.cases() if case.status is CaseStatus.CLOSED}
    assert closed == {1}  # the newest resolution stands first in the list
    assert [each.rating for each in await judgements(town)] == [5]


async def test_without_stars_they_are_asked_for(town: Town) -> None:
    await settled(town)

    assert "打分" in await town.say(LI, "评价")

    assert "已销号" in await town.say(LI, "4")


async def test_with_nothing_to_judge_a_kind_sentence(town: Town) -> None:
    assert "没有等您评价的事" in await town.say(LI, "5")
    await town.say(LI, SEWER)
    assert "还不能评价" in await town.say(LI, "评价 1 5")
    assert await judgements(town) == []


async def test_nobody_judges_a_strangers_case(town: Town) -> None:
    await settled(town)

    assert "不是您登记的事" in await town.say(HE, "评价 1 1")

    assert await status(town) is CaseStatus.RESOLVED


async def test_a_neighbour_who_joined_may_disagree_after_the_case_was_closed(town: Town) -> None:
    await town.say(LI, SEWER)
    await town.say(ZHANG, SEWER)
    await town.say_in_group(WANG, "办结 1 已疏通")
    await town.say(ZHANG, "5")
    assert await status(town) is CaseStatus.CLOSED

    await town.move(timedelta(days=13))
    await town.say(LI, "评价 1 1 还是往外冒")

    assert await status(town) is CaseStatus.IN_PROGRESS
    [case] = await town.cases()
    assert (case.closed_at, case.is_judged) == (None, False)


async def test_after_fourteen_days_it_is_too_late(town: Town) -> None:
    await settled(town)
    await town.say(LI, "5")

    await town.move(timedelta(days=14, minutes=1))

    assert "不能再评价了" in await town.say(LI, "评价 1 1")
    assert await status(town) is CaseStatus.CLOSED


async def test_who_changes_their_mind_counts_once_with_the_last_word(town: Town) -> None:
    await settled(town)

    await town.say(LI, "5")
    await town.say(LI, "基本满意")

    assert [each.rating for each in await judgements(town)] == [3]
    assert (await kinds(town, 1)).count(EventKind.CLOSED) == 1


async def test_the_next_resolution_is_a_new_round(town: Town) -> None:
    await settled(town)
    await town.say(LI, "不满意，没弄干净")
    await town.say_in_group(WANG, "办结 1 重新清理过了")

    assert "已销号" in await town.say(LI, "5")

    assert [(each.round, each.rating) for each in await judgements(town)] == [(0, 1), (1, 5)]


# ------------------------------------------------------------------ silence


async def test_silence_is_asked_once_and_then_closes_without_a_judgement(town: Town) -> None:
    await settled(town)
    await town.move(timedelta(days=2, minutes=1))
    await town.eventually(lambda: has_event(town, EventKind.EVALUATION_REMINDED))
    assert await status(town) is CaseStatus.RESOLVED

    await town.move(timedelta(days=5))
    await town.eventually(lambda: has_event(town, EventKind.CLOSED))

    [case] = await town.cases()
    assert (case.status, case.is_judged) == (CaseStatus.CLOSED, False)
    happened = await kinds(town, case.id)
    assert happened.count(EventKind.EVALUATION_REMINDED) == 1
    await town.say(LI, "你好")  # outside the window it is held until the next contact
    read = "".join(await town.resident_reads(LI))
    assert read.count("办得怎么样") == 1
    assert read.count("14 天内仍可评价") == 1
    assert "已销号" in await town.say(LI, "4")
    assert [case.is_judged for case in await town.cases()] == [True]


async def test_who_has_judged_is_not_reminded(town: Town) -> None:
    await settled(town)
    await town.say(LI, "5")
    await settled(town, LIGHT, number=2)
    await town.move(timedelta(days=2, minutes=1))

    await town.eventually(lambda: has_event(town, EventKind.EVALUATION_REMINDED, case_id=2))

    assert EventKind.EVALUATION_REMINDED not in await kinds(town, 1)


# ------------------------------------------------------------------ thanks and figures


async def test_thanks_after_the_resolution_open_nothing_and_judge_nothing(town: Town) -> None:
    await settled(town)

    assert "不客气" in await town.say(LI, "谢谢")

    assert await status(town) is CaseStatus.RESOLVED
    assert await judgements(town) == []


async def test_thanks_that_name_a_worker_reach_worker_and_staff_and_are_kept(town: Town) -> None:
    await settled(town)

    answer = await town.say(LI, "非常感谢王芳跑前跑后")

    assert "已转告王芳和社区" in answer
    for chat in (town.workers_chat, town.groups[DESK]):
        assert "居民感谢王芳" in (await town.texts(chat))[-1]
    [kept] = await thanks_kept(town)
    assert (kept.text, kept.case_id) == ("非常感谢王芳跑前跑后", 1)
    assert len(await town.cases()) == 1


async def test_the_same_thanks_again_are_passed_on_once(town: Town) -> None:
    for _ in range(2):
        assert "已转告王芳" in await town.say(LI, "谢谢王芳")

    assert len(await thanks_kept(town)) == 1


async def test_the_weeks_figures_of_the_own_grids_with_their_samples(town: Town) -> None:
    await settled(town)
    await town.say(LI, "不满意，没弄干净")
    await settled(town, LIGHT, number=2)
    await town.say(LI, "5")

    answer = await town.say_in_group(WANG, "统计")

    assert "第一网格" in answer
    assert "解决率 50%（1/2）" in answer
    assert "满意率 50%（1/2）" in answer
    assert "响应率=" in answer


async def test_nobody_having_judged_is_said_so(town: Town) -> None:
    await settled(town)

    answer = await town.say(QIANG, "统计", chat=town.groups[DESK])

    assert "晨光社区" in answer
    assert "满意率 暂无评价" in answer
    assert "100%" not in answer.partition("满意率")[2]


async def has_event(town: Town, kind: EventKind, *, case_id: int = 1) -> bool:
    return kind in await kinds(town, case_id)


async def proofs(town: Town) -> list[int | None]:
    query = select(attachments.c.case_id).where(attachments.c.is_proof)
    return await town.database.read(lambda db: list(db.execute(query).scalars()))


async def thanks_kept(town: Town) -> list[Commendation]:
    query = select(*commendations.c)
    return await town.database.read(lambda db: [Commendation(*row) for row in db.execute(query)])


async def test_a_leftover_digit_does_not_judge_again(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了")
    await town.say_in_group(WANG, "办结 1 管道已疏通")
    await town.say(LI, "5")

    await town.say(LI, "1")

    assert [case.status for case in await town.cases()] == [CaseStatus.CLOSED]


async def test_a_reason_that_complains_of_the_worker_is_kept_from_the_workers(town: Town) -> None:
    await town.say(LI, "枫桥苑33号楼5单元下水道堵了")
    await town.say_in_group(WANG, "办结 1 管道已疏通")

    await town.say(LI, "不满意，网格员王芳态度不好")

    heard = "\n".join(await town.texts(town.workers_chat))
    assert "态度不好" not in heard
    assert "态度不好" in await town.say(QIANG, "查 1", chat="robot:main")
