"""What residents sent to an Official Account, by its media id (WECHAT 2.5)."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from bot.channels.errors import BackOff, TryAgain
from bot.channels.media import MediaAccount, file_in, media_answer
from bot.channels.verdicts import CONFIGURATION, OFFICIAL_ACCOUNT, Ruling, Rulings, judge
from bot.media.download import Downloaded, Downloader
from storage.models.attachments import Attachment
from storage.models.outbox import Channel

logger = logging.getLogger(__name__)

VIDEO_URL = "video_url"  # where the answer for a video says the file lies (unverified, WECHAT 2.5)
RULINGS: Rulings = {
    **OFFICIAL_ACCOUNT,
    48001: Ruling(BackOff, "公众号没有下载文件的权限，请检查公众号设置", CONFIGURATION),
}


class OfficialAccountMedia:
    """Files by media id, under the account's token; `attachment.account` is its name in the configuration."""

    channel: ClassVar[Channel] = Channel.OFFICIAL_ACCOUNT
    life: ClassVar[timedelta] = timedelta(days=3)  # of temporary media (api_uploadtempmedia)

    def __init__(self, downloader: Downloader, accounts: Mapping[str, MediaAccount]) -> None:
        self._downloader = downloader
        self._accounts = accounts

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """The file; of a video from where the answer says. A rejected token is replaced once."""
        account = self._accounts.get(attachment.account)
        if account is None:
            logger.error("official account %s is not configured", attachment.account)
            raise BackOff("配置里没有这个公众号", retry_after=CONFIGURATION)
        got = await media_answer(self._downloader, account, attachment.media_id, limit=limit)
        return await self._file_of(got, limit=limit)

    async def _file_of(self, got: Downloaded, *, limit: int) -> bytes:
        answer = got.as_object()
        if answer is None:
            return file_in(got)
        judge(answer, RULINGS)
        address = answer.get(VIDEO_URL)
        if not isinstance(address, str) or not address:
            raise TryAgain("平台的回答无法识别")
        return file_in(await self._downloader.get(address, limit=limit))
