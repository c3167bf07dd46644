"""A series is set; its days are called and summed up, once, also when the process stood still."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from handlers.consultation.firing import fire_wake
from handlers.consultation.telling import News, tell_residents_groups
from handlers.errors.listening import (
    ListeningHoursWrong,
    NoListeningDayThen,
    NoSuchListeningDays,
    SameListeningDays,
    WhichListeningDays,
)
from handlers.listening.gathering import gathered
from handlers.listening.planning import (
    ListeningOrder,
    add_listening_days,
    end_listening_days,
    standing_days,
)
from handlers.listening.showing import shown_days
from handlers.residents_groups.shares import GroupLimit
from handlers.rules import ConsultationRules, Rules
from storage import cases, consultation, listening, organization
from storage.engine import Database
from storage.models.cases import CaseStatus, Source
from storage.models.consultation import Subject, WakeKind
from storage.models.listening import ListeningDay, OnHoliday, listening_days
from storage.models.outbox import DeliveryStatus, outbox
from tests.handlers.cases.scene import DESK, estate, named, reported, resident, sent_to, settle_in, texts
from tests.handlers.topics.round_table import proposed

FENGQIAO, MINGYUAN = "wrSampleFengqiao", "wrSampleMingyuan"
RULES = Rules()
FIVES = ListeningOrder({"month_days": [5, 15, 25]}, "09:00", "18:00")
MORNING = datetime(2026, 11, 25, 1, tzinfo=UTC)  # Wednesday 09:00 in Shanghai
EVENING = MORNING + timedelta(hours=9)


@pytest.fixture
def here(database: Database, now: datetime) -> Database:
    """The sample communities, listening on the 5th, 15th and 25th."""
    database.write_now(settle_in, now=now)
    database.write_now(set_days, now=now)
    return database


def set_days(db: Connection, order: ListeningOrder = FIVES, *, now: datetime, who: str = "李强") -> int:
    return add_listening_days(db, named(db, who), order, now=now, rules=RULES).series.number


def fire(db: Connection, at: datetime, rules: Rules = RULES) -> int:
    """Everything due then happens, as the tick does it; how many wakes there were."""
    fired = 0
    while due := consultation.due_wakes(db, now=at, limit=100):
        for wake in due:
            fire_wake(db, wake, secret="s" * 43, now=at, rules=rules)
            fired += 1
    return fired


def days(db: Connection) -> list[ListeningDay]:
    return [ListeningDay(*row) for row in db.execute(select(*listening_days.c).order_by(listening_days.c.id))]


def group_reads(db: Connection, address: str = FENGQIAO) -> list[str]:
    return texts(sent_to(db, address, having="民意听取日"))


def desk_reads(db: Connection) -> list[str]:
    return texts(sent_to(db, DESK, having="民意听取日"))


def test_a_day_is_called_in_every_residents_group_and_at_the_desk(here: Database) -> None:
    def story(db: Connection) -> None:
        assert fire(db, MORNING - timedelta(seconds=1)) == 0
        fire(db, MORNING)
        fire(db, MORNING + timedelta(hours=1))

        [call] = group_reads(db)
        assert "11月25日（周三） 09:00–18:00" in call
        assert "晨光社区听大家说" in call
        assert group_reads(db, MINGYUAN) == [call]
        assert group_reads(db, "wrSampleYinxing") == []  # of another community
        [told] = desk_reads(db)
        assert "已提交 2 个居民群" in told
        assert [(each.day, each.called_at) for each in days(db)] == [(date(2026, 11, 25), MORNING)]
        [following] = standing_days(db, 1, now=MORNING)
        assert following.following.day == date(2026, 12, 7)  # the 5th is a Saturday

    here.write_now(story)


def test_the_evening_tells_what_came_in_by_kind_and_number(here: Database) -> None:
    def story(db: Connection) -> None:
        fire(db, MORNING)
        noon = MORNING + timedelta(hours=3)
        reported(db, now=MORNING - timedelta(minutes=1), by="oEarly", text="昨晚楼道灯坏了")
        lamp = reported(db, now=noon, by="oLi")
        reported(db, now=noon, by="oHe", kind=("noise", "upstairs"), text="33号楼5单元301半夜拖椅子")
        proposed(db, "给车棚装充电桩", by="oLi", now=noon)
        proposed(db, "让33号楼5单元201别养鸡", by="oHe", now=noon)
        fire(db, EVENING)
        fire(db, EVENING + timedelta(hours=1))

        told = group_reads(db)[1]
        assert group_reads(db)[2:] == []
        assert "收到 4 条意见，2 位居民参与。" in told
        assert f"{lamp.label}" in told
        assert "另有 1 件不公开办理。" in told
        assert "· 议题1 给车棚装充电桩" in told
        for private in ("301", "201", "5单元", "养鸡", "昨晚"):
            assert private not in told
        [_, desk] = desk_reads(db)
        assert "居民提议 2 条" in desk
        assert "采纳议题1" in desk

    here.write_now(story)


def test_a_summary_that_stands_is_not_told_again(here: Database) -> None:
    def story(db: Connection) -> None:
        fire(db, MORNING)
        fire(db, EVENING)
        [day] = days(db)
        told = group_reads(db), desk_reads(db)
        again = EVENING + timedelta(minutes=5)
        consultation.set_wake(
            db,
            Subject.LISTENING_DAY,
            day.id,
            WakeKind.SUMMARY,
            community_id=day.community_id,
            due_at=again,
        )

        assert fire(db, again) == 1
        assert (group_reads(db), desk_reads(db)) == told

    here.write_now(story)


def test_what_was_taken_back_joined_merged_or_seen_on_patrol_counts_as_it_should(
    here: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        fire(db, MORNING)
        at = MORNING + timedelta(hours=1)
        first = reported(db, now=at, by="oLi")
        second = reported(db, now=at, by="oHe", text="3号楼2单元的灯又不亮")
        gone = reported(db, now=at, by="oWu", kind=("water", "leak"), text="厨房漏水")
        reported(db, now=at, by="oPatrol", source=Source.PATROL, text="巡查发现井盖松动")
        cases.change_case(db, second.id, status=CaseStatus.MERGED, merged_into_id=first.id)
        cases.change_case(db, gone.id, status=CaseStatus.WITHDRAWN)
        cases.leave_case(db, gone.id, resident(db, "oWu", now=at).id, now=at)

        found = gathered(db, days(db)[0], is_for_staff=False, now=at + timedelta(hours=1))

        assert (found.people, found.voices) == (2, 2)
        assert [[case.id for case in kind.cases] for kind in found.kinds] == [[first.id]]

    here.write_now(story)


def test_nothing_came_in(here: Database) -> None:
    def story(db: Connection) -> None:
        fire(db, MORNING)
        fire(db, EVENING)

        assert "没有收到新的意见" in group_reads(db)[1]
        assert "没有收到居民的意见" in desk_reads(db)[1]

    here.write_now(story)


def test_hundreds_of_cases_are_cut_and_counted(here: Database) -> None:
    def story(db: Connection) -> None:
        fire(db, MORNING)
        at = MORNING + timedelta(hours=1)
        for number in range(40):
            reported(db, now=at, by=f"o{number}", text=f"{number}号楼楼道灯不亮了")
        fire(db, EVENING)

        told = group_reads(db)[1]
        assert "收到 40 条意见，40 位居民参与。" in told
        assert "40 件：" in told
        assert "等 40 件" in told
        assert len(told) < 600

    here.write_now(story)


# ------------------------------------------------------------------ the process stood still


def test_a_call_is_made_up_for_until_the_day_ends(here: Database) -> None:
    def story(db: Connection) -> None:
        fire(db, EVENING - timedelta(minutes=5))

        assert len(group_reads(db)) == 1
        fire(db, EVENING)
        assert len(group_reads(db)) == 2

    here.write_now(story)


@pytest.mark.parametrize(
    ("later", "is_told"),
    [(timedelta(hours=17), True), (timedelta(hours=18), False), (timedelta(days=3), False)],
)
def test_a_summary_reaches_residents_until_noon_of_the_next_working_day(
    here: Database, *, later: timedelta, is_told: bool
) -> None:
    def story(db: Connection) -> None:
        fire(db, MORNING)
        fire(db, EVENING + later)

        assert len(group_reads(db)) == 1 + is_told
        assert len([each for each in desk_reads(db) if "小结" in each and "收到" in each]) == 1

    here.write_now(story)


def test_a_day_that_went_by_is_not_called_and_only_the_desk_reads_of_it(here: Database) -> None:
    def story(db: Connection) -> None:
        reported(db, now=MORNING + timedelta(hours=2))
        fire(db, EVENING + timedelta(minutes=1))

        assert group_reads(db) == []
        [told] = desk_reads(db)
        assert "没有发出号召" in told
        assert "收到 1 条意见" in told
        fire(db, datetime(2026, 12, 7, 1, tzinfo=UTC))
        assert len(group_reads(db)) == 1

    here.write_now(story)


def test_many_missed_days_are_told_once_and_the_one_that_is_on_is_called(here: Database) -> None:
    def story(db: Connection) -> None:
        january = datetime(2027, 1, 5, 3, tzinfo=UTC)
        fire(db, january)
        fire(db, january + timedelta(minutes=1))

        assert len(group_reads(db)) == 1
        assert "1月5日" in group_reads(db)[0]
        missed = [each for each in desk_reads(db) if "系统没有运行" in each]
        assert len(missed) == 2  # one of all but the last, and the summary of the last
        assert "11月25日（周三）、12月7日（周一）、12月15日（周二）" in missed[0]
        assert [each.summarised_at is not None for each in days(db)] == [True, True, True, True, False]

    here.write_now(story)


def use_up(db: Connection, number: int, *, now: datetime) -> None:
    """The group of 枫桥苑 has had so many messages."""
    [group] = organization.residents_groups_of_estate(db, estate(db).id)
    for each in range(number):
        tell_residents_groups(db, News(1, f"other:{each}", now), [group], "别的通知")
    others = update(outbox).where(outbox.c.key.startswith("other:"))
    db.execute(others.values(status=DeliveryStatus.SENT, finished_at=now, made_at=now))


def test_a_group_whose_share_is_used_up_is_left_out_and_named_at_the_desk(here: Database) -> None:
    def story(db: Connection) -> None:
        rules = Rules(group_limit=GroupLimit.WEEK)
        use_up(db, 6, now=MORNING - timedelta(days=1))  # the seventh is kept for emergencies
        fire(db, MORNING, rules)

        assert group_reads(db) == []
        assert len(group_reads(db, MINGYUAN)) == 1
        assert "没有发到：枫桥苑居民群（群发次数已用完或没有群主）" in desk_reads(db)[0]
        assert "已提交 1 个居民群" in desk_reads(db)[0]

    here.write_now(story)


# ------------------------------------------------------------------ set, listed, ended


def test_a_day_on_which_two_series_fall_is_called_once(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        set_days(db, ListeningOrder({"weekdays": [3]}, "09:00", "18:00"), now=now)
        fire(db, MORNING)
        fire(db, EVENING)

        assert len(group_reads(db)) == 2
        assert len(days(db)) == 1

    here.write_now(story)


@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        ({"rule": FIVES.rule, "starts": "10:00", "ends": "17:00"}, SameListeningDays),
        ({"rule": {"weekdays": [3]}, "starts": "18:00", "ends": "09:00"}, ListeningHoursWrong),
        ({"rule": {"weekdays": [3]}, "starts": "09:00", "ends": "09:00"}, ListeningHoursWrong),
    ],
)
def test_what_cannot_be_set_is_refused(
    here: Database, now: datetime, *, order: Mapping[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        here.write_now(set_days, ListeningOrder(**order), now=now)
    here.read_now(lambda db: listening.standing_series(db, 1))


def test_holidays_are_as_the_settings_say_unless_staff_say_it(here: Database, now: datetime) -> None:
    def story(db: Connection) -> None:
        rules = Rules(consultation=ConsultationRules(listening_on_holiday=OnHoliday.SKIP))
        made = add_listening_days(
            db, named(db, "李强"), ListeningOrder({"weekdays": [3]}, "09:00", "18:00"), now=now, rules=rules
        )
        said = ListeningOrder({"weekdays": [4]}, "09:00", "18:00", OnHoliday.KEEP)
        other = add_listening_days(db, named(db, "李强"), said, now=now, rules=rules)

        assert made.series.on_holiday is OnHoliday.SKIP
        assert other.series.on_holiday is OnHoliday.KEEP

    here.write_now(story)


def test_an_ended_series_is_not_called_and_its_day_keeps_its_summary(here: Database) -> None:
    def story(db: Connection) -> None:
        fire(db, MORNING)
        end_listening_days(db, named(db, "李强"), None, now=MORNING)
        fire(db, EVENING)
        fire(db, EVENING + timedelta(days=60))

        assert len(group_reads(db)) == 2
        with pytest.raises(NoSuchListeningDays):
            end_listening_days(db, named(db, "李强"), 1, now=EVENING)

    here.write_now(story)


def test_ended_and_set_again_on_the_same_day_it_is_not_called_twice(here: Database) -> None:
    def story(db: Connection) -> None:
        fire(db, MORNING)
        end_listening_days(db, named(db, "李强"), 1, now=MORNING)
        set_days(db, ListeningOrder(FIVES.rule, "11:00", "18:00"), now=MORNING)
        fire(db, MORNING + timedelta(hours=2))

        assert len(group_reads(db)) == 1

    here.write_now(story)


def test_of_several_the_number_must_be_said_and_others_series_are_out_of_reach(
    here: Database, now: datetime
) -> None:
    def story(db: Connection) -> None:
        set_days(db, ListeningOrder({"weekdays": [3]}, "09:00", "18:00"), now=now)
        with pytest.raises(WhichListeningDays):
            end_listening_days(db, named(db, "李强"), None, now=now)
        with pytest.raises(NoSuchListeningDays):
            end_listening_days(db, named(db, "马建国"), 1, now=now)

    here.write_now(story)


def test_a_day_is_shown_again_and_one_that_was_none_names_those_that_were(here: Database) -> None:
    def story(db: Connection) -> None:
        assert shown_days(db, 1, None, is_for_staff=True, now=MORNING) == []
        fire(db, MORNING)
        at = MORNING + timedelta(hours=1)
        reported(db, now=at)

        [found] = shown_days(db, 1, date(2026, 11, 25), is_for_staff=True, now=at + timedelta(hours=1))
        assert found.voices == 1
        with pytest.raises(NoListeningDayThen, match="最近的听取日：11月25日"):
            shown_days(db, 1, date(2026, 11, 24), is_for_staff=True, now=at)
        assert shown_days(db, 2, None, is_for_staff=True, now=at) == []

    here.write_now(story)


def test_the_receipt_is_told_of_the_day_only_while_it_is_on(here: Database) -> None:
    def story(db: Connection) -> None:
        fire(db, MORNING)

        assert listening.is_listening(db, 1, now=MORNING)
        assert not listening.is_listening(db, 1, now=EVENING)
        assert not listening.is_listening(db, 2, now=MORNING)

    here.write_now(story)


def test_the_desk_reads_nothing_of_a_complaint_of_a_worker(here: Database) -> None:
    def story(db: Connection) -> None:
        fire(db, MORNING)
        proposed(db, "投诉网格员王芳收钱不办事", now=MORNING)
        proposed(db, "给车棚装充电桩", by="oZhang", now=MORNING)
        fire(db, EVENING)

        [told] = [each for each in texts(sent_to(db, DESK)) if "小结" in each and "收到" in each]
        assert "充电桩" in told
        assert "王芳" not in told
        assert "私聊" in told

    here.write_now(story)
