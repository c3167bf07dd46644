"""Who follows an Official Account, since when and through which code, and who agreed to which notices."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Scene:
    """A QR code that was made."""

    account: str
    value: str
    ticket: str
    url: str
    expires_at: datetime | None

    def is_meant_by(self, key: str) -> bool:
        return key in {self.value, self.ticket, self.url}


@dataclass(frozen=True)
class Followed:
    at: datetime
    scene: str  # of the code that was scanned; empty when there was none


@dataclass
class Followers:
    """Everybody follows at the start."""

    unfollowed: set[str] = field(default_factory=set)  # openids
    since: dict[str, Followed] = field(default_factory=dict)  # by openid, of those who followed later
    subscriptions: dict[tuple[str, str], int] = field(default_factory=dict)  # (openid, template): sends left

    def follow(self, openid: str, *, scene: str, now: datetime) -> None:
        self.unfollowed.discard(openid)
        self.since[openid] = Followed(now, scene)

    def unfollow(self, openid: str) -> None:
        """Their consents go with them."""
        self.unfollowed.add(openid)
        self.since.pop(openid, None)
        for key in [key for key in self.subscriptions if key[0] == openid]:
            del self.subscriptions[key]

    def agree(self, openid: str, template: str) -> None:
        """One tap allows one notice, without end of time."""
        self.subscriptions[(openid, template)] = self.subscriptions.get((openid, template), 0) + 1

    def withdraw(self, openid: str, template: str) -> None:
        self.subscriptions.pop((openid, template), None)
