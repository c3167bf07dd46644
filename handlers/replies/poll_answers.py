"""What is answered to somebody who makes, opens, answers or looks at a vote."""

from collections.abc import Sequence
from datetime import datetime

from handlers.polls.choices import options_text
from handlers.polls.claims import Claim, ClaimRuled
from handlers.polls.doors import Entered
from handlers.polls.eligibility import Door, building_text
from handlers.polls.making import PollDrafted, PollOpened
from handlers.polls.order import floor_of
from handlers.polls.publicity import public_options, public_title
from handlers.polls.showing import OwnPart, Standing, Turnout
from handlers.polls.voting import Cast, VoteCast
from handlers.polls.walking import DoorList, SilentDoor
from handlers.replies.formats import harmless, moment_text
from handlers.replies.polls import (
    area_text,
    option_lines,
    outcome_text,
    percent,
    public_option_lines,
    public_outcome,
    rule_text,
    status_text,
)
from storage.models.polls import Basis, Poll, PollStatus, VisitOutcome

BUILDINGS_SHOWN = 20  # of one vote's turnout
CLAIMS_SHOWN = 15  # households in one answer
OUTCOMES = {VisitOutcome.REFUSED: "不愿表态", VisitOutcome.LATER: "改天再去"}


# ------------------------------------------------------------------ staff


def draft_text(made: PollDrafted) -> str:
    """The vote as it will be, and how it is begun."""
    poll, who = made.poll, made.eligible
    source = "按户册" if who.is_listed else "没有户册，凭住户自己登记的住址"
    area = f"，{area_text(who.area)}" if who.area is not None and poll.basis is not Basis.HOUSEHOLDS else ""
    secret = "不记名" if poll.is_secret else "记名"
    return (
        f"表决{poll.number} 拟好了，还没有发出：\n{harmless(poll.title)}\n"
        f"谁来投：{made.scope.text}，共 {who.households} 户{area}（{source}），每户一票，{secret}\n"
        f"选项：{options_text(poll.options)}\n怎样算数：{rule_text(poll)}\n"
        f"截止：{moment_text(poll.closes_at)}\n"
        f"会发到{made.scope.estate.name}的居民群，并一对一告诉范围内登记过住址的居民。\n"
        f"没问题请发“@回音 开始表决{poll.number}”；要改请发“@回音 取消表决{poll.number}”再重新发起。"
    )


def opened_text(opened: PollOpened) -> str:
    """The vote has begun: who is told, and what comes next."""
    poll = opened.poll
    groups = f"{'、'.join(opened.groups)}（群主确认后发出）和" if opened.groups else ""
    missing = "" if opened.groups else "没有能发的居民群，请另外张贴通知。"
    return (
        f"表决{poll.number} 开始了，{opened.scope.text}共 {poll.households} 户，"
        f"{moment_text(poll.closes_at)}截止。已通知{groups}范围内登记过住址的居民。{missing}\n"
        f"看进度发“@回音 表决{poll.number}”，上门名单发“@回音 敲门 {poll.number}”，"
        f"住户当面说的请发“@回音 代投 {poll.number} 33号楼5单元201 同意”。"
    )


def cancelled_text(poll: Poll) -> str:
    """The vote is called off."""
    told = "，已通知住户，投过的票作废" if poll.opened_at is not None else "，没有发出过"
    return f"表决{poll.number} 已取消{told}。"


def reminded_text(poll: Poll) -> str:
    """Those who have not voted are being reminded."""
    return (
        f"正在提醒表决{poll.number} 里还没投的住户。没登记住址的请上门：发“@回音 敲门 {poll.number}”看名单。"
    )


def standing_text(standing: Standing, *, now: datetime) -> str:
    """How the vote stands, by building; nothing of what a household chose."""
    poll, tally = standing.poll, standing.tally
    head = (
        f"表决{poll.number} {harmless(poll.title)}（{status_text(poll, now)}）\n"
        f"{standing.scope.text}，共 {poll.households} 户；{rule_text(poll)}\n"
        f"选项：{options_text(poll.options)}"
    )
    if tally is None:
        begin = f"\n开始请发“@回音 开始表决{poll.number}”。" if poll.status is PollStatus.DRAFT else ""
        return head + begin
    share = percent(tally.cast, tally.households)
    lines = [head, f"已投 {tally.cast} 户，占 {tally.households} 户的 {share}（代投 {standing.entered} 户）"]
    if poll.status is PollStatus.CLOSED:
        lines += [outcome_text(poll, tally)]
    if poll.status is PollStatus.CLOSED or not poll.is_secret:
        lines += option_lines(poll, tally)
    lines += _turnout_lines(standing.turnout)
    if standing.contested:
        lines.append(f"意见不一致 {standing.contested} 户，发“@回音 争议 {poll.number}”看。")
    if poll.status is PollStatus.OPEN:
        lines.append(f"上门名单发“@回音 敲门 {poll.number}”，催一催发“@回音 催票 {poll.number}”。")
    return "\n".join(lines)


