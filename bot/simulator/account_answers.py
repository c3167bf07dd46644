"""Reads the product's answer to an Official Account callback as strictly as the platform does."""

from bot.simulator.account_messages import envelope_of
from bot.simulator.passive_answers import (
    LONGEST_TEXT,
    BadAnswer,
    Fields,
    FindMedia,
    PassiveReply,
    ensure_created,
    is_silence,
    nested,
    opened,
    read_fields,
    text,
    usual_reply,
)
from bot.simulator.world import Account

__all__ = ["LONGEST_TEXT", "AccountReply", "BadAnswer", "read_answer"]

AccountReply = PassiveReply


def read_answer(body: str, account: Account, openid: str, *, find_media: FindMedia) -> AccountReply | None:
    """The reply to show, None for `success` and an empty body; BadAnswer for anything malformed."""
    if is_silence(body):
        return None
    fields = read_fields(body)
    if "Encrypt" in fields:
        if account.mode == "plain":
            raise BadAnswer("an encrypted answer in plain mode")
        fields = opened(fields, envelope_of(account))
    elif account.mode == "safe":
        raise BadAnswer("a plain answer in safe mode")
    _ensure_head(fields, account, openid)
    return usual_reply(fields, find_media) or _reply(fields)


def _ensure_head(fields: Fields, account: Account, openid: str) -> None:
    if text(fields, "ToUserName") != openid:
        raise BadAnswer("ToUserName is not the resident's openid")
    if text(fields, "FromUserName") != account.gh_id:
        raise BadAnswer("FromUserName is not the account")
    ensure_created(fields)


def _reply(fields: Fields) -> AccountReply:
    kind = text(fields, "MsgType")
    if kind == "music":
        return AccountReply("link", text(nested(fields, "Music"), "Title") or "音乐")
    if kind == "transfer_customer_service":
        return AccountReply("system", "已转接人工客服")
    raise BadAnswer(f"MsgType {kind!r} is no kind of reply")
