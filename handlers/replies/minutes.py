"""What is read of minutes: how to write them, what was agreed, what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handlers.meetings.items import Lack, Made, Undecided
from handlers.replies.decisions import next_words, words
from handlers.replies.formats import moment_text
from handlers.working_days import local
from storage.models.decisions import Decision
from storage.models.meetings import Meeting
from storage.models.people import Person
from storage.models.topics import Topic

SHOWN: Final = 15  # decisions in one message; the rest is counted
TOLD: Final = "已告诉责任方、参会的人和反映人；公开的事居民群也会收到。"
WITH_MINUTES: Final = "已告诉责任方；发了“纪要 议事会{number} …”再告诉其他人。"
NONE_READ: Final = (
    "没有读到决议。商定了要办的事，请一行一条发，例如：\n"
    "@回音 决议 议事会{number}：枫桥物业 11月30日前 疏通主管道 监督人李秀英"
)
CASES: Final = 3  # labels beside a topic
RECORD: Final = 600  # characters of minutes in a chat
LACKS: Final[Mapping[Lack, str]] = {
    Lack.OWNER: "没写谁负责，发“转交 决议{number} 单位或姓名”",
    Lack.DUE: "没写期限，发“期限 决议{number} 11月30日”",
    Lack.DUE_OVER: "期限{said}已经过了，没有记，发“期限 决议{number} 11月30日”",
    Lack.NO_SUCH_DAY: "没有{said}这一天，期限没有记，发“期限 决议{number} 11月30日”",
    Lack.WATCHER_UNKNOWN: "没找到监督人“{said}”，发“监督人 决议{number} 姓名”（参会或反映过的居民）",
    Lack.WATCHER_SEVERAL: "叫“{said}”的不止一位，发“监督人 决议{number} 33号楼5单元201”",
    Lack.TOPIC: "没写是哪个议题的，发“决议{number} 议题3”",
    Lack.TOPIC_UNKNOWN: "议程里没有议题{said}，发“决议{number} 议题3”改",
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """A decision as it is told: with the name of its owner."""

    decision: Decision
    owner: str


def how_to_write(meeting: Meeting, agenda: Sequence[Topic], *, link: str) -> str:
    """How the minutes are written in chat, and the page for who would rather fill it in."""
    number = meeting.number
    several = len(agenda) > 1
    topics = [f"议题{each.number} {words(each.title)}" for each in agenda] if several else []
    mark = f"议题{agenda[0].number} " if several else ""
    page = [f"也可以打开网页填写（凭链接就能改，请勿外传）：{link}"] if link else []
    example = [
        f"请这样发，一行一条决议（监督人可以不写）：\n纪要 议事会{number} 大家同意…",
        f"决议：{mark}枫桥物业 11月30日前 疏通主管道 监督人李秀英",
        f"决议：{mark}综合执法中队 15个工作日内 拆除地锁",
    ]
    later = [f"没议定的写一行“议题{agenda[-1].number} 下次再议”。"] if several else []
    return "\n".join([f"议事会{number}《{words(meeting.title)}》的纪要", *topics, *example, *later, *page])


def kept(
    meeting: Meeting,
    made: Sequence[Made],
    *,
    agreed: Sequence[Agreed],
    undecided: Sequence[Undecided],
    version: int,
) -> str:
    """Whoever wrote reads what was kept, line by line, and what is still to be said."""
    head = f"议事会{meeting.number}的纪要已保存" + (f"（第{version}版）。" if version > 1 else "。")
    lines = [head, *(line_of(each) for each in agreed[:SHOWN]), *_rest(agreed)]
    lines += [f"・决议{each.decision.number} {text}" for each in made for text in _lacks(each)]
    lines += undecided_lines(meeting, undecided)
    none_read = [] if version > 1 else [NONE_READ.format(number=meeting.number)]
    return "\n".join([*lines, TOLD] if made else [*lines, *none_read])


def entered(meeting: Meeting, made: Sequence[Made], *, agreed: Sequence[Agreed]) -> str:
    """Whoever entered decisions at the table reads their numbers, and what is still to be said."""
    lines = [f"议事会{meeting.number}记下 {len(made)} 条决议：", *(line_of(each) for each in agreed[:SHOWN])]
    lines += _rest(agreed)
    lines += [f"・决议{each.decision.number} {text}" for each in made for text in _lacks(each)]
    return "\n".join(lines if meeting.minuted_at else [*lines, WITH_MINUTES.format(number=meeting.number)])


def _lacks(made: Made) -> list[str]:
    return [LACKS[lack].format(number=made.decision.number, said=words(said)) for lack, said in made.lacks]


def lacks_text(made: Sequence[Made]) -> list[str]:
    """What is still to be said of each, a line each."""
    return [f"决议{each.decision.number} {text}" for each in made for text in _lacks(each)]


def undecided_lines(meeting: Meeting, undecided: Sequence[Undecided]) -> list[str]:
    """Topics that got no decision, the cases that wait for one, and what to type."""
    number = meeting.number
    return [
        f"・议题{each.topic.number}《{words(each.topic.title)}》{_cases(each)}还没有决议：补上请发"
        f"“决议 议事会{number}：议题{each.topic.number} …”，没议定请发"
        f"“补充纪要 议事会{number} 议题{each.topic.number} 下次再议”"
        for each in undecided[:SHOWN]
    ]


def _cases(each: Undecided) -> str:
    if not each.cases:
        return ""
    more = f"等 {len(each.cases)} 件" if len(each.cases) > CASES else ""
    return f"（诉求 {'、'.join(each.cases[:CASES])}{more}）"


def line_of(each: Agreed) -> str:
    """决议7 枫桥物业：疏通主管道，11月30日前"""
    decision = each.decision
    return f"决议{decision.number} {words(each.owner)}：{words(decision.what)}{due_of(decision)}"


def due_of(decision: Decision) -> str:
    """，11月30日前; empty without a date."""
    if decision.due_at is None:
        return ""
    day = local(decision.due_at)
    return f"，{day.month}月{day.day}日前"


def _rest(agreed: Sequence[object]) -> list[str]:
    return [f"另有 {len(agreed) - SHOWN} 条，发“决议列表”看全部"] if len(agreed) > SHOWN else []


# ------------------------------------------------------------------ told


def to_participants(meeting: Meeting, agreed: Sequence[Agreed]) -> str:
    """Who sat there, or reported a case, reads what was agreed, by whom, until when."""
    head = f"议事会{meeting.number}《{words(meeting.title)}》商定："
    number = agreed[0].decision.number if agreed else 7
    tail = f"办到哪一步会告诉您，也可以发“决议{number}”看进展。"
    return "\n".join([head, *(line_of(each) for each in agreed[:SHOWN]), *_rest(agreed), tail])


def to_workers(meeting: Meeting, agreed: Sequence[Agreed]) -> str:
    """Groups of those who work here read the same."""
    head = f"**议事会{meeting.number}商定**\n{words(meeting.title)}"
    number = agreed[0].decision.number if agreed else 7
    tail = f"看进展请发：@回音 决议{number}"
    return "\n".join([head, *(line_of(each) for each in agreed[:SHOWN]), *_rest(agreed), tail])


def to_owner(meeting: Meeting, mine: Sequence[Agreed]) -> str:
    """A unit, or a person, reads what it has to do."""
    lines = [f"**议事会{meeting.number}商定，请您办理**"]
    for each in mine[:SHOWN]:
        due = f"期限：{moment_text(each.decision.due_at)}" if each.decision.due_at else "期限：待定"
        lines.append(f"决议{each.decision.number}：{words(each.decision.what)}\n{due}")
    return "\n".join([*lines, *_rest(mine), next_words(mine[0].decision)])


def to_groups(title: str, lines: Sequence[str], *, hidden: int) -> str:
    """Residents' groups read what was agreed, nothing that points to a person or a door."""
    more = [f"另有 {hidden} 项不便公开，由社区跟进。"] if hidden else []
    shown = [f"{index}. {line}" for index, line in enumerate(lines[:SHOWN], start=1)]
    rest = [f"另有 {len(lines) - SHOWN} 项。"] if len(lines) > SHOWN else []
    return "\n".join(
        [f"【议事会结果】{title}", *shown, *rest, *more, "进展会在群里告诉大家，也可以看公示栏。"]
    )


