"""Whatever people may say, in any order, while processes die and time jumps."""

from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Final

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Connection, func, select

from bot.channels.answers import Answer
from handlers.messages import IncomingMessage, MessageKind
from nlp.reading import Kind
from storage.bursts import LIMIT, PACE
from storage.models.cases import OPEN_STATUSES, case_events, cases, reports
from storage.models.conversations import AnswerRoute, Outcome, conversations, receipts
from storage.models.outbox import outbox
from storage.models.people import identities
from tests.bot.loop.invariants import SWEPT, UNIQUE, Ledger, draft_of
from tests.bot.loop.world import RESIDENTS, Fate, World, reader

REPORTS: Final = (
    "枫桥苑3号楼2单元下水道堵了，污水往外冒",
    "枫桥3号楼2单元的下水道又返水了",  # the same trouble in other words
    "3号楼2单元楼道灯不亮了，晚上看不见",  # which estate?
    "楼道灯坏了",  # where?
    "枫桥苑5号楼电梯坏了",
    "银杏里5号楼2单元楼道灯不亮了",  # in the other community
    "家里有煤气味",
    "枫桥苑3号楼着火了",
    "枫桥苑3号楼楼上天天半夜弹琴，吵得睡不着",
    "枫桥苑33号楼5单元下水道堵了，另外楼上半夜放音响睡不着",  # two problems
    "东门口天天这样",  # what?
    "还是漏，没修好",
    "悄悄说，别说是我反映的，枫桥苑5号楼有人私搭乱建",
)
ANSWERS: Final = (
    "枫桥苑3号楼2单元",
    "银杏里2号楼",
    "3号楼",
    "1",
    "2",
    "是",
    "算了",
    "撤销 {n}",
    "不是一件事",
    "附议 {n}",
    "催 {n}",
    "查",
    "满意",
    "不满意",
    "部分解决 还有一点漏",
    "评价 {n} 5",
    "根本没人来",
    "已经修好了，谢谢",
    "转人工",
    "结束人工",
    "说错了，是5号楼",
    "说错了，是银杏里5号楼",
    "重办 {n}",
)
PHOTO, HURRY = "a photo", "twenty messages at once"
REFUSALS: Final = frozenset({"算了", "1", "2"})  # the last number of a list may be: none of them
WORK: Final = (
    "接单 {n}",
    "进展 {n} 已联系师傅",
    "办结 {n} 已经修好",
    "办结 {n} 双方达成协议，晚上九点后不弹琴",
    "交办 {n} 物业 三天内处理",
    "吹哨 {n} 物业、自来水 到现场",
    "报到 {n}",
    "反馈 {n} 已处理",
    "退回 {n} 不归我们管",
    "问 {n} 具体哪一户",
    "延期 {n} 3天 等配件",
    "延期 {n} 20天 等招标",
    "同意延期 {n}",
    "转给赵磊 {n}",
    "指派 {n} 王芳",
    "不接 {n} 不在我的网格",
    "合并 {n} 到 {m}",
    "拆分 {n}",
    "重办 {n} 又坏了",
    "改类 {n} 停车",
    "改类 {n} 用水-下水道",
    "督办 {n} 今天到现场",
    "不予受理 {n} 请找供热公司",
    "同意不予受理 {n}",
    "议 {n} 明天15:00 居委会会议室",
    "调解 {n} 被反映人：楼上赵某 调解员：刘主任",
    "上报 枫桥苑7号楼楼道灯坏了",
    "代报 王奶奶 枫桥苑3号楼2单元楼道灯不亮",
    "回复 1 师傅下午到",
    "交还 1",
)
USUAL_COURSE: Final = (
    "接单 {n}",
    "办结 {n} 已经修好",
    "办结 {n} 双方达成协议，晚上九点后不弹琴",
    "接单 {n}；问 {n} 具体哪一户",
    "交办 {n} 物业 三天内处理",
    "进展 {n} 已联系师傅",
)
JUDGEMENTS: Final = (
    "",
    "",
    "评价 {n} 5",
    "评价 {n} 1",
    "重办 {n}",
    "还是漏，没修好",
    "谢谢",
    "撤销 {n}",
    "附议 {n}",
)
WORKERS: Final = ("wangfang", "zhaolei", "liqiang", "chenjing", "zhou")
JUMPS: Final = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 11, 31, 3 * 60, 13 * 60, 25 * 60, 3 * 1440, 8 * 1440, 20 * 1440)
)
LONG_SILENCE: Final = tuple(timedelta(days=days) for days in (1, 2, 5, 10, 20, 30, 45))
MUST_NOT_BE_LOST: Final = frozenset({Kind.REPORT, Kind.EMERGENCY, Kind.FEEDBACK_NEGATIVE})
SAID: Final = "，已经{days}" + UNIQUE  # makes words unlike all that were said before

