"""WeCom's endpoints by which an app speaks to workers one by one (message/send) and changes its cards."""

import secrets
from datetime import datetime, timedelta

from bot.simulator.app_answers import changed_card, settled
from bot.simulator.apps import card_of, change_card, show_from_app
from bot.simulator.cards import BadCard, read_card, title_of
from bot.simulator.chats import Draft, app_chat
from bot.simulator.media import MediaFile
from bot.simulator.platform import Platform
from bot.simulator.speech import media_path
from bot.simulator.wire import ApiError, Call, Json, byte_length, table_field, text_field
from bot.simulator.world import App, Person

OK: Json = {"errcode": 0, "errmsg": "ok"}
LONGEST = {"text": 2048, "markdown": 2048}  # bytes, WECHAT 3.3
LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_URL = 128, 512, 2048  # bytes, of a textcard
MOST_RECEIVERS = 1000
INTERVAL, LONGEST_INTERVAL = 1800, 4 * 3600  # seconds of duplicate_check_interval
MEDIA_KINDS = frozenset({"image", "voice", "video", "file"})
INVALID_AGENT = 40056  # unverified where the token is another app's; some report 301002
TASK_ID_USED = 40058  # unverified


async def send_message(platform: Platform, call: Call) -> Json:
    """POST message/send: into the one-to-one chats of members with the app."""
    body = call.json()
    app = app_of(call, body)
    now, interval = platform.now(), _interval(body)
    earlier = platform.apps.earlier_answer(app, body, now=now) if interval else None
    if earlier:
        return earlier
    known, unknown = _receivers(platform, text_field(body, "touser"))
    draft = draft_of(platform, app, body)
    if not known:
        raise ApiError(81013, "user & party & tag all invalid")
    answer = {**OK, **({"invaliduser": "|".join(unknown)} if unknown else {}), "msgid": secrets.token_hex(32)}
    code = _show(platform, app, known, draft=draft, now=now)
    answer |= {"response_code": code} if code else {}
    if interval:
        platform.apps.remember_answer(app, body, answer=answer, until=now + interval)
    return answer


async def update_template_card(platform: Platform, call: Call) -> Json:
    """POST message/update_template_card: one change for each response_code, for all receivers or some."""
    body = call.json()
    app = app_of(call, body)
    wanted = body.get("userids") or []
    if not isinstance(wanted, list) or len(wanted) > MOST_RECEIVERS:
        raise ApiError(40032, "invalid userids size")
    button, new = table_field(body, "button"), table_field(body, "template_card")
    if not text_field(button, "replace_name") and not new:
        raise ApiError(40058, "neither button.replace_name nor template_card")
    task_id = platform.apps.use_code(app, text_field(body, "response_code"), now=platform.now())
    places = [chat for chat, _ in platform.apps.places_of(app, task_id)]
    chats = {chat for chat in places if body.get("atall") == 1 or chat.rpartition(":")[2] in wanted}
    for chat in chats:
        card = card_of(platform, app, task_id, chat=chat) or {}
        changed = _changed(card, button, new)
        change_card(platform, app, task_id, chats={chat}, card=changed)
    invalid = [str(each) for each in wanted if app_chat(app.name, str(each)) not in places]
    return {**OK, **({"invaliduser": invalid} if invalid else {})}


def app_of(call: Call, body: Json) -> App:
    """The app whose token it is, which must be the one that `agentid` names."""
    agent = body.get("agentid")
    if call.app is None or str(agent) != str(call.app.agent_id) or isinstance(agent, bool):
        raise ApiError(INVALID_AGENT, "invalid agentid")
    return call.app


def draft_of(platform: Platform, app: App, body: Json) -> Draft:
    """What is to be shown: every kind of message but those of mini programs."""
    kind = text_field(body, "msgtype")
    part = table_field(body, kind)
    if kind in LONGEST:
        return _from(app, kind, content_of(part, LONGEST[kind]))
    if kind == "textcard":
        return _text_card(app, part)
    if kind == "news":
        return _news(app, part.get("articles"))
    if kind == "template_card":
        return _card(platform, app, part)
    if kind in MEDIA_KINDS:
        url = media_path(_file(platform, text_field(part, "media_id")))
        return _from(app, kind, "", data={"url": url})
    raise ApiError(40008, "invalid message type")


