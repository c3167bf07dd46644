"""What people read of meetings they call, change and look at."""

from collections.abc import Sequence
from typing import Final

from handlers.meetings.clashes import Clash, ClashKind, Remarks
from handlers.meetings.plans import MeetingOrder
from handlers.replies.formats import day_text, harmless, meeting_time, moment_text
from handlers.replies.invitations import where_text
from storage.meetings import Counts
from storage.models.cases import Case
from storage.models.meetings import Meeting, MeetingStatus
from storage.models.topics import Topic

NAMES: Final = 6  # topics, cases, names in one line
CLASHES: Final = 5


# ------------------------------------------------------------------ called


def called_text(
    meeting: Meeting,
    topics: Sequence[Topic],
    cases: Sequence[Case],
    *,
    told: str,
    remarks: Remarks,
    has_no_group: bool = False,
) -> str:
    """Whoever called it reads its number, when and where it is, who is told, and how to change it."""
    about = names([case.label for case in cases]) if cases else f"“{harmless(meeting.title)}”"
    number = meeting.number
    lines = [
        f"{about} 议事会定在{meeting_time(meeting)}，{where_text(meeting)}。编号：议事会{number}。",
        topics_line(topics),
        told,
        groups_wanted(meeting) if has_no_group else "",
        remarks_text(meeting, remarks),
        f"要改：@回音 议事会{number} 改到 周六10:00；再请人：@回音 邀请 议事会{number} 王大妈；"
        f"不开了：@回音 取消议事会{number} 原因",
    ]
    return "\n".join(each for each in lines if each)


def drafted_text(meeting: Meeting, topics: Sequence[Topic], *, remarks: Remarks) -> str:
    """Whoever drafted it reads what stands, and how it goes out."""
    number = meeting.number
    lines = [
        f"议事会{number} 已存为草稿，还没有通知任何人：{harmless(meeting.title)}",
        f"时间：{meeting_time(meeting)}；地点：{where_text(meeting)}",
        topics_line(topics),
        remarks_text(meeting, remarks),
        f"改时间地点：@回音 议事会{number} 改到 周五15:00 地点 居委会会议室；"
        f"发出：@回音 发出邀请 议事会{number}",
    ]
    return "\n".join(each for each in lines if each)


def preview_text(
    meeting: Meeting, topics: Sequence[Topic], *, wanted: Sequence[str], remarks: Remarks, chair: str = ""
) -> str:
    """Whoever arranges it reads what is sent and to whom before it is."""
    lines = [
        f"议事会{meeting.number}：{harmless(meeting.title)}",
        f"时间：{meeting_time(meeting)}",
        f"地点：{where_text(meeting)}",
        f"主持：{chair}" if chair else "",
        f"名额：{meeting.capacity}" if meeting.capacity else "",
        topics_line(topics),
        f"将通知：{'；'.join(wanted) if wanted else '没有人，请发出后再邀请'}",
        remarks_text(meeting, remarks),
        "对不对？回复：@回音 确认 就发出；@回音 取消 就不开了；要改直接说新的时间或“地点 …”",
    ]
    return "\n".join(each for each in lines if each)


def told_text(
    *, persons: int, units: int, workers_groups: int, residents_groups: int, unreached: Sequence[str]
) -> str:
    """Who is told: 正在通知：居民等 3 人、单位 2 个…"""
    parts = [f"当事居民等 {persons} 人"] if persons else []
    parts += [f"单位 {units} 个"] if units else []
    parts += [f"工作群 {workers_groups} 个"] if workers_groups else []
    line = f"正在通知{'、'.join(parts)}" if parts else "没有要单独通知的人"
    groups = f"居民群 {residents_groups} 个的邀请待群主确认" if residents_groups else "居民群没有通知"
    phone = f"\n要打电话请：{names(unreached)}" if unreached else ""
    return f"{line}；{groups}。{phone}"


def groups_wanted(meeting: Meeting) -> str:
    """Why no residents' group was told: it is nothing for them, or nobody said which estate it concerns."""
    if not meeting.is_public:
        return "这次议的事不在居民群里说。"
    return f"没说是哪个小区，要通知居民群请发：@回音 邀请 议事会{meeting.number} 枫桥苑居民群（换成群名）"


def topics_line(topics: Sequence[Topic]) -> str:
    """The agenda in one line; empty without topics."""
    if not topics:
        return ""
    return f"议题：{names([f'{each.number} {harmless(each.title)}' for each in topics], mark='；')}"


def remarks_text(meeting: Meeting, remarks: Remarks) -> str:
    """What should be looked at again: clashes, a holiday, an odd hour; empty when nothing should."""
    lines = [_clash_line(each) for each in remarks.clashes[:CLASHES]]
    more = len(remarks.clashes) - CLASHES
    lines += [f"注意：同一时间还有 {more} 处冲突，发“议事会列表”看看"] if more > 0 else []
    if remarks.holiday and meeting.starts_at is not None:
        lines.append(f"注意：{day_text(meeting.starts_at)}是{remarks.holiday}假期")
    lines += ["注意：这个时间太早或太晚，可能有人来不了"] if remarks.is_odd_hour else []
    return "\n".join(lines)


def _clash_line(clash: Clash) -> str:
    other = f"议事会{clash.meeting.number}（{meeting_time(clash.meeting)}，{where_text(clash.meeting)}）"
    what = {
        ClashKind.ROOM: f"同一时间{clash.what}已有{other}",
        ClashKind.CHAIR: f"{clash.what}同一时间在{other}",
        ClashKind.PARTY: f"{clash.what}同一时间必到{other}",
    }[clash.kind]
    return f"注意：{what}"


