"""Every sentence the bot says of cases, meetings and broadcasts: plain, short, with the next step."""

from collections.abc import Sequence
from datetime import datetime

from handlers.cases.states import STATUS_LABELS
from handlers.cases.subcategories import CATEGORY_LABELS, subcategory_of
from handlers.working_days import local
from storage.models.cases import Case, CaseStatus, Urgency
from storage.models.meetings import Broadcast, Meeting
from storage.models.organization import Contact, Estate

HARMLESS = str.maketrans("<>*`#[]", "＜＞＊＇＃［］")  # a resident's words neither mention nor format
WEEKDAYS = "一二三四五六日"
URGENCY_LABELS = {Urgency.HIGH: "（急）", Urgency.EMERGENCY: "（紧急）"}

WELCOME = (
    "您好，这里是社区“回音”。家里或小区有什么事，直接打一句话，例如：\n"
    "“枫桥苑33号楼5单元下水道堵了”\n“3号楼电梯坏了”\n“楼下半夜放音响，睡不着”\n"
    "我会登记、转给网格员，办完告诉您。您说的内容只用于办理，不公开姓名和门牌。"
)
SMALL_TALK = "您好，我在。小区里有什么要办的事，直接说一句话就行，例如“枫桥苑3号楼2单元楼道灯不亮”。"
THANKS = "不客气，有事随时说一声。"
QUESTION = "这个我还答不上来。可以打社区电话{phone}问；要反映问题，直接说是什么事、在哪儿。"
ASK_COMMUNITY = "这个我还办不了，请打社区电话{phone}，工作人员来办。"
NOT_UNDERSTOOD = "我没看懂这句话。要反映问题，请说是什么事、在哪个小区几号楼；查办理情况请发“查”。"
ASK_PLACE = "记下了。请问是在哪个小区、几号楼几单元？例如“枫桥苑3号楼2单元”。"
ASK_WHETHER = "我没把握看懂。这是要请人办的事吗？\n1 是，登记\n2 不是，只是说说"
ASK_WHAT = "{place}有什么事？请用一句话说说，例如“楼道灯不亮了”。"
DRAFT_DROPPED = "好的，这件事不登记了。需要时再跟我说。"
NOTHING_TO_DROP = "现在没有正在登记的事。已登记的要撤回，请打社区电话{phone}。"
STILL_WAITING = "刚才那件事还差地点：在哪个小区、几号楼几单元？不想登记了请说“算了”。"
PHOTO_NEEDS_WORDS = "照片收到了。请再用一句话说说是什么事、在哪个小区几号楼。"
VOICE_NEEDS_WORDS = "语音我还听不懂，请打字说说是什么事、在哪个小区几号楼。"
PHOTO_KEPT = "照片收到了，会附上。还差地点：在哪个小区、几号楼几单元？"
ATTACHED = "收到，已附到诉求 {label}。"
NO_CASES = "您还没有登记过的事。有什么要反映的，直接说一句话就行。"
APOLOGY = "对不起，刚才这句话没能处理好，工作人员会看到并联系您；急事请打社区电话或110、119、120。"
CODE_WRONG = "确认码不对，还没有发送。请回复正确的四位码，或发“取消”。"
CODE_LOCKED = "确认码错了三次，这次群发已取消，没有发送。需要时请重新发起。"
BROADCAST_CANCELLED = "这次群发已取消，没有发送。"
BROADCAST_REPLACED = "上一条还没确认的群发已取消。"
BROADCAST_EXPIRED = "这次群发超过10分钟没有确认，没有发送。需要时请重新发起。"
EMERGENCY_ADVICE = {  # by subcategory: the number to call stands first
    "fire": "请马上打119，先离开，别坐电梯。",
    "gas": "请马上关阀门、开窗、不碰电器，到屋外打119。",
    "violence": "请马上打110，先到安全的地方。",
    "missing": "请马上打110报警。",
    "lift": "请马上打119或轿厢里的救援电话，别扒门，等人来。",
    "person": "请马上打120或110。心里难受想不开，也可以打12356，有人一直在听。",
    "": "请先保证安全，马上打119（火警）、120（急救）或110（报警）。",
}
ASK_PLACE_NOW = "请马上告诉我在哪个小区、几号楼几单元。"
SUPPLEMENTED = "已转告办理 {label} 的人。"
CONFIDENTIAL = "（涉及工作人员，请社区工作人员单独私聊我发“查 编号”看内容）"
MOVED_AWAY = "居民更正了地点，属于另一个社区，已转过去，这件不用再办。"
ALREADY_REGISTERED = "这件事已经登记过，编号 {label}，您刚说的也转给办理的人了。"
NOTED = "好的。"
UNCLEAR_COMMAND = "没看懂要办什么。发“帮助”看怎么说。"
SUMMARY_LENGTH = 300  # characters of the resident's words on a card
HELP_WORKERS = (
    "@我 可以这样说：\n接单 23\n进展 23 已联系疏通队\n议 23 周五15:00 居委会会议室\n"
    "办结 23 管道已疏通\n查 23\n今天未办"
)
HELP_STAFF = HELP_WORKERS + "\n群发 枫桥苑 明天9点到11点停水，请备水"
NOT_SERVED = "这个公众号还没有开通社区服务，请直接联系居委会。"
WORDS_ONLY = "我只看得懂文字。发“帮助”看能办的事。"
NO_OPEN_CASES = "现在没有未办的诉求。"


