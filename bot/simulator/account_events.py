"""What an event carries beside its name, WECHAT 1.5."""

from bot.simulator.followers import Scene
from bot.simulator.platform import Platform
from bot.simulator.speech import Refusal
from bot.simulator.wire import Json
from bot.simulator.world import Person

POPUP, CHANGE = "subscribe_msg_popup_event", "subscribe_msg_change_event"
LONGEST_KEY = 128  # bytes of a menu key


def scene_of(platform: Platform, person: Person, key: str) -> tuple[str, Json]:
    """What is written in the code that is scanned, and the ticket when it was made here.

    `key` is a ticket, the address in the code, or a scene; a scene that nobody made is taken as it is.
    """
    made = [s for s in platform.scenes.values() if s.account == person.account and s.is_meant_by(key)]
    if not made:
        return key, {}
    living = [s for s in made if _is_living(s, platform)]
    if not living:
        raise Refusal("这个二维码已过期。")
    return living[-1].value, {"Ticket": living[-1].ticket}


def event_extra(platform: Platform, person: Person, event: str, *, key: str, accepts: bool) -> Json:
    """The fields of the event; Refusal when a phone cannot do that."""
    if event in {"subscribe", "SCAN"} and key:
        value, ticket = scene_of(platform, person, key)
        return {"EventKey": f"qrscene_{value}" if event == "subscribe" else value, **ticket}
    if event in {POPUP, CHANGE}:
        return _consent(_template(platform, person, key), event, accepts=accepts)
    if event == "CLICK" and not 0 < len(key.encode()) <= LONGEST_KEY:
        raise Refusal("菜单项要有 key。")
    return {"EventKey": key} if key or event in {"subscribe", "unsubscribe"} else {}


def note_consent(platform: Platform, person: Person, event: str, *, key: str, accepts: bool) -> None:
    """Keep what the resident just allowed or took back."""
    template = _template(platform, person, key)
    if event == POPUP and accepts:
        platform.followers.agree(person.openid, template)
    if event == CHANGE:
        platform.followers.withdraw(person.openid, template)


def _template(platform: Platform, person: Person, key: str) -> str:
    template = key or platform.world.account(person.account).notice_template
    if not template:
        raise Refusal("这个公众号没有通知模板。")
    return template


def _consent(template: str, event: str, *, accepts: bool) -> Json:
    if event == CHANGE:
        return {"SubscribeMsgChangeEvent": {"List": [_item(template, "reject")]}}
    item = {**_item(template, "accept" if accepts else "reject"), "PopupScene": 1}
    return {"SubscribeMsgPopupEvent": {"List": [item]}}


def _item(template: str, status: str) -> Json:
    return {"TemplateId": template, "SubscribeStatusString": status}


def _is_living(scene: Scene, platform: Platform) -> bool:
    return scene.expires_at is None or scene.expires_at > platform.now()
