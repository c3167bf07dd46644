"""The part of the API that changes residents' groups and answers for their owners.

POST confirm       {task | tasks: [..], chat?, person?}: the group owner's 确认发送, for all groups of the
                   tasks or one; several tasks at once as on the owner's list. Answers task, tasks, messages.
POST group         {change, chat?, name?, owner?, person?, people?, wait?}: change is create (name, owner,
                   people?), rename (name), owner (owner), join or leave (person or people) or dismiss.
                   Answers group, event and the outcome of change_external_chat, which goes to the first app
                   with a callback.
POST receive_limit {per: month | week | day}: what the administrator lets a residents' group receive: as many
                   as the month has days, 7 a week, 1 a day.
"""

from bot.simulator import apps, customer_groups
from bot.simulator.chats import Draft, Message
from bot.simulator.customer_groups import announcement
from bot.simulator.group_tasks import RECEIVE_LIMITS, GroupTask
from bot.simulator.lookup import person_of
from bot.simulator.platform import Outcome, Platform
from bot.simulator.speech import Refusal
from bot.simulator.wire import Json
from bot.simulator.world import Group, Person

CHANGES = ("create", "rename", "owner", "join", "leave", "dismiss")


async def confirm(platform: Platform, body: Json) -> Json:
    tasks = _tasks(platform, body)
    for task in tasks:
        if body.get("person") and person_of(platform, body["person"]).id != task.sender:
            raise Refusal("只有群主能确认发送。")
        if body.get("chat") and str(body["chat"]) not in task.status:
            raise Refusal("这个任务不发往这个群。")
        if not task.is_waiting:
            raise Refusal("这个任务已取消。" if task.is_cancelled else "这个任务已经确认过了。")
    messages = []
    for task in tasks:
        chats = [str(body["chat"])] if body.get("chat") else list(task.status)
        messages += _send(platform, task, chats)
    shown = [task.as_json() for task in tasks]
    return {"task": shown[0], "tasks": shown, "messages": [message.as_json() for message in messages]}


async def change_group(platform: Platform, body: Json) -> Json:
    change = body.get("change")
    if change not in CHANGES:
        raise Refusal(f"change 要是 {'、'.join(CHANGES)} 之一。")
    group, fields = _changed(platform, str(change), body)
    callback = announcement(platform, fields)
    if callback is None:
        outcome = Outcome("unheard", reason="没有应用会收到这件事")
    elif body.get("wait", True):
        outcome = await apps.deliver(platform, callback)
    else:
        platform.spawn(apps.deliver(platform, callback))
        outcome = Outcome("pending", callback.id)
    return {"group": group_json(group), "event": fields, **outcome.as_json()}


async def set_receive_limit(platform: Platform, body: Json) -> Json:
    if body.get("per") not in list(RECEIVE_LIMITS):
        raise Refusal("per 要是 month、week 或 day。")
    platform.tasks.period = str(body["per"])
    return {"per": platform.tasks.period}


def speaking_ledgers(platform: Platform) -> Json:
    """What may still be sent to whom, and what was dropped without a word."""
    now, people = platform.now(), platform.world.people
    consents = platform.followers.subscriptions.items()
    return {
        "group_sends_left": {
            g.chat_id: platform.tasks.left(g.chat_id, now=now)
            for g in customer_groups.customer_groups(platform)
        },
        "app_sends_left": {
            f"{a.name}:{p.id}": platform.apps.sends.left(f"{a.name}:{p.id}", now=now)
            for a in platform.world.apps
            for p in people
            if p.kind == "worker"
        },
        "app_dropped": list(platform.apps.dropped),
        "mass_left": {p.id: platform.mass.received.left(p.openid, now=now) for p in people if p.openid},
        "mass_jobs": [job.as_json() for job in platform.mass.jobs.values()],
        "consents": [{"openid": o, "template": t, "left": left} for (o, t), left in consents],
    }


def group_json(group: Group) -> Json:
    return {
        "id": group.chat_id,
        "name": group.name,
        "kind": group.kind,
        "community": group.community,
        "members": list(group.members),
        "robot": group.robot,
        "owner": group.owner,
        "app": group.app,
        "appchat": group.appchat,
    }


def _changed(platform: Platform, change: str, body: Json) -> tuple[Group, Json]:
    name = body.get("name")
    if change in {"create", "rename"} and not isinstance(name, str):
        raise Refusal("要有群名 name。")
    if change == "create":
        owner = person_of(platform, body.get("owner"))
        return customer_groups.create(platform, str(name), owner, people=_people(platform, body))
    group = _group(platform, str(body.get("chat") or ""))
    if change == "rename":
        return customer_groups.rename(platform, group, str(name))
    if change == "owner":
        return customer_groups.hand_over(platform, group, person_of(platform, body.get("owner")))
    if change == "dismiss":
        return customer_groups.dismiss(platform, group)
    act = customer_groups.join if change == "join" else customer_groups.leave
    people = _people(platform, body)
    if not people:
        raise Refusal("要写明 person 或 people。")
    return act(platform, group, people)


def _people(platform: Platform, body: Json) -> list[Person]:
    values = body.get("people") or ([body["person"]] if body.get("person") else [])
    if not isinstance(values, list):
        raise Refusal("people 要是人的 id 或姓名的列表。")
    return [person_of(platform, value) for value in values]


def _group(platform: Platform, value: str) -> Group:
    found = customer_groups.customer_groups(platform)
    named = [g for g in found if g.chat_id == value] or [g for g in found if g.name == value]
    if len(named) != 1:
        raise Refusal(f"没有叫“{value}”的居民群。" if not named else f"叫“{value}”的群不止一个，请用 id。")
    return named[0]


def _tasks(platform: Platform, body: Json) -> list[GroupTask]:
    ids = body.get("tasks") if body.get("tasks") is not None else [body.get("task")]
    if not isinstance(ids, list) or not ids:
        raise Refusal("tasks 要是任务编号的列表。")
    found = [platform.tasks.get(each) for each in dict.fromkeys(str(each or "") for each in ids)]
    tasks = [task for task in found if task]
    if len(tasks) < len(found):
        raise Refusal("没有这个群发任务。")
    return tasks


def _send(platform: Platform, task: GroupTask, chats: list[str]) -> list[Message]:
    owner = platform.world.person(task.sender)
    name = owner.name if owner else task.sender
    kinds = [str(a.get("msgtype") or "附件") for a in task.attachments]
    owned = {g.chat_id for g in customer_groups.customer_groups(platform) if g.owner == task.sender}
    reached = platform.tasks.confirm(task, chats, owned=owned, now=platform.now())
    draft = Draft(task.sender, name, "text", task.text or f"[{'、'.join(kinds)}]", {"attachments": kinds})
    return [platform.show(chat, draft) for chat in reached]
