"""Supervision: whom each step tells, missed answers, alarms, urging, questions, more time, other kinds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from handlers.cases.assigning import decline_case
from handlers.cases.extending import Extended, days_until, decide_extension, extend_deadline
from handlers.cases.firing import fire_timer
from handlers.cases.handling import claim_case, report_progress
from handlers.cases.recategorizing import raise_urgency, recategorize_case
from handlers.cases.rounds import pauses_of
from handlers.cases.supervision import supervise_case
from handlers.cases.timers import reset_clock, upcoming_step
from handlers.cases.urging import urge_case
from handlers.cases.waiting import answer_question, ask_reporter, unpaused_columns
from handlers.errors import (
    AlreadyThatKind,
    DaysMissing,
    EmergencyNotExtended,
    ExtensionReasonMissing,
    MoveNotAllowed,
    NobodyToAsk,
    NoExtensionProposed,
    NoSuchKind,
    NotAllowed,
    NotYourCase,
    QuestionMissing,
)
from handlers.meetings.calling import call_meeting
from handlers.meetings.plans import MeetingPlan
from handlers.working_days import SHANGHAI
from storage import cases as case_rows
from storage import timers
from storage.engine import Database
from storage.models.cases import Case, CaseStatus, EventKind, Urgency, cases
from storage.models.outbox import Priority
from storage.models.people import people as people_rows
from storage.models.timers import TimerKind
from tests.conftest import KEY
from tests.handlers.cases.scene import (
    DESK,
    GRID_GROUP,
    RULES,
    events,
    named,
    reported,
    resident,
    sent_to,
    settle_in,
    steps,
    texts,
    timers_by_kind,
)

K = TimerKind
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    database = Database(url, encryption_key=KEY)
    with database.engine.begin() as connection:
        yield connection
    database.close()


@pytest.fixture
def db(sqlite_url: str, now: datetime) -> Iterator[Connection]:
    """The sample communities, in one transaction."""
    with opened(sqlite_url) as connection:
        settle_in(connection, now=now)
        yield connection


def local(month: int, day: int, hour: int = 18, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def fire_due(db: Connection, now: datetime) -> None:
    """What one tick does."""
    while due := timers.due_timers(db, now=now, limit=100):
        for timer in due:
            fire_timer(db, timer, now=now, rules=RULES)


def standing(db: Connection, case: Case) -> Case:
    return case_rows.case_by_id(db, case.id)


# ------------------------------------------------------------------ the ladder


def test_each_step_reaches_those_it_concerns(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)  # due on Tuesday, 1 December, 18:00
    claim_case(db, named(db, "王芳"), case.id, now=now + HOUR)
    told = []
    for moment in (local(11, 30), local(12, 1), local(12, 2), local(12, 8)):
        before = (len(sent_to(db, GRID_GROUP)), len(sent_to(db, DESK)))
        fire_due(db, moment)
        told.append((len(sent_to(db, GRID_GROUP)) - before[0], len(sent_to(db, DESK)) - before[1]))

    assert steps(db, case) == ["remind", "overdue", "head", "street"]
    assert told == [(1, 0), (1, 1), (0, 1), (0, 1)]
    reminder = sent_to(db, GRID_GROUP, having="临期提醒")[0]
    assert reminder.body["mentions"] == ["wangfang"]
    assert "办理：王芳" in reminder.body["text"]
    assert "期限：12月1日 周二 18:00（还有" in reminder.body["text"]
    assert f"@回音 进展 {case.number}" in reminder.body["text"]
    head = sent_to(db, DESK, having="提请社区负责人过问")[0]
    assert head.body["mentions"] == ["chenjing"]
    assert "已超期 24 小时" in head.body["text"]
    assert "没有登记街道联系人" in sent_to(db, DESK, having="提请街道过问")[0].body["text"]


def test_a_step_of_an_unclaimed_case_mentions_its_whole_grid(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)
    db.execute(update(cases).where(cases.c.id == case.id).values(handler_id=None))

    fire_due(db, local(12, 1))

    assert "办理：还没有人接单" in sent_to(db, GRID_GROUP, having="超期督办")[0].body["text"]
    assert sent_to(db, GRID_GROUP, having="超期督办")[0].body["mentions"] == ["wangfang"]


def test_a_reopened_case_goes_one_step_higher_at_each_step(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)
    db.execute(update(cases).where(cases.c.id == case.id).values(supervision_level=2))

    fire_due(db, local(11, 30))

    assert len(sent_to(db, GRID_GROUP, having="临期提醒")) == 1
    assert sent_to(db, DESK, having="临期提醒")[0].body["mentions"] == ["wangfang", "chenjing"]


def test_what_no_grid_covers_is_supervised_at_the_desk(db: Connection, now: datetime) -> None:
    case = reported(db, now=now, place=None)

    fire_due(db, local(12, 1))

    assert steps(db, case) == ["remind", "overdue"]
    assert len(sent_to(db, DESK, having="超期督办")) == 1


def test_steps_missed_in_downtime_are_taken_once_and_in_order(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)
    back = local(12, 31)

    fire_due(db, back)
    fire_due(db, back + DAY)

    assert steps(db, case) == ["remind", "overdue", "head", "street"]
    assert len(events(db, case, EventKind.RESPONSE_MISSED)) == 1
    assert timers_by_kind(db, case) == {}


def test_an_ended_case_takes_no_step_even_if_a_timer_was_left(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)
    db.execute(update(cases).where(cases.c.id == case.id).values(status=CaseStatus.WITHDRAWN))

    fire_due(db, local(12, 31))

    assert events(db, case, EventKind.SUPERVISED, EventKind.RESPONSE_MISSED) == []
    assert timers_by_kind(db, case) == {}


def test_the_timer_of_a_deadline_that_moved_meanwhile_only_waits_on(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)
    db.execute(update(cases).where(cases.c.id == case.id).values(resolve_by=local(12, 21)))

    fire_due(db, local(12, 1))

    assert steps(db, case) == []
    assert timers_by_kind(db, case)[K.SUPERVISION].due_at > local(12, 1)


# Which step follows when the deadline moves: what was taken for the old one, how many days later the new one
# lies, what the clock waits for then (three days before the old deadline, at it for a past one), why.
MOVED = [
    ([], +5, "remind", "the reminder has not come yet"),
    (["remind"], +5, "remind", "the new deadline has its own reminder"),
    (["remind", "overdue"], +5, "remind", "an overdue case with new time is reminded anew"),
    (["remind"], 0, "overdue", "the same deadline is not reminded of twice"),
    (["remind"], -9, "overdue", "a deadline now past was reminded of before; it is overdue at once"),
    (["remind", "overdue"], -9, "head", "being overdue is not said twice in a round for what is past"),
    ([], -9, "remind", "what was never said is made up for"),
    (["remind", "overdue", "head", "street"], -9, None, "nothing is left"),
    (["remind", "overdue", "head", "street"], +9, "remind", "new time, new ladder"),
]


@pytest.mark.parametrize(
    ("taken", "days", "expected"), [row[:3] for row in MOVED], ids=[row[3] for row in MOVED]
)
def test_where_the_ladder_goes_on_after_the_deadline_moved(
    db: Connection, now: datetime, taken: list[str], days: int, expected: str | None
) -> None:
    case = reported(db, now=now)
    for step in taken:
        data = {"step": step, "level": 0, "deadline": case.resolve_by.isoformat()}
        case_rows.add_event(db, case, EventKind.SUPERVISED, person_id=None, now=now, data=data)
    at = case.resolve_by - 3 * DAY if days >= 0 else case.resolve_by
    case_rows.change_case(db, case.id, resolve_by=case.resolve_by + days * DAY)

    reset_clock(db, standing(db, case), RULES, at)

    waiting = timers_by_kind(db, case).get(K.SUPERVISION)
    assert (waiting.step if waiting else None) == expected
    upcoming = upcoming_step(db, standing(db, case), RULES, at)
    assert (upcoming[0].value if upcoming else None) == expected


# ------------------------------------------------------------------ the first answer and the alarm


def test_a_missed_answer_is_said_once_to_the_grid_and_the_desk(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)

    for hours in (24, 25, 48):
        fire_due(db, now + hours * HOUR)

    assert len(events(db, case, EventKind.RESPONSE_MISSED)) == 1
    assert len(sent_to(db, GRID_GROUP, having="还没有人回应")) == 1
    assert "应在11月21日 周六 10:00前回应" in sent_to(db, DESK, having="还没有人回应")[0].body["text"]


def test_whoever_answers_in_time_is_not_reminded_of_it(db: Connection, now: datetime) -> None:
    claimed, progressed = reported(db, now=now), reported(db, now=now, text="5号楼楼道灯坏了")
    claim_case(db, named(db, "王芳"), claimed.id, now=now)
    claim_case(db, named(db, "王芳"), progressed.id, now=now)
    report_progress(db, named(db, "王芳"), progressed.id, "已约电工", now=now)

    fire_due(db, now + 25 * HOUR)

    assert events(db, claimed, EventKind.RESPONSE_MISSED) == []
    assert set(timers_by_kind(db, claimed)) == {K.SUPERVISION}
    assert set(timers_by_kind(db, progressed)) == {K.SUPERVISION}


def test_an_emergency_is_alarmed_until_it_is_claimed(db: Connection, now: datetime) -> None:
    case = reported(db, now=now, kind=("other", "fire"), urgency=Urgency.EMERGENCY, text="3号楼着火了")
    for minutes in (10, 20, 35, 44):
        fire_due(db, now + timedelta(minutes=minutes))

    alarms = sent_to(db, GRID_GROUP, having="还没有人接单（第")
    assert [each.priority for each in alarms] == [Priority.EMERGENCY] * 3
    assert alarms[0].body["mentions"] == ["@all"]
    assert "第3次提醒" in alarms[2].body["text"]
    assert "已等 35 分钟，每 10 分钟提醒一次" in alarms[2].body["text"]
    assert len(sent_to(db, DESK, having="还没有人接单（第")) == 3

    claim_case(db, named(db, "王芳"), case.id, now=now + timedelta(minutes=44))
    fire_due(db, now + HOUR)
    assert len(events(db, case, EventKind.ALARMED)) == 3


def test_one_alarm_makes_up_for_those_missed_in_downtime(db: Connection, now: datetime) -> None:
    case = reported(db, now=now, kind=("other", "fire"), urgency=Urgency.EMERGENCY, text="3号楼着火了")

    fire_due(db, now + 5 * HOUR)

    assert len(events(db, case, EventKind.ALARMED)) == 1
    assert timers_by_kind(db, case)[K.ALARM].due_at == now + 5 * HOUR + timedelta(minutes=10)


def test_an_emergency_given_back_is_alarmed_again(db: Connection, now: datetime) -> None:
    case = reported(db, now=now, kind=("other", "fire"), urgency=Urgency.EMERGENCY, text="3号楼着火了")
    case = claim_case(db, named(db, "王芳"), case.id, now=now)

    decline_case(db, named(db, "王芳"), case.id, "不在我的网格", now=now, rules=RULES)
    fire_due(db, now + timedelta(minutes=11))

    assert len(events(db, case, EventKind.ALARMED)) == 1


# ------------------------------------------------------------------ staff and residents press


def test_what_staff_want_reaches_the_handler_and_leaves_the_level(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)

    supervise_case(db, named(db, "李强"), case.id, "今天必须到现场", now=now)

    [card] = sent_to(db, GRID_GROUP, having="李强督办")
    assert card.body["mentions"] == ["wangfang"]
    assert "今天必须到现场" in card.body["text"]
    assert standing(db, case).supervision_level == 0
    assert upcoming_step(db, case, RULES, now) is not None


def test_only_staff_supervise(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)

    with pytest.raises(NotAllowed):
        supervise_case(db, named(db, "王芳"), case.id, now=now)


def test_a_resident_urges_once_a_day_of_shanghai(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)
    li = resident(db, now=now)
    late = datetime(2026, 11, 20, 23, 59, tzinfo=SHANGHAI).astimezone(UTC)

    first = urge_case(db, li, case.id, now=late)
    again = urge_case(db, li, case.id, now=late + timedelta(seconds=30))
    tomorrow = urge_case(db, li, case.id, now=late + timedelta(minutes=2))

    assert (first.count, first.before) == (1, None)
    assert (again.count, again.before) == (1, late)
    assert (tomorrow.count, tomorrow.before) == (2, None)
    assert [
        "第1次" in texts(sent_to(db, GRID_GROUP, having="居民催办"))[0],
        len(sent_to(db, GRID_GROUP, having="居民催办（第2次）")),
    ] == [True, 1]
    assert len(events(db, case, EventKind.URGED)) == 2


def test_nobody_urges_somebody_elses_or_an_ended_case(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)

    with pytest.raises(NotYourCase):
        urge_case(db, resident(db, "oWu", now=now), case.id, now=now)
    case_rows.change_case(db, case.id, status=CaseStatus.RESOLVED)
    with pytest.raises(MoveNotAllowed):
        urge_case(db, resident(db, now=now), case.id, now=now)


# ------------------------------------------------------------------ questions


def test_a_question_stops_the_clock_and_the_answer_gives_the_days_back(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)
    wang, li = named(db, "王芳"), resident(db, now=now)
    claim_case(db, wang, case.id, now=now)

    asked = ask_reporter(db, wang, case.id, "具体是哪一层", now=now + HOUR, rules=RULES)
    assert (asked.status, asked.status_before, asked.paused_at) == (
        CaseStatus.WAITING,
        CaseStatus.CLAIMED,
        now + HOUR,
    )
    assert set(timers_by_kind(db, case)) == {K.ANSWER}
    again = answer_question(db, li, case.id, "五层", now=local(11, 24, 9), rules=RULES)

    assert (again.status, again.paused_at, again.status_before) == (CaseStatus.CLAIMED, None, None)
    assert again.resolve_by == local(12, 3)  # Monday and Tuesday passed
    assert pauses_of(db, again) == [(now + HOUR, local(11, 24, 9))]
    assert set(timers_by_kind(db, case)) == {K.SUPERVISION}
    assert "五层" in sent_to(db, GRID_GROUP, having="居民已答复")[0].body["text"]
    assert "具体是哪一层" in sent_to(db, "oLi", having="想问您")[0].body["text"]


def test_a_question_nobody_answers_is_given_up_after_five_days(db: Connection, now: datetime) -> None:
    case = reported(db, now=now, kind=("property", "lift"), text="3号楼电梯坏了")  # 24 h by the clock
    wang = named(db, "王芳")
    claim_case(db, wang, case.id, now=now)
    ask_reporter(db, wang, case.id, "哪一部电梯", now=now + HOUR, rules=RULES)

    fire_due(db, now + HOUR + 5 * DAY - timedelta(seconds=1))
    assert standing(db, case).status is CaseStatus.WAITING
    assert steps(db, case) == []
    fire_due(db, now + HOUR + 5 * DAY)

    assert standing(db, case).status is CaseStatus.CLAIMED
    assert standing(db, case).resolve_by == case.resolve_by + 5 * DAY
    assert len(sent_to(db, "oLi", having="先按现有情况继续办")) == 1
    assert len(sent_to(db, GRID_GROUP, having="居民 5 天没有答复")) == 1


def test_a_question_needs_words_and_somebody_to_answer(db: Connection, now: datetime) -> None:
    case, wang = reported(db, now=now), named(db, "王芳")
    claim_case(db, wang, case.id, now=now)
    with pytest.raises(QuestionMissing):
        ask_reporter(db, wang, case.id, " ", now=now, rules=RULES)

    db.execute(update(people_rows).where(people_rows.c.name == "").values(unsubscribed_at=now))
    with pytest.raises(NobodyToAsk):
        ask_reporter(db, wang, case.id, "哪一层", now=now, rules=RULES)


@pytest.mark.parametrize("kind", [("property", "lighting"), ("property", "lift")])
def test_whoever_takes_a_waiting_case_away_gives_its_time_back(
    db: Connection, now: datetime, kind: tuple[str, str]
) -> None:
    case, wang = reported(db, now=now, kind=kind), named(db, "王芳")
    claim_case(db, wang, case.id, now=now)
    asked = ask_reporter(db, wang, case.id, "哪一层", now=now, rules=RULES)
    moved = {("property", "lighting"): local(12, 2), ("property", "lift"): case.resolve_by + 3 * DAY}

    columns = unpaused_columns(asked, RULES, now + 3 * DAY)  # from Friday to Monday

    assert columns == {"paused_at": None, "status_before": None, "resolve_by": moved[kind]}
    assert unpaused_columns(case, RULES, now + 3 * DAY) == {}


# ------------------------------------------------------------------ more time


def extend(db: Connection, who: str, case: Case, days: int | None, *, now: datetime) -> Extended:
    return extend_deadline(db, named(db, who), case.id, days, reason="等配件到货", now=now, rules=RULES)


def test_a_worker_extends_once_and_then_staff_decide(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)

    first = extend(db, "王芳", case, 3, now=now)
    second = extend(db, "王芳", case, 2, now=now)
    assert (first.is_granted, first.case.resolve_by) == (True, local(12, 4))
    assert (second.is_granted, second.case.resolve_by) == (False, local(12, 4))
    assert f"同意延期 {case.number}" in sent_to(db, DESK, having="王芳申请延期")[0].body["text"]

    staff = named(db, "李强")
    done = decide_extension(db, staff, case.id, is_accepted=True, reason="", now=now, rules=RULES)

    assert (done.case.resolve_by, done.case.extension_days) == (local(12, 8), 5)
    notices = texts(sent_to(db, "oLi", having="新的期限"))
    assert ["12月4日 周五 18:00" in notices[0], "12月8日 周二 18:00" in notices[1]] == [True, True]
    assert "等配件到货" in notices[0]
    with pytest.raises(NoExtensionProposed):
        decide_extension(db, staff, case.id, is_accepted=True, reason="", now=now, rules=RULES)


def test_a_refused_extension_changes_nothing_but_says_why(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)
    proposed = extend(db, "王芳", case, 20, now=now)  # more than a worker may grant
    assert proposed.is_granted is False

    staff = named(db, "李强")
    done = decide_extension(db, staff, case.id, is_accepted=False, reason="先临时接灯", now=now, rules=RULES)

    assert (done.is_granted, done.case.resolve_by) == (False, case.resolve_by)
    assert "先临时接灯" in sent_to(db, GRID_GROUP, having="没有同意")[0].body["text"]
    with pytest.raises(NotAllowed):
        decide_extension(db, named(db, "王芳"), case.id, is_accepted=True, reason="", now=now, rules=RULES)


def test_what_cannot_be_extended(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)
    fire = reported(db, now=now, kind=("other", "fire"), urgency=Urgency.EMERGENCY, text="着火了")

    with pytest.raises(EmergencyNotExtended):
        extend(db, "李强", fire, 1, now=now)
    for days in (None, 0, -3, 61):
        with pytest.raises(DaysMissing):
            extend(db, "李强", case, days, now=now)
    with pytest.raises(ExtensionReasonMissing):
        extend_deadline(db, named(db, "李强"), case.id, 3, reason=" ", now=now, rules=RULES)


def test_days_until_a_date_are_counted_as_the_deadline_is(db: Connection, now: datetime) -> None:
    lamp, lift = reported(db, now=now), reported(db, now=now, kind=("property", "lift"))

    assert days_until(db, lamp, local(12, 7), RULES) == 4  # from Tuesday: Wednesday to Friday, Monday
    assert days_until(db, lift, lift.resolve_by + 3.5 * DAY, RULES) == 4
    assert days_until(db, lift, lift.resolve_by - DAY, RULES) == 0


# ------------------------------------------------------------------ another kind, more urgent, complex


def test_another_kind_has_its_deadlines_from_the_start_with_pauses_and_extensions(
    db: Connection, now: datetime
) -> None:
    case, wang = reported(db, now=now), named(db, "王芳")
    claim_case(db, wang, case.id, now=now)
    ask_reporter(db, wang, case.id, "哪一部", now=now + HOUR, rules=RULES)
    answer_question(db, resident(db, now=now), case.id, "东边", now=now + 3 * HOUR, rules=RULES)
    extend(db, "王芳", case, 1, now=now + 3 * HOUR)

    lift = recategorize_case(
        db, wang, case.id, "property", subcategory="lift", now=now + 4 * HOUR, rules=RULES
    )

    assert (lift.subcategory, lift.resolve_by) == ("lift", now + 24 * HOUR + 2 * HOUR + DAY)
    data = events(db, case, EventKind.RECATEGORIZED)[0].data
    assert data == {"old": ["property", "lighting", "normal"], "new": ["property", "lift", "normal"]}
    assert "电梯" in sent_to(db, "oLi", having="已归到")[0].body["text"]


def test_a_deadline_counted_anew_may_be_past_and_supervision_makes_up(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)
    claim_case(db, named(db, "王芳"), case.id, now=now)

    recategorize_case(
        db, named(db, "王芳"), case.id, "property", subcategory="lift", now=now + 2 * DAY, rules=RULES
    )
    fire_due(db, now + 3 * DAY - HOUR)

    assert steps(db, case) == ["remind", "overdue"]  # the head follows on Monday, a working day after


def test_a_worker_cannot_make_public_what_was_private_but_staff_can(db: Connection, now: datetime) -> None:
    piano = reported(db, now=now, kind=("noise", "instrument"), text="有人半夜弹琴")
    assert piano.is_public is False

    by_worker = recategorize_case(
        db, named(db, "王芳"), piano.id, "property", subcategory="lighting", now=now, rules=RULES
    )
    by_staff = recategorize_case(
        db, named(db, "李强"), piano.id, "property", subcategory="greening", now=now, rules=RULES
    )

    assert (by_worker.is_public, by_staff.is_public) == (False, True)


def test_a_whisper_never_becomes_public(db: Connection, now: datetime) -> None:
    whisper = reported(db, now=now, is_whisper=True)

    changed = recategorize_case(
        db, named(db, "李强"), whisper.id, "property", subcategory="greening", now=now, rules=RULES
    )

    assert changed.is_public is False


def test_a_kind_that_is_not_there_or_not_new_is_refused(db: Connection, now: datetime) -> None:
    case, wang = reported(db, now=now), named(db, "王芳")

    with pytest.raises(NoSuchKind):
        recategorize_case(db, wang, case.id, "weather", subcategory=None, now=now, rules=RULES)
    with pytest.raises(AlreadyThatKind):
        recategorize_case(db, wang, case.id, "property", subcategory="lighting", now=now, rules=RULES)


def test_more_urgent_means_sooner_and_an_emergency_begins_its_alarm(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)

    same = raise_urgency(db, case, Urgency.LOW, now=now, rules=RULES)
    raised = raise_urgency(db, case, Urgency.EMERGENCY, now=now + HOUR, rules=RULES)

    assert same == case
    assert (raised.respond_by, raised.resolve_by) == (now + 2 * HOUR, now + 2 * HOUR)
    assert timers_by_kind(db, case)[K.ALARM].due_at == now + HOUR + timedelta(minutes=10)
    assert sent_to(db, GRID_GROUP, having="加急")[0].body["mentions"] == ["@all"]


def test_a_meeting_makes_the_case_complex(db: Connection, now: datetime) -> None:
    case = reported(db, now=now)
    plan = MeetingPlan(now + 3 * DAY, "居委会会议室", case_ids=(case.id,))

    called = call_meeting(db, named(db, "王芳"), plan, secret="s", now=now + DAY, rules=RULES)

    [complex_case] = called.cases
    assert complex_case.resolve_by == local(12, 11)  # 15 working days from the opening, not from the meeting
    due = timers_by_kind(db, case)[K.SUPERVISION].due_at
    assert due == now + (complex_case.resolve_by - now) * 0.75
