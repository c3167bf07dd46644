"""Apps of the corporation: one worker or member of staff writes to the app and is answered there."""

from bot.channels.building import Parts, Tools
from bot.channels.envelope import Envelope, clear_keys
from bot.channels.media import MediaAccount
from bot.channels.wecom_app.door import AppDoor
from bot.channels.wecom_app.media import WecomAppMedia
from bot.channels.wecom_app.transport import App, WecomAppTransport


def build(tools: Tools) -> Parts:
    """All apps of the configuration; those with a token and key are called back."""
    wecom = tools.settings.wecom
    secrets = {name: each.secret.get_secret_value() for name, each in wecom.apps.items()}
    senders = {
        name: App(tools.corporation_api(secrets[name]), each.agent_id) for name, each in wecom.apps.items()
    }
    files = {
        name: MediaAccount(wecom.api_base, tools.corporation_tokens(secret))
        for name, secret in secrets.items()
    }
    envelopes = {
        name: Envelope(each.token.get_secret_value(), clear_keys(each.aes_key), wecom.corp_id)
        for name, each in wecom.apps.items()
        if each.token is not None
    }
    return Parts(
        transports=(WecomAppTransport(senders),),
        doors=(AppDoor(envelopes),),
        fetchers=(WecomAppMedia(tools.downloader, files),),
    )