def _turnout_lines(turnout: Sequence[Turnout]) -> list[str]:
    lines = [
        f"{building_text(each.building)}：{each.cast}"
        + (f"/{each.households} 户" if each.households is not None else " 户已投")
        for each in turnout[:BUILDINGS_SHOWN]
    ]
    rest = len(turnout) - BUILDINGS_SHOWN
    return lines + ([f"还有 {rest} 栋没有列出。"] if rest > 0 else [])


def list_text(found: Sequence[Poll], total: int, *, now: datetime) -> str:
    """The votes of the community, the newest first."""
    if not found:
        return (
            "还没有表决。发起请写“@回音 发起表决 是否加装电梯 范围枫桥苑33号楼 比例80% 截止11月30日20:00”。"
        )
    lines = [f"表决{each.number} {harmless(each.title)}（{status_text(each, now)}）" for each in found]
    rest = total - len(found)
    more = [f"更早的还有 {rest} 个，发“表决 编号”看。"] if rest > 0 else []
    return "\n".join(lines + more)


def claims_text(poll: Poll, claims: Sequence[Claim]) -> str:
    """The households whose people disagree: who, in which order; in a secret vote not what."""
    if not claims:
        return f"表决{poll.number} 没有意见不一致的住户。"
    lines = [f"表决{poll.number} 有 {len(claims)} 户意见不一致，第1位先投，暂时算数："]
    for claim in claims[:CLAIMS_SHOWN]:
        voices = "；".join(
            f"第{index}位 {harmless(each.name)}" + (f"“{each.choice}”" if each.choice else "")
            for index, each in enumerate(claim.voices, 1)
        )
        lines.append(f"{claim.door.text}：{voices}")
    rest = len(claims) - CLAIMS_SHOWN
    lines += [f"还有 {rest} 户，认定几户后再发一遍就看到了。"] if rest > 0 else []
    first = claims[0].door.text
    lines.append(f"核实后请发“@回音 认定 {poll.number} {first} 第1位”（写姓名也行），只算这个人的。")
    return "\n".join(lines)


def ruled_text(ruled: ClaimRuled) -> str:
    """Whose word counts for a household now."""
    choice = f"“{ruled.voice.choice}”" if ruled.voice.choice else ""
    return f"已认定：{ruled.door.text}以{harmless(ruled.voice.name)}投的{choice}为准。"


# ------------------------------------------------------------------ at the doors


def doors_text(found: DoorList) -> str:
    """The households to knock at, floor by floor, and what to send from there."""
    poll, unlisted = found.poll, "" if found.poll.is_listed else "（没有户册，只列得出登记过住址的）"
    if not found.doors:
        return _no_doors(poll)
    lines = [f"表决{poll.number} {found.scope.text}：还有 {found.total} 户没投{unlisted}"]
    place = floor = ""
    for each in found.doors:
        where = _entrance(each.door)
        if where != place:
            lines.append(where)
            place, floor = where, ""
        if floor and floor == _floor(each.door):
            lines[-1] += f"、{_room(each)}"
        else:
            floor = _floor(each.door)
            lines.append(f"{floor}{_room(each)}")
    if found.following is not None:
        rest = found.total - len(found.doors)
        lines.append(f"还有 {rest} 户，接着看请发“@回音 敲门 {poll.number} {found.following.text}起”。")
    example = found.doors[0].door.text
    choice = poll.options[0]
    lines.append(
        f"住户表了态请发“@回音 代投 {poll.number} {example} {choice}”，"
        f"没见到请发“@回音 敲门 {poll.number} {example} 没人”（或拒绝、改天）。"
    )
    return "\n".join(lines)


def _no_doors(poll: Poll) -> str:
    """Where no list of rooms says who else there is, it is not said that everybody voted."""
    if poll.is_listed:
        return f"表决{poll.number} 这里没有要上门的住户了，您负责的都投过了。"
    return (
        f"表决{poll.number} 登记过住址的没有要上门的了；没有户册，别的住户列不出来。"
        f"请照门牌去问，问到了发“@回音 代投 {poll.number} 33号楼5单元201 {poll.options[0]}”。"
    )


