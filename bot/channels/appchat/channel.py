"""Groups that our apps made (群聊会话), one way only."""

from bot.channels.appchat.transport import AppchatTransport
from bot.channels.building import Parts, Tools


def build(tools: Tools) -> Parts:
    """All apps of the configuration, each with the groups it made."""
    apps = tools.settings.wecom.apps
    secrets = {name: each.secret.get_secret_value() for name, each in apps.items()}
    return Parts(
        transports=(AppchatTransport({name: tools.corporation_api(each) for name, each in secrets.items()}),)
    )
