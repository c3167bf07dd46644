"""The story that `huiyin demo` tells comes to its end, and shows both sides."""

import io

import pytest
from rich.console import Console

from bot.demo import STORIES, SimulatorNotThere, stories_called, tell
from bot.demo.playing import NoSuchStory
from storage.models.cases import CaseStatus
from tests.conversations.conftest import Town


async def test_the_demo_tells_the_whole_story_twice(town: Town) -> None:
    heard = io.StringIO()

    await town.say("xumin", "银杏里2号楼电梯坏了，上不去")
    await town.say("sunli", "办结 1 已修好", chat=town.groups["湖畔网格工作群"])
    await town.simulator.wait_for_task()  # somebody left it untapped
    for _ in range(2):
        await tell(town.address, Console(file=heard, width=100))

    statuses = [case.status for case in (await town.cases())[1:]]
    assert statuses == [CaseStatus.RESOLVED, CaseStatus.REGISTERED, CaseStatus.RESOLVED] * 2
    assert "办结公示" in heard.getvalue()
    assert "明天9点到11点停水" in heard.getvalue()


async def test_without_a_simulator_it_says_what_to_do() -> None:
    with pytest.raises(SimulatorNotThere, match="make run"):
        await tell("http://127.0.0.1:9", Console(file=io.StringIO()))


def test_stories_are_called_by_name_and_an_unknown_name_is_answered_with_those_there_are() -> None:
    assert [story.name for story in stories_called("")] == ["day"]
    assert [story.name for story in stories_called("all")] == list(STORIES)
    for name in STORIES:
        assert [story.name for story in stories_called(name)] == [name]
    with pytest.raises(NoSuchStory, match=r"sewer.*all"):
        stories_called("flood")