# ------------------------------------------------------------------ the dialogue


def ask_what() -> str:
    """What the meeting is about is asked."""
    return "开议事会商量什么？请回复一句话，例如：@回音 地锁怎么办。不开了回复：@回音 取消"


def ask_when(order: MeetingOrder, cases: Sequence[str]) -> str:
    """The time is asked; of a day only the hour."""
    if order.starts_at is not None:
        day = day_text(order.starts_at)
        return f"{day}几点开？请回复，例如：@回音 {day}15:00。不开了回复：@回音 取消"
    about = f"{names(cases)} 要开议事会，" if cases else ""
    return f"{about}哪天几点开？请回复，例如：@回音 周五15:00。不开了回复：@回音 取消"


def ask_where(order: MeetingOrder) -> str:
    """The place is asked."""
    when = f"{moment_text(order.starts_at)}，" if order.starts_at else ""
    return f"{when}在哪里开？请回复，例如：@回音 居委会会议室。线上开请写：@回音 线上 会议号 …"


def called_off() -> str:
    """The dialogue is over, nothing was sent."""
    return "好的，不开了，没有通知任何人。"


def too_late() -> str:
    """The answer came when nothing was awaited any more."""
    return (
        "刚才的议事会等太久，没有发出。请重新召集，例如：@回音 召集议事会 周五15:00 居委会会议室 地锁怎么办"
    )


# ------------------------------------------------------------------ changed


def changed_text(meeting: Meeting, *, is_moved: bool, remarks: Remarks) -> str:
    """Whoever changed it reads how it stands now."""
    told = "正在通知所有受邀的人。" if is_moved and meeting.status is MeetingStatus.INVITED else ""
    facts = [
        f"{meeting_time(meeting)}，{where_text(meeting)}",
        f"名额 {meeting.capacity}" if meeting.capacity else "名额不限",
    ]
    lines = [
        f"议事会{meeting.number}（{harmless(meeting.title)}）已改：{'；'.join(facts)}。{told}",
        remarks_text(meeting, remarks),
    ]
    return "\n".join(each for each in lines if each)


def fewer_seats(meeting: Meeting, coming: int) -> str:
    """That more come than there are seats now, as a line of its own; empty when all fit."""
    if meeting.capacity is None or coming <= meeting.capacity:
        return ""
    return f"\n注意：已有 {coming} 人要来，超过名额 {meeting.capacity}；他们都照常来，再报名的先排队。"


def postponed_text(meeting: Meeting) -> str:
    """Whoever postponed it reads what comes next."""
    number = meeting.number
    return f"议事会{number} 已推迟，正在通知所有受邀的人。定了时间发：@回音 议事会{number} 改到 周五15:00"


def cancelled_text(meeting: Meeting, *, was_draft: bool) -> str:
    """Whoever cancelled it reads what became of its topics."""
    if was_draft:
        return f"草稿议事会{meeting.number} 已取消，本来就没有通知任何人。"
    return (
        f"议事会{meeting.number} 已取消，正在通知所有受邀的人。议题重新等开会，诉求回到办理中；"
        "发“议题列表”看看。"
    )


def invited_text(meeting: Meeting, *, told: str, known: Sequence[str]) -> str:
    """Whoever invited more reads who is told."""
    before = f"\n原来就请了：{names(known)}" if known else ""
    return f"议事会{meeting.number}：{told}{before}"


def kept_for_draft(meeting: Meeting) -> str:
    """Whoever invited to a draft reads that nobody is told yet."""
    return f"已记下，议事会{meeting.number} 还是草稿，发出时一起邀请：@回音 发出邀请 议事会{meeting.number}"


def started_text(meeting: Meeting) -> str:
    """The check-in code, to be read out or shown at the door."""
    number = meeting.number
    return (
        f"议事会{number} 签到码：{meeting.code}\n请到场的人发“签到 {meeting.code}”"
        f"（居民发给公众号，单位和网格@回音）。\n没有手机的：@回音 代签到 议事会{number} 王大妈；"
        f"看谁到了：@回音 到会 议事会{number}；开完了：@回音 散会 议事会{number}"
    )


def held_text(meeting: Meeting, counts: Counts) -> str:
    """Whoever ended it reads what comes next."""
    number = meeting.number
    return (
        f"议事会{number} 已散会，签到 {counts.checked_in} 方。写纪要请发：@回音 纪要 议事会{number} 商定的事…"
    )


def held_by_itself(meeting: Meeting) -> str:
    """The desk reads that the time of a meeting is over that had begun."""
    number = meeting.number
    return (
        f"议事会{number}（{harmless(meeting.title)}）时间到了，已记为开过。"
        f"写纪要请发：@回音 纪要 议事会{number} 商定的事…"
    )


def was_it_held(meeting: Meeting) -> str:
    """The desk is asked whether a meeting took place that nobody began."""
    number = meeting.number
    return (
        f"议事会{number}（{harmless(meeting.title)}）原定{meeting_time(meeting)}，开了吗？\n"
        f"开了：@回音 散会 议事会{number}\n没开、改时间：@回音 推迟议事会{number} 原因\n"
        f"不开了：@回音 取消议事会{number} 原因"
    )


def closed_text(meeting: Meeting) -> str:
    """Whoever put it away reads that it is."""
    return f"议事会{meeting.number} 已归档。发“议事会{meeting.number}”随时可以看。"


def names(known: Sequence[str], *, mark: str = "、") -> str:
    """The first of them in one line, and how many there are when they are many."""
    shown = mark.join(known[:NAMES])
    return f"{shown}等 {len(known)} 个" if len(known) > NAMES else shown
