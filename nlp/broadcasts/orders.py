"""The order that opens or closes a broadcast, read piece by piece: who, how, when; the rest is sent."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from nlp.broadcasts import templates, verbs
from nlp.broadcasts.groups import named_by_itself
from nlp.broadcasts.naming import BREAK, Named, Namer
from nlp.broadcasts.order import Order
from nlp.broadcasts.schedules import find_repeat
from nlp.broadcasts.targets import Audience, Target, TargetKind
from nlp.places import EstateMention
from nlp.surnames import SURNAMES
from nlp.times import Moment

NO_PERSON: Final = (  # 高温, 周末: what begins like a family name
    "高[温空压考层]|黄[色金]|周[边末围]|方[便案]|安[全装]|任[何务]|万一|金港|石[油材]|马[上路]|白[天色]|雷[电雨]|康复|.{0,2}[的了]"
)
PERSON: Final = re.compile(
    rf"(?P<name>(?!{NO_PERSON})[{SURNAMES}](?:大[爷妈娘]|阿姨|师傅|[奶爷]{{2}}|叔叔?|主任|书记|经理|老师|[\u4e00-\u9fff]{{1,2}}))"
    r"(?=[今明后][天早晚]|[上下中]午|[周]?[一二三四五六日]\s?[上下]午|\d|[,:\s]|(?:马上|尽快|赶紧)?(?:到|来|去|过来|参加))"
)
STOPS: Final = re.compile(r"[\s,;、。!]*(?P<colon>:)?[\s,;、。!]*")
UP_TO_COLON: Final = re.compile(r"(?P<who>[^:。!?;\n]{1,60}?)\s*(?=:)")
LIST_TO_COLON: Final = re.compile(r"\s?[、和与及][^\s,。!?;:]{1,20}:")
PEOPLE_END: Final = re.compile(r"(?:[长员户人家们民主者友属工生师子的群]|家庭|商铺|单位)$")


class OrderReader:
    """Reads one order from a place in a text; the pieces may stand in any sensible order."""

    def __init__(
        self, text: str, folded: str, *, mentions: Mapping[int, EstateMention], moments: Sequence[Moment]
    ) -> None:
        """Nothing is read yet."""
        self._text, self._folded = text, folded
        self._namer = Namer(text, folded, mentions)
        self._mentions = mentions
        self._moments = {moment.start: moment for moment in moments}
        self._order = Order(0)
        self._is_timed = self._was_colon = self._was_comma = self._is_close = False
        self._timed_from: int | None = None  # where the words for the time of sending begin

    def read(self, at: int) -> Order:
        """Everything of an order that begins at a place."""
        self._order = Order(at)
        self._is_timed = self._was_colon = self._was_comma = False
        self._timed_from = None
        while self._piece():
            pass
        if self._is_timed and self._order.is_big:
            self._order.at_unknown = self._order.at_unknown or "定时"
        return self._order

    def _piece(self) -> bool:
        """One more piece; the first reader that knows it takes it."""
        order = self._order
        stops = STOPS.match(self._folded, order.end)
        at = stops.end() if stops else order.end
        self._is_close = at == order.end
        self._was_comma = "," in self._folded[order.end : at]
        if stops is not None and stops["colon"] and order.has_verb:
            return self._after_colon(at)
        for read in (
            self._pressed,
            self._manners,
            self._schedule,
            self._unclear_time,
            self._template,
            self._alone,
            self._verb,
            self._audience,
        ):
            end = read(at)
            if end is not None and end > order.end:
                order.end = end
                return True
        return False

    def _after_colon(self, at: int) -> bool:
        """群发：枫桥苑：明天停水: after the word alone somebody may still be named."""
        order = self._order
        is_bare = order.is_big and not order.has_audience and not self._was_colon
        self._was_colon = True
        is_word = re.search(r"(?:群[发法]|裙发)$", self._folded[: order.end]) is not None
        if not (is_bare and is_word):
            return False
        for read in (self._template, self._named):
            end = read(at)
            if end is not None:
                order.end = end
                return True
        return False

    def _pressed(self, at: int) -> int | None:
        order = self._order
        hour = verbs.ANY_HOUR.match(self._folded, at)
        found = hour or (verbs.PRESSED if order.has_verb else verbs.URGENT).match(self._folded, at)
        if found is None:
            return None
        is_title = re.match(r"[通公]告|通知|提示|提醒", self._folded[found.end() :]) and order.has_verb
        is_apart = (
            hour is not None or found.groupdict().get("bracketed") or BREAK.match(self._folded, found.end())
        )
        is_loose = order.has_verb and not is_apart
        if is_title or (is_loose and not self._verb_at(found.end())):
            return None
        order.is_urgent = True
        return found.end()

    def _manners(self, at: int) -> int | None:
        if self._order.is_big and not self._is_close:
            return None
        particle = verbs.PARTICLE.match(self._folded, at)
        if particle is not None and self._is_close and self._order.has_verb:
            return particle.end()
        found = verbs.MANNERS.match(self._folded, at) if not self._order.has_verb else None
        return found.end() if found else None

    def _schedule(self, at: int) -> int | None:
        """A time is that of sending before the word for it, or when a word for it follows at once."""
        order = self._order
        timed = verbs.TIMED.match(self._folded, at)
        start = timed.end() if timed else at
        if timed and not self._names_time(start):
            self._is_timed = self._verb_at(start)
            return start if self._is_timed else None
        repeat = find_repeat(self._folded, start)
        moment = self._moments.get(start)
        end = repeat.end if repeat else moment.end if moment else None
        if end is None:
            return None
        gap = verbs.AFTER_TIME.match(self._folded, end)
        after = gap.end() if gap else end
        then = verbs.SENT_THEN.match(self._folded, after)
        is_sending = then is not None or timed is not None or self._is_timed or not order.has_verb
        if not is_sending:
            return None
        if repeat:
            order.repeat, order.at_time = repeat.days, repeat.at_time
        elif moment:
            order.at = moment.instant.isoformat()
        self._is_timed, self._timed_from = False, start
        if order.has_verb:
            return then.end() if then else end
        return after

    def _unclear_time(self, at: int) -> int | None:
        """每5分钟群发, 过会儿群发: a time of sending that was said, but cannot be resolved."""
        order, folded = self._order, self._folded
        found = (verbs.UNCLEAR_THEN if order.has_verb else verbs.UNCLEAR).match(folded, at)
        if found is None or not verbs.TIME.search(found["said"]):
            return None
        start = at if self._timed_from is None else self._timed_from
        order.at_unknown = self._text[start : found.end("said")]
        order.at, order.repeat, order.at_time = None, None, None
        return found.end() if order.has_verb else found.start("verb")

    def _names_time(self, at: int) -> bool:
        return at in self._moments or find_repeat(self._folded, at) is not None

    def _template(self, at: int) -> int | None:
        order = self._order
        if order.template is not None:
            return None
        found = templates.BEFORE.match(self._folded, at)
        if found is None and order.is_big:
            found = templates.BEHIND.match(self._folded, at) or templates.BARE.match(self._folded, at)
        if found is None:
            return None
        group = "name" if found["name"] else "first"
        order.template = self._text[slice(*found.span(group))]
        return found.end()

    def _alone(self, at: int) -> int | None:
        """一对一, 公众号: each resident alone."""
        order, folded = self._order, self._folded
        found = verbs.ONE_TO_ONE.match(folded, at)
        led = verbs.LED.match(folded, at) if found is None else None
        found = verbs.ONE_TO_ONE.match(folded, led.end()) if led else found
        if found is None:
            return None
        is_apart = BREAK.match(folded, found.end()) is not None
        is_word = verbs.LOOSE.match(folded, found.start()) is not None
        named = self._namer.read(found.end(), True) if is_word else None
        is_led = verbs.LED.match(folded, found.end()) or self._verb_at(found.end())
        is_close = led is not None or self._is_close or is_word or not order.has_verb
        if not (is_led or (named and named.targets) or (is_apart and is_close)):
            return None
        order.is_sent = order.is_sent or is_word or (led is not None and folded.startswith("发", at))
        order.audience = Audience.RESIDENTS
        return found.end()

    def _verb_at(self, at: int) -> bool:
        return any(form.match(self._folded, at) for form in (verbs.BIG, verbs.SEND, verbs.TELL))

    def _verb(self, at: int) -> int | None:
        order = self._order
        if order.has_verb and not (self._is_close or self._completes(at)):
            return None
        big = verbs.BIG.match(self._folded, at)
        send = None if big else verbs.SEND.match(self._folded, at)
        told = None if big or send else verbs.TELL.match(self._folded, at)
        found = big or send or told
        if found is None or found.end() == at:
            return None
        if told is not None and not (told["addresses"] or self._may_tell()):
            return None
        order.is_big = order.is_big or big is not None
        order.is_group_send = order.is_group_send or (big is not None and big["group"] is not None)
        order.is_sent = order.is_sent or send is not None
        order.is_told = order.is_told or told is not None
        order.is_addressed = order.is_addressed or verbs.ADDRESSES.search(found.group()) is not None
        so = verbs.SO.match(self._folded, found.end()) if order.has_audience and not big else None
        return so.end() if so else found.end()

    def _may_tell(self) -> bool:
        """跟居民说, 群里说, but not 3号楼的居民说水压低."""
        order = self._order
        is_group = re.search(r"群(?:里|里面|内)?$", self._folded[: order.end]) is not None
        return order.has_audience and not self._was_comma and (order.is_led or is_group)

    def _completes(self, at: int) -> bool:
        """给枫桥苑的居民 发个通知: the first word for sending may stand after a space."""
        return not self._order.has_verb and bool(self._verb_at(at))

    def _audience(self, at: int) -> int | None:
        if self._order.has_audience and not (self._is_close and not self._order.targets):
            return None
        return self._led(at) if verbs.LED.match(self._folded, at) else self._named(at)

    def _led(self, at: int) -> int | None:
        """给枫桥苑的居民, 到各群: somebody is meant, known or not."""
        led = verbs.LED.match(self._folded, at)
        start = led.end() if led else at
        if led is not None and led.group().strip().startswith("发"):
            self._order.is_sent = True
        self._order.is_led = True
        named = self._namer.read(start, True)
        if named is not None and self._may_end(named, is_led=True):
            return self._take(named, start)
        return self._unknown(start, led.group().strip() if led else "")

    def _named(self, at: int) -> int | None:
        """枫桥苑 明天停水: a name that stands apart, or right after 通知."""
        order = self._order
        is_addressed = self._is_close and verbs.ADDRESSES.search(self._folded[: order.end]) is not None
        named = self._namer.read(at, False)
        strange = self._strange_group(at) or self._person(at) if named is None else None
        if strange is not None:
            return strange
        if named is None or not self._may_end(named, is_led=is_addressed):
            if named is not None and self._goes_on_unknown(named.end):
                return self._take_unknown(at, _to_colon(self._folded, at) or named.end)
            return self._addressed(at) if is_addressed else None
        has_comma = self._folded[named.end :].lstrip(" ").startswith(",")
        if named.is_surmised and has_comma and not is_addressed:
            return None
        if not named.targets and not (is_addressed or order.is_sent or self._verb_at(named.end)):
            return None
        return self._take(named, at)

    def _strange_group(self, at: int) -> int | None:
        """群发 “幸福一家人” 大家好: who is told by that name is looked up, never taken for everybody."""
        found = named_by_itself(self._folded, at) if self._order.is_group_send else None
        if found is None:
            return None
        name = self._text[found[0] : found[1]]
        self._order.has_audience = True
        self._order.targets.append(Target(TargetKind.GROUP, name, name))
        return found[2]

    def _goes_on_unknown(self, end: int) -> bool:
        """群发 枫桥苑、和光里：… : one of several is not known, so nobody is taken for all."""
        return self._order.has_verb and LIST_TO_COLON.match(self._folded, end) is not None

    def _may_end(self, named: Named, *, is_led: bool) -> bool:
        """Whether the words after a name are no part of it: 群发 枫桥苑5号楼停水 names nobody."""
        folded, end = self._folded, named.end
        if BREAK.match(folded, end) or self._verb_at(end) or verbs.ONE_TO_ONE.match(folded, end):
            return True
        if self._particle_at(end) or self._time_then_verb(end):
            return True
        is_whom = bool(named.targets) or verbs.ADDRESSES.search(folded[: self._order.end]) is not None
        return is_led and named.has_noun and self._order.has_verb and is_whom

    def _particle_at(self, at: int) -> bool:
        return verbs.PARTICLE.match(self._folded, at) is not None

    def _time_then_verb(self, at: int) -> bool:
        """给枫桥苑的居民明早8点发：…"""
        moment = self._moments.get(at)
        repeat = find_repeat(self._folded, at)
        end = repeat.end if repeat else moment.end if moment else None
        return end is not None and self._verb_at(end)

    def _take(self, named: Named, at: int) -> int:
        order = self._order
        if named.is_surmised and len(named.targets) > 1:
            last = named.targets[-1].said
            order.said = self._text[at : self._text.rindex(last, at, named.end) + len(last)]
        order.has_audience = True
        order.targets += named.targets
        order.audience = order.audience or named.audience
        return named.end

    def _unknown(self, at: int, lead: str) -> int | None:
        """给没参加投票的业主发个信儿: somebody is meant who cannot be found by name."""
        order = self._order
        is_given = lead in ("给", "发给", "向", "面向")
        if order.has_verb and is_given and (colon := _to_colon(self._folded, at)) is not None:
            return self._take_unknown(at, colon)
        return self._told_to(at, is_given=is_given)

    def _told_to(self, at: int, *, is_given: bool) -> int | None:
        order = self._order
        for end in range(at + 2, min(at + 24, len(self._folded)) + 1):
            char = self._folded[end : end + 1]
            who = self._folded[at:end]
            if self._complete_verb_at(end) and not order.has_verb:
                return self._take_unknown(at, end)
            if char == "," and order.has_verb and self._is_close and is_given and PEOPLE_END.search(who):
                return self._take_unknown(at, end)
            if not char or re.match(r"[\s,:。!?;“”]", char):
                return None
        return None

    def _complete_verb_at(self, at: int) -> bool:
        """A word for sending that cannot be part of a name: 发个通知, 说一声."""
        for form in (verbs.BIG, verbs.SEND, verbs.TELL):
            found = form.match(self._folded, at)
            if found is not None and found.end() - at >= 2:
                return re.match(r"都|发给|群众", self._folded[at:]) is None
        return re.match(r"[发说讲](?=[,:])", self._folded[at:]) is not None

    def _person(self, at: int) -> int | None:
        """通知王芳明天9点到社区: one person is meant, who is no group."""
        found = PERSON.match(self._folded, at)
        is_free = verbs.ADDRESSES.search(self._folded[: self._order.end]) and not self._order.has_audience
        return self._take_unknown(at, found.end("name")) if found is not None and is_free else None

    def _addressed(self, at: int) -> int | None:
        """告知沿街商户，… and 通知北区居民，…: unknown, but surely not to be sent."""
        found = re.compile(r"(?P<who>[\u4e00-\u9fffA-Za-z\d]{2,12}?)(?=[,:\s])").match(self._folded, at)
        if found is None or self._order.has_audience:
            return None
        is_notice = self._folded[:at].endswith("通知")
        end = r"(?:居民|业主|住户|老人|商户|家长|楼长)们?$" if is_notice else PEOPLE_END
        if not re.search(end, found["who"]):
            return None
        return self._take_unknown(at, found.end())

    def _take_unknown(self, at: int, end: int) -> int:
        order = self._order
        stop = len(self._folded[:end].rstrip())
        said = re.sub(r"都$", "", self._text[at:stop])
        known = self._namer.whole(at, at + len(said))
        order.has_audience, order.said = True, said
        order.targets += known or (Target(TargetKind.UNKNOWN, said, said),)
        return end


def _to_colon(folded: str, at: int) -> int | None:
    """Where the words up to a colon end, None when no colon stands near."""
    found = UP_TO_COLON.match(folded, at)
    return found.end() if found else None
