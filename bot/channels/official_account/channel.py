"""Official Accounts: residents write, are answered, and hear of their cases."""

from bot.channels.building import Parts, Tools
from bot.channels.envelope import Envelope, clear_keys
from bot.channels.media import MediaAccount
from bot.channels.official_account.door import AccountDoor
from bot.channels.official_account.media import OfficialAccountMedia
from bot.channels.official_account.transport import Account, OfficialAccountTransport, notice_template


def build(tools: Tools) -> Parts:
    """All accounts of the configuration."""
    accounts = tools.settings.official_accounts
    senders = {
        name: Account(
            tools.account_api(each),
            each.customer_messages,
            notice_template(each.notice_template, each.notice_kind),
        )
        for name, each in accounts.items()
    }
    files = {name: MediaAccount(each.api_base, tools.account_tokens(each)) for name, each in accounts.items()}
    envelopes = {
        name: Envelope(
            each.token.get_secret_value(), clear_keys(each.aes_key, each.previous_aes_key), each.app_id
        )
        for name, each in accounts.items()
    }
    return Parts(
        transports=(OfficialAccountTransport(senders),),
        doors=(AccountDoor(envelopes),),
        fetchers=(OfficialAccountMedia(tools.downloader, files),),
    )
