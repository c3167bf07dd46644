"""What the history of a case says of it: each event is an action of the state table, taken in turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from handlers.cases.ladder import LadderStep
from handlers.cases.states import MOVES
from handlers.cases.states import CaseAction as A
from storage.models.cases import OPEN_STATUSES, Case, CaseEvent, CaseStatus
from storage.models.cases import EventKind as E

S = CaseStatus

ACTIONS: Final[Mapping[E, A]] = {
    E.CLAIMED: A.CLAIM,
    E.ASSIGNED: A.ASSIGN,
    E.DECLINED: A.DECLINE,
    E.PROGRESSED: A.PROGRESS,
    E.DISPATCHED: A.DISPATCH,
    E.WHISTLED: A.WHISTLE,
    E.CHECKED_IN: A.CHECK_IN,
    E.CONSULTATION_CALLED: A.CONSULT,
    E.ASKED: A.ASK,
    E.RESUMED: A.RESUME,
    E.EXTENDED: A.EXTEND,
    E.URGED: A.URGE,
    E.RECATEGORIZED: A.RECATEGORIZE,
    E.RESOLVED: A.RESOLVE,
    E.REOPENED: A.REOPEN,
    E.REJECTED: A.REJECT,
    E.WITHDRAWN: A.WITHDRAW,
    E.MERGED: A.MERGE,
    E.UNMERGED: A.UNMERGE,
}
ANSWERS: Final = frozenset({E.FED_BACK, E.RETURNED})
TAKES_OVER: Final = frozenset({E.DISPATCHED, E.WHISTLED, E.ASKED, E.RESOLVED, E.CONSULTATION_CALLED})
RESPONDS: Final = TAKES_OVER | {E.CLAIMED, E.ASSIGNED, E.PROGRESSED, E.AGREED}  # the reporter is answered
LEAVES_WAITING: Final = frozenset({S.WAITING, S.MERGED})
ONCE_A_ROUND: Final = frozenset({E.RESPONSE_MISSED, E.EVALUATION_REMINDED, E.RESOLVED})


class Inconsistent(AssertionError):
    """The history tells what cannot have been."""


@dataclass
class Told:
    """A case as its history tells it. `taken`: step and deadline of each step of this round's ladder."""

    handler: int | None
    status: CaseStatus = S.REGISTERED
    before: CaseStatus | None = None
    into: int | None = None
    round: int = 0
    sheets: set[int] = field(default_factory=set)
    taken: list[tuple[str, str]] = field(default_factory=list)
    reminded: list[str] = field(default_factory=list)  # sheets that were overdue, by number and due date
    kinds: list[E] = field(default_factory=list)  # of this round

    def hear(self, event: CaseEvent) -> None:
        """One more event has happened."""
        data = event.data or {}
        is_claimed_again = event.kind is E.CLAIMED and self._waits_to_be_claimed_again()
        self._note(event, data)
        if is_claimed_again:
            return
        action = self._action(event, data)
        if action is None:
            return
        if (self.status, action) not in MOVES:
            raise Inconsistent(f"case {event.case_id}: {event.kind} happened while {self.status}")
        was, self.status = self.status, self._target(action)
        self._keep_before(was, action)
        if self.status not in OPEN_STATUSES:
            self.sheets.clear()
        self.into = data["into"] if event.kind is E.MERGED else None

    def _waits_to_be_claimed_again(self) -> bool:
        """Whether it was reopened, and nobody has answered since: whoever claims it finds it in progress."""
        return self.status is S.IN_PROGRESS and self.round > 0 and not RESPONDS & set(self.kinds)

    def _note(self, event: CaseEvent, data: dict[str, Any]) -> None:
        if event.kind is E.REOPENED:
            self.round, self.taken, self.reminded, self.kinds = self.round + 1, [], [], []
        if event.kind in ONCE_A_ROUND and event.kind in self.kinds:
            raise Inconsistent(f"case {event.case_id}: {event.kind} twice in one round")
        self.kinds.append(event.kind)
        if event.kind is E.SUPERVISED and "step" in data:
            step = (data["step"], data["deadline"])
            if step in self.taken:
                raise Inconsistent(f"case {event.case_id}: {step} twice in round {self.round}")
            self.taken.append(step)
        if event.kind is E.SHEET_OVERDUE:
            self._be_reminded(event, data["sheet"])
        self._change_hands(event, data)

    def _be_reminded(self, event: CaseEvent, sheet: str) -> None:
        if sheet in self.reminded:
            raise Inconsistent(f"case {event.case_id}: sheet {sheet} overdue twice")
        self.reminded.append(sheet)

    def _change_hands(self, event: CaseEvent, data: dict[str, Any]) -> None:
        if event.kind in (E.CLAIMED, E.ASSIGNED, E.DECLINED):
            self.handler = {E.CLAIMED: event.person_id, E.ASSIGNED: data.get("to")}.get(event.kind)
        elif event.kind in TAKES_OVER:
            self.handler = self.handler or event.person_id
        given = data["sheets"] if event.kind is E.WHISTLED else [data]
        if event.kind in (E.DISPATCHED, E.WHISTLED):
            self.sheets |= {each["assignment"] for each in given}

    def _action(self, event: CaseEvent, data: dict[str, Any]) -> A | None:
        if event.kind in ANSWERS:
            self.sheets.discard(data["assignment"])
            return A.ANSWER_SHEET if self.sheets else A.ANSWER_LAST_SHEET
        if event.kind is E.CLOSED:
            return A.SATISFY if data["judged"] else A.EXPIRE
        return ACTIONS.get(event.kind)

    def _target(self, action: A) -> CaseStatus:
        if action is A.REOPEN and self.handler is None:
            return S.REGISTERED
        if action is A.UNMERGE and self.before is S.DISPATCHED:
            return S.IN_PROGRESS  # its sheets were cancelled
        return MOVES[self.status, action] or self.before or S.REGISTERED

    def _keep_before(self, was: CaseStatus, action: A) -> None:
        if action is A.ANSWER_LAST_SHEET and self.before is S.DISPATCHED:
            self.before = S.IN_PROGRESS
        elif self.status not in LEAVES_WAITING:
            self.before = None
        elif was is not self.status and was is not S.WAITING:
            self.before = was

    def steps(self) -> set[LadderStep]:
        """Those of the ladder that were taken in this round, for whatever deadline."""
        return {LadderStep(step) for step, _ in self.taken}

    def check(self, case: Case) -> None:
        """The columns say the same."""
        told = (self.status, self.before, self.into, self.round)
        columns = (case.status, case.status_before, case.merged_into_id, case.reopen_count)
        if told != columns:
            raise Inconsistent(f"case {case.label}: the history says {told}, the row {columns}")
        if (case.paused_at is not None) is not (case.status is S.WAITING):
            raise Inconsistent(f"case {case.label} is {case.status}, paused at {case.paused_at}")
        is_over = case.status in (S.CLOSED, S.REJECTED, S.WITHDRAWN)
        if (case.closed_at is not None) is not is_over:
            raise Inconsistent(f"case {case.label} is {case.status}, closed at {case.closed_at}")
        if (case.resolved_at is not None) is not (case.status in (S.RESOLVED, S.CLOSED)):
            raise Inconsistent(f"case {case.label} is {case.status}, resolved at {case.resolved_at}")
        if case.handler_id != self.handler:
            raise Inconsistent(f"case {case.label}: handler {case.handler_id}, by history {self.handler}")
