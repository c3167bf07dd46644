"""What residents read of where they live, whom to call there, and what is stored of them."""

from collections.abc import Sequence

from handlers.homes import Home, Placed
from handlers.replies.sentences import say
from handlers.working_days import local
from storage.models.organization import Contact
from storage.models.people import Person

EVERYWHERE = "火警 119  急救 120  报警 110"


def home_text(home: Home | None) -> str:
    """The home as people write it; empty when it is not known."""
    if home is None:
        return ""
    building = f"{home.building}号楼" if home.building else ""
    unit = f"{home.unit}单元" if home.unit else ""
    room = home.room or ""
    return f"{home.estate.name}{building}{unit}{room}{'室' if room.isdecimal() else ''}"


def placed_text(placed: Placed) -> str:
    """Where the resident was placed, and who is responsible there."""
    community = placed.community
    where = home_text(placed.home) or (placed.grid.name if placed.grid else community.name)
    lines = [say(community.id, "home_noted", place=where, community=community.name)]
    if placed.grid is not None and placed.worker is not None:
        lines.append(say(community.id, "home_worker", grid=placed.grid.name, worker=placed.worker.name))
    lines.append(say(community.id, "home_use"))
    return "\n".join(lines)


def contact_card(placed: Placed, contacts: Sequence[Contact]) -> str:
    """Whom to call: the own grid worker and the estate's lines first, then the community's."""
    community = placed.community
    lines = [_worker_line(placed)] if placed.worker is not None else []
    lines += [f"{each.label} {each.phone}" for each in contacts]
    lines += [f"{community.name} {community.phone}", EVERYWHERE]
    return "\n".join(lines)


def contact_line(community_id: int, label: str, phone: str) -> str:
    """The one number that was asked for."""
    return say(community_id, "contact_line", label=label, phone=phone)


def worker_line(placed: Placed) -> str:
    """Who the own grid worker is, and how to reach them."""
    return say(placed.community.id, "contact_worker", line=_worker_line(placed))


def _worker_line(placed: Placed) -> str:
    grid = placed.grid.name if placed.grid else ""
    worker = placed.worker
    phone = f" {worker.phone}" if worker and worker.phone else ""
    return f"{grid}网格员 {worker.name if worker else ''}{phone}"


def stored_of(person: Person, home: Home | None, *, reports: int, years: int, community_id: int) -> str:
    """What is stored of the resident."""
    since = local(person.created_at)
    parts = [
        f"开始使用：{since.year}年{since.month}月{since.day}日",
        f"住址：{home_text(home) or '没有登记'}",
        f"反映过的事：{reports} 件",
    ]
    parts += [f"姓名：{person.name}"] if person.name else []
    parts += [f"电话：{person.phone}"] if person.phone else []
    return "\n".join([say(community_id, "my_data"), *parts, say(community_id, "my_data_kept", years=years)])
