"""Residents' groups (客户群), one way only: the group's owner confirms each message with a tap."""

from bot.channels.building import Parts, Tools
from bot.channels.group_task.transport import GroupTaskTransport


def build(tools: Tools) -> Parts:
    """Customer contact, where it is configured."""
    wecom = tools.settings.wecom
    secret = wecom.contact_secret.get_secret_value() if wecom.contact_secret else ""
    api = tools.corporation_api(secret) if wecom.corp_id and secret else None
    return Parts(transports=(GroupTaskTransport(api),))
