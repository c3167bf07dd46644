"""What people read of a meeting they look at: staff everything, a resident what is theirs or public."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from handlers.meetings.clashes import Remarks
from handlers.meetings.plans import USUAL_MINUTES
from handlers.meetings.states import STATUS_LABELS
from handlers.replies.decisions import STATUS_LABELS as DECISION_LABELS
from handlers.replies.formats import harmless, meeting_time
from handlers.replies.invitations import where_text
from handlers.replies.meetings import names, remarks_text, topics_line
from storage.meetings import Counts
from storage.models.cases import Case
from storage.models.decisions import Decision
from storage.models.meetings import InvitationAnswer, Meeting, MeetingStatus
from storage.models.topics import Topic

ANSWER_LABELS: Final = {
    InvitationAnswer.COMING: "您已报名",
    InvitationAnswer.WAITING: "您在候补",
    InvitationAnswer.DECLINED: "您请了假",
}


def meeting_text(
    meeting: Meeting,
    topics: Sequence[Topic],
    cases: Sequence[Case],
    *,
    chair: str,
    counts: Counts,
    decisions: Sequence[Decision],
    remarks: Remarks,
) -> str:
    """Everything that staff should see of a meeting."""
    length = "" if meeting.minutes_long == USUAL_MINUTES else f"（{meeting.minutes_long}分钟）"
    reason = f"（{harmless(meeting.reason)}）" if meeting.reason else ""
    lines = [
        f"**议事会{meeting.number}：{harmless(meeting.title)}**",
        f"状态：{STATUS_LABELS[meeting.status]}{reason}",
        f"时间：{meeting_time(meeting)}{length}",
        f"地点：{where_text(meeting)}",
        topics_line(topics),
        f"诉求：{names([case.label for case in cases])}" if cases else "",
        f"主持：{chair or '未定'}；名额：{meeting.capacity or '不限'}",
        counts_line(counts),
        f"签到码：{meeting.code}，已签到 {counts.checked_in} 方" if meeting.code else "",
        _decisions_line(decisions),
        f"凭证：{counts.evidence} 份" if counts.evidence else "",
        remarks_text(meeting, remarks),
        _next_words(meeting),
    ]
    return "\n".join(each for each in lines if each)


def counts_line(counts: Counts) -> str:
    """报名 12 人，候补 2 人，请假 1，未答 5；意见 3 条."""
    people = counts.people
    parts = [f"报名 {people.get(InvitationAnswer.COMING, 0)} 人"]
    waiting = people.get(InvitationAnswer.WAITING, 0)
    parts += [f"候补 {waiting} 人"] if waiting else []
    declined = people.get(InvitationAnswer.DECLINED, 0)
    parts += [f"请假 {declined}"] if declined else []
    parts += [f"未答 {counts.unanswered}"] if counts.unanswered else []
    opinions = f"；意见 {counts.opinions} 条" if counts.opinions else ""
    return f"{'，'.join(parts)}{opinions}"


def _decisions_line(decisions: Sequence[Decision]) -> str:
    said = [f"{each.number} {harmless(each.what)}（{DECISION_LABELS[each.status]}）" for each in decisions]
    return f"决议：{names(said, mark='；')}" if said else ""


def _next_words(meeting: Meeting) -> str:
    number = meeting.number
    words = {
        MeetingStatus.DRAFT: f"发出请发：@回音 发出邀请 议事会{number}",
        MeetingStatus.INVITED: f"看报名：@回音 报名 议事会{number}；到时候：@回音 开始议事会{number}",
        MeetingStatus.POSTPONED: f"定新时间：@回音 议事会{number} 改到 周五15:00",
        MeetingStatus.HELD: f"写纪要：@回音 纪要 议事会{number} 商定的事…",
        MeetingStatus.MINUTED: f"看决议：@回音 决议列表；补纪要：@回音 纪要 议事会{number} …",
        MeetingStatus.FOLLOWED_UP: f"都办完了，可以归档：@回音 归档议事会{number}",
    }
    return words.get(meeting.status, "")


def list_text(unfinished: Sequence[Meeting], over: Sequence[Meeting], *, total: int, now: datetime) -> str:
    """The meetings of the community, those to come first."""
    if not unfinished and not over:
        return "还没有议事会。召集请发，例如：@回音 召集议事会 周五15:00 居委会会议室 地锁怎么办"
    lines = [_list_line(each, now=now) for each in unfinished] or ["现在没有要开或没办完的议事会。"]
    more = total - len(unfinished)
    lines += [f"还有 {more} 个没列出来。"] if more > 0 else []
    if over:
        lines += ["最近结束的：", *(_list_line(each, now=now) for each in over)]
    return "\n".join([*lines, "看一个请发：@回音 议事会5"])


def _list_line(meeting: Meeting, *, now: datetime) -> str:
    is_past = (
        meeting.status is MeetingStatus.INVITED and meeting.starts_at is not None and meeting.starts_at < now
    )
    label = "时间已过，开了吗？" if is_past else STATUS_LABELS[meeting.status]
    return f"议事会{meeting.number} {meeting_time(meeting)} {harmless(meeting.title)}（{label}）"


# ------------------------------------------------------------------ to residents


def for_resident(
    meeting: Meeting,
    topics: Sequence[Topic],
    *,
    answer: InvitationAnswer | None,
    people: int,
    title: str,
    place: str,
) -> str:
    """One resident reads of a meeting: what they answered, or how to sign up.

    `title` and `place` are what they may read; topics of others stay with their own people.
    """
    number = meeting.number
    lines = [
        f"议事会{number}：{title}",
        _standing(meeting),
        f"时间：{meeting_time(meeting)}",
        f"地点：{place}",
        f"议题：{names([harmless(each.title) for each in topics], mark='；')}" if topics else "",
        _own_answer(answer, people),
        _words_for_resident(meeting, answer),
    ]
    return "\n".join(each for each in lines if each)


def resident_list(shown: Sequence[str]) -> str:
    """Several meetings for one resident; without any how to put something forward."""
    if not shown:
        return "现在没有您能参加的议事会。有事想商量，请发“提议 …”，例如“提议 地锁怎么办”。"
    return "\n\n".join(shown)


def _standing(meeting: Meeting) -> str:
    if meeting.status is MeetingStatus.INVITED:
        return ""
    return f"现在：{STATUS_LABELS[meeting.status]}"


def _own_answer(answer: InvitationAnswer | None, people: int) -> str:
    label = ANSWER_LABELS.get(answer) if answer is not None else None
    if label is None:
        return ""
    return (
        f"{label}（{people} 人）。"
        if answer is not InvitationAnswer.DECLINED and people > 1
        else f"{label}。"
    )


def _words_for_resident(meeting: Meeting, answer: InvitationAnswer | None) -> str:
    number = meeting.number
    if meeting.status is not MeetingStatus.INVITED:
        return ""
    opinion = f"有话要说发“意见 议事会{number}：…”。"
    if answer in (InvitationAnswer.COMING, InvitationAnswer.WAITING):
        return f"来不了发“请假 议事会{number}”；{opinion}"
    return f"能来请发“参加 议事会{number}”，来几位写几人；{opinion}"
