"""Who confirms what is sent to a residents' group."""

from dataclasses import dataclass

from sqlalchemy import Connection

from storage import organization, residents_groups


@dataclass(frozen=True, slots=True)
class PresentOwner:
    """The group's owner by userid, empty when nobody known owns it; `is_gone`: the group was dismissed."""

    userid: str
    is_gone: bool


def present_owner(db: Connection, chat_id: str) -> PresentOwner | None:
    """Who owns the group of this chat now; `None` when no such group is registered."""
    groups = residents_groups.groups_of_chat(db, chat_id)
    if not groups:
        return None
    owner_id = next((each.owner_id for each in groups if each.owner_id is not None), None)
    userid = organization.wecom_userid_of(db, owner_id) if owner_id is not None else None
    return PresentOwner(userid or "", all(each.dismissed_at is not None for each in groups))
