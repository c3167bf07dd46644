"""What people read of invitations: the invitation, changes, reminders, answers, lists."""

from collections.abc import Sequence
from typing import Final

from handlers.replies.formats import harmless, meeting_time, moment_text
from handlers.replies.sentences import say
from storage.models.meetings import Invitation, InvitationAnswer, Meeting, Opinion, Party
from storage.models.topics import Topic

PARTIES: Final = {
    Party.REPORTER: "反映人",
    Party.REPRESENTATIVE: "居民代表",
    Party.RESIDENT: "居民",
    Party.PROPERTY: "物业",
    Party.DEPARTMENT: "部门",
    Party.WORKER: "网格",
    Party.STAFF: "社区",
    Party.GROUP: "居民群",
}
MOST_NAMES: Final = 40  # in one list
MOST_OPINIONS: Final = 20  # in one message
MOST_AHEAD: Final = 3  # meetings told of at once
SHORT: Final = 80  # characters of a title


def where_text(meeting: Meeting) -> str:
    """The room, and how to join from elsewhere: 居委会会议室（线上：…）."""
    online = f"线上：{meeting.online}" if meeting.online else ""
    return (
        f"{meeting.place}（{online}）" if meeting.place and online else meeting.place or online or "另行通知"
    )


def invitation_text(meeting: Meeting, topics: Sequence[Topic], *, is_chair: bool = False) -> str:
    """One party is invited: what about, when, where, and the words to answer with."""
    head = "请您主持" if is_chair else "邀请您参加"
    return "\n".join([f"{head}议事会{meeting.number}：{harmless(meeting.title)}", *_facts(meeting, topics)])


def how_to_answer(meeting: Meeting) -> str:
    """The words to answer an invitation with."""
    number = meeting.number
    return (
        f"能来请回复：@回音 参加 议事会{number}（来几位写几人，如“参加 议事会{number} 2人”）\n"
        f"来不了：@回音 请假 议事会{number}\n有话要说：@回音 意见 议事会{number}：…"
    )


def ahead_text(meetings: Sequence[Meeting]) -> str:
    """Who asks when or where a meeting is, or for another day, reads what stands, and how to say more."""
    shown = [
        f"议事会{each.number}：{harmless(each.title)}\n时间：{meeting_time(each)}\n地点：{harmless(where_text(each))}\n"
        f"想换时间或有话要说：意见 议事会{each.number}：…\n"
        f"能来：参加 议事会{each.number}\n来不了：请假 议事会{each.number}"
        for each in meetings[:MOST_AHEAD]
    ]
    left = len(meetings) - MOST_AHEAD
    rest = [f"……还有{left}次，发“议事会”看全部。"] if left > 0 else []
    return "\n\n".join([*shown, *rest])


def text_for_helper(name: str, text: str) -> str:
    """Who reported for somebody reads what concerns them, to pass it on."""
    return f"请转告{harmless(name)}：\n{text}"


def calendar_line(address: str) -> str:
    """Where the calendar file is."""
    return f"加到日历：{address}"


def public_invitation(meeting: Meeting, *, title: str, place: str) -> str:
    """The neighbours are invited: no name, no door, and how to sign up."""
    return say(
        meeting.community_id,
        "public_meeting_invitation",
        title=title or "小区的事",
        when=meeting_time(meeting),
        where=place or "请问社区",
        number=meeting.number,
    )


def public_change(meeting: Meeting, *, title: str, place: str, is_moved: bool) -> str:
    """The neighbours read the new time or place."""
    return say(
        meeting.community_id,
        "public_meeting_changed",
        what="时间" if is_moved else "地点",
        title=title or "小区的事",
        when=meeting_time(meeting),
        where=place or "请问社区",
        number=meeting.number,
    )


def public_end(meeting: Meeting, *, title: str, reason: str, is_postponed: bool) -> str:
    """The neighbours read that it does not take place then; an empty reason may not be told."""
    return say(
        meeting.community_id,
        "public_meeting_postponed" if is_postponed else "public_meeting_cancelled",
        title=title or "小区的事",
        reason=f"（{reason}）" if reason else "",
        number=meeting.number,
    )


