"""What workers sent to a WeCom app, by its media id (WECHAT 3.1)."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from bot.channels.errors import BackOff, TryAgain
from bot.channels.media import MediaAccount, file_in, media_answer
from bot.channels.verdicts import CONFIGURATION, CORPORATION, judge
from bot.media.download import Downloader
from storage.models.attachments import Attachment
from storage.models.outbox import Channel

logger = logging.getLogger(__name__)


class WecomAppMedia:
    """Files by media id, under the app's token; `attachment.account` is its name in the configuration."""

    channel: ClassVar[Channel] = Channel.WECOM_APP
    life: ClassVar[timedelta] = timedelta(days=3)  # of temporary media (WW/90254)

    def __init__(self, downloader: Downloader, apps: Mapping[str, MediaAccount]) -> None:
        self._downloader = downloader
        self._apps = apps

    async def fetch(self, attachment: Attachment, *, limit: int) -> bytes:
        """The file, a video too; a rejected token is replaced once."""
        app = self._apps.get(attachment.account)
        if app is None:
            logger.error("WeCom app %s is not configured", attachment.account)
            raise BackOff("配置里没有这个应用", retry_after=CONFIGURATION)
        got = await media_answer(self._downloader, app, attachment.media_id, limit=limit)
        answer = got.as_object()
        if answer is None:
            return file_in(got)
        judge(answer, CORPORATION)
        raise TryAgain("平台的回答无法识别")
