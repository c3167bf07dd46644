"""One worker or member of staff alone with the app: the same commands and answers, over its own wire."""

from storage.models.cases import CaseStatus
from storage.models.conversations import Outcome, Receipt
from tests.conversations.conftest import LI, QIANG, WANG, ZHAO, Town
from tests.conversations.rows import all_receipts

SEWER = "枫桥苑33号楼5单元下水道堵了，污水往外冒"
APP = "app:main"
MANAGER = "zhou"  # of the property company


async def alone(town: Town, person: str, text: str, **more: object) -> str:
    """What the person is answered in their own chat with the app."""
    return await town.say(person, text, chat=APP, **more)


async def test_the_platform_verifies_the_address(town: Town) -> None:
    assert await town.simulator.verify(app="main")


async def test_a_worker_does_the_whole_case_in_the_app(town: Town) -> None:
    await town.say(LI, SEWER)

    assert "已接单 2026-0001" in await alone(town, WANG, "接单 1")
    assert "2026-0001" in await alone(town, WANG, "进展 1 已联系疏通队，下午到")
    assert "2026-0001" in await alone(town, WANG, "办结 1 下水道已疏通，现场已冲洗")

    [case] = await town.cases()
    assert case.status is CaseStatus.RESOLVED
    read = await town.resident_reads(LI)
    assert any("下水道已疏通" in text for text in read)


async def test_staff_look_and_supervise_in_the_app(town: Town) -> None:
    await town.say(LI, SEWER)

    assert "下水道" in await alone(town, QIANG, "查 1")
    assert "2026-0001" in await alone(town, QIANG, "督办 1")


async def test_rights_are_the_same_as_in_the_group(town: Town) -> None:
    await town.say(LI, SEWER)

    answer = await alone(town, ZHAO, "接单 1")

    assert "属于第一网格" in answer
    assert (await town.cases())[0].status is CaseStatus.REGISTERED
    assert await outcomes(town) == [Outcome.HANDLED, Outcome.REFUSED]


async def test_a_first_visit_says_what_can_be_said(town: Town) -> None:
    outcome = await town.simulator.enter_agent(WANG)

    assert "接单" in "".join(reply["text"] for reply in outcome["replies"])


async def test_a_redelivered_callback_gets_the_same_answer_and_does_nothing_twice(town: Town) -> None:
    await town.say(LI, SEWER)
    said = await town.simulator.say(WANG, "接单 1", chat=APP)

    again = await town.simulator.redeliver(said["message"]["id"])

    assert again["answer"] == said["answer"]
    assert len(await town.database.read(all_receipts)) == 2


async def test_a_location_or_a_voice_is_answered_politely(town: Town) -> None:
    outcome = await town.simulator.say(
        WANG, chat=APP, location={"lat": 38.47, "lng": 106.27, "label": "路口"}
    )

    assert outcome["outcome"] == "answered"


async def outcomes(town: Town) -> list[Outcome | None]:
    receipts: list[Receipt] = await town.database.read(all_receipts)
    return [receipt.outcome for receipt in receipts]
