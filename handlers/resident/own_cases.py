"""What residents ask of their own cases: where they stand, that they be joined, taken back, or put right."""

from datetime import timedelta

from handlers.cases.joining import How, Registered, second_case
from handlers.cases.locating import supplement_case
from handlers.cases.splitting import split_report
from handlers.cases.withdrawing import withdraw_report
from handlers.conversation import settle
from handlers.errors import NoSuchCaseHere, NotYourCase
from handlers.notices.reaching import estate_of
from handlers.replies import residents
from handlers.replies.formats import due_text
from handlers.resident import asking
from handlers.resident.drafts import kept_draft, owner_text
from handlers.resident.router import router
from handlers.resident.topics import seconded
from handlers.topics.seconding import may_second
from handlers.turn import Reply, Turn
from nlp.reading import Intent, Kind
from storage import cases as case_rows
from storage import organization, people, urges
from storage.models.cases import OPEN_STATUSES, Case, CaseStatus, EventKind
from storage.models.conversations import Step

LISTED = 5  # own cases in one answer
OWN_CASES_SEARCHED = 200  # how far back a number is looked for among the speaker's own cases
JUST_NOW = timedelta(hours=1)  # 算了 without a number takes back only what was reported so recently
SETTLED = frozenset({CaseStatus.RESOLVED, CaseStatus.CLOSED})
TOLD = frozenset({EventKind.PROGRESSED, EventKind.EXTENDED, EventKind.FED_BACK})


@router.on(Intent.QUERY, Kind.PROGRESS_QUERY)
def show_own_cases(turn: Turn) -> Reply:
    """查, 查 12, 到哪一步了"""
    if turn.reading.case_number is not None:
        return _detail(turn, own_case(turn, turn.reading.case_number, turn.reading.case_year))
    cases = case_rows.cases_of_person(turn.db, turn.person.id, limit=OWN_CASES_SEARCHED)
    if len(cases) == 1:
        return _detail(turn, cases[0])
    cases.sort(key=lambda case: case.status not in OPEN_STATUSES)  # what goes on stands first
    more = len(cases) - LISTED
    lines = [residents.own_cases(cases[:LISTED])]
    lines += [turn.say("more_cases", count=more, number=cases[LISTED].number).text] if more > 0 else []
    return Reply("\n".join(lines)) if cases else turn.say("no_cases")


def own_case(turn: Turn, number: int, year: int | None = None) -> Case:
    """The speaker's case of this number, or the one it was merged into.

    Raises `NotYourCase` for somebody else's number, `NoSuchCaseHere` when there is none.
    """
    own = case_rows.own_cases_numbered(turn.db, turn.person.id, number)
    of_year = [case for case in own if year in (None, case.year)]
    still_open = [case for case in of_year if case.status in OPEN_STATUSES]
    for case in [*still_open, *of_year]:
        return case_rows.standing_for(turn.db, case)
    others = case_rows.case_numbered(turn.db, community_id=turn.community.id, number=number, year=year)
    raise NotYourCase(others.label) if others else NoSuchCaseHere(number)


def newest_settled_case(turn: Turn, number: int | None) -> Case | None:
    """The speaker's case of this number, or the newest, that was settled and may still be judged."""
    own = case_rows.cases_of_person(turn.db, turn.person.id, limit=LISTED)
    since = turn.now - turn.rules.supervision.judge_closed_within
    named = [case for case in own if number in (None, case.number) and case.status in SETTLED]
    return next((case for case in named if (case.closed_at or turn.now) >= since), None)


@router.on(Intent.SECOND)
def second(turn: Turn) -> Reply | None:
    """附议 123; where no case fits, the topic of that number"""
    number = turn.reading.case_number
    if number is None:
        return turn.say("second_which")
    case = case_rows.case_numbered(
        turn.db, community_id=turn.community.id, number=number, year=turn.reading.case_year
    )
    if (
        not _can_be_joined(turn, case)
        and turn.reading.case_year is None
        and may_second(turn.db, turn.community.id, number)
    ):
        return seconded(turn, number)
    if case is None:
        raise NoSuchCaseHere(number)
    joined = second_case(turn.db, turn.person, case.id, now=turn.now, rules=turn.rules)
    return turn.say("seconded", label=joined.case.label, reporters=joined.reporters)