def entered_lines(poll: Poll, entered: Sequence[Entered], *, done: str) -> str:
    """What became of each door of one message."""
    good = sum(each.is_done for each in entered)
    bad = len(entered) - good
    count = f"表决{poll.number} {done} {good} 户" + (f"，{bad} 户没有" if bad else "")
    return "\n".join([f"{count}：", *(f"{each.name}：{each.text}" for each in entered)])


def _entrance(door: Door) -> str:
    return f"{building_text(door.building)}{door.unit}单元" if door.unit else building_text(door.building)


def _floor(door: Door) -> str:
    floor = floor_of(door.room)
    return f"{floor}楼：" if floor else "　"


def _room(each: SilentDoor) -> str:
    if each.visited is None:
        return each.door.room
    notes = [f"{each.visited.nobody_home}次没人"] if each.visited.nobody_home else []
    last = OUTCOMES.get(each.visited.last)
    notes += [last] if last else []
    return f"{each.door.room}（{'，'.join(notes)}）"


# ------------------------------------------------------------------ residents


def cast_text(cast: VoteCast) -> str:
    """What became of the resident's vote; in a secret one without what was chosen."""
    poll, home = cast.poll, f"{cast.scope.estate.name}{cast.door.text}"
    choice = "" if poll.is_secret else f"：{poll.options[cast.option]}"
    change = f"{moment_text(poll.closes_at)}截止前，发“表决{poll.number} 选项”可以改。"
    if poll.is_secret and cast.cast in (Cast.JOINED, Cast.CONTESTED):
        return f"您的意见收到了。{home}已经有家人投过，一户只算一票；两人投的不一样的，社区会联系您家核实。"
    if cast.cast is Cast.CONTESTED:
        return (
            f"您的意见收到了。{home}的家人先投了不同的一票，一户只算一票，"
            f"社区会联系您家核实。家里商量好了，由先投的那位改一下也可以。"
        )
    if cast.cast is Cast.JOINED:
        return f"谢谢！{home}的家人已经投过一样的，一户一票，不用再投。"
    if cast.cast is Cast.SAME:
        return f"表决{poll.number} 您已经这样投过了{choice}，不用再投。{change}"
    done = "改好了" if cast.cast is Cast.CHANGED else "投好了"
    return f"表决{poll.number} {done}，{home}{choice}。{change}"


def own_text(part: OwnPart, *, now: datetime) -> str:
    """A vote as a resident sees it."""
    poll = part.poll
    if not part.concerns:
        return _told_to_all(part, now=now)
    lines = [
        f"表决{poll.number} {poll.title}（{status_text(poll, now)}）",
        f"谁来投：{part.scope.text}，每户一票",
        f"选项：{options_text(poll.options)}",
    ]
    if part.tally is not None:
        return "\n".join([*lines, outcome_text(poll, part.tally), *option_lines(poll, part.tally)])
    is_running = poll.status is PollStatus.OPEN and now < poll.closes_at
    if is_running:
        lines.append(_own_line(part))
    return "\n".join(lines)


def _told_to_all(part: OwnPart, *, now: datetime) -> str:
    """A vote of other homes: what residents' groups read of it."""
    poll = part.poll
    lines = [
        f"表决{poll.number} {public_title(poll)}（{status_text(poll, now)}）",
        f"谁来投：{part.scope.public}，每户一票",
        f"选项：{options_text(public_options(poll))}",
    ]
    if part.tally is not None:
        lines += [public_outcome(poll, part.tally), *public_option_lines(poll, part.tally)]
    return "\n".join(lines)


def _own_line(part: OwnPart) -> str:
    poll = part.poll
    how = f"回复“表决{poll.number} {poll.options[0]}”这样的话"
    if part.has_voted is None:
        return f"要投票请先说您住哪里，例如“我住{part.scope.estate.name}33号楼5单元201”，再{how}。"
    if not part.has_voted:
        return f"您家还没有投，{how}就投好了。"
    choice = f"“{part.choice}”" if part.choice else ""
    return f"您家已经投了{choice}，截止前{how}可以改。"


def own_list_text(found: Sequence[Poll], *, now: datetime) -> str:
    """The votes of a resident's estate."""
    if not found:
        return "现在没有您家能投的表决。没登记住址的，请先发“我住…”，例如“我住枫桥苑33号楼5单元201”。"
    lines = [f"表决{each.number} {each.title}（{status_text(each, now)}）" for each in found]
    return "\n".join([*lines, f"看一个请发“表决 {found[0].number}”。"])
