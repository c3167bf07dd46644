"""改造 枫桥苑雨污分流改造, 改造1 改造前调查: staff register a measure and ask three times."""

from handlers.errors.surveys import MeasureTitleWrong
from handlers.measures.making import LONGEST_TITLE, PhaseOrder, register_measure, survey_phase
from handlers.places import estate_named
from handlers.replies import measures as texts
from handlers.staff.router import router
from handlers.staff.surveys import closing_said, opened_reply, options_said
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from storage.models.polls import Phase


@router.on(TableAction.MEASURE_NEW)
def register(turn: Turn) -> Reply:
    """改造 枫桥苑雨污分流改造"""
    args = turn.table_word.args if turn.table_word else {}
    title, name, building = str(args.get("title") or ""), args.get("estate"), args.get("building")
    here = [each for each in turn.estates if each.community_id == turn.community.id]
    measure = register_measure(
        turn.db,
        turn.person,
        title,
        estate=estate_named(here, name, turn.person) if isinstance(name, str) else None,
        building=building if isinstance(building, str) else None,
        secret=turn.secret,
        now=turn.now,
    )
    return Reply(texts.registered(measure, public_url=turn.rules.public_url))


@router.on(TableAction.MEASURE_SURVEY)
def survey(turn: Turn) -> Reply:
    """改造1 改造前调查 您对小区排水满意吗 选项 满意、不满意 截止11月30日"""
    word = turn.table_word
    if word is None or not isinstance(word.args.get("phase"), str):
        raise MeasureTitleWrong(LONGEST_TITLE)
    order = PhaseOrder(
        Phase(str(word.args["phase"])),
        str(word.args.get("title") or ""),
        options_said(word.args),
        closes_at=closing_said(word.args),
    )
    opened = survey_phase(turn.db, turn.person, word.number or 0, order, now=turn.now, rules=turn.rules)
    return opened_reply(opened)
