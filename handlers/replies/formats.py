"""Parts of sentences: moments, kinds, places and deadlines as people write them."""

from datetime import datetime

from handlers.cases.states import STATUS_LABELS
from handlers.cases.subcategories import CATEGORY_LABELS, subcategory_of
from handlers.working_days import is_provisional, local
from storage.models.cases import OPEN_STATUSES, Case, Urgency
from storage.models.meetings import Meeting
from storage.models.organization import Estate

HARMLESS = str.maketrans("<>*`#[]", "＜＞＊＇＃［］")  # a resident's words neither mention nor format
WEEKDAYS = "一二三四五六日"
URGENCY_LABELS = {Urgency.HIGH: "（急）", Urgency.EMERGENCY: "（紧急）"}
SUMMARY_LENGTH = 300  # characters of the resident's words on a card


def moment_text(moment: datetime) -> str:
    """A moment as people write it: 11月21日 周六 18:00."""
    at = local(moment)
    return f"{at.month}月{at.day}日 周{WEEKDAYS[at.weekday()]} {at:%H:%M}"


def day_text(moment: datetime) -> str:
    """The day of a moment as people write it: 11月21日 周六."""
    at = local(moment)
    return f"{at.month}月{at.day}日 周{WEEKDAYS[at.weekday()]}"


def date_text(moment: datetime) -> str:
    """A deadline as people write it, （暂定） while the holidays of that year are not published."""
    return moment_text(moment) + ("（暂定）" if is_provisional(moment) else "")


def meeting_time(meeting: Meeting) -> str:
    """When a meeting is: 11月20日 周五 15:00."""
    return "时间另行通知" if meeting.starts_at is None else moment_text(meeting.starts_at)


def kind_text(case: Case) -> str:
    """The category and how urgent it is, in the words of the office: 用水·下水道（急）."""
    return f"{plain_kind(case)}{URGENCY_LABELS.get(case.urgency, '')}"


def plain_kind(case: Case) -> str:
    """The category alone: 用水·下水道."""
    label = subcategory_of(case.category, case.subcategory).label
    category = CATEGORY_LABELS.get(case.category, "其他")
    return label if category in label else f"{category}·{label}"


def place_text(case: Case, estate: Estate | None) -> str:
    """The whole place, for those who must find it; `待确认` when it is not known."""
    parts = [estate.name if estate else "", _building(case)]
    parts += [f"{case.unit}单元" if case.unit else "", _room(case), _spot(case)]
    return "".join(parts) or "待确认"


def public_place(case: Case, estate: Estate) -> str:
    """The place as residents' groups may read it: without unit or room."""
    return estate.name + _building(case)


def due_text(case: Case) -> str:
    """By when somebody answers, while nobody has, and by when it is done."""
    done = date_text(case.resolve_by)
    if case.respond_by == case.resolve_by or case.responded_at is not None:
        return f"{done}前办理"
    return f"{moment_text(case.respond_by)}前回应，{done}前办理"


def case_line(case: Case) -> str:
    """One case in a list: number, kind, status, and while it is open its deadline."""
    due = f"，{date_text(case.resolve_by)}前" if case.status in OPEN_STATUSES else ""
    return f"{case.label} {kind_text(case)} {STATUS_LABELS[case.status]}{due}"


def harmless(words: str) -> str:
    """Somebody's words on one line, so that they neither mention nor format; long ones are cut."""
    line = " ".join(words.translate(HARMLESS).split())
    return line if len(line) <= SUMMARY_LENGTH else f"{line[:SUMMARY_LENGTH]}…（发“查 编号”看全文）"


def without_call(text: str) -> str:
    """The same for who is alone with us: there nobody has to be called before a command."""
    return text.replace("@回音 ", "").replace("@回音，", "").replace("@我 ", "")


def _building(case: Case) -> str:
    if not case.building:
        return ""
    return f"{case.building}号楼" if case.building.isalnum() else case.building


def _room(case: Case) -> str:
    if not case.room:
        return ""
    return f"{case.room}室" if case.room.isdecimal() else case.room


def _spot(case: Case) -> str:
    is_repeated = case.spot and case.building and case.building in case.spot
    return case.spot if case.spot and not is_repeated else ""