def content_of(part: Json, limit: int) -> str:
    """The words; ApiError 44004 or 45002."""
    content = text_field(part, "content")
    if not content.strip():
        raise ApiError(44004, "empty content")
    if byte_length(content) > limit:
        raise ApiError(45002, "content size out of limit")
    return content


def _show(platform: Platform, app: App, receivers: list[Person], *, draft: Draft, now: datetime) -> str:
    """Show it to all whose limit is not used up; the response_code when it is a card."""
    places = []
    for person in receivers:
        if not platform.apps.sends.take(f"{app.name}:{person.id}", now=now):
            platform.apps.drop(app, person.id, draft.text, now=now)
            continue
        message = show_from_app(
            platform, app, person.id, kind=draft.kind, text=draft.text, data=dict(draft.data)
        )
        places.append((message.chat, message.id))
    card = draft.data.get("card")
    if not card:
        return ""
    platform.cards.note(f"app:{app.name}", card)
    platform.apps.note_card(app, card, places)
    return platform.apps.new_code(app, text_field(card, "task_id"), now=now)


def _receivers(platform: Platform, names: str) -> tuple[list[Person], list[str]]:
    workers = {p.id: p for p in platform.world.people if p.kind == "worker"}
    if names == "@all":
        return list(workers.values()), []
    wanted = list(dict.fromkeys(name for name in names.split("|") if name))
    if len(wanted) > MOST_RECEIVERS:
        raise ApiError(40032, "invalid userid list size")
    return [workers[w] for w in wanted if w in workers], [w for w in wanted if w not in workers]


def _interval(body: Json) -> timedelta | None:
    if body.get("enable_duplicate_check", 0) not in (0, 1):
        raise ApiError(40058, "enable_duplicate_check must be 0 or 1")
    seconds = body.get("duplicate_check_interval", INTERVAL)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 < seconds <= LONGEST_INTERVAL:
        raise ApiError(40058, "duplicate_check_interval must be 1 to 14400")
    return timedelta(seconds=seconds) if body.get("enable_duplicate_check") else None


def _text_card(app: App, part: Json) -> Draft:
    title, description, url = (text_field(part, name) for name in ("title", "description", "url"))
    if not title.strip() or not description.strip() or not url.startswith(("http://", "https://")):
        raise ApiError(40035, "textcard needs title, description and url")
    limits = ((title, LONGEST_TITLE), (description, LONGEST_DESCRIPTION), (url, LONGEST_URL))
    if any(byte_length(value) > most for value, most in limits):
        raise ApiError(45002, "content size out of limit")
    return _from(app, "link", title, data={"title": title, "description": description, "url": url})


def _news(app: App, articles: object) -> Draft:
    if not isinstance(articles, list) or not 1 <= len(articles) <= 8:
        raise ApiError(45008, "article size out of limit")
    if not all(isinstance(a, dict) and text_field(a, "title") and text_field(a, "url") for a in articles):
        raise ApiError(40035, "an article needs title and url")
    fields = {"title": "title", "description": "description", "url": "url", "picture": "picurl"}
    shown = [{ours: text_field(a, theirs) for ours, theirs in fields.items()} for a in articles]
    return _from(app, "news", shown[0]["title"], data={"articles": shown})


def _card(platform: Platform, app: App, part: Json) -> Draft:
    try:
        card = read_card(part, needs_action=True)
    except BadCard as bad:
        raise ApiError(40058, str(bad)) from None
    if platform.cards.is_used(f"app:{app.name}", card):
        raise ApiError(TASK_ID_USED, "task_id was used before")
    return _from(app, "card", title_of(card), data={"card": card})


def _changed(card: Json, button: Json, new: Json) -> Json:
    if not new:
        return settled(card, text_field(button, "replace_name"))
    try:
        return changed_card(card, new)
    except BadCard as bad:
        raise ApiError(40058, str(bad)) from None


def _file(platform: Platform, media_id: str) -> MediaFile:
    file = platform.media.get(media_id, now=platform.now()) if media_id in platform.apps.media else None
    if file is None:
        raise ApiError(40007, "invalid media_id")
    return file


def _from(app: App, kind: str, text: str, *, data: Json | None = None) -> Draft:
    return Draft(f"app:{app.name}", app.display_name, kind, text, data or {})