def public_line(what: str, owner: str, decision: Decision) -> str:
    """疏通主管道（枫桥物业，11月30日前）"""
    return f"{what}（{owner}{due_of(decision)}）"


def to_desk(meeting: Meeting, agreed: Sequence[Agreed], *, by: str, is_again: bool) -> str:
    """Staff read at the desk that minutes were written elsewhere."""
    head = f"**议事会{meeting.number}的纪要{'有补充' if is_again else '已写'}**（{by}）"
    return "\n".join(
        [head, words(meeting.title), *(line_of(each) for each in agreed[:SHOWN]), *_rest(agreed)]
    )


def corrected(meeting: Meeting) -> str:
    """Who sat there reads that the words of the minutes are others now."""
    return (
        f"议事会{meeting.number}《{words(meeting.title)}》的纪要有更正，发“纪要 议事会{meeting.number}”看。"
    )


def minutes_wanted(meeting: Meeting, *, days: int, link: str) -> str:
    """The chair is asked for minutes that have not come."""
    page = f"，或打开网页填写（请勿外传）：{link}" if link else ""
    return (
        f"**议事会{meeting.number}开过 {days} 天了，还没有纪要**\n{words(meeting.title)}\n"
        f"请发：@回音 纪要 议事会{meeting.number} 商定的事…{page}"
    )