residents = st.sampled_from(RESIDENTS)
fates = st.sampled_from([*[Fate.LIVES] * 4, Fate.DIES_BEFORE_COMMIT, Fate.DIES_AFTER_COMMIT])
workers = st.sampled_from([*WORKERS, "liqiang", "liqiang"])  # whose word counts most
replicas = st.integers(0, 1)
counted = st.integers(0, 3)  # back from the newest case


class TheLoop(RuleBasedStateMachine):
    """Three residents, five who work for them, two processes, and the platform that asks again."""

    town: ClassVar[Path]

    @initialize()
    def begin(self) -> None:
        self.world = World(self.town)
        self.ledger = Ledger()
        for process in self.world.processes:
            process.database.witness = self.ledger.witness
        self.answers: list[tuple[IncomingMessage, Answer]] = []

    # ---------------------------------------------------------------- what people do

    @rule(who=residents, what=st.sampled_from(REPORTS), is_new=st.booleans(), fate=fates)
    def a_resident_reports(self, who: str, what: str, is_new: bool, fate: Fate) -> None:
        self.say(who, what + SAID.format(days=len(self.world.sent) + 2) if is_new else what, fate)

    @rule(who=residents, what=st.sampled_from((*ANSWERS, PHOTO, HURRY)), back=counted, fate=fates)
    def a_resident_answers(self, who: str, what: str, back: int, fate: Fate) -> None:
        if what is PHOTO:
            self.deliver(self.world.message(who, "", kind=MessageKind.IMAGE), fate)
        elif what is HURRY:
            self.world.hurry(who)
        else:
            self.say(who, what.format(n=self.number(back)), fate)

    @precondition(lambda self: self.has_cases())
    @rule(who=workers, what=st.sampled_from(WORK), back=counted, other=counted, fate=fates)
    def somebody_works(self, who: str, what: str, back: int, other: int, fate: Fate) -> None:
        self.say(who, what.format(n=self.number(back), m=self.number(other)), fate)

    @precondition(lambda self: self.has_cases())
    @rule(work=st.sampled_from(USUAL_COURSE), back=counted, judgement=st.sampled_from(JUDGEMENTS))
    def a_case_goes_its_usual_way(self, work: str, back: int, judgement: str) -> None:
        """Who has it does something, and those who reported it answer in their way."""
        number = self.number(back)
        for what in work.format(n=number).split("；"):
            self.say(self.world.database.read_now(_handler, number=number), what)
        for who in self.world.database.read_now(_reporters, number=number) if judgement else []:
            self.say(who, judgement.format(n=number))

    # ---------------------------------------------------------------- what the platform and time do

    @precondition(lambda self: self.answers)
    @rule(back=st.integers(0, 5), to=replicas)
    def a_message_comes_again(self, back: int, to: int) -> None:
        message, first = self.answers[-1 - back % len(self.answers)]
        before = self.world.database.read_now(_size)
        again = self.world.deliver(message, to=to)
        assert again.text == (first.text if again.route is AnswerRoute.PASSIVE else "")
        assert self.world.database.read_now(_size) == before

    @rule(by=st.sampled_from(JUMPS), of=replicas, looks=st.integers(-2, 3))
    def time_jumps(self, by: timedelta, of: int, looks: int) -> None:
        """Maybe one process ticks afterwards, or both, the one overtaken by the other after so many looks."""
        self.world.clock.move(by)
        if looks == -1:
            self.world.tick(of=of)
        elif looks >= 0:
            self.world.tick_overtaken(looks=looks, of=of)
        if looks > -2:
            self.nothing_is_late()

    @rule(of=replicas, after=st.integers(0, 3), fate=fates)
    def a_process_dies_in_a_tick(self, of: int, after: int, fate: Fate) -> None:
        self.world.tick_and_die(fate, after=after, of=of)

    # ---------------------------------------------------------------- what must be true

    @invariant()
    def nothing_is_lost_and_nothing_is_double(self) -> None:
        if not hasattr(self, "world"):
            return
        assert not self.world.bugs.found, self.world.bugs.found[0]
        self.world.database.read_now(self.ledger.look, now=self.world.now)
        self.world.database.read_now(_check_receipts)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.silence_settles_everything()
        finally:
            self.world.close()

    def silence_settles_everything(self) -> None:
        """Nobody says anything any more: time alone brings everything to its end."""
        while self.world.database.read_now(_waiting):
            self.world.clock.move(PACE)
            self.world.tick()
        for by in LONG_SILENCE:
            self.world.clock.move(by)
            self.world.tick()
            self.nothing_is_late()
            self.nothing_is_lost_and_nothing_is_double()
        assert not self.ledger.pending
        assert self.world.database.read_now(_unsettled) == []

    # ---------------------------------------------------------------- how it is done

    def say(self, who: str, text: str, fate: Fate = Fate.LIVES) -> None:
        """The words, and a place where they must be found from now on."""
        if text in REFUSALS and self.world.database.read_now(_is_hurried, who):
            return  # what it takes back would be known only later
        note(f"{self.world.now:%m-%d %H:%M} {who}: {text}")
        before = self.world.database.read_now(draft_of, who)
        process = self.world.processes[0]
        reading = reader().read(text, process.directory.of_account("main").places)
        is_sure = not reading.is_unsure and reading.rating is None
        if who in RESIDENTS and is_sure and reading.kind in MUST_NOT_BE_LOST:
            self.ledger.expect(text)
        answer = self.deliver(self.world.message(who, text), fate)
        note(f"    → {answer.text[:70]}")
        after = self.world.database.read_now(draft_of, who)
        if text in REFUSALS and not after:
            self.ledger.forget(line for line in before if not self.is_registered(line))

    def deliver(self, message: IncomingMessage, fate: Fate = Fate.LIVES) -> Answer:
        answer = self.world.deliver(message, fate)
        self.answers.append((message, answer))
        return answer

    def is_registered(self, line: str) -> bool:
        """Whether the case of these words was opened by the same message."""
        return self.world.database.read_now(self.ledger.is_kept, line)

    def nothing_is_late(self) -> None:
        self.nothing_is_lost_and_nothing_is_double()
        self.world.database.read_now(self.ledger.check_nothing_is_late, now=self.world.now)

    def has_cases(self) -> bool:
        return bool(self.world.database.read_now(_numbers))

    def number(self, back: int) -> int:
        """The number of a case, counted back from the newest; a wrong one while there is none."""
        numbers = self.world.database.read_now(_numbers)
        return numbers[-1 - back % len(numbers)] if numbers else 99


