"""The ways in and out of the house. Here is the one list of channels.

A channel is a folder; its `channel.py` builds its parts, which are called alike everywhere: `door.py` (the
platform's callbacks), `inbound.py` (their words as our message), `transport.py` (the way out), `media.py`
(the files people sent), `line.py` (a connection of its own).
"""

from itertools import chain

from bot.channels.appchat import channel as appchat
from bot.channels.building import Parts, Tools
from bot.channels.group_task import channel as group_task
from bot.channels.group_webhook import channel as group_webhook
from bot.channels.mass_send import channel as mass_send
from bot.channels.official_account import channel as official_account
from bot.channels.transport import Transport
from bot.channels.wecom_app import channel as wecom_app
from bot.channels.wecom_robot import channel as wecom_robot
from storage.models.outbox import Channel

CHANNELS = (official_account, wecom_robot, wecom_app, group_webhook, appchat, group_task, mass_send)


def build_channels(tools: Tools) -> Parts:
    """The parts of all channels of the configuration."""
    built = [channel.build(tools) for channel in CHANNELS]
    return Parts(
        transports=tuple(chain.from_iterable(each.transports for each in built)),
        doors=tuple(chain.from_iterable(each.doors for each in built)),
        fetchers=tuple(chain.from_iterable(each.fetchers for each in built)),
        lines=tuple(chain.from_iterable(each.lines for each in built)),
    )


def served(transports: tuple[Transport, ...]) -> dict[Channel, Transport]:
    """The transports by their channel."""
    return {transport.channel: transport for transport in transports}
