"""`/meetings/{token}.ics`: a meeting as a calendar file, for whoever has its address (RFC 5545, 5546)."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web
from icalendar import Alarm, Calendar, Event
from sqlalchemy import Connection

from bot.clock import Clock
from bot.pages.rendering import HEADERS, message_page
from handlers.meetings.publicity import PLAIN_TITLE
from handlers.privacy import public_wording
from handlers.replies.invitations import where_text
from handlers.working_days import local
from storage import invitations, meeting_circles
from storage.engine import Database
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.topics import Topic

TOKEN: Final = re.compile(r"[0-9A-Za-z_-]{20,64}", re.ASCII)
OFF: Final = frozenset({MeetingStatus.CANCELLED, MeetingStatus.POSTPONED})
REMINDER: Final = timedelta(hours=1)  # before it begins
TYPE: Final = "text/calendar"


@dataclass(frozen=True, slots=True)
class CalendarPages:
    """The calendar file of every meeting that people were invited to."""

    database: Database
    clock: Clock

    def add_routes(self, app: web.Application) -> None:
        """Serve the file."""
        app.router.add_get("/meetings/{token}.ics", self.show)

    async def show(self, request: web.Request) -> web.Response:
        """The file as the meeting stands now; 404 for an address that none has."""
        token = request.match_info["token"]
        found = await self.database.read(_behind, token) if TOKEN.fullmatch(token) else None
        if found is None:
            return message_page("没有这个链接", "请核对地址，或打社区电话问开会时间。", status=404)
        meeting, topics = found
        method = "CANCEL" if is_off(meeting) else "PUBLISH"
        return web.Response(
            body=calendar_file(meeting, topics, now=self.clock.now()),
            headers={
                **HEADERS,
                "Content-Type": f"{TYPE}; charset=utf-8; method={method}",
                "Content-Disposition": f'attachment; filename="meeting-{meeting.number}.ics"',
            },
        )


def calendar_file(meeting: Meeting, topics: list[Topic], *, now: datetime) -> bytes:
    """The meeting in Asia/Shanghai; whoever adds a later version replaces the earlier.

    A calendar is seen by others: words that point to a person or a door stay out of it, but for the place.
    One that is cancelled, or waits for another time, is taken off the calendar.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Huiyin//Consultation meetings//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_off(meeting) else "PUBLISH")
    calendar.add_component(_event(meeting, topics, now=now))
    if meeting.starts_at is not None:
        calendar.add_missing_timezones()
    file: bytes = calendar.to_ical()
    return file


def is_off(meeting: Meeting) -> bool:
    """Whether it is taken off the calendar: it was called off, or has no time."""
    return meeting.status in OFF or meeting.starts_at is None


def _event(meeting: Meeting, topics: list[Topic], *, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"meeting-{meeting.id}-{meeting.token[:12]}@huiyin")
    event.add("sequence", meeting.version)
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("summary", f"议事会：{public_wording(meeting.title) or PLAIN_TITLE}")
    event.add("status", "CANCELLED" if is_off(meeting) else "CONFIRMED")
    if meeting.starts_at is not None:
        start = local(meeting.starts_at)
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(minutes=meeting.minutes_long))
    event.add("location", where_text(meeting))
    agenda = [f"{index}. {_topic(each)}" for index, each in enumerate(topics, start=1)]
    event.add("description", "\n".join([f"议事会{meeting.number}", *agenda]))
    if not is_off(meeting):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"议事会{meeting.number}快开始了")
        alarm.add("trigger", -REMINDER)
        event.add_component(alarm)
    return event


def _topic(topic: Topic) -> str:
    return public_wording(topic.title) or f"议题{topic.number}"


def _behind(db: Connection, token: str) -> tuple[Meeting, list[Topic]] | None:
    meeting = invitations.meeting_behind(db, token)
    return None if meeting is None else (meeting, meeting_circles.topics_of_meeting(db, meeting.id))