def _can_be_joined(turn: Turn, case: Case | None) -> bool:
    """Whether the number means a case that more people may report."""
    standing = case_rows.standing_for(turn.db, case) if case is not None else None
    return standing is not None and standing.is_public and standing.status in OPEN_STATUSES


@router.on(Intent.SPLIT)
def not_the_same(turn: Turn) -> Reply:
    """不是一件事 — what was taken for a neighbour's trouble has a case of its own."""
    own = split_report(turn.db, turn.person, now=turn.now, rules=turn.rules, read=turn.read)
    if own is None:
        return turn.say("not_understood")
    return turn.say("split_off", label=own.case.label, owner=owner_text(turn.db, own), due=due_text(own.case))


@router.on(Intent.WITHDRAW)
def call_off(turn: Turn) -> Reply:
    """算了 drops what is not registered yet, or was a moment ago; 撤销 12 takes a registered case back."""
    draft = kept_draft(turn.conversation)
    is_draft = turn.conversation.step is Step.AWAITING_PLACE and draft is not None and draft.case_id is None
    if is_draft and turn.reading.case_number is None:
        settle(turn.db, turn.conversation)
        return turn.say("draft_dropped")
    if turn.reading.case_number is not None:
        return _withdraw(turn, own_case(turn, turn.reading.case_number, turn.reading.case_year))
    own = case_rows.cases_of_person(turn.db, turn.person.id, limit=OWN_CASES_SEARCHED)
    still_open = [case for case in own if case.status in OPEN_STATUSES]
    if not still_open:
        return turn.say("nothing_to_drop")
    if len(still_open) == 1 and turn.now - still_open[0].opened_at <= JUST_NOW:
        return _withdraw(turn, still_open[0])
    return turn.say("which_withdraw", count=len(still_open), number=still_open[0].number)


def _withdraw(turn: Turn, case: Case) -> Reply:
    left = withdraw_report(turn.db, turn.person, case.id, now=turn.now)
    draft = kept_draft(turn.conversation)
    if turn.conversation.step is Step.AWAITING_PLACE and draft is not None and draft.case_id == case.id:
        settle(turn.db, turn.conversation)  # another report that waits for its place waits on
    key = "withdrawn" if left.status is CaseStatus.WITHDRAWN else "left_case"
    return turn.say(key, label=case.label, number=case.number)


@router.on(Intent.CORRECT)
def correct_place(turn: Turn) -> Reply:
    """说错了，是34号楼 — the newest open case has its right place."""
    case = asking.newest_open_case(turn, turn.reading.case_number)
    if case is None:
        return asking.report(turn) if turn.reading.opens_case else turn.say("not_understood")
    if turn.reading.location is None:
        return tell_handlers(turn) or turn.say("not_understood")
    return asking.relocate(turn, case, asking.corrected(turn, case, turn.reading.location))


def tell_handlers(turn: Turn) -> Reply | None:
    """Those who have the speaker's newest open case read these words; `None` when there is no such case."""
    case = asking.newest_open_case(turn, turn.reading.case_number)
    if case is None:
        return None
    supplement_case(turn.db, turn.person, case.id, turn.message.text, now=turn.now)
    return turn.say("supplemented", label=case.label)


def owner_of(turn: Turn, case: Case) -> str:
    """Who has the case, in words: its worker, else the grid with its first worker, else the community."""
    if case.handler_id:
        return people.person_by_id(turn.db, case.handler_id).name
    grid = organization.grid_by_id(turn.db, case.grid_id) if case.grid_id else None
    return owner_text(turn.db, Registered(case, grid, None, How.REPEATED, 1))


def _detail(turn: Turn, case: Case) -> Reply:
    """Where it stands, who has it, by when, the last that was told of it, and how many people report it."""
    text = residents.case_detail(case, estate_of(turn.db, case), owner_of(turn, case))
    told = [each for each in case_rows.events_of(turn.db, case.id) if each.kind in TOLD]
    lines = [text]
    if told and case.status in OPEN_STATUSES:
        lines.append(residents.last_told(told[-1]))
    count = case_rows.number_of_reporters(turn.db, case.id)
    lines += [f"登记人数：{count}"] if count > 1 else []
    urged = urges.number_of_urges(turn.db, case.id)
    lines += [f"已催办：{urged}次"] if urged else []
    return Reply("\n".join(lines))
