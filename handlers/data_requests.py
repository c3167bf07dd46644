"""What is stored of a resident, shown and removed at their word."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from storage import audit, people, personal_data, surveys, undelivered
from storage.models.outbox import Channel
from storage.models.people import Person
from storage.outbox import Address

BLANK: Final = "（内容已按本人要求删除）"
GONE: Final = "deleted:"  # stands in the place of an address
STOPPED: Final = "对方要求删除个人信息"


@dataclass(frozen=True, slots=True)
class DataRemoved:
    """What was removed: the cases whose words are gone; how many go on, and so keep theirs."""

    blanked: int
    going_on: int


def remove_personal_data(db: Connection, person: Person, *, message_key: str, now: datetime) -> DataRemoved:
    """Name, phone and home are gone, and the words in cases that are over.

    While a case goes on, its words and the account it is answered to stay, or nobody could settle it; without
    one the person cannot be told from a stranger any more.
    """
    over = personal_data.cases_that_are_over(db, person.id)
    going_on = personal_data.cases_going_on(db, person.id)
    personal_data.blank_words(db, person.id, over, instead=BLANK)
    personal_data.remove_media(db, person.id, over)
    personal_data.forget_notices(db, person.id, over)
    personal_data.forget_proposals(db, person.id, instead=BLANK)
    surveys.forget_answers(db, person.id)
    personal_data.forget_messages(db, person.id, but=message_key)
    personal_data.forget_person(db, person.id)
    if not going_on:
        _forget_accounts(db, person, now=now)
    audit.add_entry(
        db,
        "data_removed",
        person_id=person.id,
        community_id=person.community_id,
        now=now,
        data={"blanked": len(over), "going_on": going_on},
    )
    return DataRemoved(len(over), going_on)


def _forget_accounts(db: Connection, person: Person, *, now: datetime) -> None:
    for channel, account, external_id in people.external_ids_of(db, person.id):
        if channel == Channel.OFFICIAL_ACCOUNT:
            to = Address(channel, account, external_id)
            undelivered.stop_messages(db, to, reason=STOPPED, now=now)
            personal_data.forget_address(db, to, instead=GONE)
    personal_data.forget_accounts(db, person.id)
