"""Insults at people or the bot; a report with a swear word is still a report."""

import pytest

from nlp.reading import Places, Reader

ABUSE = [
    "傻逼",
    "你个傻逼",
    "傻B机器人",
    "sb",
    "你是不是傻",
    "什么破机器人",
    "垃圾客服",
    "人工智障",
    "你们这群废物",
    "一群废物，饭桶",
    "物业都是王八蛋",
    "社区的人都是脑残",
    "滚",
    "滚！",
    "滚蛋吧你",
    "给我滚",
    "去死吧",
    "你怎么不去死",
    "操你妈",
    "草泥马",
    "去你妈的",
    "你妈逼的",
    "死全家",
    "臭不要脸的东西",
    "狗日的网格员",
    "你神经病啊",
    "你脑子有病",
    "nmsl",
    "蠢货一个",
    "你们都是垃圾",
    "畜生",
    "你算什么东西",
]
NO_ABUSE = [
    "他妈的吵死了",
    "枫桥苑3号楼楼上半夜砸墙，真他妈烦",
    "卧槽，电梯又坏了",
    "楼上那个王八蛋天天半夜砸墙，枫桥苑3号楼",
    "你们是废物吗，下水道堵了三天还没人来，枫桥苑3号楼2单元",
    "废物回收站在哪",
    "楼下堆满了建筑废物",
    "垃圾没人收",
    "垃圾",
    "真垃圾桶都满了",
    "我操心孩子上学的事",
    "操场上有人放音响",
    "体操比赛几点",
    "智障儿童补贴怎么领",
    "我妈老年痴呆走丢了",
    "隔壁骂我傻逼还要打我",
    "有人在电梯里写了傻逼两个字",
    "楼上骂人王八蛋，还砸我家门",
    "我真是个笨蛋，忘带钥匙了",
    "别当我是傻子",
    "我不想活了，让我去死吧",
    "滚筒洗衣机漏水",
    "滚烫的水从暖气里喷出来",
    "水管爆了滚开的水往外冒",
    "车牌SB-123堵门口",
    "U盘usb口坏了",
    "牛逼，修得真快",
    "你好",
    "谢谢",
    "流浪狗东西乱咬",
    "狗屎没人捡",
    "疯狗咬人了",
    "家里着火了，你妈的快来",
    "祝你妈妈身体健康",
    "买了个笨蛋糕",
    "不满意，还是没人来",
    "12号楼王八汤馆油烟大",
    "你好像个人工智障，哈哈开玩笑",
    "",
]


@pytest.mark.parametrize("text", ABUSE, ids=ABUSE)
def test_insult_is_abuse(reader: Reader, places: Places, text: str) -> None:
    assert reader.read(text, places).is_abusive is True


@pytest.mark.parametrize("text", NO_ABUSE, ids=NO_ABUSE)
def test_other_words_are_not(reader: Reader, places: Places, text: str) -> None:
    reading = reader.read(text, places)

    assert reading.is_abusive is False


@pytest.mark.parametrize(
    "text",
    ["楼上那个王八蛋天天半夜砸墙，枫桥苑3号楼", "你们是废物吗，下水道堵了三天还没人来，枫桥苑3号楼2单元"],
)
def test_report_with_an_insult_opens_a_case(reader: Reader, places: Places, text: str) -> None:
    assert reader.read(text, places).opens_case is True
