"""Invitations go out: to everybody a meeting concerns and to those named; changes and its end are told."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from handlers.consultation.telling import News, news_of
from handlers.meetings.circle import Invited, by_name, circle_of, each_once, spoken_for
from handlers.meetings.publicity import public_place, public_title
from handlers.meetings.reaching import Told, Words, names_of, tell_invited
from handlers.meetings.reminding import plan_reminders, stop_reminders
from handlers.privacy import public_wording
from handlers.replies import invitations as texts
from handlers.replies.meeting_cards import invitation_card
from handlers.rules import Rules
from storage import consultation, invitations, meeting_circles
from storage import meetings as meeting_rows
from storage.invitations import Invitee
from storage.models.consultation import Happening, Subject
from storage.models.meetings import Invitation, InvitationAnswer, Meeting, Party
from storage.models.people import Person

__all__ = [
    "Invited",
    "InvitedCounts",
    "invite_all",
    "invite_more",
    "tell_cancelled",
    "tell_changed",
    "tell_postponed",
]
TOKEN: int = 43  # characters of a calendar file's address: 172 bits
Key = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class InvitedCounts:
    """How many were invited now, and the names of those whom the desk must phone.

    `known` are names of those asked for who were invited before, in `invite_more`.
    """

    persons: int
    units: int
    workers_groups: int
    residents_groups: int
    unreached: tuple[str, ...]
    known: tuple[str, ...] = ()


def invite_all(
    db: Connection,
    meeting: Meeting,
    caller: Person,
    extra: Invited,
    *,
    secret: str,
    now: datetime,
    rules: Rules,
) -> InvitedCounts:
    """Everybody the meeting concerns, and those named, are invited once; reminders are set.

    The meeting is INVITED by now. `secret` is fresh: the address of the calendar file is made of it.
    """
    meeting = _with_token(db, meeting_rows.lock_meeting(db, meeting.id), secret)
    wanted = spoken_for(db, each_once([*by_name(db, extra), *circle_of(db, meeting)]))
    told = _invite(db, meeting, caller, wanted, now=now, rules=rules)
    _let_chair_come(db, meeting, now=now)
    plan_reminders(db, meeting, now=now)
    return _counts(told)


def invite_more(
    db: Connection, meeting: Meeting, caller: Person, extra: Invited, *, now: datetime, rules: Rules
) -> InvitedCounts:
    """Those named are invited as well, and told; who was invited before may only become required."""
    meeting = meeting_rows.lock_meeting(db, meeting.id)
    before = {_key(each): each for each in invitations.invitations_of(db, meeting.id)}
    wanted = spoken_for(db, each_once(by_name(db, extra)))
    again = [before[key] for each in wanted if (key := _key(each)) in before]
    must = {_key(each) for each in wanted if each.is_required}
    newly_required = [each.id for each in again if _key(each) in must and not each.is_required]
    if newly_required:
        invitations.require(db, newly_required)
    told = _invite(db, meeting, caller, wanted, now=now, rules=rules)
    return replace(_counts(told), known=tuple(names_of(db, again).values()))


def tell_changed(
    db: Connection, meeting: Meeting, before: Meeting, *, now: datetime, rules: Rules
) -> Told | None:
    """Everybody invited, groups too, reads the new time or place; of a new time those who come are asked.

    Who said they come keep their seats until they say otherwise. The reminders follow the new time. Nothing
    is told when neither has changed. `None`: nothing was to be told.
    """
    plan_reminders(db, meeting, now=now)
    if (meeting.starts_at, meeting.place, meeting.online) == (
        before.starts_at,
        before.place,
        before.online,
    ):
        return None
    public = texts.public_change(
        meeting,
        title=public_title(meeting),
        place=public_place(meeting),
        is_moved=meeting.starts_at != before.starts_at,
    )

    def text(invitation: Invitation) -> str:
        return texts.changed_text(meeting, before, invitation.answer, people=invitation.people)

    words = Words(text, public, "时间地点有变", _calendar(meeting, rules))
    return _tell_all(db, meeting, words, Happening.CHANGED, now=now, rules=rules)


def tell_postponed(db: Connection, meeting: Meeting, before: Meeting, *, now: datetime, rules: Rules) -> Told:
    """Everybody invited reads that it waits for another time, and why; nobody is reminded any more."""
    stop_reminders(db, meeting)
    words = Words(
        lambda _: texts.postponed_text(meeting, before), _ended(meeting, is_postponed=True), "推迟了"
    )
    return _tell_all(db, meeting, words, Happening.POSTPONED, now=now, rules=rules)


def tell_cancelled(db: Connection, meeting: Meeting, before: Meeting, *, now: datetime, rules: Rules) -> Told:
    """Everybody invited reads that there is no meeting, and why; nobody is reminded any more."""
    stop_reminders(db, meeting)
    words = Words(
        lambda _: texts.cancelled_text(meeting, before), _ended(meeting, is_postponed=False), "取消了"
    )
    return _tell_all(db, meeting, words, Happening.CANCELLED, now=now, rules=rules)


def _invite(
    db: Connection,
    meeting: Meeting,
    caller: Person,
    wanted: Sequence[Invitee],
    *,
    now: datetime,
    rules: Rules,
) -> Told:
    """Who was not invited yet is, and reads it."""
    known = {_key(each) for each in invitations.invitations_of(db, meeting.id)}
    fresh = [each for each in wanted if _key(each) not in known]
    if not fresh:
        return Told(0, 0, 0, 0, ())
    invitations.add_invitations(db, meeting, fresh, now=now)
    rows = [each for each in invitations.invitations_of(db, meeting.id) if _key(each) not in known]
    event_id = consultation.add_happening(
        db,
        Subject.MEETING,
        meeting.id,
        Happening.INVITED,
        community_id=meeting.community_id,
        person_id=caller.id,
        now=now,
        data={"invitations": [each.id for each in rows], "is_public": meeting.is_public},
    )
    news = news_of(
        Subject.MEETING, meeting.id, event_id, community_id=meeting.community_id, now=now, rules=rules
    )
    return tell_invited(
        db, news, meeting, rows, words=_words(db, meeting, event_id, rules=rules), but=caller.id
    )


def _words(db: Connection, meeting: Meeting, event_id: int, *, rules: Rules) -> Words:
    """The invitation; the chair is asked to chair, everybody else to come."""
    topics = meeting_circles.topics_of_meeting(db, meeting.id)
    answer = texts.how_to_answer(meeting)

    def text(invitation: Invitation) -> str:
        is_chair = invitation.person_id is not None and invitation.person_id == meeting.chair_id
        told = texts.invitation_text(meeting, topics, is_chair=is_chair)
        return told if is_chair else f"{told}\n{answer}"

    def card(place: str) -> dict[str, Any]:
        return invitation_card(meeting, topics, task_id=f"meeting-{meeting.id}-{event_id}-{place}")

    public = texts.public_invitation(meeting, title=public_title(meeting), place=public_place(meeting))
    return Words(text, public, "的邀请", _calendar(meeting, rules), card)


def _tell_all(
    db: Connection, meeting: Meeting, words: Words, kind: Happening, *, now: datetime, rules: Rules
) -> Told:
    rows = invitations.invitations_of(db, meeting.id)
    words = replace(words, read_before=_openly_invited(db, meeting))
    return tell_invited(db, _news(db, meeting, kind, now=now, rules=rules), meeting, rows, words=words)


def _openly_invited(db: Connection, meeting: Meeting) -> frozenset[int]:
    """The invitations that went out while everybody might read of it: a group must hear that it is off."""
    lines = consultation.happenings_of(db, Subject.MEETING, meeting.id, kinds=[Happening.INVITED])
    told = [line.data for line in lines if line.data and line.data.get("is_public")]
    return frozenset(each for data in told for each in data["invitations"])


def _news(db: Connection, meeting: Meeting, kind: Happening, *, now: datetime, rules: Rules) -> News:
    """The news of the last happening of this kind: of every change one."""
    said = consultation.happenings_of(db, Subject.MEETING, meeting.id, kinds=[kind])
    last = said[-1].id if said else 0
    key = f"meeting:{meeting.id}:{kind.value}:{last}:{meeting.version}"
    return News(meeting.community_id, key, now, rules)


def _ended(meeting: Meeting, *, is_postponed: bool) -> str:
    return texts.public_end(
        meeting,
        title=public_title(meeting),
        reason=public_wording(meeting.reason),
        is_postponed=is_postponed,
    )


def _calendar(meeting: Meeting, rules: Rules) -> str:
    if not rules.public_url or not meeting.token:
        return ""
    return texts.calendar_line(f"{rules.public_url.rstrip('/')}/meetings/{meeting.token}.ics")


def _with_token(db: Connection, meeting: Meeting, secret: str) -> Meeting:
    if meeting.token:
        return meeting
    token = hashlib.sha256(f"{secret}:meeting:{meeting.id}".encode()).hexdigest()[:TOKEN]
    return meeting_rows.change_meeting(db, meeting.id, token=token)


def _let_chair_come(db: Connection, meeting: Meeting, *, now: datetime) -> None:
    """Who chairs it comes: nobody has to ask."""
    if meeting.chair_id is None:
        return
    for each in invitations.invitations_to(db, meeting.id, person_id=meeting.chair_id):
        if each.party is Party.STAFF and each.answer is InvitationAnswer.OPEN:
            invitations.change_invitation(
                db,
                each.id,
                answer=InvitationAnswer.COMING,
                answered_at=now,
                answered_by_id=meeting.chair_id,
            )


def _counts(told: Told) -> InvitedCounts:
    return InvitedCounts(told.persons, told.units, told.workers_groups, told.residents_groups, told.unreached)


def _key(each: Invitee | Invitation) -> Key:
    return (each.person_id, each.unit_id, each.group_id)
