"""What a household says to its share of a cost: 同意分摊, 不同意分摊 7：原因."""

from handlers.decisions.consents import consent
from handlers.replies import costs as texts
from handlers.resident.router import router
from handlers.turn import Reply, Turn
from nlp.consultation import TableAction
from storage.models.decisions import Consent


@router.on(TableAction.CONSENT)
def answer(turn: Turn) -> Reply | None:
    """同意分摊; `None` for a household that is asked for nothing"""
    said = turn.table_word
    if said is None:
        return None
    reason = str(said.args.get("reason") or "")
    return answer_share(turn, said.number, agrees=bool(said.args.get("agrees")), reason=reason)


def answer_share(turn: Turn, number: int | None, *, agrees: bool, reason: str) -> Reply | None:
    """What the household says to its share; `None` when it is asked for nothing."""
    done = consent(turn.db, turn.person, number, agrees=agrees, reason=reason, now=turn.now, rules=turn.rules)
    if done is None:
        return None
    is_other = done.before is not Consent.OPEN and done.before is not done.share.consent
    word = texts.conflicting(done.decision, done.before, done.share) if is_other else None
    return Reply(word or texts.said(done.decision, done.share))
