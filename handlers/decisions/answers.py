"""What is answered to words about decision items, whoever says them; the routers say who may."""

from dataclasses import replace
from datetime import datetime

from handlers.cases.attaching import all_sent_of
from handlers.cases.rights import COMMUNITY_ROLES
from handlers.decisions import changing, finishing, listing, progress, supervision, watchers, watching
from handlers.decisions.changing import More, Said
from handlers.decisions.evidence import add_to_decision
from handlers.decisions.ownership import owner_name, public_owner
from handlers.decisions.proof import add_shown
from handlers.decisions.rights import RESIDENTS
from handlers.errors.decisions import NotWatching
from handlers.groups import is_among_us
from handlers.replies import decision_lists as texts
from handlers.turn import Reply, Turn
from nlp.characters import fold
from nlp.consultation import TableWord
from nlp.consultation.decision_words import QUOTED
from storage import costs
from storage.models.decisions import DecisionStatus
from storage.models.people import Person


def show_list(turn: Turn) -> Reply:
    """决议列表, 超期决议, 决议列表 第2页"""
    only, page = _text(turn, "only"), _word(turn).args.get("page")
    number = page if isinstance(page, int) else 1
    found = listing.listed_decisions(turn.db, _who(turn), only=only, page=number, now=turn.now)
    if not found.items:
        return Reply(texts.page_is_empty(number) if found.total else texts.no_decisions(only))
    return Reply(texts.decisions_listed(found, only=only, now=turn.now))


def show(turn: Turn) -> Reply:
    """决议 7, 决议7怎么样了; with photos: they show the work"""
    if all_sent_of(turn.message):
        return _shown_by_photo(turn, _number(turn))
    is_alone = is_among_us(turn.db, turn.message.chat)
    shown = listing.shown_decision(turn.db, _who(turn), turn.community.id, _number(turn), is_alone=is_alone)
    money = texts.costs_line(costs.costs_of(turn.db, shown.decision.id))
    is_resident = turn.person.role in RESIDENTS
    return Reply(texts.decision_shown(shown, now=turn.now, is_resident=is_resident, costs=money))


def photo_of_decision(turn: Turn) -> Reply | None:
    """A photo alone that answers a notice of a decision shows the work; `None` for any other."""
    named = QUOTED.match(fold(turn.message.quoted))
    return _shown_by_photo(turn, int(named["number"])) if named else None


def report_progress(turn: Turn) -> Reply:
    """进展 决议7 已联系疏通队; photos sent with it stand with the item"""
    decision = progress.report_progress(
        turn.db,
        _who(turn),
        _number(turn),
        _text(turn, "note"),
        said_in=turn.message.chat,
        now=turn.now,
        rules=turn.rules,
    )
    add_shown(turn.db, _who(turn), decision, all_sent_of(turn.message), now=turn.now)
    return Reply(texts.progressed(decision))


def report_done(turn: Turn) -> Reply:
    """办结 决议7 主管道已疏通; 无照片：…"""
    no_photo = _word(turn).args.get("no_photo")
    done = finishing.Done(
        _text(turn, "result"), all_sent_of(turn.message), no_photo if isinstance(no_photo, str) else None
    )
    decision = finishing.report_done(
        turn.db,
        _who(turn),
        _number(turn),
        done,
        said_in=turn.message.chat,
        now=turn.now,
        rules=turn.rules,
    )
    return Reply(texts.reported(decision, has_watcher=decision.watcher_id is not None))


def extend(turn: Turn) -> Reply:
    """延期 决议7 3天 等配件, 同意延期 决议7, 期限 决议7 11月30日"""
    args, number, said = _word(turn).args, _number(turn), _said(turn)
    if "grants" in args:
        grants, reason = bool(args["grants"]), _text(turn, "reason")
        decided = changing.decide_extension(turn.db, said, number, grants=grants, reason=reason)
        return Reply(
            texts.extended(decided.decision) if grants else texts.extension_refused(decided.decision)
        )
    days, due = args.get("days"), args.get("due")
    moment = datetime.fromisoformat(due) if isinstance(due, str) else None
    more = More(days if isinstance(days, int) else None, moment, _text(turn, "reason"))
    if args.get("sets"):
        return Reply(texts.extended(changing.set_due(turn.db, said, number, more)))
    extended = changing.extend_decision(turn.db, said, number, more)
    if extended.is_granted:
        return Reply(texts.extended(extended.decision))
    return Reply(texts.extension_asked(extended.decision, extended.until))


