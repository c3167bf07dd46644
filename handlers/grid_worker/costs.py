"""Money and evidence of a decision: 分摊 决议7 …, 代签分摊, 已收, 资金, 凭证."""

from collections.abc import Mapping
from typing import Any

from handlers.cases.attaching import all_sent_of
from handlers.decisions import costs
from handlers.decisions.consents import consent_for, record_paid
from handlers.decisions.evidence import add_to_decision, add_to_meeting
from handlers.errors.desk import OnlyAlone
from handlers.grid_worker.patrol import estates_here
from handlers.grid_worker.router import router
from handlers.groups import is_among_us
from handlers.replies import costs as texts
from handlers.replies.minutes import evidence_kept
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from storage import organization
from storage.models.decisions import CostKind
from storage.models.organization import Estate


@router.on(TableAction.COST_SHARE)
def share(turn: Turn) -> Reply:
    """分摊 决议7 1200元 枫桥苑33号楼5单元 101、102、201、202; alone it shows who said what"""
    args = _args(turn)
    if not args:
        if not is_among_us(turn.db, turn.message.chat):
            raise OnlyAlone(f"分摊 决议{_number(turn)}")
        found = costs.shares_for(turn.db, turn.person, _number(turn))
        ids = {each.estate_id for each in found.shares}
        estates = {each: organization.estate_by_id(turn.db, each) for each in sorted(ids)}
        return Reply(texts.status(found.decision, found.cost, found.shares, estates=estates))
    sharing = costs.Sharing(
        cents=args.get("cents"),
        each=args.get("each"),
        estate=_estate(turn, args.get("estate")),
        building=str(args.get("building") or ""),
        unit=str(args.get("unit") or ""),
        rooms=tuple(args.get("rooms") or ()),
        own={room: int(cents) for room, cents in (args.get("own") or {}).items() if cents is not None},
        has_part_of_cent=bool(args.get("has_part_of_cent")),
    )
    done = costs.share_cost(turn.db, turn.person, _number(turn), sharing, now=turn.now, rules=turn.rules)
    return Reply(texts.shared(done.decision, done.cost, done.shares, silent=done.silent))


@router.on(TableAction.CONSENT_FOR)
def consent(turn: Turn) -> Reply:
    """代签分摊 决议7 101 同意"""
    args = _args(turn)
    done = consent_for(
        turn.db,
        turn.person,
        _number(turn),
        tuple(args.get("rooms") or ()),
        agrees=args.get("agrees"),
        reason=str(args.get("reason") or ""),
        now=turn.now,
        rules=turn.rules,
    )
    return Reply(texts.entered_for(done[0].decision, [each.share for each in done]))


@router.on(TableAction.PAID)
def paid(turn: Turn) -> Reply:
    """已收 决议7 101、102; 未收 决议7 101 takes it back"""
    args = _args(turn)
    is_paid = bool(args.get("is_paid"))
    decision, shares, left = record_paid(
        turn.db,
        turn.person,
        _number(turn),
        tuple(args.get("rooms") or ()),
        is_all=bool(args.get("all")),
        is_paid=is_paid,
        now=turn.now,
        rules=turn.rules,
    )
    return Reply(texts.paid(decision, shares, is_paid=is_paid, left=left))


@router.on(TableAction.FUND)
def fund(turn: Turn) -> Reply:
    """资金 决议7 维修资金 3万元"""
    args = _args(turn)
    decision, cost, total = costs.record_fund(
        turn.db,
        turn.person,
        _number(turn),
        CostKind(str(args.get("kind") or "other")),
        cents=args.get("cents"),
        note=str(args.get("note") or ""),
        now=turn.now,
    )
    return Reply(texts.fund_kept(decision, cost, total=total))


@router.on(TableAction.EVIDENCE)
def evidence(turn: Turn) -> Reply:
    """凭证 决议7 水质检测合格, with photos sent with it or just before"""
    args, sent = _args(turn), all_sent_of(turn.message)
    words, number = str(args.get("words") or ""), _number(turn)
    if args.get("of") == "meeting":
        kept = add_to_meeting(turn.db, turn.person, number, words, sent=sent, now=turn.now)
        label = f"议事会{kept.of.number}"
    else:
        kept = add_to_decision(turn.db, turn.person, number, words, sent=sent, now=turn.now, rules=turn.rules)
        label = f"决议{kept.of.number}"
    return Reply(evidence_kept(label, photos=kept.photos, has_words=kept.has_words))


def _estate(turn: Turn, name: object) -> Estate | None:
    """The estate named; without a name the community's only one."""
    here = estates_here(turn)
    if isinstance(name, str):
        return next((each for each in here if each.name == name), None)
    return here[0] if len(here) == 1 else None


def _args(turn: Turn) -> Mapping[str, Any]:
    return turn.table_word.args if turn.table_word else {}


def _number(turn: Turn) -> int:
    return (turn.table_word.number if turn.table_word else None) or 0
