"""The card of an invitation: what is on it, and who has answered by it."""

from collections.abc import Sequence
from typing import Any, Final

from handlers.replies.formats import harmless, meeting_time
from handlers.replies.invitations import where_text
from storage.models.meetings import InvitationAnswer, Meeting, MeetingStatus
from storage.models.topics import Topic

Card = dict[str, Any]  # our description of a card, JSON

JOIN: Final = "join_meeting"
DECLINE: Final = "decline_meeting"
BUTTONS: Final = ((JOIN, "参加"), (DECLINE, "请假"))
NOTES: Final = {
    MeetingStatus.CANCELLED: "已取消",
    MeetingStatus.POSTPONED: "已推迟",
    MeetingStatus.INVITED: "已开始",
}


def invitation_card(
    meeting: Meeting, topics: Sequence[Topic], *, task_id: str, answered: str = "", is_over: bool = False
) -> Card:
    """An invitation with its buttons; `answered` says who of this group has answered what.

    Once the meeting has begun, or does not take place, it has a note in their place.
    """
    agenda = "；".join(harmless(each.title) for each in topics[:3])
    lines = [
        ["时间", meeting_time(meeting)],
        ["地点", where_text(meeting)],
        ["答复", answered],
        ["带意见", f"@回音 意见 议事会{meeting.number}：…"],
    ]
    card: Card = {
        "task_id": task_id,
        "title": f"议事会{meeting.number} · {harmless(meeting.title)}",
        "about": "邀请贵方参加，请点按钮答复",
        "words": agenda,
        "lines": [line for line in lines if line[1]],
    }
    if is_over:
        return card | {"note": NOTES.get(meeting.status, "已开过")}
    return card | {"buttons": [list(each) for each in BUTTONS]}


def answer_on_card(answer: InvitationAnswer, people: int, *, name: str, position: int) -> str:
    """参加 2人（周经理）"""
    what = {
        InvitationAnswer.COMING: f"参加 {people}人",
        InvitationAnswer.WAITING: f"候补第{position}位",
        InvitationAnswer.DECLINED: "请假",
    }.get(answer, "")
    return f"{what}（{name}）" if what and name else what
