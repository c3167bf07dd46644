"""Groups that come, change and go while the platform runs."""

from dataclasses import replace

from bot.simulator.platform import Platform
from bot.simulator.world import Group


def put_group(platform: Platform, group: Group) -> None:
    """A new group, or a known one as it is from now on; its chat keeps what was said."""
    world = platform.world
    if world.group(group.chat_id):
        groups = tuple(group if g.chat_id == group.chat_id else g for g in world.groups)
    else:
        groups = (*world.groups, group)
    platform.world = replace(world, groups=groups)
    platform.chats.put(group.chat_id, name=group.name, kind=group.kind, members=group.members)
    platform.feed.publish("group", {"id": group.chat_id})


def remove_group(platform: Platform, group: Group) -> None:
    """Nobody is in it any more; what was said can still be read."""
    groups = tuple(g for g in platform.world.groups if g.chat_id != group.chat_id)
    platform.world = replace(platform.world, groups=groups)
    platform.chats.put(group.chat_id, name=group.name, kind=group.kind, members=())
    platform.feed.publish("group", {"id": group.chat_id})
