"""Surveys in the sample community, and residents who answer them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from handlers.consultation.firing import fire_wake
from handlers.rules import Rules
from handlers.surveys.answering import SurveyAnswered, answer_survey
from handlers.surveys.making import SurveyOpened, SurveyOrder, open_survey
from storage import consultation
from storage.models.people import Person
from storage.models.people import people as people_rows
from storage.models.polls import Poll, polls
from tests.handlers.cases.scene import estate, named, resident

RULES = Rules(public_url="https://huiyin.example")
OPTIONS = ("不热", "还可以", "很热")


def asked(db: Connection, title: str = "暖气热不热", *, now: datetime, **more: Any) -> SurveyOpened:
    """李强 asks 枫桥苑."""
    values: dict[str, Any] = {"options": OPTIONS, "estate_id": estate(db).id}
    if "meeting" in more:
        values["estate_id"] = None
    return open_survey(db, named(db, "李强"), SurveyOrder(title, **(values | more)), now=now, rules=RULES)


def living(db: Connection, openid: str, *, now: datetime, at: str = "枫桥苑", name: str = "") -> Person:
    """A resident who lives there."""
    person, home = resident(db, openid, now=now), estate(db, at)
    values = {"estate_id": home.id, "community_id": home.community_id, "building": "33", "name": name}
    db.execute(update(people_rows).where(people_rows.c.id == person.id).values(**values))
    return resident(db, openid, now=now)


def says(db: Connection, openid: str, words: str, *, now: datetime, number: int = 1) -> SurveyAnswered:
    """A resident of 枫桥苑 answers."""
    return answer_survey(db, living(db, openid, now=now), number, words, now=now)


def many_say(db: Connection, words: Iterable[str], *, now: datetime, number: int = 1) -> None:
    for index, each in enumerate(words):
        says(db, f"oMany{index}", each, now=now, number=number)


def fire(db: Connection, at: datetime) -> None:
    """Everything due then happens, as the tick does it."""
    while due := consultation.due_wakes(db, now=at, limit=100):
        for wake in due:
            fire_wake(db, wake, secret="s" * 43, now=at, rules=RULES)


def poll_of(db: Connection, number: int = 1) -> Poll:
    return Poll(*db.execute(select(*polls.c).where(polls.c.number == number)).one())
