"""Whose home: the reporter's own, somebody else's, or another place. Only for the first is more filled in."""

import pytest

from nlp.reading import Places, Reader

OWN = [
    "我家漏水",
    "我们家暖气不热",
    "俺屋没电了",
    "我住3号楼2单元",
    "家住枫桥苑3号楼",
    "本人住枫桥苑5栋301",
    "我是3号楼的",
    "我是枫桥苑3号楼2单元的住户",
    "楼上漏到我家了",
    "家里停水了",
    "屋里没暖气",
    "我们单元停电了",
    "咱们楼没水",
    "我们这栋停水了",
    "我家楼上天天跳绳",
    "我家门口堆了垃圾",
    "我在3号楼2单元501，没水了",
    "我们在枫桥苑3号楼2单元",
    "住23号楼三单元102",
    "您好，住枫桥苑3号楼，没暖气",
    "我住五楼",
    "我502墙角掉皮",
    "我卧室墙上发霉",
    "我阳台漏雨",
    "咱家下水道堵了",
    "楼下把我家门堵了",
    "我们屋热水不热",
    "我妈说我家又漏了",
    "我家隔壁装修",
    "对门把垃圾放我家门口",
    "额家停水了",
    "我现在住枫桥苑6号楼",
    "我租住在枫桥苑6号楼3单元",
    "我是502的租户",
    "我是枫桥苑的业主",
    "我就住在垃圾房旁边的3号楼",
    "我们是金港城二期8栋的",
]
NOT_OWN = [
    "小区南门的灯坏了",
    "3号楼楼下有人吵",
    "我朋友家漏水了",
    "我妈家住3号楼2单元501，停水了",
    "我爸妈住枫桥苑3号楼",
    "我奶奶一个人住5号楼2单元",
    "我同事家在枫桥苑3号楼",
    "我姐家住三十二楼",
    "楼下那家店油烟大",
    "隔壁天天装修",
    "我在7号楼看见有人撬锁",
    "我在3号楼门口捡了钥匙",
    "我路过5号楼发现井盖没了",
    "他家狗乱叫",
    "邻居家漏水",
    "3号楼有人家着火",
    "别人家都有暖气",
    "老人住院了",
    "我住院了，谁能代缴水费",
    "我们住户意见很大",
    "我是物业的小王",
    "我是3号楼的保洁",
    "我是枫桥苑物业的",
    "我们家属院没路灯",
    "我在5号楼下了车就摔了",
    "我刚从6号楼路过",
    "谁家的车堵着路",
    "大家注意一下",
    "枫桥苑3号楼2单元501停水",
    "地下车库积水",
    "我闺女家在明园小区5栋，没人管",
    "楼上那家天天吵",
    "7号楼王奶奶家里没人照顾",
    "我在枫桥苑等你们师傅",
    "我孩子的老师住6号楼",
    "住建局怎么说",
    "我婆婆家漏水，她住8号楼",
    "我在11号楼送外卖被狗咬了",
    "某业主自己家里装修",
]


@pytest.mark.parametrize("text", OWN)
def test_own_home_is_known(reader: Reader, places: Places, text: str) -> None:
    location = reader.read(text, places).location

    assert location is not None
    assert location.is_home is True


@pytest.mark.parametrize("text", NOT_OWN)
def test_what_is_not_the_reporters_home_is_not_taken_for_it(
    reader: Reader, places: Places, text: str
) -> None:
    location = reader.read(text, places).location

    assert location is None or location.is_home is False


def test_address_of_somebody_elses_home_is_still_the_place(reader: Reader, places: Places) -> None:
    location = reader.read("我妈家住枫桥苑3号楼2单元501，停水了", places).location

    assert location is not None
    assert (location.estate, location.building, location.unit, location.room) == ("枫桥苑", "3", "2", "501")


def test_own_address_comes_before_somebody_elses(reader: Reader, places: Places) -> None:
    location = reader.read("我朋友家枫桥苑2号楼没事，我家明园小区5栋漏水", places).location

    assert location is not None
    assert (location.estate, location.building, location.is_home) == ("明园小区", "5", True)
