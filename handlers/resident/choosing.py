"""What every question about a draft has in common: its draft, its end, and photos sent meanwhile."""

from dataclasses import replace

from handlers.cases.attaching import sent_of
from handlers.conversation import settle
from handlers.messages import MessageKind
from handlers.resident.drafts import Draft, kept_draft, open_silent_draft
from handlers.turn import Reply, Turn, is_expired
from storage import conversations


def asked_draft(turn: Turn) -> Draft | None:
    """The draft that was asked about, if the question still waits; one asked too long ago is opened."""
    if is_expired(turn):
        open_silent_draft(turn.db, turn.conversation, now=turn.now, rules=turn.rules, read=turn.read)
        return None
    draft = kept_draft(turn.conversation)
    if draft is None:
        settle(turn.db, turn.conversation)
    return draft


def keep_photo(turn: Turn, draft: Draft) -> Reply | None:
    """What is sent while a question waits belongs to the report that is asked about; `None` for words."""
    if turn.message.kind in (MessageKind.TEXT, MessageKind.LOCATION):
        return None
    sent = sent_of(turn.message)
    if sent is None:
        return Reply() if turn.message.kind is MessageKind.SILENT else None
    kept = replace(draft, media=[*draft.media, sent.as_list()]).as_json()
    conversations.move_conversation(
        turn.db,
        turn.conversation.id,
        step=turn.conversation.step,
        draft=(turn.conversation.draft or {}) | kept,
        expires_at=turn.now + turn.rules.draft_lifetime,
    )
    return turn.say("photo_kept_asked")


def wrong_number(turn: Turn, last: int) -> Reply | None:
    """A number that is not in the list is answered with those that are; `None` for other words."""
    said = turn.message.text.strip().rstrip("。.!！~ ")
    return turn.say("choose_number", last=last) if said.isdecimal() else None
