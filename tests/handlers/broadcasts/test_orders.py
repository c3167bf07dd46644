"""What the arguments of a command order, and how it is kept."""

from datetime import datetime

import pytest

from handlers.broadcasts.orders import EVERYBODY, kept_order, read_order
from handlers.broadcasts.templates import variables_of
from handlers.errors.broadcasts import TimeNotUnderstood
from handlers.working_days import SHANGHAI
from nlp.broadcasts.targets import Target, TargetKind
from storage.models.broadcasts import BroadcastAudience

HOUSES = {"kind": "building", "name": "枫桥苑", "said": "枫桥苑1-5号楼", "buildings": [1, 5]}
WATER = {
    "kind": "category",
    "name": "",
    "said": "反映过停水的居民",
    "category": "water",
    "subcategory": "outage",
}


def test_nobody_named_means_everybody() -> None:
    order = read_order({"text": " 明天停水 ", "target": None, "targets": []})

    assert order.targets == (EVERYBODY,)
    assert (order.text, order.label, order.is_for_named) == ("明天停水", "全部", False)


def test_a_time_that_is_not_understood_is_asked_for() -> None:
    with pytest.raises(TimeNotUnderstood, match="每5分钟"):
        read_order({"text": "停水", "target": "枫桥苑", "at_unknown": "每5分钟"})


def test_names_alone_are_estates() -> None:
    order = read_order({"text": "停水", "target": "枫桥苑、明园小区"})

    assert [each.kind for each in order.targets] == [TargetKind.ESTATE] * 2
    assert order.label == "枫桥苑、明园小区"


def test_those_who_reported_something_are_told_one_by_one() -> None:
    order = read_order({"text": "修好了", "targets": [WATER], "audience": "residents_groups"})

    assert order.audience is BroadcastAudience.RESIDENTS


def test_a_time_is_kept_and_a_rule_goes_before_it() -> None:
    once = read_order({"text": "体检", "targets": [HOUSES], "at": "2026-11-21T08:00:00+08:00"})
    again = read_order({"text": "体检", "repeat": {"weekdays": [5]}, "at_time": "08:30", "at": "x"})

    assert once.at == datetime(2026, 11, 21, 8, tzinfo=SHANGHAI)
    assert (again.at, again.rule) == (None, {"weekdays": [5], "at_time": "08:30"})


def test_an_order_that_was_kept_is_the_same() -> None:
    order = read_order({"text": "停水", "targets": [HOUSES, WATER], "urgent": True})

    assert kept_order("停水", order.as_json()) == order


def test_everybody_is_named_for_whom_it_is() -> None:
    said = {"kind": "all", "name": "全部", "said": "所有网格群"}

    order = read_order({"text": "开会", "targets": [said], "audience": "workers_groups"})

    assert order.label == "全部网格群"


def test_a_long_list_of_names_fits_its_column() -> None:
    names = [{"kind": "estate", "name": f"第{n}个很长很长的小区", "said": ""} for n in range(100)]

    assert len(read_order({"text": "停水", "targets": names}).label) == 256


def test_the_variables_of_a_template() -> None:
    assert variables_of("【停水】{小区}将于{ 时间 }停水，｛小区｝居民备水") == ["小区", "时间"]


def test_houses_are_read_whole() -> None:
    [target] = read_order({"text": "x", "targets": [HOUSES]}).targets

    assert target == Target(TargetKind.BUILDING, "枫桥苑", "枫桥苑1-5号楼", (1, 5))
