"""Groups reached by the key of their webhook (消息推送), one way only."""

from bot.channels.building import Parts, Tools
from bot.channels.group_webhook.transport import GroupWebhookTransport


def build(tools: Tools) -> Parts:
    """There is nothing to configure: each group has its own key."""
    return Parts(
        transports=(GroupWebhookTransport(tools.client, tools.settings.wecom.api_base, tools.database),)
    )
