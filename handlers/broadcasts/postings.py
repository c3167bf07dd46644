"""The messages of a broadcast, each with a key made of facts and its time by the plan."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from handlers.broadcasts.planning import Plan
from handlers.broadcasts.residents import Route
from handlers.notices.reaching import group_posting, residents_posting
from storage.models.broadcasts import Broadcast, BroadcastAudience, Way
from storage.models.organization import Audience, Group
from storage.models.outbox import Channel, Priority
from storage.outbox import Address, Posting

LARGEST_MASS_SEND = 2000  # openids; the platform takes 10000, but one failure should not concern everybody


def priority_of(broadcast: Broadcast) -> Priority:
    """Broadcasts go last, and not at night; an urgent one to groups goes as an emergency does.

    To residents one by one it goes like an answer: each of them has only so many messages, of which an
    emergency of their own may need one.
    """
    if not broadcast.is_urgent:
        return Priority.BROADCAST
    return Priority.ANSWER if broadcast.audience is BroadcastAudience.RESIDENTS else Priority.EMERGENCY


def to_groups(db: Connection, broadcast: Broadcast, groups: Sequence[Group], plan: Plan) -> Iterator[Posting]:
    """One message to each of the groups, in their order."""
    for index, group in enumerate(groups):
        key, priority = f"broadcast:{broadcast.id}:group:{group.id}", priority_of(broadcast)
        if group.audience is Audience.RESIDENTS:
            made = residents_posting(db, group, broadcast.text, key=key, priority=priority)
        else:
            body = {"text": broadcast.text, "format": "markdown"}
            made = group_posting(db, group, body, key=key, priority=priority)
        if made is not None:
            yield replace(made, at=plan.at(index), broadcast_id=broadcast.id)


def to_residents(
    broadcast: Broadcast, routes: Sequence[Route], plan: Plan
) -> tuple[list[Posting], list[dict[str, Any]]]:
    """The messages, mass sends first, and a row for every resident saying how they are reached and when."""
    ways = {way: [each for each in routes if each.way is way] for way in Way}
    postings = list(_mass_sends(broadcast, ways[Way.MASS], at=plan.starts_at))
    rows = [_row(broadcast, each, at=plan.starts_at) for each in (*ways[Way.MASS], *ways[Way.NONE])]
    for index, route in enumerate((*ways[Way.MESSAGE], *ways[Way.NOTICE])):
        at = plan.at(index)
        to = Address(Channel.OFFICIAL_ACCOUNT, route.account, route.openid)
        postings.append(
            _posting(broadcast, to, {"text": broadcast.text}, key=f"person:{route.person_id}", at=at)
        )
        rows.append(_row(broadcast, route, at=at))
    return postings, rows


def _mass_sends(broadcast: Broadcast, routes: Sequence[Route], *, at: datetime) -> Iterator[Posting]:
    for account in dict.fromkeys(each.account for each in routes):
        mine = [each for each in routes if each.account == account]
        made_at = int(broadcast.created_at.timestamp())  # tells it from those of an earlier database
        for number, part in enumerate(_parts(mine), start=1):
            address = f"broadcast:{broadcast.id}:{number}"
            body = {
                "text": broadcast.text,
                "openids": [each.openid for each in part],
                "people": [each.person_id for each in part],
                "clientmsgid": f"broadcast-{broadcast.id}-{number}-{made_at}",
            }
            to = Address(Channel.MASS_SEND, account, address)
            yield _posting(broadcast, to, body, key=f"mass:{account}:{number}", at=at)


def _parts(routes: Sequence[Route]) -> Iterator[Sequence[Route]]:
    """Parts of nearly the same size, so that none is too small for the platform."""
    number = -(-len(routes) // LARGEST_MASS_SEND)
    for index in range(number):
        yield routes[index * len(routes) // number : (index + 1) * len(routes) // number]


def _posting(broadcast: Broadcast, to: Address, body: dict[str, Any], *, key: str, at: datetime) -> Posting:
    return Posting(
        to,
        f"broadcast:{broadcast.id}:{key}",
        body,
        priority_of(broadcast),
        broadcast.community_id,
        at=at,
        broadcast_id=broadcast.id,
    )


def _row(broadcast: Broadcast, route: Route, *, at: datetime) -> dict[str, Any]:
    return {
        "broadcast_id": broadcast.id,
        "person_id": route.person_id,
        "way": route.way,
        "reason": route.reason,
        "planned_at": at,
    }