def changed_text(meeting: Meeting, before: Meeting, answer: InvitationAnswer, *, people: int = 1) -> str:
    """Somebody who is invited reads the new time or place; of a new time they are asked to answer."""
    is_moved = meeting.starts_at != before.starts_at
    was = f"（原定{moment_text(before.starts_at)}）" if before.starts_at and is_moved else ""
    place = f"（原定{before.place}）" if before.place != meeting.place and before.place else ""
    what = "定了新时间" if before.starts_at is None else "改了时间" if is_moved else "改了地点"
    lines = [
        f"议事会{meeting.number}{what}：{harmless(meeting.title)}",
        f"时间：{meeting_time(meeting)}{was}",
        f"地点：{where_text(meeting)}{place}",
    ]
    return "\n".join([*lines, _asked_again(meeting, answer, people, is_moved=is_moved)])


def postponed_text(meeting: Meeting, before: Meeting) -> str:
    """Somebody who is invited reads that the meeting waits for another time."""
    was = f"（原定{moment_text(before.starts_at)}）" if before.starts_at else ""
    head = f"议事会{meeting.number}{was}推迟了{_because(meeting)}：{harmless(meeting.title)}"
    return f"{head}\n新时间定了会告诉您，这次不用来。"


def cancelled_text(meeting: Meeting, before: Meeting) -> str:
    """Somebody who is invited reads that there is no meeting."""
    was = f"（原定{moment_text(before.starts_at)}）" if before.starts_at else ""
    head = f"议事会{meeting.number}{was}取消了{_because(meeting)}：{harmless(meeting.title)}"
    return f"{head}\n不用来了，也不用回复。"


def reminder_text(meeting: Meeting, invitation: Invitation) -> str:
    """Who comes is reminded; a required party that was silent is asked once more."""
    head = f"提醒：议事会{meeting.number} {harmless(meeting.title)}"
    lines = [head, f"时间：{meeting_time(meeting)}", f"地点：{where_text(meeting)}"]
    if invitation.answer is InvitationAnswer.OPEN:
        return "\n".join([*lines, "您是必到的一方，还没收到您的答复。", how_to_answer(meeting)])
    people = f"您报了{invitation.people}人。" if invitation.people > 1 else ""
    return "\n".join([*lines, f"{people}来不了请回复：@回音 请假 议事会{meeting.number}"])


def promoted_text(meeting: Meeting, invitation: Invitation) -> str:
    """Somebody of the waiting list has a seat now."""
    return (
        f"有位子了：议事会{meeting.number} 您已从候补转为参加（{invitation.people}人）。\n"
        f"时间：{meeting_time(meeting)}\n地点：{where_text(meeting)}\n"
        f"来不了请回复：@回音 请假 议事会{meeting.number}"
    )


# ------------------------------------------------------------------ the answer at once


def answered_text(
    meeting: Meeting,
    invitation: Invitation,
    *,
    position: int,
    was: InvitationAnswer,
    has_opinion: bool = False,
) -> str:
    """Whoever answered reads what stands now; `position` counts from 1 on the waiting list."""
    number, people = meeting.number, f"{invitation.people}人"
    if invitation.answer is InvitationAnswer.DECLINED:
        told = "已经请过假了" if was is InvitationAnswer.DECLINED else "已给您请假"
        more = "" if has_opinion else f"有话要带到会上，请回复：@回音 意见 议事会{number}：…"
        return f"议事会{number} {told}，开完会告诉您结果。{more}"
    if invitation.answer is InvitationAnswer.WAITING:
        fewer = "" if invitation.people == 1 else f"来的人少些可能排得上，如“参加 议事会{number} 1人”。"
        return (
            f"议事会{number} 位子满了，您排在候补第{position}位（{people}），有位子马上告诉您。{fewer}"
            f"不等了请回复：@回音 请假 议事会{number}"
        )
    return (
        f"已登记您参加议事会{number}（{people}）：{meeting_time(meeting)}，{where_text(meeting)}。"
        f"来不了请回复：@回音 请假 议事会{number}"
    )


def opinion_taken(meeting: Meeting, *, count: int) -> str:
    """Whoever gave an opinion reads what becomes of it."""
    more = f"（您的第{count}条）" if count > 1 else ""
    return f"意见收到了{more}，议事会{meeting.number}上会替您说，不提您的名字。"


def checked_in_text(meeting: Meeting, *, who: str, is_again: bool, is_new: bool) -> str:
    """Whoever is at the door reads that they are in."""
    if is_again:
        return f"{who}已经签过到了，请就座。议事会{meeting.number}：{harmless(meeting.title)}"
    new = "（现场报名）" if is_new else ""
    return f"签到成功{new}：{who}，议事会{meeting.number} {harmless(meeting.title)}。欢迎！"


