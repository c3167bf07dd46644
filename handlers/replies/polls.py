"""What is said of a vote to those it concerns, to groups, at the desk: exact numbers, rounded only down."""

from datetime import datetime
from fractions import Fraction

from handlers.errors import UserError
from handlers.errors.polls import OutsideScope, RoomNotListed, VoteUnitUnknown
from handlers.polls.choices import options_text
from handlers.polls.counting import Outcome, Tally, is_motion, reaches, tally_of
from handlers.polls.eligibility import Door, Scope
from handlers.polls.publicity import public_options, public_title
from handlers.privacy import public_wording
from handlers.replies.formats import harmless, moment_text
from storage.models.polls import Basis, Poll, PollStatus, VisitOutcome

NAMELESS = "没登记姓名的住户"
SPOKE_ITSELF = "这户自己投过了，以自己投的为准，没有改动"
ENTERED_BEFORE = "已经这样录入过，不用再录"
HAS_VOTED = "这户已经投过了，不用再上门"
OUTCOME_UNREAD = "没看懂结果，请写“没人”“拒绝”或“改天”"
BUILDING_UNSAID = "请写明楼号，例如 33号楼5单元201"
NOT_YOUR_BUILDING = "不是您网格的楼，请由该网格的网格员录入"
OUTCOMES = {
    VisitOutcome.NOBODY_HOME: "记下：没人",
    VisitOutcome.REFUSED: "记下：不愿表态",
    VisitOutcome.LATER: "记下：改天再去",
}
BASES = {
    Basis.HOUSEHOLDS: "按户数",
    Basis.AREA: "按面积",
    Basis.BOTH: "户数和面积都要达到",
}
MOST_DIGITS = 6  # of a percentage, where fewer would make a share look reached, or just not passed


# ------------------------------------------------------------------ numbers


def percent(part: int, whole: int, near: str = "") -> str:
    """The part of the whole in percent, rounded down: 1023 of 1280 is 79.9%.

    With more digits where it would otherwise look like exactly the share it is not: 641 of 1280, near
    ">1/2", is 50.07%.
    """
    if whole <= 0:
        return "0%"
    exact, share = Fraction(part, whole), Fraction(near.removeprefix(">")) if near else None
    for digits in range(1, MOST_DIGITS + 1):
        scale = 10**digits
        value = part * 100 * scale // whole
        if share is None or exact == share or Fraction(value, 100 * scale) != share:
            break
    rest = f"{value % scale:0{digits}d}".rstrip("0")
    return f"{value // scale}.{rest}%" if rest else f"{value // scale}%"


def share_text(share: str) -> str:
    """80%, 2/3, 过半: a share as it is to be reached."""
    if share == ">1/2":
        return "过半"
    value = Fraction(share.removeprefix(">"))
    hundredths = value * 100
    text = f"{hundredths.numerator}%" if hundredths.denominator == 1 else f"{value}"
    return f"超过{text}" if share.startswith(">") else text


def area_text(area: int) -> str:
    """Hundredths of a square metre as people write them: 89.5平方米."""
    rest = f"{area % 100:02d}".rstrip("0")
    return f"{area // 100}.{rest}平方米" if rest else f"{area // 100}平方米"


# ------------------------------------------------------------------ how it is counted


def status_text(poll: Poll, now: datetime | None = None) -> str:
    """Where the vote stands."""
    if poll.status is PollStatus.OPEN and now is not None and now >= poll.closes_at:
        return f"已在 {moment_text(poll.closes_at)} 截止"
    return {
        PollStatus.DRAFT: "还没有开始",
        PollStatus.OPEN: f"正在进行，{moment_text(poll.closes_at)}截止",
        PollStatus.CLOSED: "已经结束",
        PollStatus.CANCELLED: "已经取消",
    }[poll.status]


def rule_text(poll: Poll) -> str:
    """What must be reached: 同意达到全部 24 户的 80% 通过."""
    parts = []
    if poll.quorum:
        parts.append(f"参与{_reach(poll.quorum)}才有效")
    if poll.threshold:
        whom = "投票的" if poll.is_of_cast else "全部"
        who = f"“{poll.options[0]}”" if is_motion(poll.options) else "最多的一项"
        parts.append(f"{who}占{whom}住户{_reach(poll.threshold)}通过")
    else:
        parts.append("得票最多的一项通过")
    basis = "" if poll.basis is Basis.HOUSEHOLDS else f"（{BASES[poll.basis]}）"
    return "，".join(parts) + basis


def outcome_text(poll: Poll, tally: Tally) -> str:
    """How the vote ended, with the exact numbers."""
    return _outcome(poll, tally, list(poll.options))


