"""Who writes for the first time learns once what is stored of them."""

from handlers.messages import MessageKind
from handlers.notices.residents import tell_by_account
from handlers.turn import Reply, Turn
from nlp.reading import Kind
from storage.models.people import Role

TOLD_ALREADY = frozenset({MessageKind.SUBSCRIBE, MessageKind.UNSUBSCRIBE, MessageKind.SILENT})


def introduced(turn: Turn, reply: Reply) -> Reply:
    """The reply, with the sentence on privacy under the very first one.

    In an emergency it comes as a message of its own, so that nothing stands between the person and help.
    """
    is_first = turn.person.created_at == turn.now and turn.person.role is Role.RESIDENT
    if not is_first or turn.message.kind in TOLD_ALREADY:
        return reply
    privacy = turn.say("privacy", years=turn.rules.retention_years).text
    if turn.message.kind is MessageKind.TEXT and turn.reading.kind is Kind.EMERGENCY:
        tell_by_account(turn.db, turn.message, privacy, key=f"privacy:{turn.person.id}", now=turn.now)
        return reply
    return Reply(f"{reply.text}\n\n{privacy}" if reply.text else privacy)