def moment_text(moment: datetime) -> str:
    """A moment as people write it: 11月21日 周六 18:00."""
    at = local(moment)
    return f"{at.month}月{at.day}日 周{WEEKDAYS[at.weekday()]} {at:%H:%M}"


def kind_text(case: Case) -> str:
    """The category and how urgent it is, in the words of the office: 用水·下水道（急）."""
    return f"{plain_kind(case)}{URGENCY_LABELS.get(case.urgency, '')}"


def plain_kind(case: Case) -> str:
    """The category alone: 用水·下水道."""
    label = subcategory_of(case.category, case.subcategory).label
    category = CATEGORY_LABELS.get(case.category, "其他")
    return label if category in label else f"{category}·{label}"


def place_text(case: Case, estate: Estate | None) -> str:
    """The whole place, for those who must find it; `待确认` when it is not known."""
    parts = [estate.name if estate else "", _building(case)]
    parts += [f"{case.unit}单元" if case.unit else "", _room(case), _spot(case)]
    return "".join(parts) or "待确认"


def public_place(case: Case, estate: Estate) -> str:
    """The place as residents' groups may read it: without unit or room."""
    return estate.name + _building(case)


def _building(case: Case) -> str:
    if not case.building:
        return ""
    return f"{case.building}号楼" if case.building.isalnum() else case.building


def _room(case: Case) -> str:
    if not case.room:
        return ""
    return f"{case.room}室" if case.room.isdecimal() else case.room


def _spot(case: Case) -> str:
    is_repeated = case.spot and case.building and case.building in case.spot
    return case.spot if case.spot and not is_repeated else ""


# ------------------------------------------------------------------ to the resident


def case_opened(case: Case, estate: Estate | None, owner: str) -> str:
    """The number, what was understood, who acts by when."""
    lines = [
        f"已登记，编号 {case.label}。",
        f"事项：{kind_text(case)}",
        f"地点：{place_text(case, estate)}",
        f"{owner}负责，{due_text(case)}。",
    ]
    if case.is_confidential:
        lines.append("涉及工作人员，只有社区负责人看得到，不转给网格员。")
    elif not case.is_public:
        lines.append("这件事只有办理的人知道，不在居民群里说。")
    lines.append(f"发“查 {case.number}”看进展。")
    return "\n".join(lines)


def draft_opened(case: Case, owner: str) -> str:
    """The reporter never said where; the case is open all the same."""
    return (
        f"刚才那件事还没有地点，已先登记，编号 {case.label}，由{owner}联系您。\n"
        "把小区和楼号再发一次，能办得更快。"
    )


