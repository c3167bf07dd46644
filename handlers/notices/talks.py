"""Who hears what is said while a resident speaks with staff."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.notices.reaching import address_of_group, group_posting, staff_of, worker_postings
from handlers.rules import Rules
from storage import conversations, organization, outbox, people
from storage.models.desk import Talk
from storage.models.outbox import Priority
from storage.outbox import Address, Posting


def can_reach_staff(db: Connection, community_id: int, rules: Rules) -> bool:
    """Whether somebody would read at the community's desk, or alone by the app, what a resident says."""
    desk = organization.desk_group(db, community_id)
    if desk is not None and address_of_group(desk) is not None:
        return True
    userids = (organization.wecom_userid_of(db, each.id) for each in staff_of(db, community_id))
    return rules.has_app and any(userids)


def tell_desk_of_talk(
    db: Connection, talk: Talk, text: str, *, key: str, rules: Rules, now: datetime
) -> None:
    """Staff read this at the community's desk; `key` says which fact it tells.

    Where the desk has no group that can be reached each of them reads it alone.
    """
    body = {"text": text, "format": "markdown"}
    key = f"talk:{talk.id}:{key}"
    desk = organization.desk_group(db, talk.community_id)
    posting = group_posting(db, desk, body, key=key, priority=Priority.ANSWER) if desk else None
    postings = [posting] if posting else []
    if posting is None:
        for each in staff_of(db, talk.community_id):
            own = f"{key}:person:{each.id}"
            postings += worker_postings(db, each, body, key=own, rules=rules, priority=Priority.ANSWER)
    outbox.post(db, postings, now=now)


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
