"""What is read of joint meetings: when they recur, who belongs to them, what they carry over."""

from collections.abc import Sequence

from handlers.replies.broadcasts import rule_text
from handlers.replies.decisions import words
from handlers.replies.formats import moment_text
from handlers.replies.minutes import Agreed, line_of
from storage.models.meetings import JointMeeting, Meeting
from storage.models.topics import Topic

SHOWN = 15  # members, topics, decisions in one message


def made(joint: JointMeeting, members: Sequence[str]) -> str:
    """Whoever set it up reads when it is, who belongs to it, and how to change it."""
    return (
        f"已设联席会{joint.number}《{words(joint.title)}》\n{_facts(joint)}\n{_roster(members)}\n"
        f"每次提前7天自动召集，没议完的议题和没办完的决议自动带到下一次。"
        f"改名单请发“联席会{joint.number} 增加 派出所”或“联席会{joint.number} 去掉 派出所”，"
        f"不开了发“取消联席会{joint.number}”。"
    )


def shown(joint: JointMeeting, members: Sequence[str]) -> str:
    """One joint meeting with its roster."""
    return f"联席会{joint.number}《{words(joint.title)}》\n{_facts(joint)}\n{_roster(members)}"


def listed(joints: Sequence[JointMeeting]) -> str:
    """All that go on, a line each."""
    if not joints:
        return "还没有联席会。设一个请发“联席会 每月10日15:00 居委会会议室 枫桥物业、综合执法中队”。"
    lines = [f"联席会{each.number}《{words(each.title)}》{_facts(each)}" for each in joints]
    return "\n".join([*lines, "看名单请发“联席会1”。"])


def changed(joint: JointMeeting, members: Sequence[str], *, done: int, is_adding: bool) -> str:
    """Whoever changed the roster reads it as it stands."""
    what = "增加" if is_adding else "去掉"
    head = f"联席会{joint.number} {what}了 {done} 个。" if done else f"联席会{joint.number} 名单没有变化。"
    return f"{head}\n{_roster(members)}\n从下一次召集起生效。"


def ended(joint: JointMeeting, ahead: Sequence[Meeting]) -> str:
    """It recurs no more."""
    if not ahead:
        return f"联席会{joint.number} 已取消，不再自动召集。"
    known = "、".join(f"议事会{each.number}" for each in ahead)
    return (
        f"联席会{joint.number} 已取消，不再自动召集；已经发出邀请的{known}照开，"
        f"不开请发“取消议事会{ahead[0].number} 原因”。"
    )


def called(
    joint: JointMeeting,
    meeting: Meeting,
    *,
    topics: Sequence[Topic],
    open_ones: Sequence[Agreed],
    left_out: Sequence[str],
) -> str:
    """The desk, and those on the roster, read that the next one is called and what it carries over."""
    when = moment_text(meeting.starts_at) if meeting.starts_at else ""
    lines = [f"**联席会{joint.number} 已召集：议事会{meeting.number}**", f"{when} {words(meeting.place)}"]
    lines += [f"接着议：议题{each.number} {words(each.title)}" for each in topics[:SHOWN]]
    lines += [f"没办完：{line_of(each)}" for each in open_ones[:SHOWN]]
    more = max(len(topics) - SHOWN, 0) + max(len(open_ones) - SHOWN, 0)
    lines += [f"另有 {more} 项。"] if more else []
    lines += [f"没能带上：{each}" for each in left_out[:SHOWN]]
    tail = f"改时间地点请发：@回音 议事会{meeting.number} 改到 …；看议程发：@回音 议事会{meeting.number}"
    return "\n".join([*lines, tail])


def not_called(joint: JointMeeting, why: str) -> str:
    """The desk reads that the next one could not be called."""
    return f"**联席会{joint.number} 没有召集成**\n{why}\n请自己召集：@回音 召集议事会 …"


def _facts(joint: JointMeeting) -> str:
    following = f"，下次{moment_text(joint.next_at)}" if joint.next_at else ""
    return f"{rule_text(joint.rule)} {words(joint.place)}{following}"


def _roster(members: Sequence[str]) -> str:
    if not members:
        return "名单：还没有，发“联席会1 增加 枫桥物业、派出所”。"
    more = f"等 {len(members)} 个" if len(members) > SHOWN else ""
    return f"名单：{'、'.join(members[:SHOWN])}{more}"
