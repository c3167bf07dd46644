"""For whom somebody reports."""

import pytest

from nlp.behalf import on_behalf_of
from nlp.reading import Places, Reader

ROWS = [
    ("帮我妈报一下，厨房漏水", "我妈"),
    ("帮我妈家报一下，厨房漏水", "我妈"),
    ("替3号楼的张大爷反映，楼道灯不亮", "张大爷"),
    ("替枫桥苑3号楼2单元张大爷反映下，楼道灯不亮", "张大爷"),
    ("代报 李奶奶 枫桥苑3号楼2单元漏水", "李奶奶"),
    ("代报：王国强 枫桥苑3号楼2单元漏水", "王国强"),
    ("代反映 老王，门口堆了垃圾", "老王"),
    ("帮邻居报修，3号楼2单元水管漏", "邻居"),
    ("帮隔壁王阿姨报个修", "隔壁王阿姨"),
    ("替楼上的刘老师问一下", "刘老师"),
    ("我替我爸反映一下停车的事", "我爸"),
    ("我代我婆婆登记一下", "我婆婆"),
    ("我妈让我报一下，家里没水了", "我妈"),
    ("3号楼张大爷托我反映，电梯坏了", "张大爷"),
    ("受王奶奶委托，反映楼道堆物", "王奶奶"),
    ("给我妈报修一下，燃气灶打不着", "我妈"),
    ("替独居老人求助，暖气不热", "独居老人"),
    ("替張大爺反映", "張大爺"),
    ("帮老李说一声，水管还漏", "老李"),
    ("帮我看看", None),
    ("帮我报一下", None),
    ("帮我问一下", None),
    ("帮忙问一下物业电话", None),
    ("帮忙反映一下，楼道灯不亮", None),
    ("替大家反映一下停车难", None),
    ("给物业报过了，没人来", None),
    ("给社区反映过三次", None),
    ("我妈报警了", None),
    ("请帮我妈妈看看病", None),
    ("让我反映一下", None),
    ("代报", None),
    ("代报 枫桥苑3号楼灯不亮", None),
    ("代报 黄河路 积水", None),
    ("帮我们反映一下", None),
    ("我给老师说了", None),
    ("帮我儿子报名", None),
    ("替换的灯泡坏了", None),
    ("楼上漏水，我妈摔了", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "who"), ROWS, ids=[row[0] for row in ROWS])
def test_person_spoken_for_is_named(text: str, who: str | None) -> None:
    assert on_behalf_of(text) == who


def test_reading_carries_it(reader: Reader, places: Places) -> None:
    assert reader.read("帮我妈报一下，枫桥苑3号楼厨房漏水", places).on_behalf_of == "我妈"