def emergency_opened(case: Case, estate: Estate | None, owner: str) -> str:
    """Whom to call first, who was told; the question for the place comes last when it is missing."""
    lines = [EMERGENCY_ADVICE.get(case.subcategory, EMERGENCY_ADVICE[""])]
    if estate is None:
        return "\n".join([*lines, f"已登记 {case.label}，正在通知{owner}。", ASK_PLACE_NOW])
    place = place_text(case, estate)
    return "\n".join([*lines, f"已登记 {case.label}（{place}），正在通知社区和{owner}。"])


def case_located(case: Case, estate: Estate | None, owner: str) -> str:
    """The place of a case that was open already is known now, or was put right."""
    return f"{case.label} 的地点已记为{place_text(case, estate)}，正在转告{owner}。"


def also_mentioned(kinds: Sequence[str]) -> str:
    """What else the sentence tells of, to be said once more by itself."""
    return f"您还说到{'、'.join(kinds)}，请单独再发一句，好分开办。"


def due_text(case: Case) -> str:
    """By when somebody answers and by when it is done."""
    done = moment_text(case.resolve_by)
    if case.respond_by == case.resolve_by:
        return f"{done}前办理"
    return f"{moment_text(case.respond_by)}前回应，{done}前办理"


def ask_estate(names: Sequence[str]) -> str:
    """Which estate the building stands in, by numbered choice."""
    choices = "\n".join(f"{index} {name}" for index, name in enumerate(names, start=1))
    return f"请问是哪个小区？回复序号或小区名：\n{choices}"


def case_line(case: Case) -> str:
    """One case in a list: number, kind, status, deadline."""
    due = "" if case.status is CaseStatus.RESOLVED else f"，{moment_text(case.resolve_by)}前"
    return f"{case.label} {kind_text(case)} {STATUS_LABELS[case.status]}{due}"


def own_cases(cases: Sequence[Case]) -> str:
    """The resident's cases, newest first."""
    return "\n".join(["您登记的事：", *map(case_line, cases)])


def case_detail(case: Case, estate: Estate | None, handler: str, *, words: str = "") -> str:
    """One case: where it stands, what was said, who has it, by when, how it was settled."""
    lines = [
        f"诉求 {case.label}：{STATUS_LABELS[case.status]}",
        f"事项：{kind_text(case)}",
        f"地点：{place_text(case, estate)}",
        f"办理：{handler}",
    ]
    if words:
        lines.insert(3, f"原话：{words}")
    if case.resolution:
        lines.append(f"结果：{case.resolution}")
    else:
        lines.append(f"期限：{moment_text(case.resolve_by)}前")
    return "\n".join(lines)


def case_claimed(case: Case, worker: str) -> str:
    """The reporter reads who has the case."""
    due = moment_text(case.resolve_by)
    return f"您反映的 {case.label}（{plain_kind(case)}）已由网格员{worker}接单，{due}前办理。"


def case_progressed(case: Case, note: str) -> str:
    """The reporter reads how far the case is."""
    return f"您反映的 {case.label} 有进展：{note}"


def resolution_notice(case: Case) -> str:
    """The reporter reads how the case was settled."""
    return (
        f"您反映的 {case.label}（{plain_kind(case)}）已办结。\n办理结果：{case.resolution}\n"
        "如果问题还在，请直接回复说明情况。"
    )


def meeting_invitation(case: Case, meeting: Meeting) -> str:
    """The reporter is invited to talk the case over."""
    return (
        f"邀请您参加议事会，商量您反映的 {case.label}（{plain_kind(case)}）。\n"
        f"时间：{moment_text(meeting.starts_at)}\n地点：{meeting.place}\n来不了请告诉网格员，或请邻居带话。"
    )


def contact_card(community: str, phone: str, contacts: Sequence[Contact]) -> str:
    """Whom to call."""
    lines = [f"{each.label} {each.phone}" for each in contacts]
    return "\n".join([f"{community} {phone}", *lines, "火警 119  急救 120  报警 110"])


# ------------------------------------------------------------------ to residents' groups


