"""What staff read of a broadcast."""

from collections.abc import Sequence

from storage.models.broadcasts import Broadcast


def broadcast_preview(broadcast: Broadcast, groups: Sequence[str]) -> str:
    """What would be sent, to how many groups, and the code that sends it."""
    shown = "、".join(groups[:5]) + ("等" if len(groups) > 5 else "")
    return (
        f"将发到 {len(groups)} 个居民群（{shown}）：\n{broadcast.text}\n"
        f"确认请回复：{broadcast.code}（10分钟内有效）；不发请回复“取消”。"
    )
