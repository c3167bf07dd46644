"""A resident says their name, and can take it back."""

from sqlalchemy import Connection, select

from storage.models.people import Role, people
from tests.conversations.conftest import LI, Town


def residents_names(db: Connection) -> list[str]:
    return list(db.execute(select(people.c.name).where(people.c.role == Role.RESIDENT)).scalars())


async def test_a_name_is_kept_shown_and_removed_on_request(town: Town) -> None:
    told = await town.say(LI, "我叫李秀英")

    assert "您叫李秀英" in told
    assert await town.database.read(residents_names) == ["李秀英"]
    assert "姓名：李秀英" in await town.say(LI, "我的信息")

    await town.say(LI, "删除我的信息")
    await town.say(LI, "确认")
    assert await town.database.read(residents_names) == [""]


async def test_a_report_with_a_name_in_it_is_a_report(town: Town) -> None:
    assert "已登记" in await town.say(LI, "枫桥苑3号楼2单元楼道灯不亮了，我叫李秀英")