# ------------------------------------------------------------------ shown


def record_shown(meeting: Meeting, record: str, agreed: Sequence[Agreed], *, hidden: int = 0) -> str:
    """The minutes as they stand; `record` is empty for who may not read their words."""
    text = record if len(record) <= RECORD else f"{record[:RECORD]}…（共 {len(record)} 字）"
    lines = [f"议事会{meeting.number}《{words(meeting.title)}》的纪要", *([text] if text else [])]
    lines += [line_of(each) for each in agreed[:SHOWN]] + _rest(agreed)
    lines += [f"另有 {hidden} 项不便公开。"] if hidden else []
    return "\n".join(lines if len(lines) > 1 else [*lines, "没有写决议。"])


def how_to_go_on(meeting: Meeting, *, link: str) -> str:
    """Below minutes that stand: how they are added to and corrected."""
    number = meeting.number
    page = f"\n网页上改（凭链接就能改，请勿外传）：{link}" if link else ""
    return (
        f"\n补充请发“补充纪要 议事会{number} …”，整个换掉请发“更正纪要 议事会{number} …”，"
        f"加决议请发“决议 议事会{number}：…”。{page}"
    )


def not_yet(meeting: Meeting) -> str:
    """A resident asks for minutes that have not come."""
    return f"议事会{meeting.number}还没有纪要，写好会告诉您。"


def no_minutes_for_you(number: int) -> str:
    """A resident asks for minutes that are not theirs to read."""
    return f"没有找到您能看的议事会{number}的纪要。发“公示栏”看公开的结果。"


def belongs(decision: Decision, topic: Topic) -> str:
    """The decision belongs to the topic now."""
    return f"决议{decision.number}归到议题{topic.number}《{words(topic.title)}》，相关诉求等它办完。"


def evidence_came(label: str, said: str, *, photos: int, by: Person) -> str:
    """The desk reads that evidence was added."""
    quoted = f"\n> {words(said)}" if said.strip() else ""
    pictures = f"，照片 {photos} 张" if photos else ""
    return f"**{label} 有新凭证**（{by.name or '居民'}{pictures}）{quoted}"


def evidence_kept(label: str, *, photos: int, has_words: bool) -> str:
    """Whoever added it reads what was kept."""
    what = "、".join([*(["说明"] if has_words else []), *([f"照片 {photos} 张"] if photos else [])])
    return f"{label} 的凭证已收：{what}。发“{label}”可以看到。"