def public_invitation(case: Case, estate: Estate, meeting: Meeting, *, place: str) -> str:
    """The neighbours are invited; no name, unit or room stands in it, and an empty place is asked for."""
    label = subcategory_of(case.category, case.subcategory).label
    return (
        f"【议事会邀请】关于{public_place(case, estate)}{label}问题（{case.label}），请大家一起商量。\n"
        f"时间：{moment_text(meeting.starts_at)}\n地点：{place or '请问网格员'}"
    )


def public_resolution(case: Case, estate: Estate, result: str) -> str:
    """The neighbours read how it was settled; an empty `result` may not be told."""
    label = subcategory_of(case.category, case.subcategory).label
    end = f"：{result}" if result else "。"
    return f"【办结公示】{public_place(case, estate)}{label}问题（{case.label}）已办结{end}"


# ------------------------------------------------------------------ to workers' groups


def case_card(case: Case, estate: Estate | None, summary: str) -> str:
    """A new case as the grid's workers see it, with what to type."""
    return "\n".join(
        [
            f"**新诉求 {case.label}**",
            f"事项：{kind_text(case)}",
            f"地点：{place_text(case, estate)}",
            f"> {_shortened(summary)}",
            f"期限：{due_text(case)}",
            f"回复：@回音 接单 {case.number}",
        ]
    )


def unhandled(receipt_id: int, text: str) -> str:
    """Staff read of a message that was left unanswered."""
    return (
        f"**来信 {receipt_id} 没能自动处理**\n> {' '.join(text.split()) or '（没有文字）'}\n"
        "已向对方致歉。请人工跟进，并把来信号告诉管理员。"
    )


def case_supplemented(case: Case, words: str) -> str:
    """What else the resident said of a case."""
    return f"**诉求 {case.label} 有补充**{URGENCY_LABELS.get(case.urgency, '')}\n> {_shortened(words)}"


def _shortened(words: str) -> str:
    line = " ".join(words.translate(HARMLESS).split())
    return line if len(line) <= SUMMARY_LENGTH else f"{line[:SUMMARY_LENGTH]}…（发“查 编号”看全文）"


def claimed_in_group(case: Case, worker: str) -> str:
    """The group sees who has the case."""
    return f"{worker}已接单 {case.label}，正在通知居民。办完请发“@回音 办结 {case.number} 结果”。"


def progressed_in_group(case: Case) -> str:
    """The group sees that the progress was noted."""
    return f"{case.label} 进展已记下，正在通知居民。"


def meeting_in_group(case: Case, meeting: Meeting) -> str:
    """The group sees the meeting that was called."""
    where = "正在通知居民，居民群的邀请待群主确认" if case.is_public else "正在通知当事居民，不在居民群里说"
    return f"{case.label} 议事会定在{moment_text(meeting.starts_at)}，{meeting.place}。{where}。"


def resolved_in_group(case: Case, *, is_told: bool) -> str:
    """The group sees that the case was settled; `is_told`: residents' groups read the result as it is."""
    where = "不在居民群里公示"
    if case.is_public and case.estate_id:
        where = "居民群的公示待群主确认" + ("" if is_told else "（结果里有人名或门牌，公示里没写）")
    return f"{case.label} 已办结，正在通知居民；{where}。"


def open_cases(cases: Sequence[Case]) -> str:
    """What is open, the earliest deadline first."""
    return "\n".join([f"未办 {len(cases)} 件：", *map(case_line, cases)])


def broadcast_preview(broadcast: Broadcast, groups: Sequence[str]) -> str:
    """What would be sent, to how many groups, and the code that sends it."""
    shown = "、".join(groups[:5]) + ("等" if len(groups) > 5 else "")
    return (
        f"将发到 {len(groups)} 个居民群（{shown}）：\n{broadcast.text}\n"
        f"确认请回复：{broadcast.code}（10分钟内有效）；不发请回复“取消”。"
    )


def broadcast_sent(groups: int) -> str:
    """The broadcast is on its way."""
    return f"已提交 {groups} 个居民群，群主点确认后送达。"
