"""The buttons under the chat with an Official Account."""

from bot.simulator.platform import Platform
from bot.simulator.wire import ApiError, Call, Json, byte_length, text_field
from bot.simulator.world import DEFAULT_MENU, Account

OK: Json = {"errcode": 0, "errmsg": "ok"}
MOST_BUTTONS, MOST_SUB_BUTTONS = 3, 5
LONGEST_NAME, LONGEST_SUB_NAME = 16, 60  # bytes
LONGEST_KEY, LONGEST_URL = 128, 1024  # bytes


async def create_menu(platform: Platform, call: Call) -> Json:
    """POST menu/create: residents see it from now on."""
    buttons = call.json().get("button")
    read = _read_buttons(buttons, MOST_BUTTONS, LONGEST_NAME)
    _set(platform, _account(call), read)
    return OK


async def get_menu(platform: Platform, call: Call) -> Json:
    """GET menu/get: what menu/create made."""
    buttons = platform.menus.get(_account(call).name)
    if not buttons:
        raise ApiError(46003, "menu no exist")
    return {"menu": {"button": buttons}}


async def delete_menu(platform: Platform, call: Call) -> Json:
    """GET menu/delete: no menu from now on."""
    _set(platform, _account(call), [])
    return OK


def menu_of(platform: Platform, account: Account) -> list[Json]:
    """What the phone shows; the sample menu as long as the product has made none."""
    return platform.menus.get(account.name, [dict(button) for button in DEFAULT_MENU])


def _set(platform: Platform, account: Account, buttons: list[Json]) -> None:
    platform.menus[account.name] = buttons
    platform.feed.publish("menu", {"account": account.name, "menu": buttons})


def _account(call: Call) -> Account:
    if call.account is None:
        raise ApiError(41001, "access_token missing")
    return call.account


def _read_buttons(value: object, most: int, longest_name: int) -> list[Json]:
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise ApiError(40016 if most == MOST_BUTTONS else 40023, "invalid button size")
    return [_read_button(entry, longest_name) for entry in value]


def _read_button(value: object, longest_name: int) -> Json:
    button = value if isinstance(value, dict) else {}
    name = text_field(button, "name")
    if not name or byte_length(name) > longest_name:
        raise ApiError(40018, "invalid button name size")
    if button.get("sub_button") and longest_name == LONGEST_NAME:
        sub_buttons = _read_buttons(button["sub_button"], MOST_SUB_BUTTONS, LONGEST_SUB_NAME)
        return {"name": name, "sub_button": sub_buttons}
    kind, key, url = (text_field(button, field) for field in ("type", "key", "url"))
    if kind == "click" and 0 < byte_length(key) <= LONGEST_KEY:
        return {"type": "click", "name": name, "key": key}
    if kind == "view" and url.startswith(("http://", "https://")) and byte_length(url) <= LONGEST_URL:
        return {"type": "view", "name": name, "url": url}
    codes = {"click": (40019, "invalid button key size"), "view": (40020, "invalid button url size")}
    raise ApiError(*codes.get(kind, (40017, "invalid button type")))
