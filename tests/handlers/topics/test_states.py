"""The state table of topics over its full product: every status with every action."""

from datetime import UTC, datetime
from itertools import product

import pytest

from handlers.errors.topics import TopicMoveNotAllowed
from handlers.topics.states import ACTION_LABELS, TOPIC_STATUS_LABELS, TopicAction, next_topic_status
from storage.models.topics import Topic, TopicSource, TopicStatus

MOMENT = datetime(2026, 11, 20, tzinfo=UTC)
WAITING = ("suggested", "proposed", "accepted")
LEADS = {
    "second": {each: each for each in (*WAITING, "scheduled")},
    "accept": dict.fromkeys(("suggested", "proposed", "declined"), "accepted"),
    "decline": dict.fromkeys(WAITING, "declined"),
    "join": dict.fromkeys(WAITING, "joined"),
    "schedule": dict.fromkeys((*WAITING, "scheduled"), "scheduled"),
    "release": {"scheduled": "accepted"},
    "settle": {"scheduled": "settled"},
    "carry_over": {"scheduled": "accepted"},
}


def topic(status: TopicStatus) -> Topic:
    return Topic(
        id=1,
        community_id=1,
        number=3,
        title="车棚",
        words="",
        status=status,
        source=TopicSource.PROPOSAL,
        is_public=True,
        estate_id=None,
        building=None,
        proposed_by_id=None,
        proposed_at=MOMENT,
        decided_by_id=None,
        decided_at=None,
        reason="",
        joined_into_id=None,
        recurs="",
    )


@pytest.mark.parametrize(("status", "action"), list(product(TopicStatus, TopicAction)))
def test_every_action_leads_where_the_table_says(status: TopicStatus, action: TopicAction) -> None:
    target = LEADS[action].get(status)

    if target is None:
        with pytest.raises(TopicMoveNotAllowed, match=r"议题3 现在是“.+”，不能.+。发“议题3”看它的情况。"):
            next_topic_status(topic(status), action)
    else:
        assert next_topic_status(topic(status), action) == TopicStatus(target)


def test_everything_has_a_name() -> None:
    assert set(TOPIC_STATUS_LABELS) == set(TopicStatus)
    assert set(ACTION_LABELS) == set(TopicAction) == set(LEADS)
