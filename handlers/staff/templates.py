"""Templates of broadcasts, as staff edit them in chat."""

from handlers.broadcasts import templates
from handlers.replies import broadcast_lists as lists
from handlers.staff.router import router
from handlers.turn import Reply, Turn
from nlp.desk_words import DeskAction


@router.on(DeskAction.TEMPLATE_SAVE)
def save(turn: Turn) -> Reply:
    """群发模板 停水=【停水通知】{小区}将于{时间}停水，原因：{原因}"""
    name = _said(turn, "name")
    text = _said(turn, "text")
    old = templates.keep_template(turn.db, turn.person, name, text, now=turn.now)
    example = "".join(f" {each}=…" for each in templates.variables_of(text))
    key = "template_replaced" if old else "template_kept"
    return turn.say(key, name=name, example=f"群发 模板 {name}{example}", old=old)


@router.on(DeskAction.TEMPLATE_LIST)
def show(turn: Turn) -> Reply:
    """群发模板"""
    found = templates.listed_templates(turn.db, turn.person)
    return Reply(lists.templates_listed(found)) if found else turn.say("no_templates")


@router.on(DeskAction.TEMPLATE_REMOVE)
def remove(turn: Turn) -> Reply:
    """删除群发模板 停水"""
    removed = templates.remove_template(turn.db, turn.person, _said(turn, "name"), now=turn.now)
    return turn.say("template_removed", name=removed.name)


def _said(turn: Turn, name: str) -> str:
    value = turn.desk_word.args.get(name) if turn.desk_word else None
    return value.strip() if isinstance(value, str) else ""
