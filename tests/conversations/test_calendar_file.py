"""The calendar file of a meeting, as a telephone fetches it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from icalendar import Calendar
from sqlalchemy import Connection

from storage import meetings as meeting_rows
from storage.models.meetings import Meeting, MeetingStatus
from tests.conversations.conftest import Town, running_town
from tests.handlers.meetings.gathering import called_meeting

TOKEN = "a1" * 21


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path, now: datetime) -> AsyncIterator[Town]:
    async with running_town(sqlite_url, tmp_path, now) as built:
        yield built


def made(db: Connection, now: datetime) -> Meeting:
    return called_meeting(db, now=now, token=TOKEN, online="腾讯会议 123", title="主管道；怎么修，谁出钱")


async def fetched(town: Town, token: str = TOKEN) -> tuple[int, str, str]:
    address = f"{town.tools.settings.server.public_url}/meetings/{token}.ics"
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status, response.headers["Content-Type"], await response.text()


async def event_of(town: Town) -> tuple[Calendar, Any]:
    status, kind, text = await fetched(town)
    assert status == 200
    assert kind.startswith("text/calendar")
    calendar = Calendar.from_ical(text)
    assert isinstance(calendar, Calendar)
    [event] = calendar.walk("VEVENT")
    return calendar, event


async def test_the_file_has_time_place_and_agenda_in_shanghai(town: Town, now: datetime) -> None:
    meeting = await town.database.write(made, now)

    calendar, event = await event_of(town)

    assert str(calendar["METHOD"]) == "PUBLISH"
    assert [str(each["TZID"]) for each in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert event["DTSTART"].dt.astimezone(UTC) == now + timedelta(days=7)
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=meeting.minutes_long)
    assert "主管道；怎么修，谁出钱" in str(event["SUMMARY"])
    assert str(event["LOCATION"]) == "居委会会议室（线上：腾讯会议 123）"
    assert str(event["STATUS"]) == "CONFIRMED"
    assert int(event["SEQUENCE"]) == 0


async def test_what_others_see_in_a_calendar_names_nobody_and_no_door(town: Town, now: datetime) -> None:
    title = "8号楼2单元301楼上噪音"
    await town.database.write(lambda db: called_meeting(db, now=now, token=TOKEN, title=title))

    _, event = await event_of(town)

    assert str(event["SUMMARY"]) == "议事会：社区议事会"
    assert "301" not in str(event["DESCRIPTION"])


async def test_a_later_version_replaces_the_earlier(town: Town, now: datetime) -> None:
    meeting = await town.database.write(made, now)
    _, before = await event_of(town)
    values: dict[str, Any] = {"starts_at": now + timedelta(days=9), "version": 1}
    await town.database.write(lambda db: meeting_rows.change_meeting(db, meeting.id, **values))

    _, after = await event_of(town)

    assert str(after["UID"]) == str(before["UID"])
    assert int(after["SEQUENCE"]) == 1
    assert after["DTSTART"].dt.astimezone(UTC) == now + timedelta(days=9)


@pytest.mark.parametrize(
    "values",
    [
        {"status": MeetingStatus.CANCELLED, "version": 1},
        {"status": MeetingStatus.POSTPONED, "starts_at": None, "version": 1},
    ],
)
async def test_what_does_not_take_place_is_taken_off(
    town: Town, now: datetime, *, values: dict[str, Any]
) -> None:
    meeting = await town.database.write(made, now)
    await town.database.write(lambda db: meeting_rows.change_meeting(db, meeting.id, **values))

    calendar, event = await event_of(town)

    assert str(calendar["METHOD"]) == "CANCEL"
    assert str(event["STATUS"]) == "CANCELLED"


@pytest.mark.parametrize("token", ["b2" * 21, "x", "%2e%2e%2fetc", "a1" * 60])
async def test_an_unknown_address_is_nothing(town: Town, now: datetime, token: str) -> None:
    await town.database.write(made, now)

    status, _, text = await fetched(town, token)

    assert status == 404
    assert "VEVENT" not in text
