"""The world is built from the product's own configuration and organization files."""

import pytest

from bot.simulator import WorldError, build_world
from tests.bot.simulator.conftest import RESIDENTS, WORKERS, sample_world

ACCOUNT = {"app_id": "wx1", "app_secret": "s", "token": "t", "aes_key": "a" * 43}


def test_the_sample_files_describe_a_world() -> None:
    world = sample_world("http://127.0.0.1:8080/")

    (account,) = world.accounts
    assert (account.mode, account.callback) == ("safe", "http://127.0.0.1:8080/wechat/main")
    assert world.robots[0].callback == "http://127.0.0.1:8080/wecom/robot/main"
    groups = {g.name: g for g in world.groups}
    assert set(groups[WORKERS].members) == {"wangfang", "liqiang", "chenjing"}
    assert groups[RESIDENTS].owner == "wangfang"
    assert {"lixiuying", "zhangwei"} <= set(groups[RESIDENTS].members)


def test_identifiers_are_the_same_at_every_start() -> None:
    assert sample_world() == sample_world()


def test_an_account_without_a_key_is_in_plain_mode() -> None:
    config = {"official_accounts": {"main": {**ACCOUNT, "aes_key": ""}}}

    world = build_world(config, {}, {}, product_url="http://x")

    assert (world.accounts[0].mode, world.corporation, world.robots) == ("plain", None, ())


def test_a_robot_on_the_long_connection_has_its_own_id_and_no_callback() -> None:
    entry = {"mode": "socket", "bot_id": "aib1", "secret": "s"}

    world = build_world({"wecom": {"robots": {"desk": entry}}}, {}, {}, product_url="http://x")

    (robot,) = world.robots
    assert (robot.mode, robot.bot_id, robot.secret, robot.callback) == ("socket", "aib1", "s", "")


@pytest.mark.parametrize(
    "entries",
    [
        [{"mode": "socket", "secret": "s"}],
        [{"mode": "socket", "bot_id": "aib1"}],
        [{"mode": "socket", "bot_id": "aib1", "secret": "s"}] * 2,
    ],
)
def test_robots_without_a_secret_or_of_one_id_are_refused(entries: list[dict[str, str]]) -> None:
    robots = {f"robot{n}": entry for n, entry in enumerate(entries)}

    with pytest.raises(WorldError, match=r"robot0|bot_id"):
        build_world({"wecom": {"robots": robots}}, {}, {}, product_url="http://x")


def test_safe_mode_without_a_key_is_refused() -> None:
    config = {"official_accounts": {"main": {**ACCOUNT, "aes_key": "short", "mode": "safe"}}}

    with pytest.raises(WorldError, match="main"):
        build_world(config, {}, {}, product_url="http://x")


def test_a_resident_of_no_account_is_refused() -> None:
    resident = {"id": "a", "name": "甲", "openid": "o1", "account": "other"}

    with pytest.raises(WorldError, match="other"):
        build_world(
            {"official_accounts": {"main": ACCOUNT}}, {}, {"residents": [resident]}, product_url="http://x"
        )


def test_the_same_person_twice_is_refused() -> None:
    resident = {"id": "a", "name": "甲", "openid": "o1"}

    with pytest.raises(WorldError, match="twice"):
        build_world(
            {"official_accounts": {"main": ACCOUNT}},
            {},
            {"residents": [resident, resident]},
            product_url="http://x",
        )


def test_the_template_is_known_by_its_id_alone() -> None:
    account = {**ACCOUNT, "notice_template": " T1 thing1=有新进展 thing2=请回复 "}

    world = build_world({"official_accounts": {"main": account}}, {}, {}, product_url="http://x")

    assert world.accounts[0].notice_template == "T1"
