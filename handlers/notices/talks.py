"""Who hears what is said while a resident speaks with staff."""

from datetime import datetime

from sqlalchemy import Connection

from storage import conversations, organization, outbox, people
from storage.models.desk import Talk
from storage.models.outbox import Channel, Priority
from storage.outbox import Address, Posting


def tell_desk_of_talk(db: Connection, talk: Talk, text: str, *, key: str, now: datetime) -> None:
    """Staff read this at the community's desk; `key` says which fact it tells."""
    desk = organization.desk_group(db, talk.community_id)
    if desk is None or not desk.webhook:
        return
    to = Address(Channel.GROUP_WEBHOOK, "", desk.webhook)
    body = {"text": text, "format": "markdown"}
    posting = Posting(to, f"talk:{talk.id}:{key}", body, Priority.ANSWER, talk.community_id)
    outbox.post(db, [posting], now=now)


def tell_resident_of_talk(db: Connection, talk: Talk, text: str, *, key: str, now: datetime) -> None:
    """The resident reads this in the chat that was handed to staff; nothing once they left the account."""
    person = people.person_by_id(db, talk.person_id)
    if person.unsubscribed_at is not None:
        return
    conversation = conversations.lock_conversation_by_id(db, talk.conversation_id)
    postings = [
        Posting(
            Address(channel, account, openid),
            f"talk:{talk.id}:{key}:resident",
            {"text": text},
            Priority.ANSWER,
            talk.community_id,
        )
        for channel, account, openid in people.external_ids_of(db, person.id)
        if (channel, account) == (conversation.channel, conversation.account)
    ]
    outbox.post(db, postings, now=now)
