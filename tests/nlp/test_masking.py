"""What is not told on."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.masking import has_identity, mask_contacts, mask_identity

IDENTITY = [
    ("我是王小花，电话13900001234，住枫桥苑33号楼5单元301", "我是居民，电话139****1234，住枫桥苑33号楼"),
    ("枫桥苑33-5-201漏水", "枫桥苑33号楼漏水"),
    ("四楼西户漏水", "某户漏水"),
    ("楼上501今年装修", "楼上某户今年装修"),
    ("5单元的下水道堵了", "某单元的下水道堵了"),
    ("三号楼二单元四楼西户太吵", "三号楼太吵"),
    ("33号楼五单元三零一室太吵", "33号楼太吵"),
    ("枫桥苑22-2的暖气不热", "枫桥苑22号楼的暖气不热"),
    ("枫桥苑22-502的暖气不热", "枫桥苑22号楼的暖气不热"),
    ("枫桥苑33号楼5单元下水道堵了，污水往外冒", "枫桥苑33号楼下水道堵了，污水往外冒"),
    ("李阿姨说3号楼没电", "某阿姨说3号楼没电"),
    ("我叫张三丰，灯坏了", "我叫某某，灯坏了"),
    ("301张大爷家漏水", "某户某大爷家漏水"),
    ("五零一漏水", "某户漏水"),
    ("老陈家漏水，刘叔看过", "老某家漏水，某叔看过"),
    ("王秀兰家漏水", "某户漏水"),
    ("张建国家换了软管", "某户换了软管"),
    ("于是大家都同意，专家也看过", "于是大家都同意，专家也看过"),
    ("小高层的老毛病，二零二六年修", "小高层的老毛病，二零二六年修"),
    ("明园小区南门地锁占了车位", "明园小区南门地锁占了车位"),
    ("停水3-5天，10月3号恢复，物业费300元", "停水3-5天，10月3号恢复，物业费300元"),
]
CONTACTS = [
    ("打13900001234", "打139****1234"),
    ("打139 0000 1234", "打139******1234"),
    ("打１３９００００１２３４", "打１３９****１２３４"),
    ("电话0900-2020001", "电话090*****0001"),
    ("身份证110101199001011234", "身份证110*************34"),
    ("车牌宁A12345堵门", "车牌宁A****5堵门"),
    ("33号楼5单元301停水，10月3号", "33号楼5单元301停水，10月3号"),
    ("编号2026-0012", "编号2026-0012"),
]


@pytest.mark.parametrize(("text", "told"), IDENTITY, ids=[row[0] for row in IDENTITY])
def test_identity_is_not_told_in_groups(text: str, told: str) -> None:
    assert mask_identity(text, names=["王小花"]) == told


@pytest.mark.parametrize(("text", "told"), CONTACTS, ids=[row[0] for row in CONTACTS])
def test_contacts_are_starred(text: str, told: str) -> None:
    assert mask_contacts(text) == told


@pytest.mark.parametrize("mask", [mask_contacts, mask_identity])
def test_nothing_to_hide_changes_nothing(mask: Callable[[str], str]) -> None:
    assert mask("楼道灯不亮了😭") == "楼道灯不亮了😭"


@settings(max_examples=150, deadline=None)
@given(
    before=st.text(alphabet="枫桥苑的，电话 楼在a", max_size=8),
    phone=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    after=st.text(alphabet="枫桥苑的，请回 b", max_size=8),
)
def test_phone_number_never_leaks(before: str, phone: str, after: str) -> None:
    for told in (mask_contacts(before + phone + after), mask_identity(before + phone + after)):
        assert phone not in told
        assert not re.search(r"\d{5}", told)


@settings(max_examples=150, deadline=None)
@given(
    building=st.integers(1, 60),
    unit=st.integers(1, 9),
    room=st.integers(101, 3304),
    form=st.sampled_from(
        ["枫桥苑{}号楼{}单元{}室漏水", "枫桥苑{}-{}-{}漏水", "{}栋{}单元{}，太吵", "我住{}号楼{}单元{}"]
    ),
)
def test_unit_and_room_never_leak(building: int, unit: int, *, room: int, form: str) -> None:
    told = mask_identity(form.format(building, unit, room))

    assert re.findall(r"\d+", told) == [str(building)]


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=80))
def test_masking_never_raises(text: str) -> None:
    assert isinstance(mask_identity(text, names=["王小花", ""]), str)
    assert len(mask_contacts(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "打13900001234",
        "身份证110101199001011234",
        "车牌宁A12345堵门",
        "403室张建国家换了软管",
        "楼下502也看了",
        "502已修好",
        "五零一漏水",
        "3单元的灯换了",
        "四楼西户漏水",
        "王秀兰家修好了",
        "老陈来看过",
        "李梅也看了",
        "业主张三丰",
        "刘叔说好了",
        "那家人没在",
    ],
)
def test_person_or_door_is_noticed(text: str) -> None:
    assert has_identity(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "管道已疏通，改道方案已定",
        "灯换了井盖也固定了",
        "已安装新水泵，三天内恢复",
        "枫桥苑3号楼路灯已修好",
        "厂家已更换，2026年11月20日恢复，共300元",
        "国家规定，大家注意，商家已搬家",
        "方案已定，周五施工，马上恢复",
    ],
)
def test_neutral_wording_names_nobody(text: str) -> None:
    assert not has_identity(text)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=80))
def test_what_masking_changes_has_identity(text: str) -> None:
    assert has_identity(text) or mask_identity(text) == text
