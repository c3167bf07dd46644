"""Mass sends of Official Accounts: residents are reached outside their window too, four times a month."""

from bot.channels.api import AccountApi
from bot.channels.building import Parts, Tools
from bot.channels.mass_send.transport import MassSendTransport
from bot.channels.verdicts import MASS_SEND


def build(tools: Tools) -> Parts:
    """All accounts of the configuration."""
    accounts = tools.settings.official_accounts
    apis = {
        name: AccountApi(tools.client, each.api_base, tokens=tools.account_tokens(each), rulings=MASS_SEND)
        for name, each in accounts.items()
    }
    return Parts(transports=(MassSendTransport(apis),))
