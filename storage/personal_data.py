"""What is stored of a resident, and removing it."""

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, literal_column, or_, select, update

from storage.models.attachments import AttachmentStatus, attachments, media_files
from storage.models.broadcasts import Way, broadcast_recipients
from storage.models.cases import (
    FORGOTTEN,
    OPEN_STATUSES,
    TO_FORGET,
    CaseStatus,
    EventKind,
    case_events,
    cases,
    reports,
)
from storage.models.conversations import Step, conversations, receipts
from storage.models.desk import talks
from storage.models.judgements import evaluations
from storage.models.outbox import Channel, destinations, outbox
from storage.models.people import identities, people
from storage.models.topics import TopicSource, TopicStatus, topics
from storage.outbox import Address

NOT_OVER = (*OPEN_STATUSES, CaseStatus.RESOLVED)  # somebody still acts on it, or it waits to be judged
OVER = (CaseStatus.CLOSED, CaseStatus.REJECTED, CaseStatus.WITHDRAWN)

_MINE = select(reports.c.case_id).where(reports.c.person_id == bindparam("person_id"))
_NUMBER = select(func.count(reports.c.case_id.distinct())).where(
    reports.c.person_id == bindparam("person_id")
)
_ROOTS = select(func.coalesce(cases.c.merged_into_id, cases.c.id)).where(cases.c.id.in_(_MINE))
_CASES = select(cases.c.id, cases.c.status).where(or_(cases.c.id.in_(_MINE), cases.c.id.in_(_ROOTS)))


def number_of_cases(db: Connection, person_id: int) -> int:
    """How many cases the person reported or joined."""
    count: int = db.execute(_NUMBER, {"person_id": person_id}).scalar_one()
    return count


def cases_going_on(db: Connection, person_id: int) -> int:
    """How many cases of the person are not over: open, or settled and not yet judged."""
    rows = db.execute(_CASES, {"person_id": person_id})
    return sum(row.status in NOT_OVER for row in rows)


def cases_that_are_over(db: Connection, person_id: int) -> list[int]:
    """The person's cases that are over; one merged into another counts as over when that one is."""
    rows = db.execute(_CASES, {"person_id": person_id}).all()
    merged = [row.id for row in rows if row.status is CaseStatus.MERGED]
    is_quiet = not any(row.status in NOT_OVER for row in rows)
    return [row.id for row in rows if row.status in OVER] + (merged if is_quiet else [])


def blank_words(db: Connection, person_id: int, case_ids: list[int], *, instead: str) -> None:
    """What the person said in these cases reads so from now on, in reports, summaries and histories."""
    mine = and_(reports.c.person_id == person_id, reports.c.case_id.in_(case_ids))
    own_words = select(reports.c.text).where(mine)
    first = cases.c.id.in_(case_ids) & cases.c.summary.in_(own_words)
    db.execute(update(cases).where(first).values(summary=instead))
    db.execute(update(reports).where(mine).values(text=instead))
    said = and_(case_events.c.person_id == person_id, case_events.c.case_id.in_(case_ids))
    with_words = case_events.c.kind.in_([EventKind.SUPPLEMENTED, EventKind.JOINED])
    db.execute(update(case_events).where(said, with_words).values(data={"text": instead}))
    judged = and_(evaluations.c.person_id == person_id, evaluations.c.case_id.in_(case_ids))
    db.execute(update(evaluations).where(judged).values(reason=""))


def remove_media(db: Connection, person_id: int, case_ids: list[int]) -> None:
    """The photos and voices the person sent to these cases, or to none, are gone."""
    place = or_(attachments.c.case_id.in_(case_ids), attachments.c.case_id.is_(None))
    mine = select(attachments.c.id).where(attachments.c.person_id == person_id, place)
    db.execute(media_files.delete().where(media_files.c.attachment_id.in_(mine)))
    gone = {"status": AttachmentStatus.LOST, "media_id": "", "data": None, "error": ""}
    db.execute(update(attachments).where(attachments.c.id.in_(mine)).values(**gone))


def forget_messages(db: Connection, person_id: int, *, but: str) -> None:
    """The texts of what the person wrote and was answered are gone; not the message `but`, at work now."""
    mine = and_(receipts.c.person_id == person_id, receipts.c.message_key != but)
    db.execute(
        update(receipts)
        .where(mine, receipts.c.deferred_until.is_(None))
        .values(text="", payload=None, answer="")
    )


def forget_notices(db: Connection, person_id: int, case_ids: list[int]) -> None:
    """What was sent of these cases, and what was said in the person's talks with staff, is blank."""
    done = outbox.c.status.not_in([literal_column("'waiting'"), literal_column("'held'")])
    blank = update(outbox).values(body={"text": ""})
    db.execute(blank.where(outbox.c.case_id.in_(case_ids), done))
    own = select(talks.c.id).where(talks.c.person_id == person_id)
    for talk_id in db.execute(own).scalars().all():
        of_talk = (outbox.c.key >= f"talk:{talk_id}:", outbox.c.key < f"talk:{talk_id};")
        db.execute(blank.where(*of_talk, done))


