"""Where: the forms in which people write addresses and spots."""

from typing import NamedTuple

import pytest

from nlp.reading import Location, Places, Reader


class Row(NamedTuple):
    text: str
    estate: str | None = None
    building: str | None = None
    unit: str | None = None
    room: str | None = None


ROWS = [
    Row("枫桥苑33号楼5单元下水道堵了，污水往外冒", "枫桥苑", "33", "5"),
    Row("枫桥苑5-2-301漏水", "枫桥苑", "5", "2", "301"),
    Row("33-5-201漏水", None, "33", "5", "201"),
    Row("三号楼二单元四楼西户", None, "3", "2", "4楼西户"),
    Row("8#楼西头的灯坏了", None, "8"),
    Row("12栋没电梯", None, "12"),
    Row("３３号楼５单元停水", None, "33", "5"),
    Row("枫桥新苑2号楼停水", "枫桥新苑", "2"),
    Row("枫桥3号楼停水", "枫桥苑", "3"),
    Row("我家在明园5栋", "明园小区", "5"),
    Row("金港城2期8栋停水", "金港城二期", "8"),
    Row("住二十三号楼三单元一零二", None, "23", "3", "102"),
    Row("5杠2杠301漏水", None, "5", "2", "301"),
    Row("A3栋502漏水", None, "A3", None, "502"),
    Row("B座1203太吵", None, "B", None, "1203"),
    Row("3到5号楼停水", None, "3"),
    Row("我在枫桥苑 12号楼 3单元 1102 住", "枫桥苑", "12", "3", "1102"),
    Row("枫桥苑22-2 的暖气不热", "枫桥苑", "22", "2"),
    Row("枫桥苑22-502 的暖气不热", "枫桥苑", "22", None, "502"),
    Row("十二栋一单元顶层东户漏雨", None, "12", "1", "顶层东户"),
    Row("我是八号楼三单元住四楼", None, "8", "3", "4楼"),
    Row("蘭亭雅居6棟2單元302", "蘭亭雅居", "6", "2", "302"),
    Row("兰亭雅居6栋", "蘭亭雅居", "6"),
    Row("5号楼2门301", None, "5", "2", "301"),
    Row("二单元301漏水", None, None, "2", "301"),
    Row("301室漏水", None, None, None, "301"),
    Row("楼上501装修，我住枫桥苑3号楼1单元401", "枫桥苑", "3", "1", "401"),
    Row("枫桥苑33号楼,5单元,301室", "枫桥苑", "33", "5", "301"),
    Row("3#停水", None, "3"),
    Row("3＃2单元停水", None, "3", "2"),
    Row("3栋2门501", None, "3", "2", "501"),
    Row("6#602", None, "6", None, "602"),
    Row("枫桥苑5－2－301", "枫桥苑", "5", "2", "301"),
    Row("枫桥苑5/2/301", "枫桥苑", "5", "2", "301"),
    Row("枫桥苑5 2 301漏水", "枫桥苑", "5", "2", "301"),
    Row("枫桥苑，5，2，301没水", "枫桥苑", "5", "2", "301"),
    Row("枫桥苑 5 301没水", "枫桥苑", "5", None, "301"),
    Row("我住33 5 201", None, "33", "5", "201"),
    Row("5号楼2单元三楼东漏水", None, "5", "2", "3楼东"),
    Row("十二栋一单元", None, "12", "1"),
    Row("二十一号楼停电", None, "21"),
    Row("33号楼5单元501和502都漏水", None, "33", "5", "501"),
    Row("12栋到15栋停水", None, "12"),
    Row("枫桥苑3-5号楼停水", "枫桥苑", "3"),
    Row("A座1201", None, "A", None, "1201"),
    Row("B3栋停水", None, "B3"),
    Row("3单元401漏水", None, None, "3", "401"),
    Row("3号楼-2单元-501", None, "3", "2", "501"),
    Row("5栋二单元幺零二", None, "5", "2", "102"),
    Row("3号楼5楼501漏水", None, "3", None, "501"),
    Row("5楼501漏水", None, None, None, "501"),
    Row("三号楼就是那个二单元四楼的", None, "3", "2", "4楼"),
    Row("枫桥苑3-1楼上", "枫桥苑", "3", "1"),
    Row("枫桥苑3-2单元门禁坏了", "枫桥苑", "3", "2"),
    Row("我是502的租户", None, None, None, "502"),
    Row("我502墙角掉皮", None, None, None, "502"),
    Row("七楼那家天天吵", None, None, None, "7楼"),
    Row("我住五楼", None, None, None, "5楼"),
    Row("8栋顶层东户漏雨", None, "8", None, "顶层东户"),
    Row("3号楼120户都没水", None, "3"),
    Row("3号楼右边那个电梯坏了", None, "3"),
    Row("2单元楼道灯坏了", None, None, "2"),
    Row("和泰里4号楼停水", None, "4"),
]
NOWHERE = [
    "楼道灯不亮了",
    "枫桥路上全是坑",
    "10月3号停水",
    "打13900000001找我",
    "整栋楼都停电了",
    "2026-05-21报的",
    "3-5天能修好吗",
    "水费交了300元",
    "三点半来的",
    "3号修不修",
    "12号来的",
    "坐21路回来",
    "3点20停的水",
    "老人80岁了",
    "来了5-6个人",
    "打110了",
    "2026-11-20报的",
    "5/2/2026报的",
    "水费3/4/5月没交",
    "微信8.0.32打不开",
    "一栋楼都没水",
    "两户人家吵架",
    "三个单元都停了",
    "一共18层",
    "三层楼",
    "桌上一层灰",
    "95#汽油涨价了",
    "一期工程款没付",
    "分三期付款",
    "西区人民医院怎么走",
    "押金扣我2000",
    "",
]
SPOTS = [
    ("明园小区南门地锁把公共车位占了", "南门"),
    ("地下车库负一层积水", "地下车库负一层"),
    ("3号楼楼下有人烧烤", "3号楼楼下"),
    ("小广场有人跳舞", "小广场"),
    ("枫桥苑东门旁边的灯坏了", "东门旁边"),
    ("北门的灯坏了", "北门"),
    ("东北角有积水", "东北角"),
    ("地下车库负二层B区漏水", "地下车库负二层B区"),
    ("负一层216号位被占了", "负一层216号位"),
    ("三号楼和四号楼之间堆了垃圾", "三号楼和四号楼之间"),
    ("3、4号楼之间有积水", "3、4号楼之间"),
    ("6栋东头的灯不亮", "6栋东头"),
    ("南门进来左手第二个井盖翘了", "南门进来左手第二个井盖"),
    ("凉亭塌了一角", "凉亭"),
    ("儿童游乐区有碎玻璃", "儿童游乐区"),
    ("快递柜旁堆了纸箱", "快递柜旁"),
    ("垃圾房门口臭得很", "垃圾房门口"),
    ("配电室在响", "配电室"),
    ("地库，一层厚土", "地库"),
]


