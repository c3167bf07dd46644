"""What workers and staff can ask for."""

from enum import StrEnum


class Action(StrEnum):
    """The closed list of commands; among equals the one that stands first here wins."""

    BROADCAST = "broadcast"
    MERGE = "merge"
    WHISTLE = "whistle"
    CHECK_IN = "check_in"
    REMIND = "remind"
    INVITE = "invite"
    SCHEDULE_MEETING = "schedule_meeting"
    MINUTES = "minutes"
    CONSULT = "consult"
    EXTEND = "extend"
    REJECT = "reject"
    RETURN = "return"
    FEEDBACK = "feedback"
    TRANSFER = "transfer"
    DISPATCH = "dispatch"
    ASK = "ask"
    SUPERVISE = "supervise"
    RESOLVE = "resolve"
    PROGRESS = "progress"
    CLAIM = "claim"
    REPORT = "report"
    STATS = "stats"
    LIST_OPEN = "list_open"
    SHOW = "show"
    HELP = "help"
    NONE = "none"
