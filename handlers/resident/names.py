"""A resident says their name, so that staff can ask them by it: 我叫李秀英."""

from handlers.resident.router import router
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from storage import people


@router.on(TableAction.INTRODUCE)
def introduce(turn: Turn) -> Reply | None:
    """我叫李秀英; with a question open, it is an answer to that."""
    name = str(turn.table_word.args["name"]) if turn.table_word else ""
    people.name_resident(turn.db, turn.person.id, name)
    return turn.say("name_kept", name=name)
