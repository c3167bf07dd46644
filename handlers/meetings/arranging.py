"""A meeting is arranged by question and answer: what, when, where; then it is shown, and confirmed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection

from handlers.meetings.calling import MeetingCalled, call_meeting, named_before
from handlers.meetings.circle import by_name, circle_of, each_once, spoken_for
from handlers.meetings.plans import MeetingOrder, order_from, read_order
from handlers.rules import Rules
from handlers.working_days import local
from nlp.times import DAY_WORD
from storage import assignments, organization
from storage.models.meetings import Meeting
from storage.models.people import Person

MOST_NAMES: Final = 6  # of units and groups in a preview
LEADS: Final = re.compile(r"^(?:就?在|到|地点|商量|讨论|关于)[\s:：是]*")
CHANGES: Final = re.compile(r"(?:那就?|还是|就)*(?:换|改|定|调)?[成到为在]?(?:吧|开|行吗|可以吗)*")


class Ask(StrEnum):
    """What is still to be said of a meeting."""

    WHAT = "what"
    WHEN = "when"
    WHERE = "where"


def missing(order: MeetingOrder) -> Ask | None:
    """The next question; `None` when everything is said."""
    if not order.is_about_something:
        return Ask.WHAT
    if order.starts_at is None or not order.has_clock:
        return Ask.WHEN
    return None if order.has_place else Ask.WHERE


def with_answer(order: MeetingOrder, ask: Ask, words: str, *, given: Mapping[str, Any]) -> MeetingOrder:
    """The order with what was answered; unchanged when the words do not answer the question.

    `given` is what the reader finds in the words.
    """
    said = order_from(given)
    bare = LEADS.sub("", words.strip(" 。！!，,"))
    if said.starts_at is not None:
        order = _at(order, said, words)
    if ask is Ask.WHAT:
        is_numbered = bool(said.topics or said.cases)
        title = "" if is_numbered else _beside_the_time(said, bare)
        return replace(
            order, topics=said.topics, cases=said.cases, title=title, place=order.place or said.place
        )
    if ask is Ask.WHERE:
        return replace(
            order,
            place=said.place or ("" if said.online else _beside_the_time(said, bare)),
            online=said.online or order.online,
        )
    return replace(order, place=order.place or said.place, online=order.online or said.online)


def draft_meeting(
    db: Connection, caller: Person, order: MeetingOrder, *, secret: str, now: datetime, rules: Rules
) -> MeetingCalled:
    """The meeting stands as a draft that can be shown; raises what `read_order` and `call_meeting` do."""
    plan = replace(read_order(db, caller, order), is_draft=True)
    return call_meeting(db, caller, plan, secret=secret, now=now, rules=rules)


def would_be_told(db: Connection, meeting: Meeting) -> list[str]:
    """Whom the draft would invite, in words: 居民等 3 人, 枫桥物业, 枫桥苑居民群."""
    wanted = spoken_for(db, each_once([*by_name(db, named_before(db, meeting)), *circle_of(db, meeting)]))
    persons = sum(each.person_id is not None for each in wanted)
    units = [assignments.unit_by_id(db, each.unit_id).name for each in wanted if each.unit_id is not None]
    group_ids = [each.group_id for each in wanted if each.group_id is not None]
    groups = [each.name for each in organization.groups_by_ids(db, group_ids)] if group_ids else []
    told = [f"居民等 {persons} 人"] if persons else []
    return told + _cut(units) + _cut(groups)


def _beside_the_time(said: MeetingOrder, bare: str) -> str:
    """What the answer says beside a time; nothing when it is a time alone."""
    left = LEADS.sub("", said.title)
    return bare if said.starts_at is None else "" if CHANGES.fullmatch(left) else left


def _cut(names: list[str]) -> list[str]:
    more = [f"等 {len(names)} 个"] if len(names) > MOST_NAMES else []
    return names[:MOST_NAMES] + more


def _at(order: MeetingOrder, said: MeetingOrder, words: str) -> MeetingOrder:
    """The time said; an hour alone belongs to the day that was said before."""
    assert said.starts_at is not None
    if order.starts_at is not None and not order.has_clock and said.has_clock and not DAY_WORD.search(words):
        at = local(said.starts_at)
        moment = local(order.starts_at).replace(hour=at.hour, minute=at.minute)
        return replace(order, starts_at=moment, has_clock=True)
    length = said.minutes_long if said.minutes_long is not None else order.minutes_long
    return replace(order, starts_at=said.starts_at, has_clock=said.has_clock, minutes_long=length)
