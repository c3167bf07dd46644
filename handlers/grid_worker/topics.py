"""Topics as workers and staff see and ask for them: 议题列表, 议题 3, 列入议题 23、24."""

from handlers.cases.consulting import propose_consultation
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.errors import NotAllowed
from handlers.errors.topics import NoSuchTopic, NoTopicButCase, OnlyResidentsSecond
from handlers.grid_worker.lookup import numbered
from handlers.grid_worker.router import router
from handlers.replies import topics as texts
from handlers.replies import workers
from handlers.topics.adding import add_to_list
from handlers.topics.finding import topic_meant
from handlers.topics.listing import facts_of_topic, list_topics
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from storage import cases as case_rows
from storage.models.cases import Case
from storage.models.people import Role


@router.on(TableAction.TOPIC_LIST)
def show_topics(turn: Turn) -> Reply:
    """议题列表, 议题列表 第2页"""
    community_id = turn.person.community_id or 0
    found = list_topics(turn.db, turn.person, community_id, page=_page(turn), is_alone=not turn.message.chat)
    if not found.total:
        return Reply(texts.no_topics_in_group())
    if not found.entries:
        return Reply(texts.no_such_page(found.total))
    return Reply(texts.topic_list(found.entries, total=found.total, skipped=found.skipped, now=turn.now))


@router.on(TableAction.TOPIC_SHOW)
def show_topic(turn: Turn) -> Reply | None:
    """议题 3; when only a case has that number, how it is put on the list"""
    number = turn.table_word.number if turn.table_word else None
    if number is None:
        return None
    community_id = turn.person.community_id or 0
    try:
        topic = topic_meant(turn.db, turn.person, community_id, number)
    except NoSuchTopic:
        case = case_rows.case_numbered(turn.db, community_id=community_id, number=number)
        if case is None or turn.person.role is Role.UNIT_MEMBER:
            raise
        raise NoTopicButCase(number, case.label) from None
    facts = facts_of_topic(turn.db, turn.person, topic, is_alone=not turn.message.chat)
    is_staff = turn.person.role in COMMUNITY_ROLES
    return Reply(texts.topic_detail(facts, now=turn.now, is_staff=is_staff))


@router.on(TableAction.SECOND)
def second(turn: Turn) -> Reply | None:
    """附议 议题3: residents do that"""
    number = turn.table_word.number if turn.table_word else None
    if number is None:
        return None
    raise OnlyResidentsSecond(number)


@router.on(TableAction.TOPIC_ACCEPT, TableAction.TOPIC_DECLINE, TableAction.TOPIC_JOIN)
def decided_by_staff(turn: Turn) -> Reply:
    """采纳议题3: staff do that"""
    raise NotAllowed("采纳、合并议题")


@router.on(TableAction.TOPIC_ADD)
def add(turn: Turn) -> Reply:
    """列入议题 23、24 停车秩序; 新议题 车棚充电桩怎么装; a worker's is a wish"""
    cases, title = _cases(turn), _title(turn)
    is_wish = turn.person.role not in COMMUNITY_ROLES
    if is_wish and len(cases) == 1 and not title:
        wish = propose_consultation(turn.db, turn.person, cases[0].id, now=turn.now)
        return Reply(workers.proposed_in_group(wish.case, is_new=wish.is_new))
    added = add_to_list(
        turn.db, turn.person, [each.id for each in cases], title=title, now=turn.now, rules=turn.rules
    )
    words = texts.wished_in_group if added.is_wish else texts.added_in_group
    return Reply(words(added.topic, added.cases))


def _cases(turn: Turn) -> list[Case]:
    """Every case that is named; one unknown number refuses all."""
    args = turn.table_word.args if turn.table_word else {}
    numbers, years = args.get("cases"), args.get("years")
    if not isinstance(numbers, list) or not isinstance(years, list):
        return []
    pairs = zip(numbers, years, strict=True)
    named = [(number, year) for number, year in pairs if isinstance(number, int) and isinstance(year, int)]
    return [numbered(turn, number, year or None) for number, year in dict.fromkeys(named)]


def _title(turn: Turn) -> str:
    title = turn.table_word.args.get("title") if turn.table_word else None
    return title if isinstance(title, str) else ""


def _page(turn: Turn) -> int:
    page = turn.table_word.args.get("page") if turn.table_word else None
    return page if isinstance(page, int) else 1
