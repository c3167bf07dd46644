"""What one order of a broadcast says."""

from dataclasses import dataclass, field

from nlp.arguments import Arguments
from nlp.broadcasts.targets import Audience, Target, TargetKind


@dataclass(slots=True)
class Order:
    """What was read of an order up to `end`."""

    end: int
    is_big: bool = False  # says by itself that something is sent
    is_sent: bool = False  # 发：, so an order when it is said whom or when
    is_told: bool = False  # 说一声
    is_addressed: bool = False  # 通知: may call people to something else
    is_group_send: bool = False  # 群发 itself
    has_audience: bool = False  # somebody was named, be it 大家
    is_led: bool = False  # 给, 跟 stands before whom it is for
    audience: Audience | None = None
    targets: list[Target] = field(default_factory=list)
    at: str | None = None
    repeat: Arguments | None = None
    at_time: str | None = None
    at_unknown: str | None = None  # when to send, as it was typed, when it is not understood
    is_urgent: bool = False
    template: str | None = None
    said: str | None = None  # whom, as it was typed, when not everybody of them is known

    @property
    def has_verb(self) -> bool:
        """Whether any word for sending was read."""
        return self.is_big or self.is_sent or self.is_told

    @property
    def has_way(self) -> bool:
        """Whether it is said when or how to send."""
        return bool(
            self.at or self.repeat or self.at_unknown or self.is_urgent or self.template or self.audience
        )

    @property
    def is_order(self) -> bool:
        """Whether what was read orders a broadcast."""
        if self.is_big:
            return True
        return (self.is_sent or self.is_told) and (self.has_audience or self.has_way)

    @property
    def says_more(self) -> bool:
        """Whether it names somebody, a time or a way, or is 群发 itself."""
        return self.has_audience or self.has_way or self.is_group_send

    @property
    def is_plain(self) -> bool:
        """Whether nothing else can be meant: 群发, or 跟所有网格群说一声."""
        is_said = self.is_group_send or not self.is_addressed
        unsure = (
            {TargetKind.UNKNOWN} if self.is_told or self.is_big else {TargetKind.UNKNOWN, TargetKind.GROUP}
        )
        is_known = any(one.kind not in unsure for one in self.targets)  # 发到物业群，让周经理认单 hands over
        return is_said and (is_known or (self.is_group_send and self.has_way))