def supervise(turn: Turn) -> Reply:
    """督办 决议7 请本周完成"""
    decision = supervision.supervise_decision(
        turn.db,
        _who(turn),
        _number(turn),
        _text(turn, "note"),
        said_in=turn.message.chat,
        now=turn.now,
        rules=turn.rules,
    )
    return Reply(texts.supervised(decision, owner_name(turn.db, decision)))


def drop(turn: Turn) -> Reply:
    """撤销 决议7 业主大会另有安排"""
    decision = changing.drop_decision(turn.db, _said(turn), _number(turn), _text(turn, "reason"))
    return Reply(texts.dropped(decision))


def hand_over(turn: Turn) -> Reply:
    """转交 决议7 枫桥物业; 退回 决议7 不归我们管: of staff it means that it is not done"""
    number, reason = _number(turn), _text(turn, "reason")
    if not _word(turn).args.get("back"):
        decision = changing.hand_over(turn.db, _said(turn), number, _text(turn, "to"), reason=reason)
        return Reply(texts.handed_over(decision, owner_name(turn.db, decision)))
    if turn.person.role in COMMUNITY_ROLES:
        return _doubted(turn, number, reason)
    return Reply(texts.given_back(changing.give_back(turn.db, _said(turn), number, reason)))


def watcher(turn: Turn) -> Reply:
    """监督人 决议7 李秀英; a resident's 不当监督人"""
    args, word = _word(turn).args, _word(turn)
    if "agrees" in args:
        agrees = bool(args["agrees"])
        decision = watchers.answer_watching(turn.db, _said(turn), word.number, agrees=agrees)
        return Reply(texts.watching_answered(decision, agrees=agrees))
    name = args.get("name")
    given = name if isinstance(name, str) else None
    decision = watchers.set_watcher(turn.db, _said(turn), _number(turn), given)
    return Reply(texts.watcher_set(decision, given or ""))


def watch(turn: Turn) -> Reply | None:
    """决议7 属实, 决议7 没做完：还漏水; without a number the only item that waits for the speaker's word"""
    word = _word(turn)
    number = word.number
    if number is None:
        try:
            number = watchers.only_watched(
                turn.db, _who(turn), (DecisionStatus.REPORTED_DONE,), "决议{number} 属实"
            )
        except NotWatching:
            return None
    if not word.args.get("confirms"):
        return _doubted(turn, number, _text(turn, "words"))
    decision = watching.confirm_decision(
        turn.db,
        _who(turn),
        number,
        _text(turn, "words"),
        said_in=turn.message.chat,
        now=turn.now,
        rules=turn.rules,
    )
    return Reply(texts.confirmed(decision, is_resident=turn.person.role in RESIDENTS))


def show_board(turn: Turn) -> Reply:
    """公示栏"""
    return Reply(texts.board_link(turn.rules.public_url, turn.community.code))


def _shown_by_photo(turn: Turn, number: int) -> Reply:
    sent = all_sent_of(turn.message)
    add_to_decision(turn.db, _who(turn), number, "", sent=sent, now=turn.now, rules=turn.rules)
    return Reply(texts.photo_kept(number))


def _doubted(turn: Turn, number: int, reason: str) -> Reply:
    decision = watching.doubt_decision(
        turn.db,
        _who(turn),
        number,
        reason,
        said_in=turn.message.chat,
        now=turn.now,
        rules=turn.rules,
    )
    owner = public_owner if turn.person.role in RESIDENTS else owner_name
    return Reply(texts.doubted(decision, owner(turn.db, decision)))


def _who(turn: Turn) -> Person:
    """The speaker, as of the community this is about; a resident may be bound to none yet."""
    return (
        replace(turn.person, community_id=turn.community.id) if turn.person.role in RESIDENTS else turn.person
    )


def _word(turn: Turn) -> TableWord:
    assert turn.table_word is not None
    return turn.table_word


def _number(turn: Turn) -> int:
    number = _word(turn).number
    assert number is not None
    return number


def _text(turn: Turn, name: str) -> str:
    value = _word(turn).args.get(name)
    return value.strip() if isinstance(value, str) else ""


def _said(turn: Turn) -> Said:
    return Said(_who(turn), turn.now, turn.rules, turn.message.chat)
