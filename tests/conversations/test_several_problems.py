"""Several problems in one sentence, and sentences whose kind is not clear."""

from datetime import timedelta

from storage.attachments import attachments_of
from storage.models.attachments import AttachmentKind
from tests.conversations.conftest import LI, Town

BOTH = "枫桥苑33号楼5单元下水道堵了，另外楼上半夜放音响睡不着"


async def categories(town: Town) -> set[str]:
    return {case.category for case in await town.cases()}


async def test_two_problems_are_two_cases_after_one_question(town: Town) -> None:
    question = await town.say(LI, BOTH)

    assert "2 件事" in question
    assert "\n1 " in question
    assert "\n2 " in question
    assert await town.cases() == []
    answer = await town.say(LI, "是")
    assert "2026-0001" in answer
    assert "2026-0002" in answer
    assert await categories(town) == {"water", "noise"}
    assert {case.summary for case in await town.cases()} == {BOTH}


async def test_only_the_chosen_one_is_registered(town: Town) -> None:
    question = await town.say(LI, BOTH)
    second = question.splitlines()[2].removeprefix("2 ")

    answer = await town.say(LI, "2")

    assert second in answer
    assert len(await town.cases()) == 1


async def test_both_by_their_numbers(town: Town) -> None:
    await town.say(LI, BOTH)

    await town.say(LI, "1和2")

    assert len(await town.cases()) == 2


async def test_a_number_that_is_not_in_the_list_is_no_answer(town: Town) -> None:
    await town.say(LI, BOTH)

    await town.say(LI, "7")

    assert await town.cases() == []
    await town.say(LI, "1")
    assert len(await town.cases()) == 1


async def test_never_mind_drops_both(town: Town) -> None:
    await town.say(LI, BOTH)

    assert "不登记了" in await town.say(LI, "算了")
    await town.move(timedelta(minutes=31))
    assert "还没有登记过" in await town.say(LI, "查")


async def test_the_place_is_asked_after_the_choice_and_holds_for_both(town: Town) -> None:
    await town.say(LI, "下水道堵了，另外楼上半夜放音响睡不着")

    assert "哪个小区" in await town.say(LI, "都登记")
    await town.say(LI, "枫桥苑3号楼2单元")

    first, second = await town.cases()
    assert (first.building, second.building) == ("3", "3")


async def test_thirty_silent_minutes_register_both_where_they_are(town: Town) -> None:
    await town.say(LI, BOTH)
    await town.move(timedelta(minutes=31))

    await town.eventually(lambda: town.has_cases(2))

    told = (await town.resident_reads(LI))[-1]
    assert "2026-0001" in told
    assert "2026-0002" in told
    first, second = await town.cases()
    assert (first.building, second.building) == ("33", "33")


async def test_one_trouble_in_many_words_is_one_case(town: Town) -> None:
    await town.say(LI, "枫桥苑3号楼路灯不亮了，晚上看不见")

    assert len(await town.cases()) == 1


async def test_another_report_does_not_make_the_first_forgotten(town: Town) -> None:
    await town.say(LI, BOTH)

    await town.say(LI, "路灯不亮了，晚上看不见")  # asks for its place

    assert len(await town.cases()) == 2
    await town.say(LI, "枫桥苑3号楼")
    assert len(await town.cases()) == 3


async def test_a_photo_sent_meanwhile_belongs_to_the_report(town: Town) -> None:
    await town.say(LI, BOTH)

    outcome = await town.simulator.send_photo(LI)

    assert "会附上" in outcome["replies"][0]["text"]
    await town.say(LI, "1")
    [case] = await town.cases()
    [photo] = await town.database.read(attachments_of, [case.id])
    assert photo.kind is AttachmentKind.PHOTO


UNCLEAR = "枫桥苑3号楼有人天天弄得大家都没法过"


async def test_an_unclear_report_is_asked_for_its_kind(town: Town) -> None:
    question = await town.say(LI, UNCLEAR)

    assert "哪一类" in question
    choices = dict(line.split(" ", 1) for line in question.splitlines()[1:5] if line[:1].isdigit())
    number = next(number for number, label in choices.items() if label == "噪音")
    await town.say(LI, number)
    [case] = await town.cases()
    assert case.category == "noise"
    assert case.building == "3"


async def test_the_kind_may_be_said_in_words(town: Town) -> None:
    await town.say(LI, UNCLEAR)

    await town.say(LI, "噪音")

    assert await categories(town) == {"noise"}


async def test_what_was_only_talk_opens_nothing(town: Town) -> None:
    question = await town.say(LI, UNCLEAR)
    last = [line for line in question.splitlines() if line[:1].isdigit()][-1]

    assert "不登记了" in await town.say(LI, last.split(" ")[0])
    assert await town.cases() == []


async def test_silence_brings_the_unclear_report_to_its_grid(town: Town) -> None:
    await town.say(LI, UNCLEAR)
    await town.move(timedelta(minutes=31))

    await town.eventually(lambda: town.has_cases(1))

    assert "2026-0001" in (await town.resident_reads(LI))[-1]
    assert "2026-0001" in (await town.texts(town.workers_chat))[-1]


async def test_a_question_is_not_asked_again_while_somebody_asks_how_things_stand(town: Town) -> None:
    await town.say(LI, "枫桥苑1号楼电梯坏了，上不去")
    await town.say(LI, UNCLEAR)

    assert "2026-0001" in await town.say(LI, "查 1")

    await town.say(LI, "噪音")
    assert len(await town.cases()) == 2


async def test_an_emergency_meanwhile_comes_first_and_nothing_is_lost(town: Town) -> None:
    await town.say(LI, BOTH)

    answer = await town.say(LI, "枫桥苑12号楼楼道里有很浓的煤气味")

    assert "119" in answer
    assert len(await town.cases()) == 3