def forget_proposals(db: Connection, person_id: int, *, instead: str) -> None:
    """What the person proposed reads so once it is settled, declined or part of another topic.

    What was settled keeps its title: it stands in the minutes. What staff were told of them is blank.
    """
    mine = and_(topics.c.proposed_by_id == person_id, topics.c.source == TopicSource.PROPOSAL)
    over = topics.c.status.in_([TopicStatus.SETTLED, TopicStatus.DECLINED, TopicStatus.JOINED])
    done = outbox.c.status.not_in([literal_column("'waiting'"), literal_column("'held'")])
    for topic_id in db.execute(select(topics.c.id).where(mine, over)).scalars().all():
        of_topic = (outbox.c.key >= f"topic:{topic_id}:", outbox.c.key < f"topic:{topic_id};")
        db.execute(update(outbox).where(*of_topic, done).values(body={"text": ""}))
    untold = and_(mine, over, topics.c.status != TopicStatus.SETTLED)
    db.execute(update(topics).where(untold).values(title=instead, is_public=False))
    db.execute(update(topics).where(mine, over).values(words=instead))


def forget_person(db: Connection, person_id: int) -> None:
    """Name, phone and home of the person are gone, and what the talk with them kept."""
    nothing = {"name": "", "phone": None, "estate_id": None, "building": None, "unit": None, "room": None}
    db.execute(update(people).where(people.c.id == person_id).values(**nothing))
    talk = update(conversations).where(conversations.c.person_id == person_id)
    db.execute(talk.values(step=Step.IDLE, draft=None, expires_at=None))


def forget_accounts(db: Connection, person_id: int) -> None:
    """Nobody can tell any more which account of a channel the person was."""
    _leave_mass_sends(db, person_id)
    db.execute(identities.delete().where(identities.c.person_id == person_id))


def _leave_mass_sends(db: Connection, person_id: int) -> None:
    """Mass sends name the person no more, whether they are out or still to go."""
    mine = (broadcast_recipients.c.person_id == person_id, broadcast_recipients.c.way == Way.MASS)
    query = (
        select(outbox.c.id, outbox.c.body)
        .join(destinations, destinations.c.id == outbox.c.destination_id)
        .where(
            outbox.c.broadcast_id.in_(select(broadcast_recipients.c.broadcast_id).where(*mine)),
            destinations.c.channel == Channel.MASS_SEND.value,
        )
        .order_by(outbox.c.id)
        .with_for_update(of=outbox)
    )
    for message_id, body in db.execute(query).all():
        numbers, openids = body.get("people", []), body.get("openids", [])
        others = [
            (number, openid) for number, openid in zip(numbers, openids, strict=False) if number != person_id
        ]
        if len(others) < len(numbers):
            left = {"people": [each[0] for each in others], "openids": [each[1] for each in others]}
            db.execute(update(outbox).where(outbox.c.id == message_id).values(body=body | left))


def forget_address(db: Connection, to: Address, *, instead: str) -> None:
    """What was sent to this address is blank, and the address unreadable; nothing more goes there."""
    place = select(destinations.c.id).where(
        destinations.c.channel == str(to.channel),
        destinations.c.account == to.account,
        destinations.c.address == to.address,
    )
    destination_id = db.execute(place.with_for_update()).scalar()
    if destination_id is None:
        return
    finished = outbox.c.status.not_in([literal_column("'waiting'"), literal_column("'held'")])
    mine = and_(outbox.c.destination_id == destination_id, finished)
    db.execute(update(outbox).where(mine).values(body={"text": ""}))
    here = update(destinations).where(destinations.c.id == destination_id)
    db.execute(here.values(address=f"{instead}{destination_id}", ready_at=None, opened_at=None, recent=[]))


def cases_to_forget(db: Connection, *, closed_before: datetime, limit: int) -> list[int]:
    """Cases that ended before then and still keep their words, the oldest first."""
    query = select(cases.c.id).where(TO_FORGET, cases.c.closed_at < closed_before)
    return list(db.execute(query.order_by(cases.c.closed_at).limit(limit)).scalars())


def forget_cases(db: Connection, case_ids: list[int]) -> None:
    """Nobody's words, photos or judgements stand in these cases any more; numbers, times and kinds stay."""
    here = cases.c.id.in_(case_ids)
    db.execute(update(cases).where(here).values(summary=FORGOTTEN, resolution="", room=None))
    db.execute(update(reports).where(reports.c.case_id.in_(case_ids)).values(text=FORGOTTEN))
    db.execute(update(case_events).where(case_events.c.case_id.in_(case_ids)).values(data=None))
    db.execute(update(evaluations).where(evaluations.c.case_id.in_(case_ids)).values(reason=""))
    db.execute(update(outbox).where(outbox.c.case_id.in_(case_ids)).values(body={"text": ""}))
    sent = select(attachments.c.id).where(attachments.c.case_id.in_(case_ids))
    db.execute(media_files.delete().where(media_files.c.attachment_id.in_(sent)))
    db.execute(update(attachments).where(attachments.c.id.in_(sent)).values(media_id="", data=None))