def code_wrong(left: int) -> str:
    """The code at the door was not right."""
    if left > 0:
        return f"签到码不对，请看现场公布的四位数字再发一次（还可以试{left}次）。"
    return "签到码错了三次，请过10分钟再试，或请现场工作人员代签到。"


def entered_text(
    meeting: Meeting, *, entered: Sequence[str], again: Sequence[str], guests: Sequence[str]
) -> str:
    """Staff read whom they have checked in."""
    lines = [f"已代签到：{'、'.join(entered)}"] if entered else []
    lines += [f"之前已签到：{'、'.join(again)}"] if again else []
    lines += [f"名单外，记为来宾：{'、'.join(guests)}"] if guests else []
    return f"议事会{meeting.number} " + "\n".join(lines)


# ------------------------------------------------------------------ what staff read


def to_be_phoned(meeting: Meeting, names: Sequence[str], *, news: str) -> str:
    """The desk reads whom no message reaches."""
    shown = "、".join(harmless(each) for each in names[:MOST_NAMES])
    rest = f"等{len(names)}位" if len(names) > MOST_NAMES else ""
    return (
        f"**议事会{meeting.number} {news}：请打电话告诉{shown}{rest}**\n"
        f"时间：{meeting_time(meeting)}\n地点：{where_text(meeting)}\n"
        f"看谁来请发：@回音 报名 议事会{meeting.number}；没有手机的，到时请现场代签到。"
    )


def required_declined(meeting: Meeting, who: str, reason: str) -> str:
    """The desk reads that a party without which the meeting is not complete stays away."""
    why = f"：{harmless(reason)}" if reason else ""
    return (
        f"**议事会{meeting.number} 必到的{harmless(who)}请假{why}**\n"
        f"要改时间请发：@回音 改期 议事会{meeting.number} 周六10:00"
    )


def opinions_gathered(meeting: Meeting, *, fresh: int, total: int) -> str:
    """The desk reads how many opinions came in; not what they say."""
    return (
        f"议事会{meeting.number} 新收到意见{fresh}条，共{total}条。\n请看：@回音 意见 议事会{meeting.number}"
    )


def opinions_listed(meeting: Meeting, rows: Sequence[Opinion], words: Sequence[str], *, page: int) -> str:
    """Opinions by number without names, the oldest first; `words` are those of this page."""
    if not rows:
        return f"议事会{meeting.number}还没有人提意见。"
    first = (page - 1) * MOST_OPINIONS
    lines = [f"{first + index}. {harmless(each)}" for index, each in enumerate(words, start=1)]
    rest = len(rows) - first - len(words)
    more = f"……还有{rest}条，发“意见 议事会{meeting.number} 第{page + 1}页”接着看" if rest > 0 else ""
    return "\n".join(
        [f"议事会{meeting.number}的意见{len(rows)}条（不记名）：", *lines, *([more] if more else [])]
    )


def names_text(names: Sequence[str]) -> str:
    """Names in one line; of many the first, and how many there are."""
    shown = "、".join(harmless(each) for each in names[:MOST_NAMES])
    return shown + (f"……等{len(names)}位" if len(names) > MOST_NAMES else "")


def _facts(meeting: Meeting, topics: Sequence[Topic]) -> list[str]:
    titles = [f"{index}. {harmless(each.title)}" for index, each in enumerate(topics[:10], start=1)]
    is_told = len(topics) == 1 and topics[0].title in meeting.title
    more = [f"……共{len(topics)}个议题"] if len(topics) > len(titles) else []
    agenda = [] if is_told or not titles else ["议题：", *titles, *more]
    return [f"时间：{meeting_time(meeting)}", f"地点：{where_text(meeting)}", *agenda]


def _because(meeting: Meeting) -> str:
    return f"（{harmless(meeting.reason)}）" if meeting.reason else ""


def _asked_again(meeting: Meeting, answer: InvitationAnswer, people: int, *, is_moved: bool) -> str:
    number = meeting.number
    if not is_moved:
        return f"来不了请回复：@回音 请假 议事会{number}"
    if answer is InvitationAnswer.COMING:
        return (
            f"您原来说来（{people}人）。新时间还能来请回复：@回音 参加 议事会{number}；"
            f"来不了请回复：@回音 请假 议事会{number}。不回复按能来算。"
        )
    if answer is InvitationAnswer.WAITING:
        return f"您还在候补（{people}人）。不等了请回复：@回音 请假 议事会{number}"
    return how_to_answer(meeting)
