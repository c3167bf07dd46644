"""An account's endpoints under its access token: a rejected one is replaced once, the call made once more."""

from collections.abc import Collection, Mapping
from typing import Any

from bot.channels.client import Answer, PlatformClient
from bot.channels.tokens import Tokens
from bot.channels.verdicts import TOKEN_REJECTED, Rulings, error_code, judge


class AccountApi:
    """Calls under one account's token."""

    def __init__(self, client: PlatformClient, base: str, *, tokens: Tokens, rulings: Rulings) -> None:
        self._client = client
        self._base = base.rstrip("/")
        self._tokens = tokens
        self._rulings = rulings

    async def post(self, path: str, body: Mapping[str, Any], *, accepted: Collection[int] = ()) -> Answer:
        """What the platform answers to this when it accepts; else the DeliveryError its code asks for.

        `accepted` are the codes that are as good as none: what was asked for is done already. A token is
        rejected before anything is done, so the second call doubles nothing. There is no third.
        """
        token = await self._tokens.current()
        answer = await self._post(path, body, token)
        if error_code(answer) in TOKEN_REJECTED:
            answer = await self._post(path, body, await self._tokens.replace(token))
        if error_code(answer) not in accepted:
            judge(answer, self._rulings)
        return answer

    async def _post(self, path: str, body: Mapping[str, Any], token: str) -> Answer:
        return await self._client.post(f"{self._base}{path}", body, query={"access_token": token})