@pytest.mark.parametrize("row", ROWS, ids=[row.text for row in ROWS])
def test_address_is_taken_apart(reader: Reader, places: Places, row: Row) -> None:
    location = reader.read(row.text, places).location

    assert location is not None
    assert (location.estate, location.building, location.unit, location.room) == row[1:]
    assert row.text[slice(*location.span)] == location.text


@pytest.mark.parametrize("text", NOWHERE)
def test_what_is_no_place_is_not_taken_for_one(reader: Reader, places: Places, text: str) -> None:
    assert reader.read(text, places).location is None


@pytest.mark.parametrize(("text", "spot"), SPOTS, ids=[row[0] for row in SPOTS])
def test_public_spot_is_named(reader: Reader, places: Places, text: str, spot: str) -> None:
    location = reader.read(text, places).location

    assert location is not None
    assert location.spot == spot
    assert location.is_home is False


@pytest.mark.parametrize("text", ["我家漏水", "家里停水了", "我住枫桥苑3号楼", "我们家暖气不热"])
def test_own_home_is_told_from_another_spot(reader: Reader, places: Places, text: str) -> None:
    location = reader.read(text, places).location

    assert location is not None
    assert location.is_home is True


@pytest.mark.parametrize(
    ("text", "candidates"),
    [("家属院3号楼停水", ("书香苑", "翠湖苑")), ("金港城8栋停水", ("金港城二期", "金港城三期"))],
)
def test_name_of_several_estates_is_left_open(
    reader: Reader, places: Places, text: str, candidates: tuple[str, ...]
) -> None:
    location = reader.read(text, places).location

    assert location is not None
    assert (location.estate, location.candidates) == (None, candidates)


def test_estate_that_is_not_ours_is_kept_apart(reader: Reader, places: Places) -> None:
    location = reader.read("北山新村2号楼停水", places).location

    assert location is not None
    assert (location.estate, location.unlisted, location.building) == (None, "北山新村", "2")


def test_places_file_has_one_estate_a_line_with_aliases() -> None:
    places = Places.parse_file("# 小区\n枫桥苑,枫桥，老枫桥\n\n明园小区\n")

    assert places.estates == ("枫桥苑", "明园小区")
    assert [mention.estates for mention in places.find("老枫桥和明园小区")] == [("枫桥苑",), ("明园小区",)]


def test_no_place_names_at_all_still_gives_the_building(reader: Reader) -> None:
    location = reader.read("33号楼5单元停水", Places.of([]))

    assert location.location == Location(building="33", unit="5", text="33号楼5单元", span=(0, 7))
