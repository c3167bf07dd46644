"""Following, leaving, scanning a code, and the account's menu."""

from collections.abc import Callable, Mapping
from typing import Final

from handlers.messages import MessageKind
from handlers.resident import home, own_cases, talk
from handlers.resident.router import router
from handlers.turn import Reply, Turn
from storage import homes, undelivered
from storage.models.outbox import Channel
from storage.outbox import Address

LEFT: Final = "对方已取消关注"


@router.on(MessageKind.SUBSCRIBE)
def follow(turn: Turn) -> Reply:
    """Who follows is welcomed and told what is stored; by the code of a house they are placed there."""
    lines = [talk.welcome(turn).text]
    placed = home.scanned(turn, _key(turn)) if _key(turn) else None
    lines += [placed.text] if placed else []
    lines.append(turn.say("privacy", years=turn.rules.retention_years).text)
    return Reply("\n".join(lines))


@router.on(MessageKind.SCAN)
def scan(turn: Turn) -> Reply:
    """A follower scans the code of a house or a grid."""
    return home.scanned(turn, _key(turn)) or talk.welcome(turn)


@router.on(MessageKind.UNSUBSCRIBE)
def leave(turn: Turn) -> Reply:
    """Nothing is pushed to who leaves, not even what waits already; their cases go on."""
    homes.set_unsubscribed(turn.db, turn.person.id, turn.now)
    to = Address(Channel.OFFICIAL_ACCOUNT, turn.message.account, turn.message.sender)
    undelivered.stop_messages(turn.db, to, reason=LEFT, now=turn.now)
    return Reply()


@router.on(MessageKind.CLICK)
def tap(turn: Turn) -> Reply:
    """A tap on the menu."""
    return MENU.get(_key(turn), talk.welcome)(turn)


def _how_to_report(turn: Turn) -> Reply:
    return turn.say("how_to_report")


def _key(turn: Turn) -> str:
    return str(turn.message.payload.get("event_key") or "")


MENU: Final[Mapping[str, Callable[[Turn], Reply]]] = {  # what the buttons of the account's menu are called
    "REPORT": _how_to_report,
    "MY_CASES": own_cases.show_own_cases,
    "CONTACT_CARD": talk.contact_card,
}
