"""Joint meetings: 联席会 每月10日15:00 居委会会议室 枫桥物业、综合执法中队, their list, roster and end."""

from collections.abc import Mapping
from typing import Any

from handlers.meetings import joint
from handlers.replies import joint_meetings as texts
from handlers.staff.router import router
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction


@router.on(TableAction.JOINT_ADD)
def add(turn: Turn) -> Reply:
    """联席会 每月第一个周五15:00 居委会会议室 枫桥物业、综合执法中队"""
    args = _args(turn)
    made = joint.add_joint(
        turn.db,
        turn.person,
        rule=args.get("rule"),
        place=str(args.get("place") or ""),
        title=str(args.get("title") or ""),
        names=tuple(args.get("names") or ()),
        now=turn.now,
    )
    return Reply(texts.made(made, joint.roster_names(turn.db, made)))


@router.on(TableAction.JOINT_LIST)
def show_all(turn: Turn) -> Reply:
    """联席会列表"""
    return Reply(texts.listed(joint.joints_listed(turn.db, turn.person)))


@router.on(TableAction.JOINT_ROSTER)
def roster(turn: Turn) -> Reply:
    """联席会1; 联席会1 增加 派出所; 联席会1 去掉 派出所"""
    args = _args(turn)
    names = tuple(args.get("names") or ())
    if not names:
        found = joint.joint_shown(turn.db, turn.person, _number(turn))
        return Reply(texts.shown(found, joint.roster_names(turn.db, found)))
    is_adding = bool(args.get("is_adding"))
    changed, done = joint.change_roster(
        turn.db,
        turn.person,
        _number(turn),
        names,
        is_adding=is_adding,
        is_required=bool(args.get("is_required")),
        now=turn.now,
    )
    members = joint.roster_names(turn.db, changed)
    return Reply(texts.changed(changed, members, done=done, is_adding=is_adding))


@router.on(TableAction.JOINT_END)
def end(turn: Turn) -> Reply:
    """取消联席会1"""
    ended, ahead = joint.end_joint(turn.db, turn.person, _number(turn), now=turn.now)
    return Reply(texts.ended(ended, ahead))


def _args(turn: Turn) -> Mapping[str, Any]:
    return turn.table_word.args if turn.table_word else {}


def _number(turn: Turn) -> int:
    return (turn.table_word.number if turn.table_word else None) or 0
