"""Workers, units and staff answer invitations, in their group, alone or by the card's buttons."""

import re
from typing import Final

from handlers.auditing import Audited, record
from handlers.errors import UserError
from handlers.errors.cards import CardOutdated
from handlers.grid_worker.router import router
from handlers.invited import SAID, answered_reply
from handlers.meetings.answering import Answer, Answered, answer_invitation
from handlers.meetings.capacity import position_of
from handlers.replies.meeting_cards import DECLINE, JOIN, Card, answer_on_card, invitation_card
from handlers.turn import Reply, Turn
from storage import consultation, invitations, meeting_circles, organization, people
from storage import meetings as meeting_rows
from storage.models.consultation import Subject
from storage.models.meetings import Invitation, InvitationAnswer, Meeting, MeetingStatus
from storage.writers import savepoint

TASK: Final = re.compile(r"meeting-(?P<meeting>\d{1,18})-(?P<event>\d{1,18})-(?P<group>\d{1,18})", re.ASCII)

for _action, _handler in SAID.items():
    router.on(_action)(_handler)


def is_invitation(task_id: str) -> bool:
    """Whether a card of this id is an invitation to a meeting."""
    return TASK.fullmatch(task_id) is not None


def tapped(turn: Turn, task_id: str, key: str) -> Reply:
    """参加 or 请假: the same is done as for the word, and the card shows what was answered.

    A refusal is told to who tapped, and stays on record.
    """
    meeting = _meeting_of(turn, task_id)
    if meeting is None or key not in (JOIN, DECLINE):
        return _refused(turn, CardOutdated(), key=key)
    try:
        with savepoint(turn.db):
            done = _answered(turn, meeting, key)
    except UserError as refusal:
        told = _refused(turn, refusal, key=key)
        return Reply(told.text, present_card(turn, meeting, task_id))
    is_shown = done is not None and done.invitation.answer is InvitationAnswer.COMING
    text = "" if done is None or is_shown else answered_reply(turn, done)
    return Reply(text, present_card(turn, meeting, task_id))


def present_card(turn: Turn, meeting: Meeting, task_id: str) -> Card:
    """The card as it is to be seen now: who of its group answered what, and buttons until it begins."""
    standing = meeting_rows.meeting_by_id(turn.db, meeting.id)
    topics = meeting_circles.topics_of_meeting(turn.db, meeting.id)
    is_ahead = standing.status is MeetingStatus.INVITED and standing.starts_at is not None
    is_over = not is_ahead or standing.starts_at is None or standing.starts_at <= turn.now
    return invitation_card(
        standing, topics, task_id=task_id, answered=_answer_of(turn, meeting, task_id), is_over=is_over
    )


def _answered(turn: Turn, meeting: Meeting, key: str) -> Answered | None:
    return answer_invitation(
        turn.db,
        turn.person,
        meeting.number,
        answer=Answer(key == JOIN),
        community=turn.community,
        now=turn.now,
        rules=turn.rules,
    )


def _answer_of(turn: Turn, meeting: Meeting, task_id: str) -> str:
    row = _row_of(turn, meeting, task_id)
    if row is None or row.answered_by_id is None:
        return ""
    by = people.people_by_ids(turn.db, [row.answered_by_id]).get(row.answered_by_id)
    position = position_of(invitations.invitations_of(turn.db, meeting.id), row.id)
    return answer_on_card(row.answer, row.people, name=by.name if by else "", position=position)


def _row_of(turn: Turn, meeting: Meeting, task_id: str) -> Invitation | None:
    """By which invitation the group of the card is invited: its unit's, else its own."""
    found = TASK.fullmatch(task_id)
    groups = organization.groups_by_ids(turn.db, [int(found["group"])]) if found else []
    if not groups:
        return None
    group = groups[0]
    rows = invitations.invitations_to(turn.db, meeting.id, unit_id=group.unit_id, group_ids=[group.id])
    return next(iter(rows), None)


def _meeting_of(turn: Turn, task_id: str) -> Meeting | None:
    """The meeting of a card that we sent to the speaker's community; `None` for any other card."""
    found = TASK.fullmatch(task_id)
    meeting = invitations.meeting_with_id(turn.db, int(found["meeting"])) if found else None
    if found is None or meeting is None or meeting.community_id != turn.person.community_id:
        return None
    said = consultation.happenings_of(turn.db, Subject.MEETING, meeting.id)
    return meeting if any(each.id == int(found["event"]) for each in said) else None


def _refused(turn: Turn, refusal: UserError, *, key: str) -> Reply:
    facts = {"task": turn.message.payload.get("task_id"), "key": key, "why": type(refusal).__name__}
    record(turn.db, turn.person, Audited.CARD_REFUSED, now=turn.now, data=facts)
    return Reply(f"{turn.person.name}：{refusal}")