def public_outcome(poll: Poll, tally: Tally) -> str:
    """The same as anybody may read it."""
    return _outcome(poll, tally, public_options(poll))


def option_lines(poll: Poll, tally: Tally) -> list[str]:
    """One line an option: 同意 1024 户，占 1280 户的 80%."""
    return _lines(poll, tally, list(poll.options))


def public_option_lines(poll: Poll, tally: Tally) -> list[str]:
    """The same as anybody may read them."""
    return _lines(poll, tally, public_options(poll))


def _lines(poll: Poll, tally: Tally, options: list[str]) -> list[str]:
    lines = []
    for index, option in enumerate(options):
        votes, area = tally.votes[index], tally.areas[index]
        near = poll.threshold if index == tally.leader else ""
        line = f"{option} {votes} 户，占 {tally.households} 户的 {percent(votes, tally.households, near)}"
        if poll.basis is not Basis.HOUSEHOLDS:
            line += f"；{area_text(area)}，占 {percent(area, tally.area, near)}"
        lines.append(line)
    return [*lines, f"没投 {max(0, tally.households - tally.cast)} 户"]


def _outcome(poll: Poll, tally: Tally, options: list[str]) -> str:
    if tally.outcome is Outcome.MISCOUNTED:
        return f"投票的 {tally.cast} 户多于登记的 {tally.households} 户，结果待社区核对户数后再定。"
    took_part = _took_part(poll, tally) if poll.quorum else ""
    if tally.outcome is Outcome.QUORUM_MISSED:
        return f"{took_part}，参与不足，表决无效。"
    lead = f"{took_part}；" if took_part else ""
    if tally.leader is None:
        return f"{lead}没有哪一项票数最多，没有选出结果。"
    option = options[tally.leader]
    end = "通过" if tally.outcome is Outcome.PASSED else "未通过"
    return f"{lead}{_won(poll, tally, option)}，{end}。"


def _took_part(poll: Poll, tally: Tally) -> str:
    sides = []
    if poll.basis is not Basis.AREA:
        sides.append(_side("参与", tally.cast, tally.households, share=poll.quorum, unit="户"))
    if poll.basis is not Basis.HOUSEHOLDS:
        sides.append(_side("参与面积", tally.cast_area, tally.area, share=poll.quorum, unit=""))
    return "；".join(sides)


def _won(poll: Poll, tally: Tally, option: str) -> str:
    assert tally.leader is not None
    votes, area = tally.votes[tally.leader], tally.areas[tally.leader]
    if not poll.threshold:
        amount = area_text(area) if poll.basis is Basis.AREA else f"{votes} 户"
        return f"{option} {amount}，得票最多"
    whom = "投票的" if poll.is_of_cast else ""
    sides = []
    if poll.basis is not Basis.AREA:
        whole = tally.cast if poll.is_of_cast else tally.households
        sides.append(_side(option, votes, whole, share=poll.threshold, unit="户", whom=whom))
    if poll.basis is not Basis.HOUSEHOLDS:
        whole = tally.cast_area if poll.is_of_cast else tally.area
        sides.append(_side(f"{option}的面积", area, whole, share=poll.threshold, unit="", whom=whom))
    return "；".join(sides)


def _side(name: str, part: int, whole: int, *, share: str, unit: str, whom: str = "") -> str:
    amounts = [f"{each} {unit}" if unit else area_text(each) for each in (part, whole)]
    is_reached = reaches(share, part, whole)
    reached = f"{'' if is_reached else '没有'}{_reach(share)}"
    return f"{name} {amounts[0]}，占{whom} {amounts[1]}的 {percent(part, whole, share)}，{reached}"


def _reach(share: str) -> str:
    text = share_text(share)
    return text if share.startswith(">") else f"达到 {text}"


# ------------------------------------------------------------------ what groups read


def _public_scope(scope: Scope) -> str:
    return f"{scope.public}部分住户" if scope.unit else f"{scope.public}住户"


def opened_for_groups(poll: Poll, scope: Scope, words: str = "") -> str:
    """A vote begins, as residents' groups read it."""
    secret = "不记名，" if poll.is_secret else ""
    options = public_options(poll)
    return (
        f"【表决{poll.number}】{public_title(poll)}\n"
        f"谁来投：{_public_scope(scope)}，{secret}每户一票\n"
        f"选项：{options_text(options)}\n"
        f"截止：{moment_text(poll.closes_at)}\n"
        f"请在公众号里回复“表决{poll.number} {options[0]}”投票；不方便用手机的，网格员会上门。"
    )


