"""Files by their media id, under a token: alike for Official Accounts and WeCom apps (WECHAT 2.5, 3.1)."""

from dataclasses import dataclass

from bot.channels.errors import TryAgain
from bot.channels.tokens import Tokens
from bot.channels.verdicts import TOKEN_REJECTED, error_code
from bot.media.download import Downloaded, Downloader

PATH = "/cgi-bin/media/get"


@dataclass(frozen=True, slots=True)
class MediaAccount:
    """One account whose people's files are fetched."""

    base: str
    tokens: Tokens


async def media_answer(
    downloader: Downloader, account: MediaAccount, media_id: str, *, limit: int
) -> Downloaded:
    """What the platform gives for the id, a file or a JSON object; a rejected token is replaced once."""
    token = await account.tokens.current()
    got = await _get(downloader, account, {"access_token": token, "media_id": media_id}, limit=limit)
    if error_code(got.as_object() or {}) not in TOKEN_REJECTED:
        return got
    token = await account.tokens.replace(token)
    return await _get(downloader, account, {"access_token": token, "media_id": media_id}, limit=limit)


def file_in(got: Downloaded) -> bytes:
    """The file; a proxy's page is none, whatever it calls itself: no photo, voice or video begins so."""
    if got.content_type.startswith("text/") or got.content[:64].lstrip().startswith((b"<", b"{")):
        raise TryAgain("平台的回答无法识别")
    return got.as_file()


async def _get(
    downloader: Downloader, account: MediaAccount, query: dict[str, str], *, limit: int
) -> Downloaded:
    return await downloader.get(f"{account.base.rstrip('/')}{PATH}", limit=limit, query=query)
