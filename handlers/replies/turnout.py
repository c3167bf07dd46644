"""What is read of who comes and who came."""

from collections.abc import Sequence
from typing import Final

from handlers.meetings.turnout import Attendance, Listed, WhoComes
from handlers.replies.formats import harmless, meeting_time
from handlers.replies.invitations import PARTIES, names_text
from storage.models.meetings import InvitationAnswer

MOST: Final = 40  # parties in one list


def who_comes_text(found: WhoComes) -> str:
    """Who comes, waits, stays away, and which required party is silent; without names the counts alone."""
    meeting, seats, answers = found.meeting, found.seats, found.answers
    limit = f"，名额{seats.capacity}" if seats.capacity is not None else ""
    kept = f"（留{seats.kept}个给没答复的必到方）" if seats.kept else ""
    waiting = answers[InvitationAnswer.WAITING]
    counts = [f"参加{seats.coming}人{limit}{kept}"]
    counts += [f"候补{waiting}家共{found.people_waiting}人"] if waiting else []
    counts += [f"请假{answers[InvitationAnswer.DECLINED]}", f"未答复{answers[InvitationAnswer.OPEN]}"]
    head = f"议事会{meeting.number} {meeting_time(meeting)} {harmless(meeting.title)}"
    lists = [
        *_section("参加", found.coming),
        *_section("候补", found.waiting, is_numbered=True),
        *_section("请假", found.declined),
        *_section("必到未答复", found.silent),
    ]
    return "\n".join([head, "，".join(counts), *lists])


def attendance_text(found: Attendance) -> str:
    """Came of invited, party by party, and which required party is missing."""
    meeting = found.meeting
    lines = [
        f"{PARTIES[each.party]}：到{each.came}/{each.invited}"
        + (f"（{names_text(each.names)}）" if each.names else "")
        for each in found.parties
    ]
    guests = f"（{names_text(found.guests)}）" if found.has_names else ""
    lines += [f"来宾：{len(found.guests)}{guests}"] if found.guests else []
    came = sum(each.came for each in found.parties) + len(found.guests)
    if found.missing_count:
        names = f"：{names_text(found.missing)}" if found.missing else ""
        lines.append(f"必到还缺{found.missing_count}方{names}")
    elif found.parties:
        lines.append("必到的都到了。")
    return "\n".join([f"议事会{meeting.number}到会{came}方：", *lines])


def _section(title: str, rows: Sequence[Listed], *, is_numbered: bool = False) -> list[str]:
    if not rows:
        return []
    lines = [_line(each, index if is_numbered else 0) for index, each in enumerate(rows[:MOST], start=1)]
    rest = [f"……还有{len(rows) - MOST}家"] if len(rows) > MOST else []
    return [f"{title}：", *lines, *rest]


def _line(each: Listed, index: int) -> str:
    place = f"第{index}位 " if index else ""
    people = f" {each.people}人" if each.people > 1 else ""
    reason = f"：{harmless(each.reason)}" if each.reason else ""
    return f"· {place}{harmless(each.name)}（{PARTIES[each.party]}）{people}{reason}"