def cancelled_for_groups(poll: Poll, scope: Scope, words: str = "") -> str:
    """A vote is called off, as residents' groups read it: the reason only where it tells of nobody."""
    told = public_wording(words.strip().rstrip("。"))
    reason = f"原因：{told}。" if told else ""
    return (
        f"【表决{poll.number}】{public_title(poll)}（{_public_scope(scope)}）已取消。{reason}已投的票作废。"
    )


def result_for_groups(poll: Poll, scope: Scope, words: str = "") -> str:
    """The result, as residents' groups read it."""
    tally = _tally(poll)
    early = _early(poll)
    lines = "\n".join(public_option_lines(poll, tally))
    return (
        f"【表决{poll.number} 结果】{public_title(poll)}\n"
        f"{_public_scope(scope)}，{early}{public_outcome(poll, tally)}\n{lines}"
    )


def _early(poll: Poll) -> str:
    is_early = poll.closed_at is not None and poll.closed_at < poll.closes_at
    return "提前结束。" if is_early else ""


# ------------------------------------------------------------------ what one resident reads


def opened_for_one(poll: Poll, scope: Scope) -> str:
    """A vote begins, for a resident whose household may vote."""
    secret = "这次不记名，别人看不到您家选了什么。\n" if poll.is_secret else ""
    return (
        f"【表决{poll.number}】{poll.title}\n"
        f"请{scope.text}的住户投票，每户一票，{moment_text(poll.closes_at)}截止。\n"
        f"选项：{options_text(poll.options)}\n{secret}"
        f"回复“表决{poll.number} {poll.options[0]}”这样的话就投好了，截止前可以改。"
    )


def reminder(poll: Poll, scope: Scope) -> str:
    """Whose household has not voted is reminded."""
    return (
        f"【表决{poll.number}】{poll.title}：您家还没有投票，{moment_text(poll.closes_at)}截止。\n"
        f"选项：{options_text(poll.options)}\n"
        f"回复“表决{poll.number} {poll.options[0]}”这样的话就投好了。"
    )


def cancelled_for_one(poll: Poll, scope: Scope, reason: str) -> str:
    """A vote is called off, for a resident of its scope."""
    return f"【表决{poll.number}】{poll.title}已取消，已投的票作废。原因：{reason.rstrip('。')}。"


def result(poll: Poll, scope: Scope) -> str:
    """The result, for a resident of its scope or for staff."""
    tally = _tally(poll)
    lines = "\n".join(option_lines(poll, tally))
    return (
        f"【表决{poll.number} 结果】{poll.title}\n"
        f"{scope.text}，{_early(poll)}{outcome_text(poll, tally)}\n{lines}"
    )


# ------------------------------------------------------------------ what the desk reads


def turnout_for_desk(poll: Poll, scope: Scope, *, cast: int, contested: int) -> str:
    """Residents were reminded: how the vote stands."""
    rest = max(0, (poll.households or 0) - cast)
    claims = f"\n有 {contested} 户意见不一致，发“@回音 争议 {poll.number}”看并认定。" if contested else ""
    return (
        f"【表决{poll.number}】{harmless(poll.title)}（{scope.text}）：{poll.households} 户里已投 {cast} 户，"
        f"还有 {rest} 户没投，已提醒。{moment_text(poll.closes_at)}截止。\n"
        f"上门名单请发“@回音 敲门 {poll.number}”。{claims}"
    )


def contested_for_desk(poll: Poll, scope: Scope, door: Door) -> str:
    """The people of one household disagree: staff must say whose word counts."""
    return (
        f"【表决{poll.number}】{scope.estate.name}{door.text}有两个人投的不一样，先投的暂时算数。\n"
        f"请核实后发“@回音 争议 {poll.number}”看是谁，再发“@回音 认定 {poll.number} {door.text} 姓名”。"
    )


def result_for_desk(poll: Poll, scope: Scope, *, contested: int) -> str:
    """The result, at the desk."""
    claims = f"\n有 {contested} 户意见不一致没有认定，按先投的计票。" if contested else ""
    return f"{result(poll, scope)}{claims}"


# ------------------------------------------------------------------ one door of several


def entered_text(choice: str, *, is_changed: bool) -> str:
    """What was entered for a household; `choice` is empty in a secret vote."""
    done = "已改录" if is_changed else "已录入"
    return f"{done}“{choice}”" if choice else done


def refused_door(refused: UserError) -> str:
    """Why a door cannot be entered, for the worker who stands there."""
    if isinstance(refused, RoomNotListed):
        return "户册里没有这一户，请核对门牌；没写错请告诉社区"
    if isinstance(refused, VoteUnitUnknown):
        return "请写明单元，例如 33号楼5单元201"
    return "不在这次表决的范围里" if isinstance(refused, OutsideScope) else str(refused)


def _tally(poll: Poll) -> Tally:
    assert poll.result is not None
    return tally_of(poll.result)
