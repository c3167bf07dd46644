"""What staff read of who reported, and of homes where somebody needs care."""

from collections.abc import Mapping, Sequence

from handlers.households import care_text
from handlers.replies.formats import harmless, moment_text
from storage.models.cases import Case, Report, Source
from storage.models.desk import Household
from storage.models.organization import Estate
from storage.models.people import Person

LISTED = 20  # reporters in one answer
WORDS = 60  # characters of a report's words
SOURCES: Mapping[Source, str] = {
    Source.ACCOUNT: "公众号",
    Source.ON_BEHALF: "代报",
    Source.PHONE: "来电",
    Source.VISIT: "来访",
    Source.HOTLINE: "12345",
    Source.PATROL: "巡查",
    Source.TABLE: "议事会",
}


def reporters(
    case: Case, reports: Sequence[Report], *, people: Mapping[int, Person], estates: Mapping[int, Estate]
) -> str:
    """Everybody who reported the case: name, phone and home as far as known, and how it came in."""
    by_person: dict[int, list[Report]] = {}
    for report in reports:
        by_person.setdefault(report.person_id, []).append(report)
    shown = list(by_person.items())[:LISTED]
    lines = [_reporter(people[key], own, people=people, estates=estates) for key, own in shown]
    rest = len(by_person) - len(lines)
    more = [f"另有 {rest} 人"] if rest > 0 else []
    head = f"诉求 {case.label} 反映人 {len(by_person)} 位（本次查看已记录）："
    return "\n".join([head, *lines, *more])


def _reporter(
    person: Person, own: Sequence[Report], *, people: Mapping[int, Person], estates: Mapping[int, Estate]
) -> str:
    first = own[0]
    entering = people.get(first.entered_by_id or 0)
    source = " ".join(filter(None, [SOURCES[first.source], first.outside_number]))
    parts = [
        person.name or "未留姓名",
        person.phone or "未留电话",
        _home(person, estates),
        source + (f"（{entering.name or '居民'}登记）" if entering else ""),
        f"{len(own)}次",
        "悄悄话" if any(each.is_whisper for each in own) else "",
        "已退出" if all(each.left_at is not None for each in own) else "",
    ]
    words = harmless(first.text)[:WORDS]
    return f"· {'，'.join(filter(None, parts))}\n  {moment_text(first.reported_at)}：{words}"


def _home(person: Person, estates: Mapping[int, Estate]) -> str:
    if person.estate_id is None:
        return "未留住址"
    estate = estates.get(person.estate_id)
    door = "-".join(each for each in (person.building, person.unit, person.room) if each)
    return f"{estate.name if estate else ''}{door}"


def households(found: Sequence[Household], estates: Mapping[int, Estate]) -> str:
    """The homes where somebody needs care, by their doors."""
    return "\n".join(
        [f"特殊家庭 {len(found)} 户（本次查看已记录）：", *(_line(each, estates) for each in found)]
    )


def _line(home: Household, estates: Mapping[int, Estate]) -> str:
    estate = estates.get(home.estate_id)
    door = "-".join(each for each in (home.building, home.unit, home.room) if each)
    note = f"（{harmless(home.note)}）" if home.note else ""
    return f"{estate.name if estate else ''}{door} {care_text(home.kinds)}{note}"