def _numbers(db: Connection) -> list[int]:
    return list(db.execute(select(cases.c.number).order_by(cases.c.id)).scalars())


def _reporters(db: Connection, *, number: int) -> list[str]:
    """Who reported the cases of this number, by their accounts."""
    query = (
        select(identities.c.external_id)
        .join(reports, reports.c.person_id == identities.c.person_id)
        .join(cases, cases.c.id == reports.c.case_id)
        .where(cases.c.number == number, identities.c.external_id.in_(RESIDENTS))
    )
    return sorted(set(db.execute(query).scalars()))


def _handler(db: Connection, *, number: int) -> str:
    """Who has the case of this number; somebody of the staff where nobody has."""
    query = (
        select(identities.c.external_id)
        .join(cases, cases.c.handler_id == identities.c.person_id)
        .where(cases.c.number == number)
    )
    return db.execute(query).scalar() or "liqiang"


def _size(db: Connection) -> list[int]:
    """How much has happened."""
    tables = (receipts, cases, case_events, outbox)
    return [db.execute(select(func.count()).select_from(each)).scalar_one() for each in tables]


def _check_receipts(db: Connection) -> None:
    unhandled = select(receipts.c.text).where(receipts.c.outcome == Outcome.UNHANDLED)
    assert db.execute(unhandled).scalars().all() == []


def _waiting(db: Connection) -> list[str]:
    """Messages that came too fast, and were not handled yet."""
    query = select(receipts.c.text).where(receipts.c.deferred_until.is_not(None))
    return list(db.execute(query).scalars())


def _is_hurried(db: Connection, openid: str) -> bool:
    """Whether the next message of this resident has to wait."""
    query = (
        select(conversations.c.id)
        .join(identities, identities.c.person_id == conversations.c.person_id)
        .where(identities.c.external_id == openid, conversations.c.burst_count >= LIMIT)
    )
    return db.execute(query).first() is not None


def _unsettled(db: Connection) -> list[str]:
    """What still waits for something after a long silence; open cases have been through their ladder."""
    talks = select(conversations.c.step).where(conversations.c.step.in_(SWEPT))
    resolved = select(cases.c.status).where(
        cases.c.status.not_in([*OPEN_STATUSES, "closed", "rejected", "withdrawn", "merged"])
    )
    return _waiting(db) + [str(each) for query in (talks, resolved) for each in db.execute(query).scalars()]
