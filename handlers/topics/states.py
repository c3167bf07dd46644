"""Which action leads a topic from where to where, as data."""

from collections.abc import Mapping
from enum import StrEnum

from handlers.errors.topics import TopicMoveNotAllowed
from storage.models.topics import WAITING, Topic, TopicStatus

S = TopicStatus


class TopicAction(StrEnum):
    """What people, and meetings, do to a topic."""

    SECOND = "second"
    ACCEPT = "accept"
    DECLINE = "decline"
    JOIN = "join"
    SCHEDULE = "schedule"  # a meeting has it on its agenda
    RELEASE = "release"  # that meeting was called off
    SETTLE = "settle"  # it was decided on
    CARRY_OVER = "carry_over"  # 下次再议


MOVES: Mapping[tuple[TopicStatus, TopicAction], TopicStatus] = {
    **{(status, TopicAction.SECOND): status for status in (*WAITING, S.SCHEDULED)},
    **{(status, TopicAction.ACCEPT): S.ACCEPTED for status in (S.SUGGESTED, S.PROPOSED, S.DECLINED)},
    **{(status, TopicAction.DECLINE): S.DECLINED for status in WAITING},
    **{(status, TopicAction.JOIN): S.JOINED for status in WAITING},
    **{(status, TopicAction.SCHEDULE): S.SCHEDULED for status in (*WAITING, S.SCHEDULED)},
    (S.SCHEDULED, TopicAction.RELEASE): S.ACCEPTED,
    (S.SCHEDULED, TopicAction.SETTLE): S.SETTLED,
    (S.SCHEDULED, TopicAction.CARRY_OVER): S.ACCEPTED,
}

TOPIC_STATUS_LABELS: Mapping[TopicStatus, str] = {
    S.SUGGESTED: "建议",
    S.PROPOSED: "待审",
    S.ACCEPTED: "已采纳，待开会",
    S.SCHEDULED: "已列入议事会",
    S.SETTLED: "已议定",
    S.JOINED: "已并入",
    S.DECLINED: "不采纳",
}

ACTION_LABELS: Mapping[TopicAction, str] = {
    TopicAction.SECOND: "附议",
    TopicAction.ACCEPT: "采纳",
    TopicAction.DECLINE: "改为不采纳",
    TopicAction.JOIN: "合并",
    TopicAction.SCHEDULE: "列入议事会",
    TopicAction.RELEASE: "退回待议",
    TopicAction.SETTLE: "议定",
    TopicAction.CARRY_OVER: "下次再议",
}


def next_topic_status(topic: Topic, action: TopicAction) -> TopicStatus:
    """Where the action leads; `TopicMoveNotAllowed` when it cannot be done from where the topic stands."""
    if (topic.status, action) not in MOVES:
        raise TopicMoveNotAllowed(topic.number, TOPIC_STATUS_LABELS[topic.status], ACTION_LABELS[action])
    return MOVES[topic.status, action]
