"""One case or two."""

import pytest

from nlp.reading import Places, Reader
from nlp.similarity import same_problem

PAIRS = [
    ("枫桥苑3号楼电梯坏了两天了", "枫桥苑三号楼的电梯又停了，老人下不来", True),
    ("枫桥苑33号楼5单元下水道堵了", "枫桥33-5的下水往上返，臭得不行", True),
    ("明园小区南门地锁占了公共车位", "明园南门有人私装地锁", True),
    ("枫桥苑2号楼1单元楼道灯不亮", "枫桥苑2号楼1单元声控灯坏了，黑漆漆的", True),
    ("枫桥苑地下车库积水了", "枫桥苑地库进水，车都泡了", True),
    ("枫桥苑5栋停水一天了", "枫桥苑5号楼没水，啥时候来水啊", True),
    ("枫桥苑小广场晚上跳广场舞太吵", "枫桥苑小广场跳舞的音响太大，吵得孩子没法睡", True),
    ("枫桥苑3号楼电梯坏了", "枫桥苑4号楼电梯坏了", False),
    ("枫桥苑2号楼1单元楼道灯不亮", "枫桥苑2号楼2单元楼道灯不亮", False),
    ("明园小区南门地锁占了公共车位", "明园小区北门地锁占了公共车位", False),
    ("枫桥苑3号楼停水了", "枫桥新苑3号楼停水了", False),
    ("枫桥苑5号楼停车费涨了", "枫桥苑5号楼物业费涨了", False),
    ("枫桥苑5号楼电梯坏了", "枫桥苑5号楼楼上装修太吵", False),
    ("金港城二期停水", "金港城三期停水", False),
    ("地下车库负一层积水", "地下车库负二层积水", False),
]


@pytest.mark.parametrize(("a", "b", "same"), PAIRS, ids=[f"{a} / {b}" for a, b, _ in PAIRS])
def test_same_place_and_same_problem_is_one_case(
    reader: Reader, places: Places, *, a: str, b: str, same: bool
) -> None:
    one, other = reader.read(a, places), reader.read(b, places)

    assert same_problem(one, other).same is same
    assert same_problem(one, other) == same_problem(other, one)


def test_message_is_the_same_as_itself(reader: Reader, places: Places) -> None:
    reading = reader.read("枫桥苑33号楼5单元下水道堵了", places)

    answer = same_problem(reading, reading).as_json()
    assert answer == {"same": True, "score": pytest.approx(1.0, abs=0.05)}


def test_empty_messages_are_not_the_same(reader: Reader, places: Places) -> None:
    reading = reader.read("", places)

    assert same_problem(reading, reading).same is False


def test_other_estates_are_told_apart_without_a_list(reader: Reader) -> None:
    nowhere = Places.of([])
    one, other = reader.read("北山新村2号楼停水了", nowhere), reader.read("南湖新村2号楼停水了", nowhere)

    assert same_problem(one, other).same is False
