"""What is left of words said in confidence."""

import pytest

from nlp.speakers import mask_speaker


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("我住枫桥苑3号楼2单元501，楼上601打麻将", "我住枫桥苑某户，楼上601打麻将"),
        ("我住302，楼上402吵", "我住某户，楼上402吵"),
        ("我家楼上402漏水", "我家楼上402漏水"),
        ("我叫张伟，住3-2-501，电话13900001234", "我叫某某，住某户，电话139****1234"),
        ("我是张伟，3号楼2单元有人养鸡", "我是某某，3号楼2单元有人养鸡"),
        ("我是3号楼2单元501的，对门群租", "我是某户的，对门群租"),
        ("家住枫桥苑12-1-302，邻居装修", "家住枫桥苑某户，邻居装修"),
        ("我在3号楼看见有人乱扔", "我在3号楼看见有人乱扔"),
        ("枫桥苑5号楼3单元楼道堆杂物，不要说是我说的", "枫桥苑5号楼3单元楼道堆杂物，不要说是我说的"),
        ("", ""),
    ],
)
def test_the_speaker_is_hidden_and_the_trouble_is_not(said: str, read: str) -> None:
    assert mask_speaker(said) == read
