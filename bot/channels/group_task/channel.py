"""Residents' groups (客户群), one way only: the group's owner confirms each message with a tap."""

from bot.channels.api import AccountApi
from bot.channels.building import Parts, Tools
from bot.channels.group_task.transport import GroupTaskTransport
from handlers.residents_groups.shares import GroupLimit


def build(tools: Tools) -> Parts:
    """Customer contact, where it is configured."""
    limit = GroupLimit(tools.settings.wecom.group_limit)
    return Parts(transports=(GroupTaskTransport(contact_api(tools), limit),))


def contact_api(tools: Tools) -> AccountApi | None:
    """The endpoints of customer contact; `None` where it is not configured."""
    wecom = tools.settings.wecom
    secret = wecom.contact_secret.get_secret_value() if wecom.contact_secret else ""
    return tools.corporation_api(secret) if wecom.corp_id and secret else None
